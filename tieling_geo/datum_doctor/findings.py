"""What the datum doctor found: the records, and their plain form for reports."""

from dataclasses import dataclass
from typing import Literal

from tieling_geo.text import Language, Text

Verdict = Literal["agrees", "contradicts", "undecided"]


@dataclass(frozen=True, slots=True)
class CandidateFit:
    """How well a layer fits its reference if its coordinates are a candidate."""

    candidate: str
    """`declared`, `gcj02`, `bd09`, ... (see `hypotheses.to_hypotheses`)."""
    title: Text
    feasible: bool
    """The features would lie inside the bounds; otherwise nothing below is known."""
    shift_m: float | None = None
    """Median distance between this reading of the coordinates and the declared one."""
    median_m: float | None = None
    """Median distance of the matched features from what they are matched to."""
    inside: int | None = None
    """Features inside the area that they are matched to; None for other references."""
    nearer: int = 0
    """Matched features that fit better than as declared."""
    farther: int = 0
    """Matched features that fit worse than as declared."""


@dataclass(frozen=True, slots=True)
class DatumFinding:
    """Whether a layer's places fit one reference as declared."""

    layer: str
    reference: str
    declared: str
    """The datum that the card states, and the CRS, as words."""
    best: str
    """The candidate that fits best."""
    verdict: Verdict
    matched: int
    """Features that could be matched to the reference, those at one spot counted once."""
    evidence: tuple[CandidateFit, ...]
    told: Text
    confirmed: str = ""
    """Who confirmed the declared datum, in the user's words: a contradiction then stops nothing."""


def to_record(finding: DatumFinding, language: Language) -> dict[str, object]:
    """
    Return a finding as plain values, for JSON and for tables.

    Examples
    --------
    >>> fit = CandidateFit("declared", Text("按所写基准", "as declared"), True, 0.0, 41.2)
    >>> told = Text("相符", "they agree")
    >>> found = DatumFinding(
    ...     "outfalls", "river_reaches", "wgs84", "declared", "agrees", 9, (fit,), told)
    >>> to_record(found, "en")["told"], to_record(found, "en")["evidence"][0]["median_m"]
    ('they agree', 41.2)
    """
    return {
        "layer": finding.layer,
        "reference": finding.reference,
        "declared": finding.declared,
        "best": finding.best,
        "verdict": finding.verdict,
        "matched": finding.matched,
        "evidence": [
            {
                "candidate": fit.candidate,
                "title": fit.title.to(language),
                "feasible": fit.feasible,
                "shift_m": _rounded(fit.shift_m),
                "median_m": _rounded(fit.median_m),
                "inside": fit.inside,
                "nearer": fit.nearer,
                "farther": fit.farther,
            }
            for fit in finding.evidence
        ],
        "told": finding.told.to(language),
        "confirmed": finding.confirmed,
    }


def _rounded(distance_m: float | None) -> float | None:
    """Round to the decimetre: finer would be a false claim."""
    return None if distance_m is None else round(distance_m, 1)
