"""What every table of the terminal is made of."""

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tieling_geo.records import Layer
from tieling_geo.render.popup import plain_text
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Language, Text


def shown(text: object) -> str:
    """Give text that the terminal shows as it stands: nothing in it steers or formats."""
    return escape(plain_text(text))


def new_table(language: Language, title: Text, *headers: Text) -> Table:
    """Make an empty table without vertical lines: a narrow terminal has no room for them."""
    table = Table(
        title=title.to(language), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for header in headers:
        table.add_column(header.to(language), overflow="fold")
    return table


def print_missing(console: Console, layers: Mapping[str, Layer], language: Language) -> None:
    """Print which layers the workspace does not have."""
    missing = missing_layers(layers)
    if missing:
        names = ", ".join(f"{LAYERS[name].card().title.to(language)} {name}" for name in missing)
        told = Text(f"工作区没有的图层:{names}", f"layers that the workspace lacks: {names}")
        console.print(shown(told.to(language)), style="magenta")


def missing_layers(layers: Mapping[str, Layer]) -> list[str]:
    """List the registered layers that were not read."""
    return [name for name in LAYERS if name not in layers]
