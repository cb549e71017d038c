"""The targets that an annex splits to the counties, each beside the county's own number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from tieling_geo.operations.indicators import FAULTS, WHOLE, can_be_negative, to_stated
from tieling_geo.operations.indicators_history import county_cells, outcome_of
from tieling_geo.operations.results import first_reason

#: Columns of the table of targets.
_COLUMNS = {
    "indicator": "str",
    "area": "str",
    "target_year": "Int64",
    "target": "float64",
    "value": "float64",
    "margin": "float64",
}


class Aim(NamedTuple):
    """A target as a row states it."""

    year: int
    value: Fraction
    row: str


Aims = Mapping[tuple[str, str], Sequence[Aim]]


@dataclass(frozen=True, slots=True)
class Held:
    """One county's own number of one indicator, held against its target."""

    indicator: str
    area: str
    aim: Aim | None
    value: Fraction | None
    ids: tuple[str, ...]
    """Ids of the rows that give the value."""

    @property
    def margin(self) -> Fraction | None:
        """Value less target; None where either is missing."""
        if self.aim is None or self.value is None:
            return None
        return self.value - self.aim.value

    @property
    def done(self) -> bool | None:
        """Whether the target is reached (closed); None where that is not known."""
        return None if self.margin is None else self.margin >= 0

    @property
    def reason(self) -> str:
        """`no_target`, `no_number`, or blank where it is known."""
        return "no_target" if self.aim is None else "no_number" if self.value is None else ""

    @property
    def rows(self) -> tuple[str, ...]:
        """Ids of all rows that were used; none where it is not known."""
        return () if self.aim is None or self.value is None else (self.aim.row, *self.ids)


@dataclass(frozen=True, slots=True)
class TargetSum:
    """The sum of the counties' targets, held against the city's."""

    indicator: str
    done: bool | None
    """Whether it adds up; None where a county has no target."""
    reason: str
    rows: tuple[str, ...]


def target_unit(form: str, unit: str) -> str:
    """Give the unit of a county's number in a form, and so of its target."""
    return "%" if form == "relative_fall" else unit


def to_aims(statements: pd.DataFrame) -> Aims:
    """
    Give the usable targets of each indicator and county, sorted by year.

    Parameters
    ----------
    statements
        See `tieling_geo.operations.indicators.to_statements`.
    """
    stated = statements[
        (statements["kind"] == "target")
        & (statements["asked"] != "")
        & (statements["fault"] == "")
        & statements["place"].notna()
        & (statements["place"] != WHOLE)
    ].sort_values("year", kind="stable")
    aims: dict[tuple[str, str], list[Aim]] = {}
    columns = (stated[name] for name in ("asked", "place", "year", "exact"))
    for name, place, year, value, row in zip(*columns, stated.index, strict=True):
        aims.setdefault((name, place), []).append(Aim(int(year), value, str(row)))
    return aims


def to_held(
    statements: pd.DataFrame,
    places: Sequence[str],
    names: Sequence[str],
    *,
    form: str,
    unit: str,
    base: int,
    last: int,
) -> list[Held]:
    """
    Hold each county's own number of each indicator against its target.

    The target is that of the first year not before the last one, else the latest.

    Parameters
    ----------
    statements
        See `tieling_geo.operations.indicators.to_statements`.
    places, names
        The counties and the indicators.
    form
        How a county's number is reckoned, a key of `indicators_forms.FORMS`.
    unit
        Unit of the indicators' numbers.
    base, last
        Base year and last year.
    """
    aims, signed, found = to_aims(statements), can_be_negative(unit), []
    stated = to_stated(statements)
    for place in places:
        cells = county_cells(stated, place, names, base=base, last=last)
        for name in names:
            own = outcome_of(form, cells, [name], base=base, last=last, is_signed=signed)
            value = None if own is None else own.estimate.value(target_unit(form, ""))
            ids = () if own is None else own.rows
            found.append(Held(name, place, _chosen(aims.get((name, place), ()), last), value, ids))
    return found


def _chosen(aims: Sequence[Aim], last: int) -> Aim | None:
    """Choose the target of the first year not before the last one, else the latest."""
    ahead = [aim for aim in aims if aim.year >= last]
    return ahead[0] if ahead else aims[-1] if aims else None


def to_table(held: Iterable[Held]) -> pd.DataFrame:
    """Give targets as a table: `indicator`, `area`, `target_year`, `target`, `value`, `margin`."""
    rows = [
        (
            one.indicator,
            one.area,
            one.aim.year if one.aim else None,
            *(
                None if number is None else float(number)
                for number in (one.aim.value if one.aim else None, one.value, one.margin)
            ),
        )
        for one in held
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def to_sums(
    wanted: Mapping[str, Fraction], aims: Aims, places: Sequence[str], tolerance: Fraction
) -> list[TargetSum]:
    """
    Hold the sum of the counties' latest targets against each of the city's targets.

    Parameters
    ----------
    wanted
        Indicator -> the city's target.
    aims
        See `to_aims`.
    places
        The counties, each of which must have a target; none: nothing is known.
    tolerance
        Share of the city's target by which the sum may differ (closed).
    """
    found = []
    for name, target in wanted.items():
        latest = [aims[name, place][-1] for place in places if (name, place) in aims]
        total = sum((aim.value for aim in latest), Fraction(0))
        whole = bool(places) and len(latest) == len(places)
        done = abs(total - target) <= abs(target) * tolerance if whole else None
        reason = "" if whole else "not_all" if places else "no_annex"
        found.append(TargetSum(name, done, reason, tuple(sorted(aim.row for aim in latest))))
    return found


def words_of_counties(
    statements: pd.DataFrame, held: Sequence[Held], *, years: Iterable[int]
) -> pd.Series:
    """
    Say of each row why it plays no part for its county; blank for a row that does.

    Parameters
    ----------
    statements
        See `tieling_geo.operations.indicators.to_statements`, n rows.
    held
        See `to_held`.
    years
        The years whose numbers are needed.

    Returns
    -------
    words
        n words, index of `statements`: blank, a word of `FAULTS`, or `other_indicator`,
        `whole_row`, `other_area`, `other_target`, `other_year`, `no_target`, `no_number`.
    """
    used = {row for one in held for row in one.rows}
    chosen = {one.aim.row for one in held if one.aim}
    reasons = {(one.indicator, one.area): one.reason for one in held}
    is_target, own = statements["kind"] == "target", _ids(statements)
    words = first_reason(
        statements.index,
        {
            **_apart(statements, {area for _, area in reasons}),
            "other_target": is_target & ~own.isin(chosen),
            "other_year": ~is_target & ~statements["year"].isin(set(years)),
        },
    )
    keys = zip(statements["asked"], statements["place"], strict=True)
    lacking = pd.Series([reasons.get(key, "") for key in keys], words.index, dtype="str")
    shown: pd.Series = words.mask((words == "") & ~own.isin(used), lacking)
    return shown


def words_of_sums(statements: pd.DataFrame, sums: Sequence[TargetSum]) -> pd.Series:
    """
    Say of each row why it plays no part in a sum of targets; blank for a row that does.

    Parameters
    ----------
    statements
        See `tieling_geo.operations.indicators.to_statements`, n rows.
    sums
        See `to_sums`.

    Returns
    -------
    words
        n words, index of `statements`: as of `words_of_counties`, with `actual_row` and `not_all`.
    """
    asked = statements["asked"].isin({one.indicator for one in sums})
    words = first_reason(
        statements.index,
        {
            "other_indicator": ~asked,
            "actual_row": statements["kind"] != "target",
            **_apart(statements, None),
        },
    )
    parts = {row: one.reason for one in sums for row in one.rows}
    rest = [parts.get(key, "other_target") for key in _ids(statements)]
    shown: pd.Series = words.where(words != "", pd.Series(rest, words.index, dtype="str"))
    return shown


def _apart(statements: pd.DataFrame, places: set[str] | None) -> dict[str, pd.Series]:
    """Give the reasons for which a row states nothing of a county."""
    place = statements["place"]
    known = place.notna() if places is None else place.isin(places)
    return {
        "other_indicator": statements["asked"] == "",
        "whole_row": place == WHOLE,
        "other_area": ~known,
        **{word: statements["fault"] == word for word in FAULTS},
    }


def _ids(statements: pd.DataFrame) -> pd.Series:
    """Give the rows' ids as text."""
    return pd.Series([str(key) for key in statements.index], statements.index, dtype="str")
