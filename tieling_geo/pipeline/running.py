"""Run analyses on layers that were read, each run once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import pandas as pd

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import AccountingError, ParameterError, UnknownNameError
from tieling_geo.plan import analysis_values
from tieling_geo.readers import to_keys_sha256
from tieling_geo.records import (
    Account,
    Analysis,
    Clause,
    Layer,
    Parameter,
    ParameterValue,
    Result,
)
from tieling_geo.text import Text


def run(
    name: str,
    layers: Mapping[str, Layer],
    *,
    as_of: date,
    values: Mapping[str, ParameterValue] | None = None,
) -> Result | None:
    """
    Run one analysis on layers that were read.

    Parameters
    ----------
    name
        A key of `tieling_geo.analyses.ANALYSES`.
    layers
        Layers by name.
    as_of
        The day to which statuses are reckoned (closed).
    values
        Parameters that depart from their defaults.

    Returns
    -------
    result
        What it found; None if a layer that it needs is not there.

    Raises
    ------
    UnknownNameError
        If no analysis has that name.
    ParameterError
        If a parameter does not exist or its value is of another kind.

    Examples
    --------
    >>> from datetime import date
    >>> from tieling_geo.pipeline import read_layers
    >>> from tieling_geo.workspace import open_workspace
    >>> layers = read_layers(open_workspace(), ["parks"])
    >>> run("park_circular_retrofit", layers, as_of=date(2025, 12, 31)).category
    'category'
    """
    if name not in ANALYSES:
        known = ", ".join(ANALYSES)
        raise UnknownNameError(
            Text(f"没有分析 {name};可用:{known}", f"no analysis {name}: {known}")
        )
    analysis = ANALYSES[name]
    needed = [schema.layer_name() for schema in analysis.inputs]
    if not set(needed) <= set(layers):
        return None
    used = analysis.parameters_used(values or {})
    beside = [s.layer_name() for s in analysis.optional if s.layer_name() in layers]
    optional = {layer: layers[layer].features for layer in beside}
    given = {key: parameter.value for key, parameter in used.items() if key in (values or {})}
    first = concerned(analysis, layers[needed[0]].features, used)
    others = (layers[n].features for n in needed[1:])
    found = analysis.run(first, *others, **optional, as_of=as_of, **given)
    is_sample = any(layers[layer].card.is_sample for layer in (*needed, *beside))
    return replace(found, is_sample=True) if is_sample else found


def concerned(
    analysis: Analysis, features: gpd.GeoDataFrame, parameters: Mapping[str, Parameter]
) -> gpd.GeoDataFrame:
    """
    Give the features of the first layer that a run is about, by what the analysis `concerns`.

    A row that states another value there is another run's; one that states none may be this one's.
    """
    kept = pd.Series(data=True, index=features.index)
    for column, name in analysis.concerns.items():
        kept &= features[column].isna() | features[column].isin(listed(parameters[name].value))
    return features if kept.all() else features[kept]


def listed(value: ParameterValue) -> list[object]:
    """Give a parameter's value as a list."""
    return list(value) if isinstance(value, tuple) else [value]


@dataclass(frozen=True, slots=True)
class _Run:
    """What tells one run of an analysis from another."""

    analysis: str
    values: tuple[tuple[str, ParameterValue], ...]
    as_of: date


class Runs:
    """Runs of analyses, each done once."""

    def __init__(
        self,
        layers: Mapping[str, Layer],
        parameters: Mapping[str, Mapping[str, ParameterValue]],
        as_of: date,
    ) -> None:
        self.layers, self.parameters, self.as_of = layers, parameters, as_of
        self.done: dict[_Run, Result | None] = {}
        self.names: dict[_Run, str] = {}

    def at(self, day: date, changed: Mapping[str, Mapping[str, ParameterValue]]) -> "Runs":
        """
        Give the runs as of another day or with other parameters: what was run is not run again.

        Parameters
        ----------
        day
            The day to which statuses are reckoned (closed).
        changed
            Analysis -> parameter -> value: what departs from the parameters of these runs.
        """
        names = [*self.parameters, *changed]
        both = {name: {**self.parameters.get(name, {}), **changed.get(name, {})} for name in names}
        other = Runs(self.layers, both, day)
        other.done = self.done
        return other

    def result(self, clause: Clause, day: date) -> Result | None:
        """Run a clause's analysis as of a day, or take the run that was made before."""
        own = analysis_values(clause)
        values = {**self._checked(clause, own), **own}
        key = _Run(clause.analysis, tuple(sorted(values.items())), day)
        if key not in self.done:
            found = run(clause.analysis, self.layers, as_of=day, values=values)
            self.done[key] = None if found is None else _sourced(found, clause)
        if day == self.as_of and key not in self.names:
            taken = clause.analysis in self.names.values()
            suffix = f"__{clause.clause_id}" if taken else ""
            self.names[key] = f"{clause.analysis}{suffix}"
        return self.done[key]

    def _checked(
        self, clause: Clause, own: Mapping[str, ParameterValue]
    ) -> Mapping[str, ParameterValue]:
        """
        Return the parameters that are given, none of which may contradict the plan's.

        Raises
        ------
        ParameterError
            If the workspace, or a state of a map, sets what the clause sets.
        """
        given = self.parameters.get(clause.analysis, {})
        both = sorted(set(given) & set(own))
        if both:
            raise ParameterError(
                Text(
                    f"参数 {'、'.join(both)} 由条文 {clause.clause_id} 规定,工作区和地图不得改动",
                    f"parameter {', '.join(both)} is set by clause {clause.clause_id}; "
                    "neither the workspace nor a map may change it",
                )
            )
        return given

    def add_undriven(self, names: Iterable[str] = tuple(ANALYSES)) -> None:
        """Run those of the named analyses that no clause drives, so that maps can show them."""
        driven = {key.analysis for key in self.names}
        for name in names:
            if name not in driven:
                given = self.parameters.get(name, {})
                key = _Run(name, tuple(sorted(given.items())), self.as_of)
                if key not in self.done:
                    self.done[key] = run(name, self.layers, as_of=self.as_of, values=given)
                self.names[key] = name

    def named(self) -> dict[str, Result]:
        """Give the runs as of the day of the assessment, by name."""
        return {
            name: found
            for key, name in sorted(self.names.items(), key=lambda item: item[1])
            if (found := self.done[key]) is not None
        }

    def accounts(self) -> tuple[Account, ...]:
        """
        Hold that every feature that went into an analysis came out of it.

        Raises
        ------
        AccountingError
            If one is missing, counted twice, or another.
        """
        return tuple(
            _account(name, self.layers[ANALYSES[found.analysis].inputs[0].layer_name()], found)
            for name, found in self.named().items()
        )


def _account(name: str, layer: Layer, found: Result) -> Account:
    """
    Draw up the account of one analysis.

    Raises
    ------
    AccountingError
        If the features that came out are not those that went in.
    """
    went_in = concerned(ANALYSES[found.analysis], layer.features, found.parameters)
    keys = to_keys_sha256(found.features.index)
    if keys != to_keys_sha256(went_in.index):
        raise AccountingError(
            Text(
                f"分析 {name}:结果的要素与图层 {layer.name} 的要素不同",
                f"analysis {name}: the features that came out are not those of layer {layer.name}",
            )
        )
    return Account(
        step=name,
        source=layer.name,
        rows_in=len(went_in),
        accepted=len(found.features),
        keys_sha256=keys,
    )


def _sourced(result: Result, clause: Clause) -> Result:
    """Give the parameters that a clause sets the clause's own sources."""
    own = {
        p.name: replace(result.parameters[p.name], source=p.source, verified=p.verified)
        for p in clause.parameters
        if p.name in result.parameters
    }
    return replace(result, parameters={**result.parameters, **own})
