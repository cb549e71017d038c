"""Examine the layers one by one against their references, and stop on a clear contradiction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import CHINA_BOUNDS, to_degrees
from tieling_geo.datum_doctor import words
from tieling_geo.datum_doctor.findings import CandidateFit, DatumFinding, Verdict
from tieling_geo.datum_doctor.hypotheses import Hypothesis, to_hypotheses
from tieling_geo.datum_doctor.judgement import (
    Fit,
    apart_m,
    beats,
    count_nearer,
    is_exact,
    is_separable,
    rank,
)
from tieling_geo.datum_doctor.matching import Match, Numbers, Shapes, match
from tieling_geo.errors import DatumError
from tieling_geo.records import Layer
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

Bounds = tuple[float, float, float, float]

# A feature that is farther than this from its counterpart under every reading has none there.
_UNMATCHED_M = 5_000.0
# Least share of the features (closed) that a possible reading leaves inside the bounds.
_ENOUGH_INSIDE = 0.95
# How far beside a reading it is tried whether the features fit better there, metres.
_BESIDE_M = (50.0, 100.0, 150.0)
# Readings that "agrees" must have ruled out, where they are open.
_WEB_MAPS = ("gcj02", "bd09", "unshifted")


def examine_datums(
    layers: Mapping[str, Layer], *, bounds: Bounds | None = None
) -> tuple[DatumFinding, ...]:
    """
    Hold every layer against each of its references that is there, and say which datum fits.

    Parameters
    ----------
    layers
        Layers as read, by name; which references a layer has is stated in its schema.
    bounds
        West, south, east, north, degrees, closed: a reading that puts features outside is not
        possible. By default China.

    Returns
    -------
    findings
        One a layer and reference, in the order of the layers; nothing is changed. Where an earlier
        reference of a layer agrees with it, a later one that contradicts is `undecided`.

    Examples
    --------
    >>> examine_datums({})
    ()
    """
    inside = CHINA_BOUNDS if bounds is None else bounds
    found: list[DatumFinding] = []
    for name, layer in layers.items():
        references = LAYERS[name].card().references
        own = [
            _examined(layer, layers[reference], inside)
            for reference in references
            if reference in layers
        ]
        reconciled = _reconciled([finding for finding in own if finding is not None])
        found += [words.confirmed(f, layer.reading.datum_confirmed) for f in reconciled]
    return tuple(found)


def check_datums(
    layers: Mapping[str, Layer], *, bounds: Bounds | None = None
) -> tuple[DatumFinding, ...]:
    """
    Return what `examine_datums` found, or stop if a layer clearly contradicts its declared datum.

    Raises
    ------
    DatumError
        If a reading other than the declared one fits a layer's reference clearly better; names
        every such layer, its file, the numbers of every reading, and what to do.

    Examples
    --------
    >>> check_datums({})
    ()
    """
    findings = examine_datums(layers, bounds=bounds)
    refuse_contradicted(findings)
    return findings


def refuse_contradicted(findings: Iterable[DatumFinding]) -> None:
    """
    Stop if a layer clearly contradicts its declared datum, and nobody has confirmed it.

    Raises
    ------
    DatumError
        If a finding's verdict is `contradicts`; says all that the findings tell.
    """
    told = [f.told for f in findings if f.verdict == "contradicts" and not f.confirmed]
    if told:
        raise DatumError(Text("\n".join(t.zh for t in told), "\n".join(t.en for t in told)))


def _reconciled(findings: list[DatumFinding]) -> Iterator[DatumFinding]:
    """Keep a contradiction only if no other reference agrees: then that reference is in doubt."""
    agreed = [finding for finding in findings if finding.verdict == "agrees"]
    for finding in findings:
        if finding.verdict == "contradicts" and agreed:
            yield words.doubted(finding, agreed[0])
        else:
            yield finding


@dataclass(frozen=True, slots=True)
class _Laid:
    """A layer laid over a reference in every possible reading."""

    match: Match
    hypotheses: Mapping[str, Hypothesis]
    kept: NDArray[np.bool_]
    """Which of the n pairs are compared: those that have a counterpart under some reading."""
    fits: Mapping[str, Fit]


def _examined(layer: Layer, reference: Layer, bounds: Bounds) -> DatumFinding | None:
    """Hold one layer against one reference; None if either is empty."""
    if layer.features.empty or reference.features.empty:
        return None
    matched = match(layer.features, reference.features, name=layer.name)
    laid = None if matched is None else _laid(matched, to_hypotheses(layer.reading), bounds)
    if laid is None:
        return words.unmatched(layer, reference)
    verdict, best, rivals = _judged(laid)
    finding = DatumFinding(
        layer=layer.name,
        reference=reference.name,
        declared=words.declared(layer),
        best=best,
        verdict=verdict,
        matched=int(laid.kept.sum()),
        evidence=tuple(_evidence(laid)),
        told=Text("", ""),
    )
    titles = [laid.hypotheses[candidate].title for candidate in rivals]
    return words.told(finding, layer, reference, rivals=titles)


def _laid(matched: Match, hypotheses: Mapping[str, Hypothesis], bounds: Bounds) -> _Laid | None:
    """Lay the features over the reference in every reading that keeps them inside the bounds."""
    laid: dict[str, tuple[Numbers, Numbers]] = {}
    for candidate, hypothesis in hypotheses.items():
        moved = shapely.transform(matched.shapes, hypothesis.move)
        if candidate == "declared" or _is_feasible(moved, bounds):
            laid[candidate] = (matched.measure(moved), hypothesis.move(matched.places))
    kept = np.min([misfit for misfit, _ in laid.values()], axis=0) <= _UNMATCHED_M
    if not kept.any():
        return None
    fits = {
        candidate: Fit(misfit[kept], places[kept], hypotheses[candidate].uncertainty_m)
        for candidate, (misfit, places) in laid.items()
    }
    return _Laid(matched, hypotheses, kept, fits)


def _is_feasible(shapes: Shapes, bounds: Bounds) -> bool:
    """Tell whether nearly all shapes lie inside the bounds."""
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        return False
    west, south, east, north = bounds
    lon, lat = to_degrees(shapely.get_coordinates(shapely.centroid(shapes))).T
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return bool(inside.mean() >= _ENOUGH_INSIDE)


def _judged(laid: _Laid) -> tuple[Verdict, str, list[str]]:
    """Return the verdict, the reading that fits best, and those that could be it as well."""
    fits, kind = laid.fits, laid.match.kind
    best = rank(fits, kind)[0]
    if best != "declared" and beats(fits[best], fits["declared"], kind):
        others = [c for c in fits if c not in {best, "declared"}]
        rivals = [c for c in others if not beats(fits[best], fits[c], kind)]
        # Few features stand near a border: they can contradict the declared datum before they can
        # part GCJ-02 from BD-09. Distances must part what is apart.
        is_parted = not any(is_separable(fits[best], fits[c]) for c in rivals)
        if kind == "inside" or (is_parted and is_exact(fits[best], _beside(laid, best))):
            return "contradicts", best, rivals
    ruled_out = [c for c in _WEB_MAPS if c in fits]
    if ruled_out and all(beats(fits["declared"], fits[c], kind) for c in ruled_out):
        declared = fits["declared"]
        return "agrees", best, [c for c in fits if not beats(declared, fits[c], kind)][1:]
    return "undecided", best, []


def _beside(laid: _Laid, best: str) -> Iterator[Fit]:
    """Lay the features over the reference some way beside a reading, all around it."""
    moved = shapely.transform(laid.match.shapes, laid.hypotheses[best].move)
    for distance_m in _BESIDE_M:
        for turn in np.arange(8) * np.pi / 4:
            offset = distance_m * np.array([np.sin(turn), np.cos(turn)])
            misfit = laid.match.measure(shapely.transform(moved, lambda at, by=offset: at + by))
            yield Fit(misfit[laid.kept], laid.fits[best].places + offset)


def _evidence(laid: _Laid) -> Iterator[CandidateFit]:
    """Write down the numbers of every reading."""
    declared = laid.fits["declared"]
    for candidate, hypothesis in laid.hypotheses.items():
        fit = laid.fits.get(candidate)
        if fit is None:
            yield CandidateFit(candidate, hypothesis.title, feasible=False)
            continue
        nearer, farther = count_nearer(fit, declared)
        yield CandidateFit(
            candidate,
            hypothesis.title,
            feasible=True,
            shift_m=apart_m(fit, declared),
            median_m=fit.median_m,
            inside=fit.inside if laid.match.kind == "inside" else None,
            nearer=nearer,
            farther=farther,
        )
