"""Overrides: what a person sets is used, what the ledger has is kept."""

from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.small_ledgers import read
from tieling_geo.pipeline.overriding import with_overrides
from tieling_geo.records import Layer, Override

BOILERS = (
    "锅炉编号,燃料类型,额定蒸发量(蒸吨/小时),状态,淘汰日期,经度,纬度\n"
    "B1,燃煤,20,在用,,123.85,42.25\n"
    "B2,燃煤,35,在用,,123.86,42.25\n"
)
HEADER = "认定编号,图层,要素编号,字段,认定值,认定人,认定理由,认定日期,依据文号\n"
SIGNED = "甲,现场核查,2025-11-01,示例〔2025〕1号"


@pytest.fixture
def layers(tmp_path: Path) -> dict[str, Layer]:
    """Read two boilers."""
    return {"boilers": read(tmp_path, "boilers", BOILERS)}


def overridden(
    layers: dict[str, Layer], folder: Path, *rows: str
) -> tuple[dict[str, Layer], tuple[Override, ...]]:
    """Read overrides and set them."""
    text = HEADER + "".join(f"{row},{SIGNED}\n" for row in rows)
    return with_overrides({**layers, "overrides": read(folder, "overrides", text)})


def test_what_is_set_is_used_and_the_ledger_s_word_is_kept(
    layers: dict[str, Layer], tmp_path: Path
) -> None:
    """By code words or by the titles that people write; numbers, days and words alike."""
    found, overrides = overridden(
        layers,
        tmp_path,
        "O1,boilers,B1,status,retired",
        "O2,锅炉,B1,淘汰日期,2025-06-30",
        "O3,boilers,B2,capacity_t_per_h,36",
    )
    features = found["boilers"].features
    assert features["status"].to_dict() == {"B1": "retired", "B2": "operating"}
    assert features.loc["B1", "retired_on"] == pd.Timestamp("2025-06-30")
    assert features["capacity_t_per_h"].to_dict() == {"B1": 20.0, "B2": 36.0}
    told = {o.override_id: (o.column, o.original, o.stated) for o in overrides}
    assert told == {
        "O1": ("status", "在用", "已淘汰"),
        "O2": ("retired_on", "", "2025-06-30"),
        "O3": ("capacity_t_per_h", "35", "36"),
    }
    assert {(o.who, o.why, str(o.decided_on), o.evidence) for o in overrides} == {
        ("甲", "现场核查", "2025-11-01", "示例〔2025〕1号")
    }


def test_the_layer_as_read_is_not_changed(layers: dict[str, Layer], tmp_path: Path) -> None:
    """Its rows, dtypes and accounts are those of the ledger."""
    before = layers["boilers"].features.copy()
    found, _ = overridden(layers, tmp_path, "O1,boilers,B1,status,retired")
    pd.testing.assert_frame_equal(layers["boilers"].features, before)
    after = found["boilers"].features
    assert after.dtypes.equals(before.dtypes)
    assert after.index.equals(before.index)


def test_a_blank_means_that_nobody_knows(layers: dict[str, Layer], tmp_path: Path) -> None:
    """A value that turned out to be wrong may be taken back."""
    found, overrides = overridden(layers, tmp_path, "O1,boilers,B1,fuel,")
    assert pd.isna(found["boilers"].features.loc["B1", "fuel"])
    assert (overrides[0].original, overrides[0].stated) == ("燃煤", "")


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("O1,boylers,B1,status,retired", "图层", "no such layer"),
        ("O1,overrides,O1,who,乙", "图层", "no such layer"),
        ("O1,boilers,B9,status,retired", "要素编号", "no such feature"),
        ("O1,boilers,B1,colour,red", "字段", "no such column"),
        ("O1,boilers,B1,boiler_id,B7", "字段", "no such column"),
        ("O1,boilers,B1,geometry,POINT (1 2)", "字段", "no such column"),
        ("O1,boilers,B1,status,gone", "认定值", ""),
        ("O1,boilers,B1,capacity_t_per_h,很大", "认定值", ""),
        ("O1,boilers,B1,capacity_t_per_h,-5", "认定值", "greater_than"),
        ("O1,boilers,B1,capacity_t_per_h,5MW", "认定值", ""),
    ],
)
def test_what_cannot_be_set_is_rejected(
    layers: dict[str, Layer], tmp_path: Path, row: str, column: str, why: str
) -> None:
    """With the row and the column of the ledger; nothing is set, and the account balances."""
    found, overrides = overridden(layers, tmp_path, row)
    rejected = found["overrides"].rejected
    assert overrides == ()
    assert rejected["row"].tolist() == [2]
    assert rejected["column"].tolist() == [column]
    assert why in rejected["reason_en"].iloc[0]
    pd.testing.assert_frame_equal(found["boilers"].features, layers["boilers"].features)


def test_a_value_that_is_set_twice_is_set_by_nobody(
    layers: dict[str, Layer], tmp_path: Path
) -> None:
    """Under its code word and under its title; another column of the feature is another value."""
    found, overrides = overridden(
        layers,
        tmp_path,
        "O1,boilers,B1,status,retired",
        "O2,锅炉,B1,状态,standby",
        "O3,boilers,B1,fuel,gas",
    )
    assert [o.override_id for o in overrides] == ["O3"]
    assert found["overrides"].rejected["row"].tolist() == [2, 3]
    assert found["boilers"].features.loc["B1", "status"] == "operating"


def test_without_a_ledger_of_overrides_nothing_is_set(layers: dict[str, Layer]) -> None:
    """A workspace may have none."""
    assert with_overrides(layers) == (layers, ())
