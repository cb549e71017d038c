"""What an analysis is, what it takes and what it finds."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import geopandas as gpd
import pandas as pd

from tieling_geo.errors import AccountingError, ParameterError
from tieling_geo.records.measure import Measure
from tieling_geo.schemas import LayerSchema
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Text

#: Columns of `Result.excluded`, one row a feature and measure.
EXCLUDED_COLUMNS = (
    "layer",
    "feature_id",
    "measure",
    "kind",
    "reason_zh",
    "reason_en",
)
#: Columns of `Result.rollups`; they add up over parts, so numerators and denominators travel.
ROLLUP_COLUMNS = (
    "measure",
    "dimension",
    "group",
    "numerator",
    "denominator",
    "counted",
    "unknown",
)

Interval = Literal["closed", "open", "none"]
ParameterValue = float | str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold, list or method that an analysis uses, and where it comes from."""

    name: str
    value: ParameterValue
    unit: str
    """A word of `UNITS`, or empty for a list or a method."""
    interval: Interval
    """`closed`: a value exactly on the threshold counts; `open`: it does not."""
    title: Text
    source: Text
    verified: bool
    """False: declared by us or by the user, not found in the plan or a standard that was read."""

    def with_value(self, value: ParameterValue, source: Text | None = None) -> "Parameter":
        """
        Return the parameter with another value, which then counts as declared by the user.

        Raises
        ------
        ParameterError
            If the value is not of the default's kind, or is no finite number.
        """
        given = tuple(value) if isinstance(value, list) else value
        if isinstance(self.value, float) and isinstance(given, int) and not isinstance(given, bool):
            given = float(given)
        endless = isinstance(given, float) and not math.isfinite(given)
        mixed = isinstance(given, tuple) and not all(isinstance(word, str) for word in given)
        if type(given) is not type(self.value) or endless or mixed:
            raise ParameterError(
                Text(
                    f"参数 {self.name}:值 {value!r} 不合要求,应与默认值 {self.value!r} 同类",
                    f"parameter {self.name}: value {value!r} is not of the kind of {self.value!r}",
                )
            )
        if given == self.value and source is None:
            return self
        told = source or Text("使用者给定", "given by the user")
        return replace(self, value=given, source=told, verified=False)


LeverKind = Literal["threshold", "boundary", "position", "date"]
#: Columns of `Lever.table`, one row a feature that counts on one side of the lever.
LEVER_COLUMNS = ("margin", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Lever:
    """
    One thing that decides which features a measure counts, and how far each stands from it.

    A threshold, a boundary and a date move as one for all features; positions move each by itself.
    """

    name: str
    """The parameter or the layer that would move, such as `capacity_limit_t_per_h`."""
    kind: LeverKind
    title: Text
    unit: str
    """A word of `UNITS`, in which margins are given."""
    table: pd.DataFrame
    """
    `LEVER_COLUMNS`, index the features' ids as text, one row for each change that a feature's
    crossing of the lever makes to the measure, all else being as it is; a feature may change more
    than once. `margin` is positive inside, negative outside; `numerator` and `denominator` are what
    the feature adds to the measure while it is inside, exact (int or Fraction, dtype object); for a
    plain total the denominator is the number of features that become known. A feature that is not
    known moves the bounds: `tieling_geo.operations.levers.BOUND_COLUMNS` hold that.
    """
    closed: bool = True
    """True: a feature of margin zero is inside."""


#: Measure -> what could move and change it.
Levers = Mapping[str, tuple[Lever, ...]]


class LaterLevers(Mapping[str, tuple[Lever, ...]]):
    """
    Levers that are worked out when somebody first asks: most runs are never asked.

    Examples
    --------
    >>> levers = LaterLevers(lambda: {"share": ()})
    >>> levers["share"], len(levers)
    ((), 1)
    """

    def __init__(self, make: Callable[[], Levers]) -> None:
        self._make = make
        self._made: Levers | None = None

    def _levers(self) -> Levers:
        """Work them out, once."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, measure: str) -> tuple[Lever, ...]:
        """Give the levers of a measure."""
        return self._levers()[measure]

    def __iter__(self) -> Iterator[str]:
        """Name the measures."""
        return iter(self._levers())

    def __len__(self) -> int:
        """Count the measures."""
        return len(self._levers())


Role = Literal["good", "bad", "warning", "unknown", "neutral"]


@dataclass(frozen=True, slots=True)
class Category:
    """One value of a result's category column: how a legend names it and what it stands for."""

    value: str
    title: Text
    role: Role


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column that an analysis adds to the features, for popups, evidence tables and ledgers."""

    name: str
    title: Text
    unit: str = ""
    words: Mapping[str, Text] = field(default_factory=dict)
    """What the column's code words mean to people; several in one cell are joined by `;`."""


@dataclass(frozen=True, slots=True)
class MeasureCard:
    """A measure that an analysis promises."""

    name: str
    title: Text
    unit: str


@dataclass(frozen=True, slots=True)
class TableCard:
    """A table that an analysis promises, and what people call it."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class ShapeCard:
    """Places that an analysis finds and no layer has, such as gaps, and what they are called."""

    name: str
    title: Text
    family: GeometryFamily
    role: Role
    columns: tuple[ResultColumn, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What an analysis found."""

    analysis: str
    features: gpd.GeoDataFrame
    """One row a feature of the first input layer, same index, with the columns of the analysis."""
    category: str
    """The column of `features` that a map colours by."""
    measures: Mapping[str, Measure]
    against: Mapping[str, tuple[str, ...]]
    """For each measure, the ids of the features that speak against its target, sorted."""
    excluded: pd.DataFrame
    """`EXCLUDED_COLUMNS`: every feature that did not count for a measure, and why."""
    rollups: pd.DataFrame
    """`ROLLUP_COLUMNS`."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables that hold no geometry, such as a matrix of distances."""
    shapes: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    """Places that no layer has, by the names of `Analysis.shapes`: columns of the card, CRS of the
    features, index ids as text, sorted."""
    warnings: tuple[Text, ...] = ()
    levers: Levers = field(default_factory=dict)
    """For each measure, what could move and change it; see `tieling_geo.plan.robustness`."""
    is_sample: bool = False
    """True: a layer that it rests on is invented, so that whatever shows it says so."""


def merge_results(parts: Iterable[Result]) -> Result:
    """
    Merge the Results of disjoint parts into the Result of the whole.

    Numerators, denominators and counts are added, never ratios; features and excluded rows are
    put one under the other and sorted by feature; the warnings are kept once each.

    Raises
    ------
    AccountingError
        If there is no part, the parts are not of one analysis with one set of parameters, or they
        share a feature.
    """
    results = list(parts)
    if not results or len({part.analysis for part in results}) != 1:
        raise AccountingError(Text("没有可合并的结果", "there is nothing of one kind to merge"))
    first = results[0]
    features = pd.concat([part.features for part in results]).sort_index()
    if not features.index.is_unique or any(p.parameters != first.parameters for p in results):
        raise AccountingError(
            Text("各部分要素重复或参数不同", "the parts share a feature or differ in parameters")
        )
    measures = dict(first.measures)
    for part in results[1:]:
        measures = {name: measures[name] + part.measures[name] for name in measures}
    keys = ["measure", "dimension", "group"]
    rollups = pd.concat([part.rollups for part in results], ignore_index=True)
    return replace(
        first,
        features=features,
        measures=measures,
        against={
            name: tuple(sorted(i for part in results for i in part.against[name]))
            for name in first.against
        },
        excluded=_stacked([part.excluded for part in results], ["measure", "feature_id"]),
        rollups=rollups.groupby(keys, dropna=False, sort=True).sum().reset_index(),
        tables={
            name: _stacked([part.tables[name] for part in results], None) for name in first.tables
        },
        shapes={
            name: pd.concat([part.shapes[name] for part in results]).sort_index()
            for name in first.shapes
        },
        warnings=tuple(dict.fromkeys(w for part in results for w in part.warnings)),
        levers=LaterLevers(lambda: _merged_levers(results)),
        is_sample=any(part.is_sample for part in results),
    )


def _merged_levers(results: list[Result]) -> dict[str, tuple[Lever, ...]]:
    """Merge the levers of several parts, measure by measure."""
    return {
        name: tuple(
            _merged_lever([part.levers[name][place] for part in results])
            for place in range(len(levers))
        )
        for name, levers in results[0].levers.items()
    }


def _merged_lever(parts: list[Lever]) -> Lever:
    """Put the features of one lever of several parts into one table, sorted by feature."""
    table = pd.concat([part.table for part in parts]).sort_index(kind="stable")
    return replace(parts[0], table=table)


def _stacked(frames: list[pd.DataFrame], keys: list[str] | None) -> pd.DataFrame:
    """Put frames one under the other, sorted by the keys (all columns if None)."""
    whole = pd.concat(frames, ignore_index=True)
    by = keys if keys is not None else list(whole.columns)
    return whole.sort_values(by, kind="stable", ignore_index=True) if len(whole) else whole


@dataclass(frozen=True, slots=True)
class Analysis:
    """One question asked of the layers, and how it is answered."""

    name: str
    title: Text
    question: Text
    inputs: tuple[type[LayerSchema], ...]
    """Layers that must be there, as `run` takes them; the first one's features come back."""
    optional: tuple[type[LayerSchema], ...]
    """Layers that `run` takes by name, or None: their measures and rollups are then left out."""
    parameters: tuple[Parameter, ...]
    measures: tuple[MeasureCard, ...]
    categories: tuple[Category, ...]
    columns: tuple[ResultColumn, ...]
    margin: ResultColumn
    """How far a feature stands from the threshold that decides it; the title says what + means."""
    split: Literal["county"] | None
    """How the first layer may be cut into parts whose Results merge; None: not at all."""
    run: Callable[..., Result]
    tables: tuple[TableCard, ...] = ()
    """Further tables of `Result.tables`."""
    shapes: tuple[ShapeCard, ...] = ()
    """Places that `run` finds and no layer has."""
    concerns: Mapping[str, str] = field(default_factory=dict)
    """Column of the first layer -> parameter: a row that states another value there concerns
    another run, so that its rejection casts no doubt on this one."""

    def parameters_used(self, values: Mapping[str, ParameterValue]) -> dict[str, Parameter]:
        """
        Return every parameter with the value that is used.

        Raises
        ------
        ParameterError
            If a value is given for a parameter that the analysis does not have.
        """
        unknown = sorted(set(values) - {p.name for p in self.parameters})
        if unknown:
            known = ", ".join(p.name for p in self.parameters)
            raise ParameterError(
                Text(
                    f"分析 {self.name} 没有参数 {', '.join(unknown)};可用:{known}",
                    f"analysis {self.name} has no parameter {', '.join(unknown)}; known: {known}",
                )
            )
        return {
            p.name: p.with_value(values[p.name]) if p.name in values else p for p in self.parameters
        }
