"""
Records show themselves in a notebook: formatters that IPython calls, registered by name.

The records know nothing of it, and registering costs nothing: neither IPython nor what draws is
imported here. `tieling_geo.render.notebook` is loaded when a cell first shows a record.
"""

import sys
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from tieling_geo.text import Language

#: Record -> module of its class.
SHOWN: Mapping[str, str] = MappingProxyType({
    "Assessment": "tieling_geo.records.assessment",
    "Layer": "tieling_geo.records.layer",
    "Result": "tieling_geo.records.analysis",
})


def show_in_notebooks(language: Language = "zh") -> None:
    """
    Let results, layers and assessments show themselves when they are a cell's last expression.

    `import tieling_geo` in a notebook has done this already, in Chinese. Outside of IPython it does
    nothing.

    Parameters
    ----------
    language
        Language of everything around the data.

    Examples
    --------
    >>> show_in_notebooks("en")
    """
    # A notebook's kernel has IPython loaded before it runs the first cell.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        register(shell, language)


def register(shell: Any, language: Language = "zh") -> None:  # noqa: ANN401 - IPython is not required
    """
    Register the formatters with a shell of IPython.

    Parameters
    ----------
    shell
        An `IPython.InteractiveShell`.
    language
        Language of everything around the data.
    """
    formatters = shell.display_formatter.formatters
    for record, module in SHOWN.items():
        html = partial(_to_html, language=language)
        formatters["text/html"].for_type_by_name(module, record, html)
        text = partial(_print_text, language=language)
        formatters["text/plain"].for_type_by_name(module, record, text)


def _to_html(record: object, *, language: Language) -> str:
    """Return a record as HTML for the output of a cell."""
    from tieling_geo.render.notebook import to_cell_html  # noqa: PLC0415 - costs seconds

    return to_cell_html(record, language)


def _print_text(
    record: object,
    printer: Any,  # noqa: ANN401 - IPython is not required
    is_cycle: bool,  # noqa: FBT001, ARG001 - IPython's own signature
    *,
    language: Language,
) -> None:
    """Print a record in a few lines: its own form holds whole tables."""
    from tieling_geo.render.notebook import to_cell_text  # noqa: PLC0415 - costs seconds

    printer.text(to_cell_text(record, language))
