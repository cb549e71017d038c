"""How a clause stands, and all that is needed to defend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from tieling_geo.records.analysis import LeverKind, Parameter
from tieling_geo.records.clause import Clause
from tieling_geo.records.measure import Exact, Measure, Quantity
from tieling_geo.text import Text


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


class WaitingFor(StrEnum):
    """What a clause without data waits for."""

    ANALYSIS = "analysis"
    LAYER = "layer"
    VALUES = "values"
    ANNEX = "annex"

    @property
    def label(self) -> Text:
        """What people read."""
        return _WAITING_TITLES[self.value]


_WAITING_TITLES = {
    "analysis": Text("分析尚未建成", "analysis not built yet"),
    "layer": Text("缺图层", "a layer is missing"),
    "values": Text("范围内情况全部不明", "nothing in scope is known"),
    "annex": Text("缺规划附件的数字", "numbers of an annex that the plan does not contain"),
}

MoveKind = LeverKind | Literal["value", "features"]


@dataclass(frozen=True, slots=True)
class Move:
    """The smallest move of one kind after which a verdict no longer holds."""

    kind: MoveKind
    name: str
    """The parameter or layer that moves; for `value` and `features` the measure."""
    title: Text
    unit: str
    amount: Exact | float | None
    """How far it must move, 0 or more; None: no move of this kind changes the verdict."""
    direction: Literal["up", "down", "either", "none"]
    """`up`: the inner side grows, as by a boundary that moves outward; `down`: it shrinks."""
    features: tuple[str, ...] = ()
    """The features that decide it: those that change sides in the move, the nearest first."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the verdict would be under another reading that was declared."""

    title: Text
    state: State
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class PacePoint:
    """One year of a measure beside the straight line from the base year to the target."""

    year: int
    value: Fraction | None
    line: Fraction
    """Value of the line in that year."""
    margin: Fraction | None
    """Value minus line, positive on the side the plan wants; None without a value."""


@dataclass(frozen=True, slots=True)
class Override:
    """A feature's value as a person set it, with the value that the ledger has."""

    override_id: str
    layer: str
    feature_id: str
    column: str
    original: str
    """As people read it; blank where the ledger has none."""
    stated: str
    who: str
    why: str
    decided_on: date
    evidence: str


CheckState = Literal["holds", "broken", "unknown"]


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Two or more answers held against each other."""

    name: str
    title: Text
    clauses: tuple[str, ...]
    state: CheckState
    told: Text
    """One sentence: what was compared, and what came of it."""
    rows: tuple[tuple[Text, int, tuple[str, ...]], ...] = ()
    """Classes, such as under both, one or neither: title, number, ids of the features."""


_SOFT_TITLES = {
    "aspirational": Text("未达到(力争目标,不属违反)", "not met (aspirational, no violation)"),
    "conditional": Text(
        "待说明(原则上,不认定违反)", "to be explained (in principle, no violation)"
    ),
}


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
    estimate: Quantity | None = None
    """The value as numerator and denominator."""
    beside: tuple[Measure, ...] = ()
    """Further measures that the clause asks to be told."""
    waiting_for: WaitingFor | None = None
    """Where there is no data: what is needed."""
    robustness: tuple[Move, ...] = ()
    """Of a decided clause: the smallest moves that change the verdict, one a kind."""
    alternatives: tuple[Alternative, ...] = ()
    pace: tuple[PacePoint, ...] = ()
    """Year by year, for measures that have a history."""
    overrides: tuple[str, ...] = ()
    """Ids of the overrides that it rests on."""
    state_without_overrides: State | None = None
    """What the state would be without them; None if it rests on none."""

    @property
    def is_decided(self) -> bool:
        """True if the clause was held against its target and the bounds decide it."""
        return self.state in {State.MET, State.NOT_MET}

    @property
    def is_violation(self) -> bool:
        """True if a binding target is missed; what the plan only strives for is never violated."""
        return self.state is State.NOT_MET and self.clause.strictness in {"binding", "declared"}

    @property
    def label(self) -> Text:
        """The state as people read it; a soft target that is missed says so."""
        if self.state is State.NOT_MET and not self.is_violation:
            return _SOFT_TITLES.get(self.clause.strictness, self.state.label)
        return self.state.label
