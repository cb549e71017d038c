"""
What a ledger's table is taken for. Every row is a feature or set aside, once; nothing is guessed.

| trap | decision |
|---|---|
| title, units, signatures around the table | set aside as notes |
| header of two or three rows | joined; the lowest alone where it is the only one and known |
| row of units beneath the header | joined in brackets |
| header printed again on each page | set aside |
| row of column numbers beneath the header | set aside |
| another header among the rows | refused: its rows would be read under wrong names |
| 合计, 小计, 总计, total | set aside, held against the sum; both numbers told where they differ |
| operator named 合计…, with key and place | a feature |
| merged county or operator | filled within the range, counted |
| merged key; merged number | rejected: one key for two rows; each row's number or their total |
| merged place | read and flagged: boilers of one house share theirs |
| value hidden below a merged cell | no value: rejected where its column is read |
| blank header, no values / values | left out with a note / refused with the letter |
| double headers, unknown / of a column | told apart with a note / refused |
| several sheets that fit | refused with their names |
| hidden sheet, hidden rows | after visible ones; read like others, counted |
| row with a remark only | a row, rejected later for its missing key; never dropped |
| `单位：万吨` above the table | refused where no column of numbers has that unit |
| template's example row | set aside |
"""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sheets import Merged, Row, places, sheet, table

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.tables import EXAMPLE_KEY
from tieling_geo.readers.spreadsheets.sheet import BadCell
from tieling_geo.schemas import Counties, FreightSites, HeatSources
from tieling_geo.text import Text

HEAD: Row = ("序号", "编号", "使用单位", "经度", "纬度", "额定蒸发量(t/h)")
B1: Row = (1, "B1", "甲厂", 123.84, 42.29, 10)
B2: Row = (2, "B2", "乙厂", 123.85, 42.30, 20.5)
BROKEN = BadCell("#REF!", Text("公式错误", "formula error"))


def aside(*rows: Row, merged: tuple[Merged, ...] = ()) -> list[tuple[int, str]]:
    """Return the rows that are set aside, with what they are."""
    return [(a.row, a.kind) for a in table(sheet(*rows, merged=merged)).aside]


def refused(*sheets: object, **stated: object) -> str:
    """Return the refusal in Chinese; it names the file in both languages."""
    with pytest.raises(LayerSchemaError) as told:
        table(*sheets, **stated)  # type: ignore[arg-type]
    assert all("台账.xlsx" in words for words in told.value.message)
    return told.value.to("zh")


def test_values_stay_as_the_workbook_has_them() -> None:
    """Text is text, numbers numbers, days days, blanks None; rows, letters and header are told."""
    day = datetime(2024, 3, 1)  # noqa: DTZ001 - a workbook knows no time zone
    rows = (("编号", "投用日期", "经度", "纬度", "容量(t/h)"), ("001", day, 123.5, 42, None))
    read = table(sheet(*rows))
    assert read.attributes.to_dict("records") == [
        {"编号": "001", "投用日期": day, "经度": 123.5, "纬度": 42, "容量(t/h)": None}
    ]
    assert (read.sheet, read.header_rows, read.rows.tolist()) == ("2024", (1,), [2])
    assert read.letters == dict(zip(rows[0], "ABCDE", strict=True))
    assert read.coordinates == ("经度", "纬度")
    assert read.attributes.dtypes.unique().tolist() == [object]


class TestHeader:
    """Where it stands and what the columns are called."""

    def test_titles_and_signatures_are_set_aside(self) -> None:
        """The title above, 填报单位 beside it, and what is signed below."""
        rows = (
            ("铁岭市锅炉台账",),
            ("填报单位：某局", None, None, None, "2024年"),
            HEAD,
            B1,
            ("制表人：张三", None, None, "审核人：李四"),
            ("注：蒸吨为额定值",),
            ("第 1 页 共 3 页",),
        )
        read = table(sheet(*rows, merged=((0, 0, 0, 5),)))
        assert [(a.row, a.kind) for a in read.aside] == [(n, "note") for n in (1, 2, 5, 6, 7)]
        assert read.header_rows == (3,)
        assert len(read.rows) == 1

    MERGED = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5), (0, 6, 1, 6))
    UPPER: Row = ("编号", "使用单位", "坐标", None, "供热能力", None, "备注")
    LOWER: Row = (None, None, "经度", "纬度", "蒸吨", "热功率", None)
    ROW: Row = ("B1", "甲", 123.84, 42.29, 10, 7, "x")

    @pytest.mark.parametrize("merged", [MERGED, ()], ids=["merged", "as a CSV has it"])
    def test_a_header_of_two_rows_is_joined(self, merged: tuple[Merged, ...]) -> None:
        """The lower words alone where they are known; the upper ones where nothing is below."""
        read = table(sheet(self.UPPER, self.LOWER, self.ROW, merged=merged))
        names = ["编号", "使用单位", "经度", "纬度", "蒸吨", "热功率", "备注"]
        assert list(read.attributes) == names
        assert read.header_rows == (1, 2)
        assert places(read) == [(123.84, 42.29)]

    def test_a_header_of_three_rows_is_joined(self) -> None:
        """Unknown words keep their parents, parted by a stroke."""
        rows = (
            ("编号", "位置", None, "排放", None),
            (None, "坐标", None, "监测", None),
            (None, "经度", "纬度", "烟尘", "硫"),
            ("B1", 123.84, 42.29, 1, 2),
        )
        merged = ((0, 0, 2, 0), (0, 1, 0, 2), (1, 1, 1, 2), (0, 3, 0, 4), (1, 3, 1, 4))
        read = table(sheet(*rows, merged=merged))
        assert list(read.attributes) == ["编号", "经度", "纬度", "排放/监测/烟尘", "排放/监测/硫"]
        assert read.header_rows == (1, 2, 3)

    def test_unknown_words_below_merged_headers_are_no_row(self) -> None:
        """They add nothing that the layer knows, but they are part of the header."""
        rows = (("编号", "经度", "纬度", "监测", None), (None, None, None, "烟尘", "硫"))
        read = table(sheet(*rows, ("B1", 123.84, 42.29, 1, 2), merged=((0, 3, 0, 4),)))
        assert read.header_rows == (1, 2)
        assert list(read.attributes)[3:] == ["监测/烟尘", "监测/硫"]
        assert read.rows.tolist() == [3]

    def test_a_row_of_words_is_no_second_header(self) -> None:
        """Coordinates in words, no numbers: still a row."""
        rows = (("编号", "使用单位", "经度", "纬度"), ("B1", "甲", "123°30′", "42°15′"))
        assert table(sheet(*rows)).rows.tolist() == [2]

    def test_the_same_word_under_two_parents_keeps_them(self) -> None:
        """Which of the two capacities is meant is then the user's to say."""
        rows = (
            ("编号", "经度", "纬度", "设计", None, "实际", None),
            (None, None, None, "蒸吨", "备注", "蒸吨", "备注"),
            ("B1", 123.84, 42.29, 10, None, 8, None),
        )
        merged = ((0, 3, 0, 4), (0, 5, 0, 6))
        headers = list(table(sheet(*rows, merged=merged)).attributes)
        assert headers[3:] == ["设计(蒸吨)", "设计/备注", "实际(蒸吨)", "实际/备注"]

    @pytest.mark.parametrize(
        ("units", "names"),
        [
            ((None, "°", "°", "蒸吨/小时"), ["编号", "经度(°)", "纬度(°)", "容量(蒸吨/小时)"]),
            (("—", None, None, "（MW）"), ["编号", "经度", "纬度", "容量(MW)"]),
        ],
    )
    def test_a_row_of_units_goes_into_the_headers(self, units: Row, names: list[str]) -> None:
        """In brackets, where units are looked for; dashes are none."""
        read = table(sheet(("编号", "经度", "纬度", "容量"), units, ("B1", 123.84, 42.29, 10)))
        assert list(read.attributes) == names
        assert [(a.row, a.kind) for a in read.aside] == [(2, "units")]
        assert read.rows.tolist() == [3]

    def test_units_below_a_parent_go_into_brackets(self) -> None:
        """容量 above 兆瓦 is 容量(兆瓦)."""
        rows = (("编号", "经度", "纬度", "容量", None), (None, None, None, "兆瓦", "蒸吨/小时"))
        read = table(sheet(*rows, ("B1", 123.84, 42.29, 7, 10), merged=((0, 3, 0, 4),)))
        assert list(read.attributes)[3:] == ["容量(兆瓦)", "容量(蒸吨/小时)"]

    @pytest.mark.parametrize(
        "numbering",
        [("1", "2", "3", "4", "5", "6"), ("甲", "乙", 1, 2, 3, 4), ("(1)", "(2)", "(3)", "(4)")],
        ids=["figures", "letters", "brackets"],
    )
    def test_numbers_of_columns_are_no_row(self, numbering: Row) -> None:
        """As statistical forms have them beneath the header."""
        assert aside(HEAD, numbering, B1) == [(2, "note")]

    def test_a_header_printed_again_is_set_aside(self) -> None:
        """With the title above it, for each page; the header of two rows, too."""
        title: Row = ("台账",)
        assert aside(title, HEAD, B1, title, HEAD, B2) == [
            (1, "note"),
            (4, "note"),
            (5, "repeated_header"),
        ]
        again = (self.UPPER, self.LOWER, self.ROW, self.UPPER, self.LOWER, self.ROW)
        assert aside(*again) == [(4, "repeated_header"), (5, "repeated_header")]

    def test_another_table_below_is_refused(self) -> None:
        """Its values would stand under the names of the first."""
        other: Row = ("编号", "使用单位", "额定热功率", "用途", "状态")
        told = refused(sheet(HEAD, B1, other, ("B9", "甲", 7, "供暖", "在用")))
        assert "工作表 “2024” / 第 3 行" in told

    def test_the_header_is_looked_for_in_twenty_rows(self) -> None:
        """The twentieth is the last."""
        title: Row = ("说明", "文字")
        assert table(sheet(*[title] * 19, HEAD, B1)).header_rows == (20,)
        assert "前 20 行" in refused(sheet(*[title] * 20, HEAD, B1))

    def test_the_user_may_say_where_the_header_is(self) -> None:
        """First and last row, as the program numbers them."""
        rows = (HEAD, B1, HEAD, B2)
        assert table(sheet(*rows), header_rows=(3, 3)).rows.tolist() == [4]
        deep = table(sheet(self.UPPER, self.LOWER, self.ROW), header_rows=(1, 2))
        assert deep.header_rows == (1, 2)
        assert "header_rows" in refused(sheet(*rows), header_rows=(7, 8))

    def test_a_blank_header_over_nothing_is_left_out(self) -> None:
        """With its letter in a note; a remark in it is set aside, not read."""
        read = table(
            sheet((*HEAD, None, "备注"), B1, ("合计", None, None, None, None, 10, "见附表"))
        )
        assert list(read.attributes) == [*HEAD, "备注"]
        assert any("G" in note.zh and "空列" in note.zh for note in read.notes)

    def test_a_blank_header_over_values_is_refused(self) -> None:
        """Which column it is, is not ours to say."""
        assert "第 G 列有值而表头为空" in refused(sheet((*HEAD, None), (*B1, "x")))

    def test_double_headers_that_nothing_reads_are_told_apart(self) -> None:
        """By their letters."""
        read = table(sheet((*HEAD, "备注", "备注"), (*B1, "a", "b")))
        assert list(read.attributes)[6:] == ["备注〔G列〕", "备注〔H列〕"]
        assert read.attributes["备注〔H列〕"].tolist() == ["b"]
        assert read.letters["备注〔H列〕"] == "H"

    def test_double_headers_of_a_column_are_refused_until_one_is_named(self) -> None:
        """By its letter."""
        double = sheet((*HEAD, "编号"), (*B1, "B9"))
        assert '"编号〔B列〕" = "boiler_id"' in refused(double)
        assert len(table(double, columns={"编号〔B列〕": "boiler_id"}).rows) == 1

    def test_a_line_break_in_a_header_does_not_matter(self) -> None:
        """Narrow columns have them."""
        read = table(sheet(("锅炉\n编号", "经　度", "纬 度(°)"), ("B1", 123.84, 42.29)))
        assert next(iter(read.attributes)) == "锅炉 编号"
        assert places(read) == [(123.84, 42.29)]


class TestTotals:
    """Set aside and held against the sum of their rows."""

    @pytest.mark.parametrize(
        "label",
        [
            "合计",
            "合  计",
            "合计：",
            "总计",
            "共计",
            "累计",
            "Total",
            "合計",
            "全市合计",
            "合计(2台)",
        ],
    )
    @pytest.mark.parametrize("column", [0, 1, 2])
    def test_a_total_is_known_by_its_word(self, label: str, column: int) -> None:
        """In any of the first cells."""
        row: list[object] = [None] * 6
        row[column], row[5] = label, 30.5
        read = table(sheet(HEAD, B1, B2, tuple(row)))  # type: ignore[arg-type]
        assert [(a.row, a.kind) for a in read.aside] == [(4, "total")]
        assert "30.5 与 2 行之和相符" in read.aside[0].told.zh
        assert len(read.rows) == 2

    def test_a_total_that_differs_is_told_with_both_numbers(self) -> None:
        """In what is set aside, and in a note."""
        read = table(sheet(HEAD, B1, B2, ("合计", None, None, None, None, 40.5)))
        assert "写的是 40.5,2 行之和为 30.5" in read.aside[0].told.zh
        assert any(
            "第 4 行“合计”" in n.zh and "40.5" in n.zh and "30.5" in n.zh for n in read.notes
        )

    def test_binary_fractions_add_up(self) -> None:
        """Three tenths of a spreadsheet are 0.30000000000000004."""
        rows = [(n, f"B{n}", "x", 123.84, 42.29, 0.1) for n in range(3)]
        read = table(sheet(HEAD, *rows, ("合计", None, None, None, None, 0.1 + 0.1 + 0.1)))
        assert "相符" in read.aside[0].told.zh

    def test_subtotals_are_of_their_block_and_the_total_of_all(self) -> None:
        """The subtotals are not added again."""
        rows = (
            HEAD,
            B1,
            ("银州区小计", None, None, None, None, 10),
            B2,
            ("小计", None, None, None, None, 21),
            ("总计", None, None, None, None, 30.5),
        )
        read = table(sheet(*rows))
        assert [(a.row, a.kind) for a in read.aside] == [
            (3, "subtotal"),
            (5, "subtotal"),
            (6, "total"),
        ]
        told = [a.told.zh for a in read.aside]
        assert "10 与 1 行之和相符" in told[0]
        assert "写的是 21,1 行之和为 20.5" in told[1]
        assert "30.5 与 2 行之和相符" in told[2]

    def test_a_total_above_its_rows_is_checked(self) -> None:
        """Statistical tables begin with it."""
        read = table(sheet(HEAD, ("合计", None, None, None, None, 30.5), B1, B2))
        assert "30.5 与 2 行之和相符" in read.aside[0].told.zh
        assert read.rows.tolist() == [3, 4]

    @pytest.mark.parametrize("value", ["十吨", "<0.5", BROKEN, "75MW"])
    def test_a_row_that_is_no_number_makes_it_uncheckable(self, value: object) -> None:
        """It is not counted as nothing."""
        odd = (*B2[:5], value)
        read = table(sheet(HEAD, B1, odd, ("合计", None, None, None, None, 30.5)))  # type: ignore[arg-type]
        assert "无法核对(1 行不是数字)" in read.aside[0].told.zh

    @pytest.mark.parametrize("value", ["２０.5", "20.5t/h", " 20.5 "])
    def test_numbers_as_text_are_added(self, value: str) -> None:
        """In full width, and with the column's own unit."""
        read = table(sheet(HEAD, B1, (*B2[:5], value), ("合计", None, None, None, None, "30.5")))
        assert "相符" in read.aside[0].told.zh

    def test_an_average_is_no_sum(self) -> None:
        """It is set aside unchecked."""
        read = table(sheet(HEAD, B1, B2, ("平均", None, None, None, None, 15.25)))
        assert [(a.kind, a.told.zh) for a in read.aside] == [("total", "平均值,不核对")]

    @pytest.mark.parametrize("name", ["合计热力有限公司", "合计", "总计供热站", "银州区合计"])
    def test_a_row_with_key_and_place_is_a_feature(self, name: str) -> None:
        """Whatever its operator is called."""
        assert aside(HEAD, B1, (2, "B2", name, 123.85, 42.3, 20.5)) == []

    def test_a_row_with_a_key_and_more_words_is_a_feature(self) -> None:
        """Its missing place is told later; the word alone without a place is a total."""
        assert aside(HEAD, B1, (2, "B2", "银州区合计", None, None, 20.5)) == []
        assert aside(HEAD, B1, (None, "2台", "合计", None, None, 10)) == [(3, "total")]

    def test_a_merged_label_is_found(self) -> None:
        """Over the columns of number, key and operator."""
        total: Row = ("合计", None, None, None, None, 10)
        assert aside(HEAD, B1, total, merged=((2, 0, 2, 2),)) == [(3, "total")]


class TestOtherRows:
    """Each is a feature or set aside."""

    def test_a_row_with_a_remark_only_is_a_row(self) -> None:
        """It is rejected later for its missing key, not dropped here."""
        read = table(sheet((*HEAD, "备注"), (*B1, None), (None,) * 6 + ("待核实",)))
        assert read.rows.tolist() == [2, 3]
        assert read.aside == ()
        assert {f.position for f in read.faults} == {1}

    def test_a_heading_over_the_table_is_set_aside(self) -> None:
        """Merged over most columns, or a numbered heading alone."""
        rows = (HEAD, ("银州区",), B1, ("二、清河区",), B2)
        assert aside(*rows, merged=((1, 0, 1, 5),)) == [(2, "note"), (4, "note")]

    def test_the_templates_example_is_set_aside(self) -> None:
        """In full or half width of its brackets; another key is a feature's."""
        example = (1, EXAMPLE_KEY, *B1[2:])
        assert aside(HEAD, example, B1) == [(2, "example")]
        assert aside(HEAD, (1, "示例(请删除此行)", *B1[2:]), B1) == [(2, "example")]
        assert aside(HEAD, (1, "示例1", *B1[2:]), B1) == []

    def test_a_key_like_a_remark_is_a_feature(self) -> None:
        """With a place of its own."""
        assert aside(HEAD, (1, "注1", *B1[2:]), ("注：", "B2", *B2[2:])) == []

    def test_hidden_rows_are_read_and_counted(self) -> None:
        """A filter in the program does not filter the layer."""
        read = table(sheet(HEAD, B1, B2, hidden=(3,)))
        assert len(read.rows) == 2
        assert any(note.zh.startswith("1 行在表中被隐藏") for note in read.notes)

    def test_bad_cells_are_faults_where_they_are_read(self) -> None:
        """Elsewhere they are counted."""
        rows = ((*HEAD, "备注"), (1, "B1", BROKEN, 123.84, 42.29, 10, BROKEN))
        read = table(sheet(*rows))
        assert [(f.position, f.column, f.value) for f in read.faults] == [(0, "使用单位", "#REF!")]
        assert read.attributes["使用单位"].tolist() == [None]
        assert any("1 个错误值" in note.zh for note in read.notes)

    def test_a_bad_coordinate_is_one_fault(self) -> None:
        """With its own reason."""
        read = table(sheet(HEAD, (1, "B1", "甲", BROKEN, 42.29, 10)))
        assert [(f.column, f.reason.zh) for f in read.faults] == [("经度", "公式错误")]

    @pytest.mark.parametrize("rows", [(HEAD,), (("台账",), HEAD), (HEAD, ("合计", None, None))])
    def test_no_rows_is_a_table(self, rows: tuple[Row, ...]) -> None:
        """Header only: zero rows."""
        read = table(sheet(*rows))
        assert len(read.attributes) == len(read.geometry) == len(read.rows) == 0
        assert list(read.attributes) == list(HEAD)


class TestMerged:
    """Cells are filled within their range, and only there."""

    def test_words_are_filled_within_the_range_only(self) -> None:
        """The row below stays blank."""
        rows = (("编号", "县区", "经度", "纬度"), ("B1", "银州区", 123.8, 42.2))
        more = tuple((f"B{n}", None, 123.8, 42.2) for n in (2, 3, 4))
        read = table(sheet(*rows, *more, merged=((1, 1, 3, 1),)))
        assert read.attributes["县区"].tolist() == ["银州区", "银州区", "银州区", None]
        assert any("补值 2 格" in note.zh for note in read.notes)
        assert read.faults == ()

    def test_without_merging_nothing_is_filled(self) -> None:
        """Blank is blank."""
        rows = (("编号", "县区", "经度", "纬度"), ("B1", "银州区", 123.8, 42.2))
        read = table(sheet(*rows, ("B2", None, 123.8, 42.2)))
        assert read.attributes["县区"].tolist() == ["银州区", None]

    def test_one_key_for_two_rows_is_a_fault_of_both(self) -> None:
        """With the rows' numbers."""
        read = table(sheet(HEAD, B1, (2, None, *B2[2:]), merged=((1, 1, 2, 1),)))
        faults = [(f.position, f.column, f.value) for f in read.faults]
        assert faults == [(0, "编号", "B1"), (1, "编号", "B1")]
        assert "第 2—3 行" in read.faults[0].reason.zh

    @pytest.mark.parametrize("merged", [(1, 5, 2, 5), (1, 2, 1, 5)], ids=["down", "across"])
    def test_a_merged_number_is_a_fault(self, merged: Merged) -> None:
        """It may be each row's, or the total of all."""
        rows = (HEAD, (*B1[:5], 10), (*B2[:5], None))
        if merged[1] == 2:
            rows = (HEAD, (1, "B1", 10, None, None, None), B2)
        read = table(sheet(*rows, merged=(merged,)))
        assert (0, "额定蒸发量(t/h)", "10") in {
            (f.position, f.column, f.value) for f in read.faults
        }

    def test_a_merged_place_is_read_and_flagged(self) -> None:
        """Two boilers of one house."""
        rows = (HEAD, B1, (2, "B2", "甲厂", None, None, 20))
        read = table(sheet(*rows, merged=((1, 3, 2, 3), (1, 4, 2, 4))))
        assert places(read) == [(123.84, 42.29)] * 2
        assert read.faults == ()
        assert [(f.position, f.column) for f in read.flags] == [(0, "经度"), (1, "经度")]

    def test_a_value_below_a_merged_cell_is_not_trusted(self) -> None:
        """The program does not show it."""
        rows = (HEAD, B1, (2, "B2", "藏", 123.85, 42.3, 20))
        read = table(sheet(*rows, merged=((1, 2, 2, 2),)))
        assert [(f.position, f.column, f.value) for f in read.faults] == [(1, "使用单位", "藏")]


class TestSheets:
    """The one whose header fits is read."""

    OTHER = sheet(("姓名", "电话"), ("张三", "1"), name="通讯录")

    def test_the_sheet_with_the_header_is_chosen(self) -> None:
        """The others are named."""
        read = table(self.OTHER, sheet(HEAD, B1, name="锅炉"))
        assert read.sheet == "锅炉"
        assert any("未读的工作表:通讯录" in note.zh for note in read.notes)

    def test_two_that_fit_are_refused_with_their_names(self) -> None:
        """Until the user names one."""
        both = (sheet(HEAD, B1, name="2023"), sheet(HEAD, B2, name="2024"))
        told = refused(*both)
        assert "“2023”、“2024”" in told
        assert 'sheet = "2023"' in told
        assert table(*both, sheet="2024").attributes["编号"].tolist() == ["B2"]

    def test_a_sheet_that_fits_poorly_does_not_count(self) -> None:
        """Of six headers, three are fewer than three quarters."""
        few = sheet(("编号", "经度", "纬度"), ("B1", 123.8, 42.2), name="点位")
        assert table(few, sheet((*HEAD, "状态"), (*B1, "在用"), name="锅炉")).sheet == "锅炉"

    def test_an_empty_form_goes_after_a_filled_one(self) -> None:
        """As templates have both."""
        assert table(sheet(HEAD, name="空表"), sheet(HEAD, B1, name="锅炉")).sheet == "锅炉"

    def test_visible_sheets_go_first(self) -> None:
        """A hidden one is read only where no other fits, and that is told."""
        hidden = sheet(HEAD, B2, name="旧", is_hidden=True)
        assert table(hidden, sheet(HEAD, B1, name="新")).sheet == "新"
        read = table(hidden, self.OTHER)
        assert read.sheet == "旧"
        assert any("隐藏" in note.zh for note in read.notes)

    def test_a_name_that_is_not_there_is_refused(self) -> None:
        """With those that are."""
        assert "现有:2024" in refused(sheet(HEAD, B1), sheet="2025")

    @pytest.mark.parametrize("sheets", [(), (sheet(),), (OTHER,)], ids=["none", "empty", "other"])
    def test_no_header_is_refused(self, sheets: tuple[object, ...]) -> None:
        """With what is needed."""
        told = refused(*sheets)
        assert "锅炉编号" in told or "没有名为" in told

    def test_a_missing_key_is_told_with_what_may_be_meant(self) -> None:
        """But 序号 is never taken for it."""
        told = refused(sheet(("序号", "使用单位", "经度", "纬度"), (1, "甲", 123.8, 42.2)))
        assert "锅炉编号" in told
        assert '"序号" = "boiler_id"' in told


class TestMapping:
    """What the workspace and the card say of headers."""

    def test_the_workspace_goes_before_the_card(self) -> None:
        """Column by column."""
        rows = sheet(("编号", "甲", "乙", "经度", "纬度"), ("B1", "x", "y", 123.8, 42.2))
        card = {"甲": "name", "乙": "county"}
        read = table(rows, columns=card | {"经度": "lon", "纬度": "lat"})
        assert read.coordinates == ("经度", "纬度")
        refusal = refused(rows, columns=card | {"丙": "fuel"})
        assert "tieling.toml" in refusal
        assert "card.toml" in refusal

    def test_headers_of_coordinates_can_be_given(self) -> None:
        """By the reserved words, with a line break or not."""
        rows = sheet(("WWTP\nID", "E_WWTP", "N_WWTP"), ("B1", 123.8, 42.2))
        card = {"WWTP ID": "boiler_id", "E_WWTP": "lon", "N_WWTP": "lat"}
        assert places(table(rows, columns=card)) == [(123.8, 42.2)]

    def test_half_a_pair_is_refused(self) -> None:
        """Longitude alone is no place."""
        rows = sheet(("编号", "E_WWTP", "N_WWTP"), ("B1", 123.8, 42.2))
        assert "不成对" in refused(rows, columns={"E_WWTP": "lon"})


class TestTableUnit:
    """A unit above the table holds for all of it."""

    HEADS: Row = ("编号", "经度", "纬度", "年运输量")

    @pytest.mark.parametrize(
        ("stated", "schema"), [("单位：万吨", FreightSites), ("（计量单位:千瓦）", HeatSources)]
    )
    def test_another_unit_is_refused(self, stated: str, schema: type) -> None:
        """Nothing is converted."""
        head: Row = (*self.HEADS[:3], "年运输量" if schema is FreightSites else "供热能力")
        told = refused(sheet(("台账", stated), head, ("S1", 123.8, 42.2, 150)), schema=schema)
        assert "不作自动换算" in told
        assert "第 1 行" in told

    @pytest.mark.parametrize("stated", ["单位：吨/年", "填报单位：铁岭市某局", "单位：铁岭市某局"])
    def test_the_same_unit_and_offices_are_no_obstacle(self, stated: str) -> None:
        """单位 is also an office."""
        rows = sheet((None, stated), self.HEADS, ("S1", 123.8, 42.2, 150))
        assert len(table(rows, schema=FreightSites).rows) == 1

    def test_a_header_with_its_own_unit_does_not_need_it(self) -> None:
        """Its brackets are nearer."""
        head: Row = (*self.HEADS[:3], "年运输量(吨/年)")
        rows = sheet((None, "单位：万吨"), head, ("S1", 123.8, 42.2, 150))
        assert len(table(rows, schema=FreightSites).rows) == 1

    def test_a_table_of_wkt_needs_no_numbers(self) -> None:
        """Counties have one number, which is a count."""
        square = "POLYGON ((123 42, 124 42, 124 43, 123 42))"
        rows = sheet(("单位:人",), ("代码", "名称", "人口", "WKT"), ("211202", "银州区", 1, square))
        read = table(rows, schema=Counties)
        assert read.geometry[0].wkt == square
        assert read.coordinate_form == "wkt"


CELLS = st.one_of(
    st.none(),
    st.sampled_from([
        "合计",
        "小计",
        "注：x",
        "B1",
        "编号",
        "经度",
        "一、甲",
        EXAMPLE_KEY,
        "1",
        "甲",
    ]),
    st.integers(0, 60),
    st.floats(0, 60),
    st.just(BROKEN),
)
ROWS = st.lists(st.tuples(*[CELLS] * 6).filter(any), max_size=8)
RANGES = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 5), st.integers(0, 2), st.integers(0, 3)),
    max_size=3,
)


@given(rows=ROWS, ranges=RANGES)
def test_every_row_is_a_feature_or_set_aside_once(
    rows: list[Row], ranges: list[tuple[int, int, int, int]]
) -> None:
    """In any table, with any merged cells, unless it is refused as a whole."""
    last = len(rows)
    merged = tuple(
        (r, c, min(r + down, last), min(c + across, 5))
        for r, c, down, across in ranges
        if r <= last
    )
    try:
        read = table(sheet(HEAD, *rows, merged=merged), header_rows=(1, 1))
    except LayerSchemaError as error:
        assert "另一张表的表头" in error.to("zh")  # noqa: PT017 - the only refusal there can be
        return
    told = [*read.rows.tolist(), *(a.row for a in read.aside)]
    assert sorted(told) == list(range(2, last + 2))
    assert len(read.attributes) == len(read.geometry) == len(read.rows)


@given(st.permutations([B1, B2, (3, "B3", "丙", 123.9, 42.4, 5), (4, "B4", None, None, 42.5, 1)]))
def test_the_order_of_rows_does_not_matter(rows: list[Row]) -> None:
    """The same features with the same places, and the same total."""
    read = table(sheet(HEAD, *rows, ("合计", None, None, None, None, 36.5)))
    found = dict(zip(read.attributes["编号"], places(read), strict=True))
    assert found == {"B1": (123.84, 42.29), "B2": (123.85, 42.3), "B3": (123.9, 42.4), "B4": None}
    assert "36.5 与 4 行之和相符" in read.aside[0].told.zh
