"""A card is complete, of the right kinds, and declares a datum that needs no shift."""

from datetime import date
from pathlib import Path

import pytest
import tomli_w

from tieling_geo.errors import CardError
from tieling_geo.readers.card import CONVERTIBLE, DATUMS, UNSHIFTED, check_datum, read_card
from tieling_geo.records import Card

GOOD: dict[str, object] = {
    "publisher": "铁岭市某局",
    "licence": "",
    "reference_date": "2025-12-31",
    "datum": "cgcs2000",
}


def written(folder: Path, stated: dict[str, object]) -> Path:
    """Write a card."""
    path = folder / "card.toml"
    path.write_text(tomli_w.dumps(stated), encoding="utf-8")
    return path


def refused(path: Path) -> CardError:
    """Return the refusal, which names the card, in both languages, but not where it lies."""
    with pytest.raises(CardError) as told:
        read_card(path)
    for words in told.value.message:
        assert f"{path.parent.name}/card.toml" in words
        assert str(path.parent) not in words
    return told.value


def test_a_full_card_is_read_as_it_is(tmp_path: Path) -> None:
    """Every key arrives."""
    more = {
        "title": "锅炉台账",
        "notes": "n",
        "crs": "EPSG:4490",
        "columns": {"锅炉号": "boiler_id"},
        "is_sample": True,
        "rows": 5,
    }
    assert read_card(written(tmp_path, GOOD | more)) == Card(
        publisher="铁岭市某局",
        licence="",
        reference_date="2025-12-31",
        datum="cgcs2000",
        title="锅炉台账",
        notes="n",
        crs="EPSG:4490",
        columns={"锅炉号": "boiler_id"},
        is_sample=True,
        rows=5,
    )


def test_what_need_not_be_there_has_a_default(tmp_path: Path) -> None:
    """No mapping, no sample, no number of rows."""
    card = read_card(written(tmp_path, GOOD))
    assert (card.title, card.crs, card.columns, card.is_sample, card.rows) == (
        "",
        "",
        {},
        False,
        None,
    )


@pytest.mark.parametrize(
    ("stated", "day"),
    [(date(2025, 12, 31), "2025-12-31"), ("2025-12-31", "2025-12-31"), ("", "")],
)
def test_a_day_is_a_date_or_text_or_blank(tmp_path: Path, stated: object, day: str) -> None:
    """It leaves as ISO text."""
    assert read_card(written(tmp_path, GOOD | {"reference_date": stated})).reference_date == day


@pytest.mark.parametrize("stated", ["2025", "31.12.2025", "2025-02-30", "去年"])
def test_what_is_no_day_is_refused(tmp_path: Path, stated: str) -> None:
    """And told."""
    assert stated in refused(written(tmp_path, GOOD | {"reference_date": stated})).to("zh")


@pytest.mark.parametrize("key", GOOD)
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    """One by one."""
    stated = {k: v for k, v in GOOD.items() if k != key}
    assert f"['{key}']" in refused(written(tmp_path, stated)).to("zh")


def test_an_unknown_key_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """A misspelt key would otherwise be ignored."""
    told = refused(written(tmp_path, GOOD | {"license": "MIT"})).to("zh")
    assert "['license']" in told
    assert "'licence'" in told


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("publisher", 5),
        ("licence", ["MIT"]),
        ("reference_date", 2025),
        ("datum", True),
        ("crs", 4490),
        ("is_sample", "yes"),
        ("is_sample", 1),
        ("rows", "5"),
        ("rows", True),
        ("columns", "boiler_id"),
        ("columns", {"锅炉号": 1}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, key: str, value: object) -> None:
    """Nothing is coerced: a sample marked "yes" would pass for real data."""
    assert key in refused(written(tmp_path, GOOD | {key: value})).to("en")


@pytest.mark.parametrize("datum", sorted(set(DATUMS) - set(UNSHIFTED)))
def test_a_shifted_datum_is_refused_by_its_name(tmp_path: Path, datum: str) -> None:
    """GCJ-02 and BD-09 have no EPSG code: only the card can say so."""
    assert read_card(written(tmp_path, GOOD | {"datum": datum})).datum == datum
    with pytest.raises(CardError) as caught:
        check_datum(datum, place="card.toml")
    told = caught.value
    assert ("convert = true" in told.to("en")) == (datum in CONVERTIBLE)
    assert DATUMS[datum].zh in told.to("zh")
    assert DATUMS[datum].en in told.to("en")


@pytest.mark.parametrize("datum", sorted(set(DATUMS) - set(UNSHIFTED)))
def test_only_what_can_be_converted_is_taken_for_it(datum: str) -> None:
    """Asked for, GCJ-02 and BD-09 are taken; Beijing 1954 and Xi'an 1980 have no exact way."""
    if datum in CONVERTIBLE:
        assert check_datum(datum, place="card.toml", convert=True) == datum
    else:
        with pytest.raises(CardError, match="survey office"):
            check_datum(datum, place="card.toml", convert=True)


@pytest.mark.parametrize("datum", UNSHIFTED)
def test_an_unshifted_datum_is_taken(datum: str) -> None:
    """It comes back as it is."""
    assert check_datum(datum, place="card.toml") == datum


@pytest.mark.parametrize("datum", ["", "CGCS2000", "wgs 84", "gcj"])
def test_an_unknown_datum_is_refused_with_the_known_ones(tmp_path: Path, datum: str) -> None:
    """Words are exact."""
    assert all(
        known in refused(written(tmp_path, GOOD | {"datum": datum})).to("zh") for known in DATUMS
    )


@pytest.mark.parametrize(
    "content",
    [
        b"publisher = ",
        b"\xff\xfe",
        'publisher = "铁岭"'.encode("gb18030"),
        b"a = 1\na = 2",
        b"\x00",
    ],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """Also TOML in another encoding than UTF-8."""
    path = tmp_path / "card.toml"
    path.write_bytes(content)
    assert "TOML" in refused(path).to("zh")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """The editors of Windows write one."""
    path = written(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_card(path).publisher == "铁岭市某局"


def test_a_missing_card_is_refused_with_what_it_must_state(tmp_path: Path) -> None:
    """So is a folder in its place."""
    assert all(key in refused(tmp_path / "card.toml").to("zh") for key in GOOD)
    (tmp_path / "card.toml").mkdir()
    assert "缺少" in refused(tmp_path / "card.toml").to("zh")


def test_an_unreadable_card_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are told as rights."""
    path = written(tmp_path, GOOD)

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "权限" in refused(path).to("zh")


def test_a_card_in_the_working_folder_is_named_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare `card.toml` is not told as `/card.toml`."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CardError, match=f"{tmp_path.name}/card.toml"):
        read_card(Path("card.toml"))
