"""The ledger's first sheet: what came out, what it rests on, how to read it, where all is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from tieling_geo.plan.coverage_ledger import GROUP_TITLES, coverage_ledger, group_of
from tieling_geo.records import Assessment, State
from tieling_geo.render.chips import STATE_MARKS
from tieling_geo.reports.cells import CellValue, to_height
from tieling_geo.reports.ledger_basis import unverified
from tieling_geo.reports.ledger_features import long_tables
from tieling_geo.reports.ledger_pages import Binding, Table, colour_rules, ribbon, to_place
from tieling_geo.reports.ledger_terms import joined, state_colours
from tieling_geo.reports.ledger_words import READING, SUMMARY_WORDS, TOO_LONG, TOTAL
from tieling_geo.reports.looks import (
    BODY,
    HEADER,
    HEADING,
    LINK,
    RIBBON,
    STRONG,
    TITLE,
    WORDS,
    Look,
)
from tieling_geo.reports.workbook import Cell, Page
from tieling_geo.text import Language

_WIDTHS: Mapping[int, float] = {1: 30, 2: 22, 3: 14, 4: 14, 5: 66}
_LAST = "E"
_Cells = dict[int, Cell]
# Numbers among words stand on the left, too.
_FACT = BODY._replace(alignment=Alignment(horizontal="left", vertical="top", wrap_text=True))
_FACT_LOOKS = {"as_of": _FACT._replace(number_format="yyyy-mm-dd")}


class _Line(NamedTuple):
    """A line of cells, and the column from which on the last of them is as wide as the sheet."""

    cells: _Cells
    spread: int = 0


class _Block(NamedTuple):
    """A heading and the lines below it."""

    heading: str
    lines: Sequence[_Line]


def summary_page(assessment: Assessment, tables: Sequence[Table], binding: Binding) -> Page:
    """
    Lay out the summary.

    Parameters
    ----------
    assessment
        What was assessed.
    tables
        All that follows, for the contents.
    binding
        How their sheets are called.
    """
    language = binding.language
    blocks = (
        _Block(_word("facts", language), list(_facts(assessment, tables, language))),
        _Block(_word("states", language), list(_states(assessment, language))),
        _Block(_word("coverage", language), list(_coverage(assessment, language))),
        _Block(_word("reading", language), [_spread(text.to(language)) for text in READING]),
        _Block(_word("contents", language), list(_contents(assessment, tables, binding))),
    )
    lines = _placed(assessment.title.to(language), blocks, binding)
    colours = state_colours(assessment.verdicts, language)
    return Page(
        name=binding.names[""][0],
        rows=[(number, line.cells) for number, line in lines.items()],
        widths=_WIDTHS,
        heights={number: _height(line) for number, line in lines.items()},
        frozen=f"A{2 + binding.is_sample}",
        merged=tuple(
            f"{get_column_letter(line.spread)}{number}:{_LAST}{number}"
            for number, line in lines.items()
            if line.spread
        ),
        conditions=tuple(colour_rules(f"A1:A{max(lines)}", colours)),
        printed_above=ribbon(binding),
        tab_colour="FF2F5D7C",
    )


def _word(key: str, language: Language) -> str:
    """Say one of the summary's words."""
    return SUMMARY_WORDS[key].to(language)


def _placed(title: str, blocks: Sequence[_Block], binding: Binding) -> dict[int, _Line]:
    """Put the blocks one under the other, an empty row before each."""
    lines: dict[int, _Line] = {}
    if binding.is_sample:
        rest = {column: Cell(None, RIBBON) for column in range(2, len(_WIDTHS) + 1)}
        lines[1] = _Line({1: Cell(ribbon(binding), RIBBON)} | rest)
    lines[len(lines) + 1] = _Line({1: Cell(title, TITLE)})
    for block in blocks:
        start = max(lines) + 2
        lines[start] = _Line({1: Cell(block.heading, HEADING)})
        lines |= dict(enumerate(block.lines, start + 1))
    return lines


def _line(*values: CellValue | Cell, look: Look = BODY, spread: int = 0) -> _Line:
    """Make a line of cells of one look; the last one may be spread over the rest of the sheet."""
    cells = {
        column: value if isinstance(value, Cell) else Cell(value, look)
        for column, value in enumerate(values, 1)
    }
    if spread:
        cells |= {column: Cell(None, look) for column in range(spread + 1, len(_WIDTHS) + 1)}
    return _Line(cells, spread)


def _spread(text: str) -> _Line:
    """Make a line of one sentence."""
    return _Line({1: Cell(text, WORDS)}, 1)


def _height(line: _Line) -> float:
    """Make a line as high as its longest cell needs."""
    if any(cell.look in {TITLE, HEADING} for cell in line.cells.values()):
        return 24.0
    widths = dict(_WIDTHS)
    if line.spread:
        widths[line.spread] = sum(w for column, w in _WIDTHS.items() if column >= line.spread)
    return to_height({column: cell.value for column, cell in line.cells.items()}, widths)


def _facts(assessment: Assessment, tables: Sequence[Table], language: Language) -> Iterator[_Line]:
    """Say what was assessed, and the numbers that a reader asks for first."""
    verdicts, layers = assessment.verdicts, assessment.layers.values()
    resting = [verdict for verdict in verdicts if verdict.overrides]
    turned = [v for v in resting if v.state_without_overrides not in {None, v.state}]
    numbers = {table.key: len(table.rows) for table in tables}
    facts: Mapping[str, CellValue] = {
        "plan": assessment.plan.title.to(language),
        "city": assessment.plan.city.to(language),
        "as_of": assessment.as_of,
        "clauses": len(verdicts),
        "overridden": len(resting),
        "turned": len(turned),
        "unverified": unverified(assessment),
        "todo": numbers["worklist"],
        "striven": numbers["aspirational"],
        "rows_in": sum(layer.rows_in for layer in layers),
        "rows_accepted": sum(len(layer.features) for layer in layers),
        "rows_rejected": assessment.rows_rejected,
    }
    for key, value in facts.items():
        yield _line(_word(key, language), Cell(value, _FACT_LOOKS.get(key, _FACT)), spread=2)


def _head(keys: Sequence[str], language: Language) -> _Line:
    """Make the header of a table of the summary."""
    words = [_word(key, language) for key in keys]
    return _line(*words, look=HEADER, spread=len(words) if len(words) < len(_WIDTHS) else 0)


def _states(assessment: Assessment, language: Language) -> Iterator[_Line]:
    """Count the clauses by state, those without one too; the numbers add up to the last line."""
    yield _head(("state", "sign", "number", "soft", "ids"), language)
    for state in State:
        own = [verdict for verdict in assessment.verdicts if verdict.state is state]
        soft = sum(state is State.NOT_MET and not verdict.is_violation for verdict in own)
        ids = joined((verdict.clause.clause_id for verdict in own), language)
        yield _line(state.label.to(language), STATE_MARKS[state], len(own), soft or None, ids)
    yield _line(TOTAL.to(language), "", len(assessment.verdicts), None, "", look=STRONG)


def _coverage(assessment: Assessment, language: Language) -> Iterator[_Line]:
    """Give the coverage ledger: every clause in one class, every class in one group."""
    ledger = coverage_ledger(assessment)
    yield _head(("class", "group", "number", "in_group", "ids"), language)
    groups = ledger.groups
    for row in ledger.rows:
        group = group_of(row.word)
        # The group's number stands once, in its first row.
        number = groups.pop(group, None)
        title = GROUP_TITLES[group].to(language)
        yield _line(row.title.to(language), title, row.count, number, joined(row.clauses, language))
    total = ledger.total
    yield _line(TOTAL.to(language), "", total, sum(ledger.groups.values()), "", look=STRONG)


def _contents(assessment: Assessment, tables: Sequence[Table], binding: Binding) -> Iterator[_Line]:
    """List every sheet with its records, and the tables that are too long for one."""
    language = binding.language
    yield _head(("sheet", "rows", "holds"), language)
    for table in tables:
        for name in binding.names[table.key]:
            link = Cell(name, LINK, "", to_place(name))
            yield _line(link, len(table.rows), table.purpose, spread=3)
    for name, number in long_tables(assessment).items():
        told = TOO_LONG.filled(name=name, n=number).to(language)
        yield _line(name, number, told, spread=3)
