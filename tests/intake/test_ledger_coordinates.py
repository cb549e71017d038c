"""
What the coordinates of a ledger are taken for. Nothing is converted, no zone is guessed.

| trap | decision |
|---|---|
| decimal degrees; with 。 or a comma as decimal mark; full width | read; odd marks are counted |
| degrees and minutes in every spelling, `123.50.24` too | read exactly |
| minutes or seconds of 60, west, south, a date | fault of its row |
| degrees, minutes, seconds in columns of their own | joined; a blank is not 0 |
| both in one cell | parted; the numbers tell which is which |
| X and Y | by the size of their numbers, told; X is north in surveys |
| 经度 and 纬度 that hold each other's values | refused; in one row only: fault of that row |
| decimals that all look like minutes and seconds | read as they are, flagged |
| metres with the zone's number, no CRS stated | CGCS2000 of that zone, told |
| metres without it, no CRS stated | refused with the codes that would fit |
| the CRS stated is of degrees, of metres, of another zone | refused with the likely code |
| a row in another zone, in degrees among metres, ... | fault of that row with the cause |
"""

from datetime import time

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sheets import places, sheet, table

from tieling_geo.errors import CRSError, LayerSchemaError
from tieling_geo.readers.ledgers.angles import Coordinate, to_coordinate
from tieling_geo.readers.ledgers.coordinates import find_places, to_role
from tieling_geo.readers.ledgers.pairs import to_parted
from tieling_geo.readers.ledgers.zones import is_zone, to_kind, to_zone_crs
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.spreadsheets.sheet import Value

# 123°50′24.5″ by hand: 123 + 50/60 + 24.5/3600.
WHOLE = 123 + 5 / 6
EXACT = 123.84013888888889


def read(
    *rows: tuple[Value, ...], heads: tuple[str, str] = ("经度", "纬度"), crs: str = ""
) -> RawTable:
    """Read rows of two coordinates."""
    numbered = [(f"B{n}", *row) for n, row in enumerate(rows)]
    return table(sheet(("编号", *heads), *numbered), crs=crs)


def refused(
    *rows: tuple[Value, ...], heads: tuple[str, str] = ("经度", "纬度"), crs: str = ""
) -> str:
    """Return why a table's CRS is refused."""
    with pytest.raises(CRSError) as told:
        read(*rows, heads=heads, crs=crs)
    assert all("台账.xlsx" in words for words in told.value.message)
    return told.value.to("zh")


def faults(found: RawTable) -> list[tuple[int, str]]:
    """Return rows and columns of faults."""
    return [(f.position, f.column) for f in found.faults]


class TestSpellings:
    """One coordinate in one cell."""

    @pytest.mark.parametrize(
        "text",
        [
            "123°50′24.5″",
            "123°50′24.5″E",
            "E123°50′24.5″",
            "东经123°50′24.5″",
            "东经:123°50′24.5″",
            "123度50分24.5秒",
            "东经123度50分24.5秒",
            "１２３°５０′２４．５″",
            "123º50'24.5\"",
            "123°50’24.5”",
            "123˚50'24.5''",
            "123°50′24.5",
            "123° 50′ 24.5″",
            "123：50：24.5",
            "123:50:24.5",
            "123-50-24.5",
            "123 50 24.5",
            "123.50.24.5",
            "123°50′24,5″",
            " 123°50′24.5″ ",
            "123°50.40833333333333′",
            "经度123°50′24.5″",
            "123.84013888888889",
            "123.84013888888889°",
            "E 123.84013888888889",
            "123，84013888888889",
            "123。84013888888889",
            123.84013888888889,
        ],
    )
    def test_every_spelling_gives_the_same_degrees(self, text: Value) -> None:
        """As worked out by hand."""
        found = to_coordinate(text)
        assert isinstance(found, Coordinate)
        assert found.number == pytest.approx(EXACT, abs=1e-12)

    @pytest.mark.parametrize(
        ("text", "degrees"),
        [
            ("123°", 123),
            ("123°30′", 123.5),
            ("123度30分", 123.5),
            ("42°0′0″", 42),
            ("42°59′59.999″", 42 + 59 / 60 + 59.999 / 3600),
            ("-123.5", -123.5),
            ("4,682,345.12", 4682345.12),
            ("536,123.4", 536123.4),
            (41536123, 41536123),
        ],
    )
    def test_numbers_are_read_as_they_are(self, text: Value, degrees: float) -> None:
        """Metres, too."""
        found = to_coordinate(text)
        assert isinstance(found, Coordinate)
        assert found.number == degrees

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("123°60′00″", "分或秒不小于 60"),
            ("123°50′60″", "分或秒不小于 60"),
            ("123.61.24", "分或秒不小于 60"),
            ("西经123°50′24″", "西经或南纬"),
            ("123.84W", "西经或南纬"),
            ("S42.3", "西经或南纬"),
            (time(12, 50, 24), "日期或时间"),
            (True, "不是数字"),
            (float("nan"), "不是数字"),
            (float("inf"), "不是数字"),
            ("nan", "不是数字"),
            ("1e999", "不是数字"),
            ("待测", "不是数字"),
            ("123 84", "不是数字"),
            ("123°50.5′24″", "不是数字"),
            ("123.84 42.29", "不是数字"),
            ("东经北纬42", "不是数字"),
            ("N123°50′E", "不是数字"),
            ("1" * 100, "不是数字"),
            ("12,34,56", "不是数字"),
        ],
    )
    def test_what_is_none_is_told_why(self, text: Value, why: str) -> None:
        """And not read as something near it."""
        found = to_coordinate(text)
        assert not isinstance(found, Coordinate)
        assert why in found.zh

    def test_a_long_cell_takes_no_time(self) -> None:
        """Spaces and figures without end."""
        for text in ("1" + " " * 30_000, "°" * 30_000, "1°" * 15_000, "东" * 30_000):
            assert not isinstance(to_coordinate(text), Coordinate)

    @given(
        st.integers(73, 135), st.integers(0, 59), st.integers(0, 59_999), st.sampled_from([*"度°d"])
    )
    def test_degrees_come_back(self, d: int, m: int, s: int, mark: str) -> None:
        """Written out and read again, to a ten-thousandth of a millimetre."""
        written = f"{d}{'°' if mark == 'd' else mark}{m}′{s / 1000}″"
        found = to_coordinate(written)
        assert isinstance(found, Coordinate)
        assert found.number == pytest.approx(d + m / 60 + s / 3_600_000, abs=1e-12)
        assert found.is_dms


class TestHeaders:
    """Which columns they are."""

    @pytest.mark.parametrize(
        ("header", "role"),
        [
            ("经度", "lon"),
            ("东经(°)", "lon"),
            ("Longitude", "lon"),
            ("LNG", "lon"),
            ("排口经度", "lon"),
            ("坐标(经度)", "lon"),
            ("X(经度)", "lon"),
            ("纬度(N)", "lat"),
            ("Lat", "lat"),
            ("X坐标", "x"),
            ("Y", "y"),
            ("POINT_X", "x"),
            ("纵坐标", "north"),
            ("横坐标（m）", "east"),
            ("东坐标", "east"),
            ("Northing", "north"),
            ("经纬度", "pair"),
            ("经度,纬度", "pair"),
            ("WKT", "wkt"),
            ("经纬度来源", None),
            ("使用单位", None),
            ("经" * 50, None),
        ],
    )
    def test_a_header_says_what_its_column_is(self, header: str, role: str | None) -> None:
        """X and Y say nothing but themselves."""
        assert to_role(header) == role

    def test_degrees_go_before_metres_and_pairs(self) -> None:
        """The others are told."""
        found = find_places(["X", "Y", "经纬度", "纬度", "经度"], {}, source="a")
        assert found is not None
        assert found.headers == ("经度", "纬度")
        assert found.others == ("X", "Y", "经纬度")

    def test_none_is_none(self) -> None:
        """Half a pair is none, either."""
        assert find_places(["编号", "经度"], {}, source="a") is None

    def test_one_exact_word_goes_before_longer_ones(self) -> None:
        """But of two exact ones neither."""
        found = find_places(["终点经度", "经度", "纬度"], {}, source="a")
        assert found is not None
        assert found.headers == ("经度", "纬度")
        with pytest.raises(LayerSchemaError, match="stand twice"):
            find_places(["经度", "lon", "纬度"], {}, source="a")
        with pytest.raises(LayerSchemaError, match="stand twice"):
            find_places(["起点经度", "终点经度", "纬度"], {}, source="a")

    def test_columns_of_parts_are_found_in_every_spelling(self) -> None:
        """Under a parent, in brackets, or in one word."""
        for heads in (
            ("经度/度", "经度/分", "经度/秒", "纬度/度", "纬度/分", "纬度/秒"),
            ("经度(度)", "经度(分)", "经度(秒)", "纬度(度)", "纬度(分)", "纬度(秒)"),
            ("lon_deg", "lon_min", "lon_sec", "lat_deg", "lat_min", "lat_sec"),
        ):
            found = find_places(["编号", *heads], {}, source="a")
            assert found is not None
            assert found.headers == heads


class TestParts:
    """Degrees, minutes and seconds in columns of their own."""

    UPPER = ("编号", "经度", None, None, "纬度", None, None)
    LOWER = (None, "度", "分", "秒", "度", "分", "秒")

    def of(self, *row: Value) -> RawTable:
        """Read one row."""
        merged = ((0, 1, 0, 3), (0, 4, 0, 6))
        return table(sheet(self.UPPER, self.LOWER, ("B1", *row), merged=merged))

    def test_they_are_joined(self) -> None:
        """Exactly: 42 + 17/60 + 35/3600."""
        found = self.of(123, 50, 24.5, "42", "17", "３５")
        assert places(found) == [(EXACT, pytest.approx(42 + 17 / 60 + 35 / 3600, abs=1e-12))]
        assert found.coordinate_form == "dms"
        assert len(found.coordinates) == 6

    @pytest.mark.parametrize(
        ("row", "why"),
        [
            ((123, 50, None, 42, 17, 35), "空缺不作 0 处理"),
            ((123, None, 24, 42, 17, 35), "空缺不作 0 处理"),
            ((123.5, 50, 24, 42, 17, 35), "空缺不作 0 处理"),
            ((123, 60, 24, 42, 17, 35), "不小于 60"),
            ((123, "x", 24, 42, 17, 35), "不是数字"),
            ((-123, 50, 24, 42, 17, 35), "不是数字"),
            ((None, None, None, 42, 17, 35), "缺失"),
        ],
    )
    def test_what_is_not_whole_is_a_fault(self, row: tuple[Value, ...], why: str) -> None:
        """A blank is no zero."""
        found = self.of(*row)
        assert [why in f.reason.zh for f in found.faults] == [True]
        assert places(found) == [None]

    def test_minutes_with_decimals_need_no_seconds(self) -> None:
        """50.4 minutes are 0.84 degrees."""
        found = self.of(123, 50.4, None, 42.25, None, None)
        assert places(found) == [(pytest.approx(123.84, abs=1e-12), 42.25)]


class TestPairs:
    """Both coordinates in one cell."""

    @pytest.mark.parametrize(
        "text",
        [
            "123.84,42.29",
            "123.84，42.29",
            "123.84、42.29",
            "123.84;42.29",
            "123.84/42.29",
            "123.84 42.29",
            "(123.84, 42.29)",
            "POINT (123.84 42.29)",
            "E123.84 N42.29",
            "123.84E,42.29N",
            "N42.29 E123.84",
            "北纬42.29,东经123.84",
            "东经:123.84 北纬:42.29",
            "经度123.84，纬度42.29",
            "东经123°50′24″ 北纬42°17′24″",
            "123°50′24″,42°17′24″",
            "123°50′24″42°17′24″",
            "123° 50′ 24″ 42° 17′ 24″",
            "123,84;42,29",
            "东经123°50′24″\n北纬42°17′24″",
        ],
    )
    def test_a_pair_is_parted(self, text: str) -> None:
        """The point is (123.84, 42.29) in each."""
        found = table(sheet(("编号", "经纬度"), ("B1", "123.5,42.5"), ("B2", text)))
        assert found.faults == ()
        assert places(found)[1] == (
            pytest.approx(123.84, abs=1e-12),
            pytest.approx(42.29, abs=1e-12),
        )

    @pytest.mark.parametrize("text", ["123.84", "见附图", "1,2,3,4", 123.84, "123.84,", "x" * 500])
    def test_what_is_no_pair_is_one_fault(self, text: Value) -> None:
        """Not two."""
        found = table(sheet(("编号", "坐标"), ("B1", "123.5,42.5"), ("B2", text)))
        assert faults(found) == [(1, "坐标")]

    def test_latitude_first_is_told_by_the_numbers(self) -> None:
        """But one row the other way round is a fault, unless it says so itself."""
        rows = ("42.29,123.84", "42.30,123.85", "123.84,42.29", "东经123.84,北纬42.29")
        found = table(sheet(("编号", "坐标"), *[(f"B{n}", row) for n, row in enumerate(rows)]))
        assert places(found)[:2] == [(123.84, 42.29), (123.85, 42.3)]
        assert faults(found)[:1] == [(2, "坐标")]

    def test_metres_in_a_pair(self) -> None:
        """Northing and easting are told apart by their size."""
        found = table(sheet(("编号", "坐标"), ("B1", "4682345.5,41536123.25")), crs="")
        assert places(found) == [(41536123.25, 4682345.5)]

    def test_blank_is_missing(self) -> None:
        """One fault."""
        assert to_parted(None) is None
        found = table(sheet(("编号", "坐标"), ("B1", None)))
        assert [f.reason.zh for f in found.faults] == ["坐标缺失"]


class TestSize:
    """What a number is by its size alone."""

    @pytest.mark.parametrize(
        ("number", "kind"),
        [
            (73, "lon"),
            (136, "lon"),
            (72.99, "other"),
            (136.01, "other"),
            (3, "lat"),
            (54, "lat"),
            (2.99, "other"),
            (54.01, "other"),
            (3_500_000, "northing"),
            (5_950_000, "northing"),
            (3_499_999.9, "other"),
            (5_950_000.1, "other"),
            (100_000, "easting"),
            (99_999.9, "other"),
            (999_999.9, "easting"),
            (25_500_000, "prefixed"),
            (45_500_000, "prefixed"),
            (46_500_000, "other"),
            (24_500_000, "other"),
            (23_500_000, "prefixed"),
            (15_500_000, "prefixed"),
            (14_500_000, "web"),
            (13_785_000, "web"),
            (12_500_000, "other"),
            (41_099_999, "other"),
            (0, "other"),
            (-123, "other"),
            (float("nan"), "other"),
            (float("inf"), "other"),
        ],
    )
    def test_the_limits(self, number: float, kind: str) -> None:
        """Each side of each."""
        assert to_kind(number) == kind

    @pytest.mark.parametrize("zone", [z for z in range(60) if is_zone(z)])
    @pytest.mark.parametrize("prefix", [True, False])
    def test_the_codes_of_zones_are_those_of_epsg(self, zone: int, *, prefix: bool) -> None:
        """By the central meridian and the false easting that PROJ's database gives."""
        crs = pyproj.CRS(to_zone_crs(zone, prefix=prefix))
        given_by = {p.name: p.value for p in crs.coordinate_operation.params}
        meridian = zone * 3 if zone >= 25 else zone * 6 - 3
        assert given_by["Longitude of natural origin"] == meridian
        assert given_by["False easting"] == (zone * 1_000_000 if prefix else 0) + 500_000
        assert crs.geodetic_crs.to_epsg() == 4490


class TestDegrees:
    """Columns of degrees."""

    def test_without_a_crs_they_are_cgcs2000_and_that_is_told(self) -> None:
        """With one they are in it, and nothing is told."""
        found = read((123.84, 42.29))
        assert found.crs is not None
        assert found.crs.to_epsg() == 4490
        assert any("EPSG:4490" in note.zh for note in found.notes)
        found = read((123.84, 42.29), crs="EPSG:4326")
        assert found.crs is not None
        assert found.crs.to_epsg() == 4326
        assert found.notes == ()

    def test_swapped_columns_are_refused(self) -> None:
        """With the lines that would say it is meant so."""
        told = refused((42.29, 123.84), (42.3, 123.85))
        assert "互换" in told
        assert '"经度" = "lat"' in told
        rows = sheet(("编号", "经度", "纬度"), ("B1", 42.29, 123.84))
        columns = {"经度": "lat", "纬度": "lon"}
        assert places(table(rows, crs="", columns=columns)) == [(123.84, 42.29)]

    def test_a_swapped_row_is_a_fault_of_that_row(self) -> None:
        """The others go on."""
        found = read((123.84, 42.29), (42.3, 123.85), (123.86, 42.31))
        assert faults(found) == [(1, "经度")]
        assert "互换" in found.faults[0].reason.zh
        assert [place is None for place in places(found)] == [False, True, False]

    def test_metres_among_degrees_are_a_fault(self) -> None:
        """Of the column that has them."""
        found = read((123.84, 42.29), (41536123, 42.3), (123.86, 4682345), (123.8, 42.2))
        assert faults(found) == [(1, "经度"), (2, "纬度")]

    def test_odd_marks_are_counted(self) -> None:
        """The comma and the Chinese full stop."""
        found = read(("123,84", "42。29"), ("123.84", "42.29"))
        assert places(found) == [(123.84, 42.29)] * 2
        assert any(note.zh.startswith("2 个坐标以逗号或“。”作小数点") for note in found.notes)

    def test_both_ways_of_writing_are_read_and_told(self) -> None:
        """What most are is the form."""
        found = read((123.84, 42.29), ("123°30′", "42°15′"), (123.84, 42.29))
        assert places(found)[1] == (123.5, 42.25)
        assert found.coordinate_form == "degrees"
        assert any("2 个为度分秒" in note.zh for note in found.notes)
        assert read(("123°30′", "42°15′")).coordinate_form == "dms"

    def test_x_and_y_in_degrees_are_told_apart(self) -> None:
        """Either way round."""
        for row, heads in (((123.84, 42.29), ("X", "Y")), ((42.29, 123.84), ("X坐标", "Y坐标"))):
            found = read(row, heads=heads)
            assert places(found) == [(123.84, 42.29)]
            assert any("按数值大小" in note.zh for note in found.notes)

    def test_what_no_number_tells_is_refused(self) -> None:
        """X and Y that are both easts, or neither."""
        assert "无法判断" in refused((123.84, 123.85), heads=("X", "Y"))
        assert "无法判断" in refused((0, 0), heads=("X", "Y"))
        assert "无法判断" in refused((123.84, 4682345))

    def test_no_coordinates_at_all_are_faults_of_rows(self) -> None:
        """Not of the file."""
        found = read((None, None), ("x", "y"), heads=("X", "Y"))
        assert places(found) == [None, None]
        assert len(found.faults) == 4

    def test_decimals_that_look_like_minutes_are_flagged(self) -> None:
        """From eight values on, and only if every one does; nothing is changed."""
        rows = [(123.5024 + n / 10_000, 42.1735 + n / 10_000) for n in range(4)]
        found = read(*[(round(x, 4), round(y, 4)) for x, y in rows])
        assert [f.position for f in found.flags] == [0, 1, 2, 3]
        assert places(found)[0] == (123.5024, 42.1735)
        assert read(*rows[:3]).flags == ()
        assert read(*[(round(x, 4), round(y, 4)) for x, y in rows], (123.5061, 42.1)).flags == ()
        assert read(*[(123.5, 42.1)] * 20).flags == ()

    def test_true_decimals_are_not_flagged(self) -> None:
        """A thousand random places."""
        rng = np.random.default_rng(7)
        rows = zip(rng.uniform(123.4, 125.1, 1000), rng.uniform(41.9, 43.5, 1000), strict=True)
        assert read(*[(round(float(x), 6), round(float(y), 6)) for x, y in rows]).flags == ()


class TestMetres:
    """Columns of eastings and northings."""

    @pytest.mark.parametrize(
        "heads", [("X坐标", "Y坐标"), ("纵坐标", "横坐标"), ("北坐标", "东坐标")]
    )
    def test_the_surveyors_x_is_north(self, heads: tuple[str, str]) -> None:
        """With the zone's number the CRS is known, and told."""
        found = read((4682345.5, 41536123.25), heads=heads)
        assert places(found) == [(41536123.25, 4682345.5)]
        assert found.crs is not None
        assert found.crs.to_epsg() == 4529
        assert found.coordinate_form == "projected"
        assert any("带号 41" in note.zh and "EPSG:4529" in note.zh for note in found.notes)

    def test_the_mathematicians_x_is_taken_by_its_size(self) -> None:
        """And told."""
        found = read((536123, 4682345), heads=("X", "Y"), crs="EPSG:4550")
        assert places(found) == [(536123, 4682345)]
        assert any("“X”为东向" in note.zh for note in found.notes)

    def test_zones_of_six_degrees_have_prefixes_too(self) -> None:
        """Zone 21 is around 123° E."""
        found = read((21536123, 4682345), heads=("东坐标", "北坐标"))
        assert found.crs is not None
        assert found.crs.to_epsg() == 4499

    def test_without_the_zone_nothing_is_guessed(self) -> None:
        """The candidates are told."""
        told = refused((4682345, 536123), heads=("X", "Y"))
        for code in ("EPSG:4550", "EPSG:4551", "EPSG:32651"):
            assert code in told
        assert "EPSG:3857" in refused((13785000, 5200000), heads=("X", "Y"))

    def test_swapped_headers_are_refused(self) -> None:
        """东坐标 that holds northings."""
        assert "互换" in refused((4682345, 41536123), heads=("东坐标", "北坐标"))

    @pytest.mark.parametrize(
        ("row", "stated", "likely"),
        [
            ((41536123, 4682345), "EPSG:4490", "EPSG:4529"),
            ((536123, 4682345), "EPSG:4490", "EPSG:4550"),
            ((123.84, 42.29), "EPSG:4550", "EPSG:4490"),
            ((41536123, 4682345), "EPSG:4550", "EPSG:4529"),
            ((41536123, 4682345), "EPSG:4530", "EPSG:4529"),
            ((41536123, 4682345), "EPSG:32651", "EPSG:4529"),
            ((536123, 4682345), "EPSG:4529", "EPSG:4550"),
            ((536123, 4682345), "EPSG:4499", "EPSG:4510"),
            ((21536123, 4682345), "EPSG:4529", "EPSG:4499"),
        ],
    )
    def test_a_crs_that_contradicts_the_numbers_is_refused(
        self, row: tuple[Value, ...], stated: str, likely: str
    ) -> None:
        """With the code that is likely right."""
        assert f"很可能应为 {likely}" in refused(row, heads=("X", "Y"), crs=stated)

    @pytest.mark.parametrize(
        ("row", "stated"),
        [
            ((536123, 4682345), "EPSG:4550"),
            ((536123, 4682345), "EPSG:32651"),
            ((41536123, 4682345), "EPSG:4529"),
            ((13785000, 5200000), "EPSG:3857"),
            ((13850000, 5200000), "EPSG:3857"),
        ],
    )
    def test_a_crs_that_fits_is_taken(self, row: tuple[Value, ...], stated: str) -> None:
        """Whatever its family."""
        found = read(row, heads=("X", "Y"), crs=stated)
        assert found.crs is not None
        assert f"EPSG:{found.crs.to_epsg()}" == stated
        assert places(found) == [row]

    @pytest.mark.parametrize(
        ("row", "column", "why"),
        [
            ((42536123, 4682345), "东坐标", "带号 42 与其余各行的 41 不同"),
            ((536123, 4682345), "东坐标", "横坐标"),
            ((123.84, 42.29), "东坐标", "经度"),
            ((4682345, 41536123), "东坐标", "互换"),
            ((41536123, 468234), "北坐标", "纵坐标"),
            ((41536123, 0), "北坐标", "无法识别"),
        ],
    )
    def test_a_row_unlike_the_others_is_a_fault(
        self, row: tuple[Value, ...], column: str, why: str
    ) -> None:
        """With the likely cause."""
        good = [(41536123 + n, 4682345) for n in range(3)]
        found = read(*good, row, heads=("东坐标", "北坐标"))
        assert faults(found) == [(3, column)]
        assert why in found.faults[0].reason.zh

    @pytest.mark.parametrize("stated", ["4490", "CGCS2000", "EPSG:1"])
    def test_a_crs_is_stated_by_a_code_that_exists(self, stated: str) -> None:
        """Names and paths are none."""
        assert "EPSG:4490" in refused((123.84, 42.29), crs=stated)


class TestWkt:
    """Shapes as text."""

    def of(self, *cells: Value, crs: str = "") -> RawTable:
        """Read shapes."""
        rows = [(f"B{n}", cell) for n, cell in enumerate(cells)]
        return table(sheet(("编号", "WKT"), *rows), crs=crs)

    def test_the_crs_is_told_by_the_numbers_as_well(self) -> None:
        """Degrees, and metres with a zone."""
        found = self.of("LINESTRING (123 42, 124 43)")
        assert found.crs is not None
        assert found.crs.to_epsg() == 4490
        found = self.of("LINESTRING (41536123 4682345, 41536124 4682346)")
        assert found.crs is not None
        assert found.crs.to_epsg() == 4529

    @pytest.mark.parametrize(
        ("cell", "crs", "why"),
        [
            ("LINESTRING (42 123, 43 124)", "", "颠倒"),
            ("POINT (536123 4682345)", "", "坐标系无法确定"),
            ("POINT (123 42)", "EPSG:4550", "很可能应为 EPSG:4490"),
        ],
    )
    def test_contradictions_are_refused(self, cell: str, crs: str, why: str) -> None:
        """As for columns of numbers."""
        with pytest.raises(CRSError) as told:
            self.of(cell, crs=crs)
        assert why in told.value.to("zh")

    def test_what_is_no_shape_is_a_fault(self) -> None:
        """A blank, a word, a number."""
        found = self.of("POINT (123 42)", None, "圆", 12)
        assert [f.position for f in found.faults] == [1, 2, 3]


@given(
    st.lists(st.tuples(st.floats(121.6, 124.4), st.floats(40, 45)), min_size=1, max_size=20),
    st.booleans(),
)
def test_a_ledger_in_metres_lies_where_it_lies_in_degrees(
    points: list[tuple[float, float]],
    swap: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    """Two routes: X and Y of zone 41 against the same places in degrees, by PROJ."""
    to_metres = pyproj.Transformer.from_crs(4490, 4529, always_xy=True)
    rows = [to_metres.transform(*point) for point in points]
    found = read(*[row[::-1] if swap else row for row in rows], heads=("X", "Y"))
    assert found.faults == ()
    back = [to_metres.transform(*place, direction="INVERSE") for place in places(found) if place]
    assert np.allclose(back, points, rtol=0, atol=1e-9)
