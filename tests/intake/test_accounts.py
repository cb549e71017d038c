"""
The account of rows: in = accepted + rejected + set aside, a control total, and the key sets.

| What happens to a row | Where it is counted |
|---|---|
| it passes every check | accepted |
| it has a fault, or several | rejected, once |
| it is a total, or the template's example | set aside |
| it has no value in any cell | nowhere: it is no row |
"""

import csv
import hashlib
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import AccountingError
from tieling_geo.readers import read_layer, to_keys_sha256
from tieling_geo.records import Account, Card

CARD = Card("某局", "内部使用", "2025-12-31", "cgcs2000", crs="EPSG:4490")
HEADER = ("锅炉编号", "使用单位", "燃料类型", "额定蒸发量(蒸吨/小时)", "经度", "纬度")
#: What a cell of the capacity column may hold, and the number that it adds to the control total.
CAPACITIES = {"10": 10.0, "2.5": 2.5, "35t/h": 35.0, "": 0.0, "很大": 0.0, "<0.5": 0.0, "-1": -1.0}


@st.composite
def ledgers(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Draw rows, some with a fault, some blank, some of them totals."""
    # One good row: a ledger whose every place is outside China is refused as a whole.
    rows: list[tuple[str, ...]] = [("G", "甲厂", "燃煤", "2.5", "123.84", "42.29")]
    for number in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["data", "data", "data", "blank", "total"]))
        if kind == "blank":
            rows.append(("",) * len(HEADER))
        elif kind == "total":
            rows.append(("合计", "", "", draw(st.sampled_from(["12.5", ""])), "", ""))
        else:
            rows.append((
                draw(st.sampled_from([f"B{number}", f"B{number}", "B0", ""])),
                "甲厂",
                draw(st.sampled_from(["燃煤", "燃气", "木星"])),
                draw(st.sampled_from(list(CAPACITIES))),
                draw(st.sampled_from(["123.84", "123.9", "x", "-5"])),
                "42.29",
            ))
    return rows


def written(path: Path, rows: list[tuple[str, ...]]) -> Path:
    """Write a ledger as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


@settings(max_examples=200)
@given(rows=ledgers())
def test_every_row_of_a_random_ledger_is_counted_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    """200 worlds: both steps balance, and the sums are those that a person would add up."""
    path = written(tmp_path_factory.mktemp("world") / "boilers.csv", rows)
    layer = read_layer("boilers", path, card=CARD)
    data = [row for row in rows if any(row) and row[0] != "合计"]
    totals = [row for row in rows if row[0] == "合计"]
    rows_step, check_step = layer.accounts
    assert (rows_step.rows_in, rows_step.accepted) == (len(data) + len(totals), len(data))
    assert rows_step.set_aside == len(totals) == len(layer.set_aside)
    assert check_step.rows_in == len(data) == layer.rows_in
    assert check_step.accepted == len(layer.features)
    assert check_step.rejected == layer.rows_rejected == layer.rejected["row"].nunique()
    assert check_step.control == "capacity_t_per_h"
    assert check_step.control_in is not None
    assert math.isclose(check_step.control_in, sum(CAPACITIES[row[3]] for row in data))
    keys = "\n".join(sorted(layer.features["boiler_id"]))
    assert check_step.keys_sha256 == hashlib.sha256(keys.encode()).hexdigest()


def test_rejected_rows_keep_their_place_and_their_text(tmp_path: Path) -> None:
    """A row with three faults stands three times under one number, with its own text."""
    rows = [
        ("B1", "甲厂", "燃煤", "10", "123.8", "42.2"),
        ("", "乙厂", "木星", "75kg", "123.8", "42"),
    ]
    layer = read_layer("boilers", written(tmp_path / "b.csv", rows), card=CARD)
    assert layer.rejected[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "燃料类型", "木星"],
        [3, "锅炉编号", ""],
        [3, "额定蒸发量(蒸吨/小时)", "75kg"],
    ]
    assert layer.rows_rejected == 1


def test_a_limit_is_kept_as_a_limit(tmp_path: Path) -> None:
    """`<0.5` is no number: the row is accepted, the value missing, and the limit written down."""
    rows = [("B1", "甲厂", "燃煤", "＜0.5", "123.8", "42.2")]
    layer = read_layer("boilers", written(tmp_path / "b.csv", rows), card=CARD)
    assert layer.features["capacity_t_per_h"].isna().tolist() == [True]
    (limit,) = layer.censored.to_dict("records")
    assert (limit["key"], limit["row"], limit["value"]) == ("B1", 2, "＜0.5")
    assert (limit["sign"], limit["limit"]) == ("<", 0.5)


@pytest.mark.parametrize(
    "changes",
    [{"rows_in": 4}, {"accepted": 3}, {"rejected": 0}, {"control_accepted": 9.9}],
    ids=["in", "accepted", "rejected", "control"],
)
def test_an_account_that_does_not_balance_is_a_bug_of_ours(changes: dict[str, float]) -> None:
    """A row or a part of the sum that is missing stops everything."""
    whole = {
        "rows_in": 5,
        "accepted": 4,
        "rejected": 1,
        "control": "length_m",
        "control_in": 12.0,
        "control_accepted": 10.0,
        "control_rejected": 2.0,
    }
    assert Account(step="check", source="a", **whole).accepted == 4  # type: ignore[arg-type]
    with pytest.raises(AccountingError, match="does not balance"):
        Account(step="check", source="a", **{**whole, **changes})  # type: ignore[arg-type]


def test_the_hash_of_keys_knows_no_order() -> None:
    """The same keys in another order give the same hash; another key does not."""
    assert to_keys_sha256(["b", "a"]) == to_keys_sha256(["a", "b"])
    assert to_keys_sha256(["b", "a"]) != to_keys_sha256(["a", "c"])
