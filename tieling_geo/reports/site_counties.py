"""What a clause's features say county by county."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from tieling_geo.records import Assessment, Result, Verdict
from tieling_geo.render.popup import plain_text
from tieling_geo.reports.site_numbers import total_words
from tieling_geo.schemas import Counties

#: The column of a result's features, and the dimension of its roll-ups, that names the county.
COUNTY = "county_name"


@dataclass(frozen=True, slots=True)
class CountyShare:
    """What one county adds to a clause's measure."""

    county: str
    """Empty for features that are in no county."""
    ratio: str
    """Numerator and denominator as `3/5`; empty if the measure is not rolled up by county."""
    counted: int
    against: int
    unknown: int

    @property
    def sign(self) -> str:
        """A sign for what speaks against, what is not known, or neither; empty for nothing."""
        if self.against:
            return "✗"
        if self.unknown:
            return "?"
        return "✓" if self.counted else ""


def result_of(verdict: Verdict, assessment: Assessment) -> Result | None:
    """
    Find the result that a verdict rests on: the run of its analysis with its parameters.

    Two clauses may share a run, which then has the name of the first; so a run is known by its
    parameters, and a clause's own run goes first. None where there is no such run.
    """
    clause = verdict.clause
    names = [f"{clause.analysis}__{clause.clause_id}", clause.analysis, *sorted(assessment.results)]
    for name in names:
        found = assessment.results.get(name)
        if found is not None and _is_behind(found, verdict):
            return found
    return None


def _is_behind(result: Result, verdict: Verdict) -> bool:
    """Tell whether a result is of a verdict's analysis, with the parameters that it names."""
    if result.analysis != verdict.clause.analysis:
        return False
    used = {name: parameter.value for name, parameter in verdict.parameters.items()}
    return all(used.get(name, p.value) == p.value for name, p in result.parameters.items())


def county_shares(verdict: Verdict, result: Result | None) -> tuple[CountyShare, ...]:
    """
    Tell what each county adds to a clause: counted, against it, and not known.

    Parameters
    ----------
    verdict
        The verdict.
    result
        The result that it rests on.

    Returns
    -------
    shares
        One for each county that has a feature which counts, or may count; sorted by name, features
        in no county last.
    """
    if result is None or COUNTY not in result.features:
        return ()
    places = {
        str(key): "" if pd.isna(county) else str(county)
        for key, county in result.features[COUNTY].items()
    }
    against = Counter(places.get(key, "") for key in verdict.against)
    unknown = Counter(places.get(key, "") for key in verdict.unknown)
    ratios: dict[str, str] = {}
    rows = _rolled_up(result, verdict.clause.measure)
    if rows.empty:
        counted = _counted(result, verdict, places)
    else:
        groups = [str(group) for group in rows["group"]]
        counted, unknown = (
            Counter(dict(zip(groups, map(int, rows[name]), strict=True)))
            for name in ("counted", "unknown")
        )
        totals = zip(rows["numerator"], rows["denominator"], strict=True)
        ratios = {group: _ratio(*pair) for group, pair in zip(groups, totals, strict=True)}
    names = sorted({*against, *unknown, *counted}, key=lambda name: (not name, name))
    shares = (
        CountyShare(
            plain_text(name), ratios.get(name, ""), counted[name], against[name], unknown[name]
        )
        for name in names
    )
    return tuple(share for share in shares if share.counted or share.against or share.unknown)


def _rolled_up(result: Result, measure: str) -> pd.DataFrame:
    """Return a measure's roll-up by county, without a row where there is none."""
    table = result.rollups
    return table[(table["measure"] == measure) & (table["dimension"] == COUNTY)]


def _ratio(numerator: float | Fraction, denominator: float | Fraction | None) -> str:
    """Print a county's totals; the second is left out where the measure is a plain total."""
    above = total_words(Fraction(numerator))
    if denominator is None or denominator != denominator:  # noqa: PLR0124 - not a number
        return above
    return f"{above}/{total_words(Fraction(denominator))}"


def _counted(result: Result, verdict: Verdict, places: Mapping[str, str]) -> Counter[str]:
    """Count by county the features that are not excluded from a measure; none without a value."""
    if verdict.value is None:
        return Counter()
    table = result.excluded
    out = set(table.loc[table["measure"] == verdict.clause.measure, "feature_id"].astype(str))
    return Counter(county for key, county in places.items() if key not in out)


def county_names(assessment: Assessment, told: Iterable[CountyShare]) -> list[str]:
    """
    List every county that a clause's features are in, in the order of the layer of counties.

    Names that the layer does not have come after it, sorted; features in no county come last.
    """
    named = {share.county for share in told}
    layer = assessment.layers.get(Counties.layer_name())
    known = [] if layer is None else [plain_text(name) for name in layer.features["name"]]
    rest = sorted(named - set(known), key=lambda name: (not name, name))
    return [name for name in dict.fromkeys(known) if name in named] + rest
