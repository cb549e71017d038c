"""The public names: all there, the same as the types say, and free until they are used."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import tieling_geo

#: What costs seconds to import.
HEAVY = ("geopandas", "pandas", "numpy", "shapely", "pyogrio", "pandera", "folium", "pyarrow")
_SCRIPT = "import sys, tieling_geo; print([name for name in {heavy!r} if name in sys.modules])"


def typed_names() -> dict[str, str]:
    """Return the names that a type checker sees, each with the module it comes from."""
    tree = ast.parse(Path(tieling_geo.__file__).read_text(encoding="utf-8"))
    (guarded,) = (node for node in tree.body if isinstance(node, ast.If))
    return {
        str(alias.asname): str(node.module)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_names_are_those_of_the_types() -> None:
    """`__all__`, what is typed and what completion offers are one list."""
    assert sorted(typed_names()) == tieling_geo.__all__ == dir(tieling_geo)


@pytest.mark.parametrize("name", tieling_geo.__all__)
def test_every_name_resolves_to_what_is_typed(name: str) -> None:
    """A name gives the very object that the type checker is told of; callables are documented."""
    home = typed_names()[name]
    there = getattr(__import__(home, fromlist=[name]), name)
    assert getattr(tieling_geo, name) is there
    assert there.__doc__ or not callable(there)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Other names are refused as Python does."""
    with pytest.raises(AttributeError, match="no attribute 'asess'"):
        _ = tieling_geo.asess


def test_the_version_is_the_installed_one() -> None:
    """The version is that of the package's metadata."""
    assert tieling_geo.__version__ == version("tieling-geo")


def test_importing_does_nothing() -> None:
    """`import tieling_geo` loads nothing heavy and prints nothing."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _SCRIPT.format(heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
