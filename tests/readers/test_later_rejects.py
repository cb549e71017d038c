"""Features that are rejected after reading: moved with their rows, and every account balances."""

from pathlib import Path

import pandas as pd
import pytest

from tieling_geo.readers import read_layer
from tieling_geo.readers.later_rejects import reject
from tieling_geo.records import REJECTED_COLUMNS, Layer
from tieling_geo.text import Text

WHY = Text("单位不对", "another unit")
CARD = 'publisher = ""\nlicence = ""\nreference_date = ""\ndatum = "cgcs2000"\ncrs = "EPSG:4490"\n'


@pytest.fixture
def layer(tmp_path: Path) -> Layer:
    """Read five boilers: rows 3 and 6 are rejected, row 5 is doubtful, row 4 has a limit."""
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    path = tmp_path / "boilers.csv"
    path.write_text(
        "编号,燃料,蒸吨,经度,纬度\n"
        "B3,燃煤,10,123.84,42.29\n"
        "B9,木头,20,123.84,42.29\n"
        "B1,燃气,<0.5,123.85,42.29\n"
        "B2,燃煤,4000,123.86,42.29\n"
        "B8,燃煤,-1,123.87,42.29\n",
        encoding="utf-8",
    )
    return read_layer("boilers", path)


def test_a_reader_keeps_row_numbers_and_rejected_rows(layer: Layer) -> None:
    """By key and by row: typed as far as they could be."""
    assert layer.row_numbers.to_dict() == {"B1": 4, "B2": 5, "B3": 2}
    assert layer.row_numbers.index.equals(layer.features.index)
    rows = layer.rejected_rows
    assert rows.index.tolist() == [3, 6]
    assert rows["boiler_id"].tolist() == ["B9", "B8"]
    assert rows["fuel"].fillna("-").tolist() == ["-", "coal"]
    assert rows["capacity_t_per_h"].tolist() == [20.0, -1.0]
    assert "geometry" not in rows


def test_a_feature_is_moved_to_the_rejected_rows(layer: Layer) -> None:
    """Under its row number and the file's header; the rest stays as it is."""
    later = reject(layer, {"B2": ("capacity_t_per_h", "4000", WHY)}, step="units")
    assert later.features.index.tolist() == ["B1", "B3"]
    assert later.features.loc["B3"].equals(layer.features.loc["B3"])
    assert later.rejected["row"].tolist() == [3, 5, 6]
    new = later.rejected.iloc[1]
    assert list(later.rejected.columns) == list(REJECTED_COLUMNS)
    assert new.tolist() == [
        "boilers", "boilers.csv", "", 5, "蒸吨", "", "4000", "单位不对", "another unit",
    ]  # fmt: skip
    assert later.rejected_rows.index.tolist() == [3, 5, 6]
    assert later.rejected_rows["boiler_id"].tolist() == ["B9", "B2", "B8"]
    assert list(later.rejected_rows.columns) == list(layer.rejected_rows.columns)
    assert later.rejected_rows.dtypes.equals(layer.rejected_rows.dtypes)
    assert later.row_numbers.to_dict() == {"B1": 4, "B3": 2}
    assert (later.rows_in, later.rows_rejected) == (5, 3)


def test_the_account_of_the_step_balances(layer: Layer) -> None:
    """Features and tonnes in are those accepted and those rejected; earlier accounts are kept."""
    later = reject(layer, {"B2": ("capacity_t_per_h", "4000", WHY)}, step="units")
    assert later.accounts[:-1] == layer.accounts
    account = later.accounts[-1]
    assert (account.step, account.source) == ("units", "boilers.csv")
    assert (account.rows_in, account.accepted, account.rejected) == (3, 2, 1)
    assert account.control == "capacity_t_per_h"
    assert (account.control_in, account.control_accepted, account.control_rejected) == (
        4010.0, 10.0, 4000.0,
    )  # fmt: skip
    assert account.keys_sha256 != layer.accounts[-1].keys_sha256


def test_what_was_said_of_a_row_goes_with_it(layer: Layer) -> None:
    """A doubt or a limit of a rejected row is no doubt of an accepted one."""
    assert layer.flagged["row"].tolist() == [5]
    assert layer.censored["row"].tolist() == [4]
    later = reject(layer, {"B2": ("capacity_t_per_h", "4000", WHY), "B1": ("fuel", "燃气", WHY)})
    assert (len(later.flagged), len(later.censored)) == (0, 0)
    assert later.features.index.tolist() == ["B3"]


def test_a_column_that_the_file_does_not_have_goes_by_its_name(layer: Layer) -> None:
    """There is no header to name."""
    later = reject(layer, {"B1": ("status", "", WHY)})
    assert later.rejected.loc[later.rejected["row"] == 4, "column"].tolist() == ["status"]


def test_every_feature_can_be_rejected_and_none(layer: Layer) -> None:
    """No fault is no new account; twice in a row is as good as at once."""
    assert reject(layer, {}) is layer
    faults = {key: ("boiler_id", key, WHY) for key in ("B1", "B2", "B3")}
    none_left = reject(layer, faults)
    assert len(none_left.features) == 0
    assert none_left.features.crs == layer.features.crs
    assert none_left.rows_rejected == 5
    one_by_one = layer
    for key, fault in faults.items():
        one_by_one = reject(one_by_one, {key: fault})
    pd.testing.assert_frame_equal(one_by_one.rejected, none_left.rejected)
    pd.testing.assert_frame_equal(one_by_one.rejected_rows, none_left.rejected_rows)
    assert [a.rejected for a in one_by_one.accounts[2:]] == [1, 1, 1]


def test_a_key_that_is_not_there_is_an_error(layer: Layer) -> None:
    """Nothing is moved in silence."""
    with pytest.raises(KeyError):
        reject(layer, {"B9": ("fuel", "木头", WHY)})
