"""Cross-check: different words for an urban scope are different polygons."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tieling_geo.plan.cross_check_answers import Answers, Outcome, Row
from tieling_geo.records import CrossCheckRule
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

_SCOPE_COLUMN = "scope"
_SCOPE_PARAMETER = "_scope"


class _Polygons(NamedTuple):
    """Which polygons a clause's scope is."""

    layer: str
    value: str


def scopes_apart(rule: CrossCheckRule, answers: Answers) -> Outcome:
    """Hold that each word for an urban scope has polygons of its own, and all clauses agree."""
    users: dict[str, list[str]] = {}
    for clause_id, word in rule.scopes.items():
        users.setdefault(word, []).append(clause_id)
    sets = {
        word: {polygons for clause_id in clauses for polygons in _polygons(clause_id, answers)}
        for word, clauses in users.items()
    }
    rows = tuple(_scope_row(word, sets[word], clauses, answers) for word, clauses in users.items())
    mixed = _mixed(sets)
    blank = [word for word, (_, number, _) in zip(users, rows, strict=True) if not number]
    if mixed:
        names = Text("、".join(mixed), ", ".join(mixed))
        told = Text(f"范围边界混用:{names.zh}", f"scopes are not kept apart: {names.en}")
        return Outcome("broken", told, rows)
    if blank:
        names = Text("、".join(blank), ", ".join(blank))
        return Outcome("unknown", Text(f"缺边界:{names.zh}", f"no polygons for {names.en}"), rows)
    return Outcome("holds", Text("各用各的边界", "each scope has polygons of its own"), rows)


def _mixed(sets: Mapping[str, set[_Polygons]]) -> list[str]:
    """
    List the polygons that two words share, and the words that stand for more than one scope.

    A word's clauses may read different layers, of residents and of water, say: one scope, as long
    as all take the features of the same value.
    """
    used = [polygons for own in sets.values() for polygons in own]
    shared = sorted({polygons for polygons in used if used.count(polygons) > 1})
    torn = [word for word, own in sets.items() if len({polygons.value for polygons in own}) > 1]
    return [*(f"{polygons.layer}={polygons.value}" for polygons in shared), *torn]


def _polygons(clause_id: str, answers: Answers) -> set[_Polygons]:
    """Find the polygons that a clause's run takes, by its parameters that name a scope."""
    answer = answers.run_of(clause_id)
    if answer is None:
        return set()
    layers = [
        name
        for name in answer.verdict.clause.layers
        if any(column.name == _SCOPE_COLUMN for column in LAYERS[name].columns())
    ]
    return {
        _Polygons(layer, str(parameter.value))
        for layer in layers
        for name, parameter in answer.result.parameters.items()
        if name.endswith(_SCOPE_PARAMETER)
    }


def _scope_row(word: str, used: set[_Polygons], clauses: Sequence[str], answers: Answers) -> Row:
    """List the polygons of one word."""
    ids: list[str] = []
    for polygons in sorted(used):
        layer = answers.layers.get(polygons.layer)
        if layer is not None:
            own = layer.features
            ids += map(str, own.index[own[_SCOPE_COLUMN] == polygons.value])
    what = "、".join(f"{polygons.layer}={polygons.value}" for polygons in sorted(used))
    told = Text(
        f"{word}({'、'.join(clauses)}):{what or '尚无边界图层'}",
        f"{word} ({', '.join(clauses)}): {what or 'no layer of polygons yet'}",
    )
    return told, len(ids), tuple(ids)
