"""Which row of the table counts for a form of an indicator, and why the others do not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from tieling_geo.operations.indicators import FAULTS
from tieling_geo.operations.indicators_forms import NO_VALUE, Outcome, years_needed
from tieling_geo.operations.indicators_history import Cells, outcome_of
from tieling_geo.operations.rollup import Tally
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS, Measure
from tieling_geo.text import Text

#: Why a row is not what a measure is about.
OUT_OF_SCOPE = MappingProxyType({
    "other_indicator": Text("其他指标", "another indicator"),
    "target_row": Text("分解目标,不是实际值", "a target, not what was"),
    "other_area": Text("区域既非全市也不是已知县区", "neither the whole city nor a known county"),
    "other_year": Text("该指标口径不用这一年", "of a year that is not needed"),
    "not_a_share": Text("不是百分比指标,没有百分点", "no share, so it has no percentage points"),
    "county_row": Text("县区数值,不能合计为全市", "a county's, which do not add up to the city's"),
    "beside": Text("县区数值,以全市数为准", "a county's; the city's own number counts"),
    "stood_in": Text("以各县区之和代替", "the sum of the counties stands in for it"),
})
#: Why a row, or a number that no row states, is unknown.
NOT_KNOWN = MappingProxyType({
    **FAULTS,
    "contradicts": Text("县区之和与全市数不符", "the counties' sum contradicts the city's number"),
    "base_not_positive": Text("基年数值为零或负", "the base year's number is zero or less"),
    "incomplete": Text("所需的另一数值缺失", "another number that it needs is missing"),
    "absent": Text("没有一行给出该数值", "no row states this number"),
})
_REASONS = {**OUT_OF_SCOPE, **NOT_KNOWN}


@dataclass(frozen=True, slots=True)
class Account:
    """One form's value, and the part that every row and every missing number plays in it."""

    form: str
    unit: str
    outcome: Outcome | None
    words: Mapping[str, str]
    """Row -> blank if it counts, else why it does not; in the rows' order."""
    absent: tuple[tuple[str, int], ...]
    """Indicator and year of each number that no row states."""

    @property
    def unknown(self) -> int:
        """Rows and missing numbers that are not known."""
        return sum(word in NOT_KNOWN for word in self.words.values()) + len(self.absent)


class Told(NamedTuple):
    """What decides the part that a row plays, beside the years that a form needs."""

    key: str
    asked: str
    kind: str
    place: str | None
    year: int


def to_told(statements: pd.DataFrame) -> list[Told]:
    """Lay the rows of `to_statements` out once: they are few, and each form goes through them."""
    places = statements["place"].astype(object)
    columns = (statements["asked"], statements["kind"], places.where(places.notna(), None))
    keys = map(str, statements.index)
    lists = (column.tolist() for column in (*columns, statements["year"]))
    return [Told(*row) for row in zip(keys, *lists, strict=True)]


def to_account(  # noqa: PLR0913 - what is asked, and what was found
    form: str,
    told: Sequence[Told],
    cells: Cells,
    names: Sequence[str],
    *,
    base: int,
    last: int,
    unit: str,
    is_signed: bool,
) -> Account:
    """
    Draw up the account of one form.

    Parameters
    ----------
    form
        A key of `tieling_geo.operations.indicators_forms.FORMS`.
    told
        See `to_told`.
    cells, names
        See `tieling_geo.operations.indicators.to_cells`.
    base, last
        Base year and last year.
    unit
        Unit of the form's value.
    is_signed
        True if numbers may be negative.
    """
    needed = [(name, year) for name in names for year in years_needed(form, base, last)]
    found = outcome_of(form, cells, names, base=base, last=last, is_signed=is_signed)
    roles = {row: word for key in needed for row, word in cells[key].roles.items()}
    if form == "relative_fall":
        bases = [cells[key].figure for key in needed if key[1] == base]
        falling = [figure for figure in bases if figure is not None and figure.low <= 0]
        roles |= dict.fromkeys((row for f in falling for row in f.rows), "base_not_positive")
    used = set() if found is None else set(found.rows)
    words = {
        key: "" if key in used else "incomplete" if word == "used" else word
        for key, word in _words(told, {year for _, year in needed}, roles).items()
    }
    absent = tuple(key for key in needed if cells[key].is_absent)
    return Account(form, unit, found, words, absent)


def no_account(form: str, told: Iterable[Told], unit: str) -> Account:
    """Draw up the account of a form that an indicator does not have: points of what is no share."""
    words = {row.key: "not_a_share" if row.asked else "other_indicator" for row in told}
    return Account(form, unit, None, words, ())


def _words(told: Iterable[Told], years: set[int], roles: Mapping[str, str]) -> dict[str, str]:
    """Say of each row the part that it plays; the first reason that holds is told."""
    return {
        row.key: _word(row, is_needed=row.year in years)
        # A row of a county plays no part where counties are not summed.
        or roles.get(row.key, "county_row")
        for row in told
    }


def _word(row: Told, *, is_needed: bool) -> str:
    """Say why a row plays no part, or nothing."""
    if not row.asked:
        return "other_indicator"
    if row.kind != "actual":
        return "target_row"
    if row.place is None:
        return "other_area"
    return "" if is_needed else "other_year"


def shown_words(accounts: Iterable[Account]) -> list[str]:
    """
    Choose the word that a map shows of each row: that it counts, else what is unknown of it.

    A row that counts nowhere and lacks nothing shows the reason that says most.
    """
    ranks = {"": 0} | dict.fromkeys(NOT_KNOWN, 1) | dict.fromkeys(OUT_OF_SCOPE, 2)
    ranks |= {"other_year": 3, "not_a_share": 4}
    rows = zip(*(account.words.values() for account in accounts), strict=True)
    return [min(row, key=lambda word: ranks[word]) for row in rows]


def to_tally(accounts: Sequence[Account], *, layer: str, whole: str) -> Tally:
    """Put accounts into measures, evidence and the table of what does not count; no roll-ups."""
    listed = [row for account in accounts for row in _excluded(account, layer, whole)]
    listed.sort(key=itemgetter(*map(EXCLUDED_COLUMNS.index, ("measure", "feature_id"))))
    return Tally(
        {account.form: _measure(account) for account in accounts},
        {a.form: () if a.outcome is None else a.outcome.decisive for a in accounts},
        pd.DataFrame(listed, columns=list(EXCLUDED_COLUMNS)),
        pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    )


def _measure(account: Account) -> Measure:
    """Give a form's measure; without a value nothing counts."""
    found = account.outcome
    if found is None:
        bounds, counted = (NO_VALUE,) * 3, 0
    else:
        bounds, counted = (found.estimate, found.low, found.high), len(found.rows)
    return Measure(account.form, account.unit, *bounds, counted, account.unknown)


def _excluded(account: Account, layer: str, whole: str) -> list[tuple[str, ...]]:
    """List what does not count for a form."""
    listed = [(key, word) for key, word in account.words.items() if word]
    listed += [(f"{name} {whole} {year}", "absent") for name, year in account.absent]
    return [
        (
            layer,
            key,
            account.form,
            "unknown" if word in NOT_KNOWN else "out_of_scope",
            _REASONS[word].zh,
            _REASONS[word].en,
        )
        for key, word in listed
    ]
