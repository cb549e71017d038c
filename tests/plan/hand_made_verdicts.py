"""Clauses and measures made by hand, and a verdict on them."""

from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import pandas as pd

from tieling_geo.plan.evaluate import evaluate
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    ROLLUP_COLUMNS,
    Clause,
    Measure,
    Quantity,
    Result,
    Verdict,
)
from tieling_geo.text import Text

WORDS = Text("词", "word")
#: At least 95 % of the boilers; each test changes what it is about.
CLAUSE = Clause(
    clause_id="X01",
    section="1",
    paraphrase=WORDS,
    sentence_sha256="0" * 64,
    kind="spatial",
    comparator=">=",
    strictness="binding",
    scope=WORDS,
    layers=("boilers",),
    target=Fraction(95),
    unit="%",
    analysis="boilers_in_builtup_areas",
    measure="m",
)
#: None may be left.
NONE_LEFT = replace(CLAUSE, comparator="<=", target=Fraction(0), unit="count")


def share(done: int, total: int, *, worse: int = 0, better: int = 0) -> Measure:
    """Count done of total, beside features that may be left, and others that may be done."""
    return Measure(
        "m",
        "%",
        Quantity(done, total),
        Quantity(done, total + worse),
        Quantity(done + better, total + better),
        counted=total,
        excluded=worse + better,
    )


def left(number: int, *, more: int = 0, counted: int = 10) -> Measure:
    """Count what is left, beside features that may be left."""
    low, high = Quantity(number), Quantity(number + more)
    return Measure("m", "count", low, low, high, counted=counted, excluded=more)


def result(measure: Measure | None, **fields: object) -> Result:
    """Find a measure, or none."""
    plain: dict[str, object] = {
        "analysis": CLAUSE.analysis,
        "features": gpd.GeoDataFrame(geometry=[]),
        "category": "category",
        "measures": {} if measure is None else {measure.name: measure},
        "against": {},
        "excluded": pd.DataFrame(columns=list(EXCLUDED_COLUMNS)),
        "rollups": pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    }
    return Result(**{**plain, **fields})


def judge(clause: Clause, measure: Measure | None, **known: object) -> Verdict:
    """Judge a clause by a measure."""
    return evaluate(clause, result(measure), **known)
