"""Workspaces of a few rows, small enough to count by hand, and changes to their `tieling.toml`."""

import csv
import io
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tieling_geo.schemas import LAYERS
from tieling_geo.template import write_template

#: A supply area around 42.25° N, 123.85° E, and five boilers: one to be shut, one that is, one
#: outside, one of gas, and one whose fuel nobody wrote down.
FIVE_BOILERS = (
    "B1,甲厂,,燃煤,20,,供暖,在用,,,,,123.85,42.25",
    "B2,乙厂,,燃煤,20,,供暖,已淘汰,,2024-06-01,,,123.86,42.25",
    "B3,丙厂,,燃煤,20,,供暖,在用,,,,,124.50,42.25",
    "B4,丁厂,,燃气,20,,供暖,在用,,,,,123.87,42.25",
    "B5,戊厂,,,20,,供暖,在用,,,,,123.88,42.25",
)
#: A sixth, which is rejected: its capacity is no number.
BROKEN_BOILER = "B6,己厂,,燃煤,很大,,供暖,在用,,,,,123.85,42.26"
ONE_AREA = (
    'A1,N1,供热公司,,"POLYGON ((123.8 42.2, 123.9 42.2, 123.9 42.3, 123.8 42.3, 123.8 42.2))"',
)
#: The layers without a row, whose cards say so.
KEPT = ("builtup_areas", "counties", "outfalls", "parks", "river_reaches")
AS_OF = date(2025, 12, 31)


def add_rows(root: Path, layer: str, *lines: str) -> None:
    """Put lines at the end of a layer's table, whose card says no more that there are none."""
    card = root / layer / "card.toml"
    card.write_text(card.read_text(encoding="utf-8").removeprefix("rows = 0\n"), encoding="utf-8")
    with (root / layer / f"{layer}.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def say(root: Path, line: str) -> None:
    """Put a line at the head of the first table of a workspace's `tieling.toml`."""
    path = root / "tieling.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[workspace]\n", f"[workspace]\n{line}\n"), encoding="utf-8")


def say_more(root: Path, text: str) -> None:
    """Put text at the end of a workspace's `tieling.toml`."""
    with (root / "tieling.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


def table_header(layer: str) -> str:
    """Return the header line of a layer's table: Chinese headers with units, coordinates last."""
    schema = LAYERS[layer]
    places = ("经度", "纬度") if schema.card().geometry == "point" else ("WKT",)
    line = io.StringIO()
    headers = [column.header_zh for column in schema.columns()]
    csv.writer(line, lineterminator="\n").writerow([*headers, *places])
    return line.getvalue()


@cache
def _blank_tables() -> TemporaryDirectory[str]:
    """Write the new workspace once: a form with its help for every layer takes seconds."""
    folder = TemporaryDirectory()
    root = Path(folder.name)
    write_template(root)
    for layer in LAYERS:
        (root / layer / f"{layer}.xlsx").unlink()
        (root / layer / f"{layer}.csv").write_text(table_header(layer), encoding="utf-8-sig")
    return folder


def write_tables(root: Path, *, empty: tuple[str, ...] = ()) -> Path:
    """
    Write a new workspace whose ledgers are CSV files with a header only.

    The cards of the layers in `empty` say that they have no row; the others say nothing.
    """
    shutil.copytree(_blank_tables().name, root, dirs_exist_ok=True)
    for layer in empty:
        card = root / layer / "card.toml"
        card.write_text("rows = 0\n" + card.read_text(encoding="utf-8"), encoding="utf-8")
    return root


def five_boilers(root: Path) -> Path:
    """
    Write a workspace of five boilers and one supply area, judged as of 31 December 2025.

    Of the other layers it has only those that a few clauses need, without a row.
    """
    write_tables(root, empty=KEPT)
    for name in set(LAYERS) - {*KEPT, "boilers", "heating_supply_areas"}:
        shutil.rmtree(root / name)
    say(root, f"as_of = {AS_OF}")
    add_rows(root, "boilers", *FIVE_BOILERS)
    add_rows(root, "heating_supply_areas", *ONE_AREA)
    return root
