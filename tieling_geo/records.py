"""Frozen records that pass from one room to the next."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

import geopandas as gpd
import pandas as pd

from tieling_geo.errors import AccountingError, ParameterError
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import check_unit

#: Columns of `Layer.rejected`, one row a rejected value.
REJECTED_COLUMNS = ("layer", "source", "row", "column", "value", "reason_zh", "reason_en")
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


@dataclass(frozen=True, slots=True)
class Card:
    """Who published a layer's file, under which licence, of which day and in which datum."""

    publisher: str
    licence: str
    reference_date: str
    datum: str
    """Datum as delivered: `cgcs2000`, `wgs84`, ... (see `tieling_geo.readers.card.DATUMS`)."""
    title: str = ""
    notes: str = ""
    crs: str = ""
    """CRS of a table's coordinate columns, `EPSG:n`; vector files carry their own."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header in the file -> column of the schema, where the aliases do not find it."""
    is_sample: bool = False
    rows: int | None = None
    """Number of rows that the file should have, where the publisher says so: it is then held."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as read: what was accepted, what was rejected and why, and where it came from."""

    name: str
    features: gpd.GeoDataFrame
    """Accepted rows in the working CRS, sorted by business key, which is also the index."""
    rejected: pd.DataFrame
    """`REJECTED_COLUMNS`; a row with two faults stands twice, under one row number."""
    card: Card
    source: str
    """File name as the workspace names it."""
    sha256: str
    rows_in: int
    notes: tuple[Text, ...] = ()
    """What the reader did that a person should know: encoding, dropped Z, unknown columns."""

    def __post_init__(self) -> None:
        """
        Hold the row account: in = accepted + rejected.

        Raises
        ------
        AccountingError
            If a row is missing or counted twice.
        """
        if self.rows_in != len(self.features) + self.rows_rejected:
            raise AccountingError(
                Text(
                    f"图层 {self.name}:读入 {self.rows_in} 行,接受 {len(self.features)} 行,"
                    f"退回 {self.rows_rejected} 行,账不平",
                    f"layer {self.name}: {self.rows_in} rows in, {len(self.features)} accepted, "
                    f"{self.rows_rejected} rejected: the account does not balance",
                )
            )

    @property
    def rows_rejected(self) -> int:
        """Number of rows rejected, each counted once."""
        return int(self.rejected["row"].nunique())


Exact = int | Fraction


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number kept exact until it is printed: a plain total, or a ratio of two totals.

    Examples
    --------
    >>> Quantity(9, 13).value("%") == Fraction(900, 13)
    True
    >>> Quantity(0, 0).value("%") is None
    True
    """

    numerator: Exact
    denominator: Exact | None = None
    """None: a plain total."""

    def value(self, unit: str) -> Fraction | None:
        """Return the number in a unit; None where the denominator is zero."""
        if self.denominator is None:
            return Fraction(self.numerator)
        if self.denominator == 0:
            return None
        return Fraction(self.numerator) / self.denominator * (100 if unit == "%" else 1)

    def __add__(self, other: "Quantity") -> "Quantity":
        """
        Add two quantities of one measure: numerators and denominators, never ratios.

        Raises
        ------
        AccountingError
            If one is a total and the other a ratio.
        """
        if (self.denominator is None) != (other.denominator is None):
            raise AccountingError(Text("总量与比率不能相加", "a total and a ratio are not added"))
        if self.denominator is None or other.denominator is None:
            return Quantity(self.numerator + other.numerator)
        return Quantity(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A number with its unit, and what it would be if every unknown were worst or best.

    `low` and `high` are the least and the greatest value that the unknown features allow, whatever
    they turn out to be. Measures of parts add up to the measure of the whole.
    """

    name: str
    unit: str
    estimate: Quantity
    """From the features whose state is known."""
    low: Quantity
    high: Quantity
    counted: int
    """Features in scope whose state is known."""
    excluded: int
    """Features that are or may be in scope, and whose state is not known."""

    def __post_init__(self) -> None:
        """Refuse an unknown unit."""
        check_unit(self.unit)

    @property
    def value(self) -> Fraction | None:
        """The value from what is known; None where nothing in scope is known."""
        return self.estimate.value(self.unit) if self.counted else None

    @property
    def in_scope(self) -> int:
        """Features that are, or may be, what the measure is about."""
        return self.counted + self.excluded

    def __add__(self, other: "Measure") -> "Measure":
        """
        Merge the measures of two disjoint parts.

        Raises
        ------
        AccountingError
            If they are not the same measure.
        """
        if (self.name, self.unit) != (other.name, other.unit):
            raise AccountingError(
                Text("只能合并同一指标", f"cannot add {self.name} and {other.name}")
            )
        return Measure(
            self.name,
            self.unit,
            self.estimate + other.estimate,
            self.low + other.low,
            self.high + other.high,
            self.counted + other.counted,
            self.excluded + other.excluded,
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
            If the value is not of the default's kind.
        """
        given = tuple(value) if isinstance(value, list) else value
        if isinstance(self.value, float) and isinstance(given, int) and not isinstance(given, bool):
            given = float(given)
        if type(given) is not type(self.value):
            raise ParameterError(
                Text(
                    f"参数 {self.name}:值 {value!r} 的类型不对,应与默认值 {self.value!r} 同类",
                    f"parameter {self.name}: value {value!r} is not of the kind of {self.value!r}",
                )
            )
        if given == self.value and source is None:
            return self
        told = source or Text("使用者给定", "given by the user")
        return replace(self, value=given, source=told, verified=False)


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
    warnings: tuple[Text, ...] = ()


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
        warnings=tuple(dict.fromkeys(w for part in results for w in part.warnings)),
    )


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


class State(StrEnum):
    """Outcome of one plan clause; `label` says it to people."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"
    REPORTED = "reported"
    NOT_DECIDABLE = "not_decidable"

    @property
    def label(self) -> Text:
        """What people read."""
        return _STATE_TITLES[self.value]


_STATE_TITLES = {
    "met": Text("达到", "met"),
    "not_met": Text("未达到", "not met"),
    "undetermined": Text("无法确定", "undetermined"),
    "no_data": Text("缺数据", "no data"),
    "not_applicable": Text("不适用", "not applicable"),
    "reported": Text("仅报告", "reported"),
    "not_decidable": Text("条文不可判定", "not decidable"),
}


class DeadlineState(StrEnum):
    """Where the deadline stands, apart from whether the target is reached by now."""

    NONE = "none"
    PENDING = "pending"
    MET_IN_TIME = "met_in_time"
    MET_LATE = "met_late"
    MISSED = "missed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """What people read."""
        return _DEADLINE_TITLES[self.value]


_DEADLINE_TITLES = {
    "none": Text("未设期限", "no deadline"),
    "pending": Text("未到期", "not due yet"),
    "met_in_time": Text("按期达到", "met in time"),
    "met_late": Text("逾期达到", "met late"),
    "missed": Text("逾期未达到", "missed"),
    "unknown": Text("到期情况不明", "unknown at the deadline"),
}

Comparator = Literal[">=", ">", "<=", "<", "==", "about", "none"]
Strictness = Literal["binding", "declared", "aspirational", "conditional", "report"]
ClauseKind = Literal[
    "spatial",
    "spatial_number",
    "named_list",
    "number",
    "report",
    "paperwork",
    "rule",
    "undecidable",
]


@dataclass(frozen=True, slots=True)
class ClauseParameter:
    """A value that a clause sets for its analysis or for its target, and where it comes from."""

    name: str
    value: ParameterValue
    source: Text
    verified: bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty of a plan, as data: what it asks, of what, by when, and what decides it."""

    clause_id: str
    section: str
    paraphrase: Text
    sentence_sha256: str
    kind: ClauseKind
    comparator: Comparator
    strictness: Strictness
    scope: Text
    layers: tuple[str, ...]
    target: Fraction | None = None
    unit: str = ""
    deadline: date | None = None
    analysis: str = ""
    """Name of the analysis; empty: none is built, see `undecided_because`."""
    measure: str = ""
    tolerance_pct: Fraction | None = None
    """Half-width of the band for `about`, in percent of the target (closed)."""
    undecided_because: Text = NOTHING
    """Why no analysis decides it: what is missing, or why its words cannot be decided."""
    parameters: tuple[ClauseParameter, ...] = ()
    assumptions: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a plan: its title and the bureaus the plan names for it."""

    section: str
    title: Text
    bureaus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: its clauses in their order, and its sections."""

    plan_id: str
    title: Text
    city: Text
    base_year: int
    sections: Mapping[str, Section]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one clause stands, and all that is needed to defend it."""

    clause: Clause
    state: State
    deadline_state: DeadlineState
    because: Text
    """One sentence that says why the state is what it is."""
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    margin: Fraction | None = None
    """Value minus target, signed so that positive is on the side the plan wants."""
    value_at_deadline: Fraction | None = None
    counted: int = 0
    excluded: int = 0
    against: tuple[str, ...] = ()
    """Ids of the features that speak against the target."""
    unknown: tuple[str, ...] = ()
    """Ids of the features whose state is not known."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedMap:
    """A map that is published: what it draws, as data."""

    map_id: str
    title: Text
    analyses: tuple[str, ...]
    """Drawn on top, in this order, each coloured by its category."""
    context: tuple[str, ...] = ()
    """Layers drawn below, for orientation: counties, rivers, roads, pipes."""
    theme: str = "light"
    extent: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees; None: all that is drawn."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A plan held against a workspace on a day: all that the maps and reports are made from."""

    title: Text
    as_of: date
    is_sample: bool
    """True: every map and report says 示例数据 / SAMPLE."""
    map_approval_no: str
    plan: Plan
    layers: Mapping[str, Layer]
    results: Mapping[str, Result]
    """By analysis name; a second run of one analysis, with other parameters, adds its clause."""
    verdicts: tuple[Verdict, ...]

    @property
    def rows_rejected(self) -> int:
        """Rows rejected over all layers."""
        return sum(layer.rows_rejected for layer in self.layers.values())


#: Told what is being done, and how much of how much is done.
Progress = Callable[[Text, int, int], None]


def silent(_what: Text, _done: int, _of: int) -> None:
    """Tell nobody: the progress of a run that nobody watches."""
