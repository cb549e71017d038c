"""Every error gives the exit status of its kind and is of the built-in kind that fits it."""

import pickle
from collections.abc import Iterator

import pytest

from tieling_geo import errors
from tieling_geo.errors import BrokenFileError, TielingGeoError
from tieling_geo.text import Text


def _below(base: type[TielingGeoError]) -> Iterator[type[TielingGeoError]]:
    """Yield every error class of the package."""
    for error in base.__subclasses__():
        yield error
        yield from _below(error)


ERRORS = sorted(
    {e for e in _below(TielingGeoError) if e.__module__ == errors.__name__},
    key=lambda error: error.__name__,
)
STATUSES = {
    errors.InputError: 2,
    errors.OutputError: 3,
    errors.AccountingError: 5,
}
BUILT_INS = {
    "AccountingError": AssertionError,
    "LayerNotFoundError": FileNotFoundError,
    "OutputError": OSError,
    "OutputRefusedError": FileExistsError,
    "UnknownNameError": KeyError,
}


@pytest.mark.parametrize("error", ERRORS)
def test_exit_status_is_the_one_of_its_kind(error: type[TielingGeoError]) -> None:
    """2 for refused input, 3 for the environment, 4 for a service, 5 for a bug."""
    assert error.exit_status in {2, 3, 4, 5}
    kinds = [status for kind, status in STATUSES.items() if issubclass(error, kind)]
    assert kinds == [error.exit_status] or error.exit_status == 4


@pytest.mark.parametrize("error", [e for e in ERRORS if e is not errors.InputError])
def test_every_error_is_of_a_fitting_built_in_kind(error: type[TielingGeoError]) -> None:
    """Callers who know only Python's own errors can catch ours."""
    assert issubclass(error, BUILT_INS.get(error.__name__, (ValueError, OSError, RuntimeError)))


@pytest.mark.parametrize("error", ERRORS)
def test_names_end_in_error_and_say_what_they_are(error: type[TielingGeoError]) -> None:
    """The name and the docstring are the documentation."""
    assert error.__name__.endswith("Error")
    assert error.__doc__


@pytest.mark.parametrize("error", [e for e in ERRORS if e is not BrokenFileError])
def test_message_is_kept_in_both_languages(error: type[TielingGeoError]) -> None:
    """Also for `KeyError`, which would quote it, and `OSError`, which would want a number."""
    raised = error(Text("坏了", "it broke"))
    assert (raised.to("zh"), raised.to("en"), str(raised)) == ("坏了", "it broke", "it broke")


def test_a_broken_file_names_file_reason_and_remedy() -> None:
    """The three things that a person needs."""
    broken = BrokenFileError("锅炉.shp", Text("缺少 .dbf", ".dbf is missing"))
    assert "锅炉.shp" in broken.to("zh")
    assert "缺少 .dbf" in broken.to("zh")
    assert "重新导出" in broken.to("zh")
    assert "export it again" in str(broken)


@pytest.mark.parametrize("error", ERRORS)
def test_errors_cross_processes(error: type[TielingGeoError]) -> None:
    """A worker's error arrives whole."""
    arguments = ("a.shp", Text("坏", "bad")) if error is BrokenFileError else (Text("坏", "bad"),)
    raised = error(*arguments)
    came = pickle.loads(pickle.dumps(raised))  # noqa: S301 - our own bytes, made in this line
    assert type(came) is error
    assert came.message == raised.message
