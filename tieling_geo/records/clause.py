"""A plan's clauses, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from tieling_geo.records.analysis import ParameterValue
from tieling_geo.text import NOTHING, Text

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
    hedge: str = ""
    """Word of the plan that says whether the value itself counts: a key of `HEDGES`."""


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
    hedges: tuple[str, ...] = ()
    """Words of the plan that set comparator, strictness or unit: keys of `plan.lexicon.HEDGES`."""
    beside: tuple[str, ...] = ()
    """Further measures of the analysis, told beside the one that decides."""
    second_tolerance_pct: Fraction | None = None
    """Another half-width for `about`: the verdict is told at both."""
    planned_analysis: str = ""
    """Name of the analysis that would decide it and is not built yet; then it has no data."""
    planned_measure: str = ""
    planned_layers: tuple[str, ...] = ()
    """Layers that it would need and that are not registered yet."""
    undecided_because: Text = NOTHING
    """Why no analysis decides it: what is missing, or why its words cannot be decided."""
    annex: Text = NOTHING
    """Numbers that the plan leaves to an annex: what is needed, and how to supply it."""
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
class Indicator:
    """A number that a plan asks for by name, as the table of indicators gives it."""

    name: str
    title: Text
    unit: str
    is_additive: bool
    """True: the counties' numbers add up to the city's."""
    aliases: tuple[str, ...] = ()
    """Other spellings in the table's indicator column, beside the name and the titles."""


CrossCheckKind = Literal["four_ways", "inside", "county_sums", "scopes_apart"]


@dataclass(frozen=True, slots=True)
class CrossCheckRule:
    """Clauses that a plan's answers are to be held against each other."""

    name: str
    kind: CrossCheckKind
    title: Text
    clauses: tuple[str, ...]
    scopes: Mapping[str, str] = field(default_factory=dict)
    """For `scopes_apart`: clause -> the word of the urban scope that it speaks of."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number about the city that its plan is held against, such as its population."""

    name: str
    value: Fraction
    unit: str
    source: Text
    verified: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: its clauses in their order, and its sections."""

    plan_id: str
    title: Text
    city: Text
    base_year: int
    sections: Mapping[str, Section]
    clauses: tuple[Clause, ...]
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    bureau_aliases: Mapping[str, str] = field(default_factory=dict)
    """Name as a section writes it -> the bureau's usual name; both are shown, neither changed."""
    cross_checks: tuple[CrossCheckRule, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
