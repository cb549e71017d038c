"""A plan held against a workspace, and what is made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tieling_geo.records.analysis import ParameterValue, Result
from tieling_geo.records.clause import Plan
from tieling_geo.records.layer import Layer
from tieling_geo.records.reading import Account
from tieling_geo.records.verdict import CrossCheck, Override, Verdict
from tieling_geo.text import Text

#: The most states that a published map may have beside the day of the assessment.
MOST_STATES = 12


@dataclass(frozen=True, slots=True)
class StateCard:
    """A state that a published map promises: another day, or other parameters."""

    title: Text
    as_of: date | None = None
    """The day to which statuses are reckoned (closed); None: the day of the assessment."""
    parameters: Mapping[str, Mapping[str, ParameterValue]] = field(default_factory=dict)
    """Analysis -> parameter -> value: what departs from the assessment's own parameters."""


@dataclass(frozen=True, slots=True)
class MapState:
    """What a published map shows in one of its states."""

    title: Text
    as_of: date
    results: Mapping[str, Result]
    """By the names of the map's analyses; one that could not run is not there."""
    verdicts: tuple[Verdict, ...]
    """Of the clauses that rest on the map's analyses, as of that day."""
    parameters: Mapping[str, Mapping[str, ParameterValue]] = field(default_factory=dict)
    """Analysis -> parameter -> value: what departs from the assessment's own parameters."""
    is_own: bool = False
    """True: what the assessment itself found."""


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
    states: tuple[StateCard, ...] = ()
    """What can be looked at beside the day of the assessment, in the order of the file."""


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
    accounts: tuple[Account, ...] = ()
    """The accounts of the analyses; each layer carries its own."""
    datum_checks: tuple[Text, ...] = ()
    """What each layer's datum was held against, and what came of it."""
    overrides: tuple[Override, ...] = ()
    """What persons set, with what the ledgers have."""
    cross_checks: tuple[CrossCheck, ...] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    """sha256 -> sentence of the plan, where the user supplies the plan's text."""
    settings: tuple[Path, ...] = ()
    """The files that decided the outcome beside the layers and the maps."""
    states: Mapping[str, tuple[MapState, ...]] = field(default_factory=dict)
    """Map id -> what its states show beside the day of the assessment; see `render.states_of`."""

    @property
    def rows_rejected(self) -> int:
        """Rows rejected over all layers."""
        return sum(layer.rows_rejected for layer in self.layers.values())


#: Told what is being done, and how much of how much is done.
Progress = Callable[[Text, int, int], None]


def silent(_what: Text, _done: int, _of: int) -> None:
    """Tell nobody: the progress of a run that nobody watches."""
