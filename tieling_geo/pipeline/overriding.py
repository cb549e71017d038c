"""Let persons set values of features: what they set is used, what the ledger has is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from tieling_geo.readers.later_rejects import reject
from tieling_geo.readers.values.columns import to_told, to_typed
from tieling_geo.records import Layer, Override
from tieling_geo.schemas import LAYERS, ColumnCard
from tieling_geo.text import Text

_LAYER = "overrides"
_Fault = tuple[str, str, Text]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One row of the ledger of overrides."""

    override_id: str
    layer: str
    feature_id: str
    column: str
    value: object


def with_overrides(
    layers: Mapping[str, Layer],
) -> tuple[dict[str, Layer], tuple[Override, ...]]:
    """
    Set the values that the ledger of overrides states.

    A row that names a layer, a feature or a column that is not there, or whose value the column
    cannot have, is rejected like any bad row of a ledger, and so are rows that set one value twice.
    A feature's number and place cannot be set. A blank value means that nobody knows.

    Parameters
    ----------
    layers
        By name, as read; without a ledger of overrides nothing is done.

    Returns
    -------
    layers
        The same, values set; a ledger's own rows, hash and counts are unchanged.
    overrides
        What was set, with the value before, sorted by number.
    """
    if _LAYER not in layers:
        return dict(layers), ()
    found = _Found(layers)
    for asked in found.asked():
        found.take(asked)
    rejected = reject(layers[_LAYER], found.faults)
    return {**layers, **found.changed, _LAYER: rejected}, tuple(found.overrides)


class _Found:
    """What came of the rows so far."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self.layers, self.rows = layers, layers[_LAYER].features
        self.changed: dict[str, Layer] = {}
        self.overrides: list[Override] = []
        self.faults: dict[str, _Fault] = {}

    def asked(self) -> list[_Asked]:
        """List the rows that set a value nobody else sets; the others are rejected."""
        asked = [_to_asked(str(key), row) for key, row in self.rows.iterrows()]
        cells = pd.Series([(a.layer, a.feature_id, a.column) for a in asked], dtype="object")
        double = cells.duplicated(keep=False)
        why = Text("同一要素的同一字段被认定不止一次", "one value is set more than once")
        for at in double.index[double]:
            self.faults[asked[at].override_id] = ("feature_id", asked[at].feature_id, why)
        return [one for at, one in enumerate(asked) if not double[at]]

    def take(self, asked: _Asked) -> None:
        """Set one value, or say why not."""
        fault = self._misplaced(asked)
        if fault is not None:
            self.faults[asked.override_id] = fault
            return
        layer = self.changed.get(asked.layer, self.layers[asked.layer])
        card = next(c for c in LAYERS[asked.layer].columns() if c.name == asked.column)
        value, why = _typed(asked.value, card)
        changed = layer.features.copy()
        changed[asked.column] = changed[asked.column].where(
            changed.index != asked.feature_id, value
        )
        if why is None:
            why = _broken(changed.loc[[asked.feature_id]], asked)
        if why is not None:
            self.faults[asked.override_id] = ("value", to_told(asked.value), why)
            return
        before = layer.features.loc[asked.feature_id, asked.column]
        self.changed[asked.layer] = replace(layer, features=changed)
        self.overrides.append(self._record(asked, card, before, value))

    def _misplaced(self, asked: _Asked) -> _Fault | None:
        """Say what an override names that is not there."""
        if asked.layer not in self.layers or asked.layer == _LAYER:
            why = Text("没有这个图层", "no such layer in the workspace")
            return ("layer", asked.layer, why)
        if asked.feature_id not in self.layers[asked.layer].features.index:
            why = Text("图层中没有这个要素,或该行被退回", "the layer has no such feature")
            return ("feature_id", asked.feature_id, why)
        names = {c.name for c in LAYERS[asked.layer].columns()} - {LAYERS[asked.layer].card().key}
        if asked.column not in names:
            known = "、".join(sorted(names))
            return (
                "column",
                asked.column,
                Text(f"没有这个字段;可用:{known}", f"no such column; known: {known}"),
            )
        return None

    def _record(self, asked: _Asked, card: ColumnCard, before: object, value: object) -> Override:
        """Keep what was set, and what stood there before."""
        row = self.rows.loc[asked.override_id]
        return Override(
            override_id=asked.override_id,
            layer=asked.layer,
            feature_id=asked.feature_id,
            column=asked.column,
            original=_shown(before, card),
            stated=_shown(value, card),
            who=row["who"],
            why=row["why"],
            decided_on=row["decided_on"].date(),
            evidence=row["evidence"],
        )


def _to_asked(override_id: str, row: pd.Series) -> _Asked:
    """Take a row; layers and columns may go by their Chinese titles."""
    layers = {schema.card().title.zh: name for name, schema in LAYERS.items()}
    layer = layers.get(row["layer"], row["layer"])
    columns = {c.title.zh: c.name for c in LAYERS[layer].columns()} if layer in LAYERS else {}
    column = columns.get(row["column"], row["column"])
    return _Asked(override_id, layer, row["feature_id"], column, row["value"])


def _typed(value: object, card: ColumnCard) -> tuple[Any, Text | None]:
    """Bring a value to its column's type; a blank is missing."""
    typed = to_typed(pd.Series([value], dtype="object"), card)
    if bool(typed.failed.iloc[0]):
        return None, typed.reasons[0]
    return typed.column.astype(card.dtype).iloc[0], None


def _broken(changed: pd.DataFrame, asked: _Asked) -> Text | None:
    """Say which rule of the schema a value breaks."""
    failures = LAYERS[asked.layer].failures(changed)
    own = failures[failures["column"] == asked.column]
    if own.empty:
        return None
    check = str(own["check"].iloc[0])
    return Text(f"不符合该字段的规定 {check}", f"breaks the column's rule {check}")


def _shown(value: Any, card: ColumnCard) -> str:  # noqa: ANN401 - a cell of any kind
    """Say a value as people read it; blank where there is none."""
    if pd.isna(value):
        return ""
    if card.kind == "date":
        return f"{value:%Y-%m-%d}"
    titles = card.values  # noqa: PD011 - the allowed values of a column, not a frame's
    return titles[value].zh if value in titles else to_told(value)
