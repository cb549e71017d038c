"""A plan's clauses, and the verdicts on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from tieling_geo.records.analysis import Parameter, ParameterValue
from tieling_geo.text import NOTHING, Text


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
