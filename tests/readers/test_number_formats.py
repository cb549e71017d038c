"""Days, codes and numbers of a workbook come back exactly, or are not trusted."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.readers.spreadsheets.number_formats import PLAIN, to_format, to_value
from tieling_geo.readers.spreadsheets.sheet import BadCell

DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))


@given(DAYS, st.integers(0, 86_399))
def test_every_day_comes_back(day: date, second: int) -> None:
    """The count of days is taken from Python's own, in both systems."""
    moment = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001
    shown = to_format(22, None)
    serial = (day - date(1899, 12, 30)).days + second / 86_400
    assert to_value(repr(serial), shown, from_1904=False) == moment
    if day.year > 1904:
        assert to_value(repr(serial - 1462), shown, from_1904=True) == moment


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_whole_number_of_fifteen_digits_comes_back(whole: int) -> None:
    """And with an exponent, as programs write large ones."""
    assert to_value(str(whole), PLAIN, from_1904=False) == whole
    assert to_value(f"{whole}E0", PLAIN, from_1904=False) == whole


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_every_number_comes_back(some: float) -> None:
    """Written so that nothing is lost."""
    assert to_value(repr(some), PLAIN, from_1904=False) == some


@given(st.integers(10**15, 10**30))
def test_no_longer_number_is_trusted(whole: int) -> None:
    """Whatever its last digits are."""
    bad = to_value(str(whole), PLAIN, from_1904=False)
    assert isinstance(bad, BadCell)
    assert bad.text == str(whole)


@given(st.integers(0, 10**9), st.integers(2, 9))
def test_a_code_has_its_zeros(whole: int, places: int) -> None:
    """As Python writes them."""
    assert (
        to_value(str(whole), to_format(164, "0" * places), from_1904=False) == f"{whole:0{places}}"
    )
