"""How many clauses are decided, reported, waiting for data, or not decidable at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tieling_geo.errors import AccountingError
from tieling_geo.records import Assessment, State, Verdict, WaitingFor
from tieling_geo.text import Text

_NO_DATA = "no_data_"
_TITLES: Mapping[str, Text] = MappingProxyType({
    "met": State.MET.label,
    "not_met": State.NOT_MET.label,
    "undetermined": State.UNDETERMINED.label,
    "not_applicable": State.NOT_APPLICABLE.label,
    "reported": State.REPORTED.label,
    **{
        f"{_NO_DATA}{waiting.value}": Text(
            f"缺数据:{waiting.label.zh}", f"no data: {waiting.label.en}"
        )
        for waiting in WaitingFor
    },
    "not_decidable": State.NOT_DECIDABLE.label,
})
#: What each group is called; the states of a group are those whose word `group_of` brings to it.
GROUP_TITLES: Mapping[str, Text] = MappingProxyType({
    "decided": Text("已判定", "decided"),
    "undetermined": Text("无法确定", "undetermined"),
    "not_applicable": Text("不适用", "not applicable"),
    "reported": Text("仅报告", "reported"),
    "waiting": Text("缺数据", "waiting for data"),
    "not_decidable": Text("条文不可判定", "not decidable"),
})


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One way to stand, and the clauses that stand so."""

    word: str
    title: Text
    clauses: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of clauses."""
        return len(self.clauses)


@dataclass(frozen=True, slots=True)
class CoverageLedger:
    """Every clause in exactly one row."""

    rows: tuple[CoverageRow, ...]

    @property
    def total(self) -> int:
        """Number of clauses."""
        return sum(row.count for row in self.rows)

    @property
    def groups(self) -> dict[str, int]:
        """Number of clauses by the words of `GROUP_TITLES`, groups without one too."""
        counts = dict.fromkeys(GROUP_TITLES, 0)
        for row in self.rows:
            counts[group_of(row.word)] += row.count
        return counts


def coverage_ledger(assessment: Assessment) -> CoverageLedger:
    """
    Say of every clause of an assessment how far it was answered.

    Parameters
    ----------
    assessment
        What `assess` returned.

    Returns
    -------
    ledger
        Rows in a fixed order, those without a clause too; the counts add up to the verdicts.

    Raises
    ------
    AccountingError
        If a verdict stands in no row, or in two.

    Examples
    --------
    >>> from tieling_geo.pipeline import assess
    >>> ledger = coverage_ledger(assess(only=["C02"]))
    >>> ledger.total, sum(ledger.groups.values())
    (1, 1)
    """
    words = [_word(verdict) for verdict in assessment.verdicts]
    rows = tuple(
        CoverageRow(
            word,
            title,
            tuple(
                verdict.clause.clause_id
                for verdict, own in zip(assessment.verdicts, words, strict=True)
                if own == word
            ),
        )
        for word, title in _TITLES.items()
    )
    ledger = CoverageLedger(rows)
    if ledger.total != len(assessment.verdicts):
        raise AccountingError(
            Text("有条文不在任何一类", "a verdict stands in no row of the coverage ledger")
        )
    return ledger


def _word(verdict: Verdict) -> str:
    """Name the row of a verdict."""
    if verdict.state is not State.NO_DATA:
        return verdict.state.value
    waiting = verdict.waiting_for or WaitingFor.VALUES
    return f"{_NO_DATA}{waiting.value}"


def group_of(word: str) -> str:
    """
    Name the group of a row.

    Examples
    --------
    >>> [group_of(word) for word in ("met", "not_met", "no_data_layer", "reported")]
    ['decided', 'decided', 'waiting', 'reported']
    """
    if word.startswith(_NO_DATA):
        return "waiting"
    return "decided" if word in {"met", "not_met"} else word
