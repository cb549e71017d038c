"""A column is found under the header that carries it, or the file is refused."""

import pytest

from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.headers import (
    to_bracketed,
    to_folded,
    to_found,
    to_given,
    to_listed,
    to_mapping,
    to_marked,
    to_plain,
)
from tieling_geo.schemas import Boilers, Counties, Outfalls

COLUMNS = Boilers.columns()


def mapped(*headers: str, card: dict[str, str] | None = None) -> dict[str, str]:
    """Map headers to the columns of boilers."""
    return to_mapping(list(headers), COLUMNS, card or {}, source="boilers.csv")


def refused(*headers: str, card: dict[str, str] | None = None) -> LayerSchemaError:
    """Return the refusal of headers."""
    with pytest.raises(LayerSchemaError) as told:
        mapped(*headers, card=card)
    assert "boilers.csv" in told.value.to("zh")
    assert "boilers.csv" in told.value.to("en")
    return told.value


@pytest.mark.parametrize(
    "header",
    [
        "boiler_id",
        "BOILER_ID",
        "Boiler ID",
        "锅炉编号",
        " 锅炉 编号 ",
        "锅炉编号(必填)",
        "编号【主键】",
        "boiler number",
        "锅炉代码",
        "\ufeff锅炉编号",
    ],
)
def test_a_column_is_found_under_name_title_and_alias(header: str) -> None:
    """Without regard to width, case, spaces, marks and remarks in brackets."""
    assert mapped(header) == {"boiler_id": header}


def test_headers_that_nothing_claims_are_left_alone() -> None:
    """They map to nothing, and take nothing away."""
    assert mapped("编号", "备注", "经度") == {"boiler_id": "编号"}


def test_a_missing_column_that_must_be_there_is_refused() -> None:
    """With the headers that there are."""
    told = refused("使用单位", "燃料").to("zh")
    assert "锅炉编号" in told
    assert "使用单位、燃料" in told


def test_two_headers_for_one_column_are_refused_with_the_remedy() -> None:
    """The line for the card is written out."""
    told = refused("编号", "燃料", "燃料类型").to("zh")
    assert '"燃料" = "fuel"' in told


def test_a_better_fit_wins() -> None:
    """The exact column name before titles and aliases, these before look-alikes."""
    assert mapped("boiler_id", "fuel", "燃料类型")["fuel"] == "fuel"
    assert mapped("编号", "燃 料", "燃料")["fuel"] == "燃料"


def test_the_card_decides_first() -> None:
    """And what it names is not claimed by another column."""
    mapping = mapped("编号", "原编号", card={"原编号": "boiler_id"})
    assert mapping == {"boiler_id": "原编号"}
    mapping = mapped("编号", "燃料", "燃料类型", card={"燃料类型": "fuel"})
    assert mapping["fuel"] == "燃料类型"
    assert mapped("编号", "热源", card={"热源": "fuel"})["fuel"] == "热源"


@pytest.mark.parametrize(
    "card",
    [
        {"没有的列": "fuel"},
        {"燃料": "no_such_column"},
        {"燃料": "fuel", "编号": "fuel"},
    ],
    ids=["no such header", "no such column", "one column twice"],
)
def test_a_card_that_names_what_is_not_there_is_refused(card: dict[str, str]) -> None:
    """A mapping that does nothing would hide a typing error."""
    told = refused("编号", "燃料", card=card)
    assert "[columns]" in told.to("zh")
    assert next(iter(card)) in told.to("en")


def test_double_headers_are_refused() -> None:
    """Which one is meant is not ours to say."""
    assert "编号" in refused("编号", "燃料", "编号").to("zh")


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("额定蒸发量(蒸吨/小时)", "capacity_t_per_h"),
        ("额定蒸发量（t/h）", "capacity_t_per_h"),
        ("额定蒸发量", "capacity_t_per_h"),
        ("容量（蒸吨/小时）", "capacity_t_per_h"),
        ("容量 (t/h)", "capacity_t_per_h"),
        ("容量（兆瓦）", "capacity_mw"),
        ("容量(MW)", "capacity_mw"),
        ("热功率[ｍｗ]", "capacity_mw"),
    ],
)
def test_a_unit_in_brackets_tells_columns_apart(header: str, column: str) -> None:
    """Tonnes of steam an hour and megawatts are two columns."""
    assert mapped("编号", header) == {"boiler_id": "编号", column: header}


def test_both_capacities_of_one_ledger_are_found() -> None:
    """Each under its own unit."""
    mapping = mapped("编号", "容量(MW)", "容量(t/h)")
    assert mapping["capacity_mw"] == "容量(MW)"
    assert mapping["capacity_t_per_h"] == "容量(t/h)"


def test_a_header_that_needs_a_unit_and_has_none_is_not_guessed() -> None:
    """“容量” alone could be either: it is read as neither."""
    assert mapped("编号", "容量") == {"boiler_id": "编号"}


@pytest.mark.parametrize("header", ["额定蒸发量(MW)", "热功率(kW)", "额定热功率(万千瓦)"])
def test_another_or_an_unknown_unit_is_refused(header: str) -> None:
    """A unit that does not fit is an error, not a conversion."""
    told = refused("编号", header).to("zh")
    assert header in told
    assert "不作自动换算" in told


def test_a_known_wrong_unit_is_refused_even_from_the_card() -> None:
    """An unknown one is taken on the card's word."""
    card = {"容量(MW)": "capacity_t_per_h"}
    assert "容量(MW)" in refused("编号", "容量(MW)", card=card).to("zh")
    card = {"容量(单台)": "capacity_t_per_h"}
    assert mapped("编号", "容量(单台)", card=card)["capacity_t_per_h"] == "容量(单台)"


def test_a_count_in_ten_thousands_is_no_count() -> None:
    """“人口(万人)” would be read ten thousand times too small."""
    headers = ["代码", "名称", "人口(万人)"]
    with pytest.raises(LayerSchemaError, match="not in the unit"):
        to_mapping(headers, Counties.columns(), {}, source="counties.csv")
    mapping = to_mapping(["代码", "名称", "人口(人)"], Counties.columns(), {}, source="c")
    assert mapping["population"] == "人口(人)"


def test_number_and_code_of_an_outfall_are_two_columns() -> None:
    """编号 and 编码 differ in one character."""
    mapping = to_mapping(["编号", "编码", "名称"], Outfalls.columns(), {}, source="o.csv")
    assert mapping == {"outfall_id": "编号", "outfall_code": "编码", "name": "名称"}


def test_words_are_compared_folded_and_headers_without_brackets() -> None:
    """The three forms, side by side."""
    header = " 额定＿蒸发量（蒸吨／小时）[单台] "
    assert to_folded("Ａ_b\u3000Ｃ") == "abc"
    assert to_plain(header) == "额定蒸发量"
    assert to_bracketed(header) == "单台"
    assert to_bracketed("额定蒸发量") == ""


def test_long_headers_are_cut_in_messages() -> None:
    """A page of rubbish in the first line does not fill the screen."""
    assert len(to_listed(["锅" * 10_000] * 10_000)) < 1300
    assert to_listed(["编号", "名称"]) == "编号、名称"


def test_the_workspace_goes_before_the_card() -> None:
    """For a header and for a column; what neither touches stays."""
    card = {"热源": "fuel", "代号": "boiler_id", "用": "use"}
    assert to_given(card, {"燃料": "fuel", "用": "status"}) == {
        "代号": "boiler_id",
        "燃料": "fuel",
        "用": "status",
    }
    assert to_given({}, {}) == {}


def test_a_given_header_is_found_without_regard_to_spaces_and_width() -> None:
    """Unless two fit, or one fits as it stands."""
    assert to_found(["使用 单位"], {"使用单位": "name"}) == {"使用 单位": "name"}
    assert to_found(["ＩＤ", "id "], {"ID": "boiler_id"}) == {"ID": "boiler_id"}
    assert to_found(["ID", "id"], {"ID": "boiler_id"}) == {"ID": "boiler_id"}
    assert mapped("锅炉\n代号", card={"锅炉代号": "boiler_id"}) == {"boiler_id": "锅炉\n代号"}


def test_words_for_coordinates_may_be_given_and_are_no_columns() -> None:
    """They take their headers away from the columns."""
    card = {"使用单位": "lon", "编": "boiler_id"}
    assert mapped("编", "使用单位", card=card) == {"boiler_id": "编"}


def test_headers_told_apart_are_compared_without_their_marks() -> None:
    """Two of them claim a column together, and one can be named."""
    first, second = to_marked("编号", 1, "B"), to_marked("编号", 6, "G")
    assert (first, to_marked("编号", 6)) == ("编号〔B列〕", "编号〔第7列〕")
    assert '"编号〔B列〕" = "boiler_id"' in refused(first, second).to("zh")
    assert mapped(first, second, card={second: "boiler_id"}) == {"boiler_id": second}
    assert to_bracketed(to_marked("容量(MW)", 3, "D")) == "MW"


def test_what_resembles_a_column_is_named_but_not_taken() -> None:
    """A slip of the pen, and the running number."""
    assert '"锅炉编码" = "boiler_id"' in refused("锅炉编码", "燃料").to("zh")
    told = refused("序号", "燃料")
    assert '"序号" = "boiler_id"' in told.to("zh")
    assert '"序号" = "boiler_id"' in told.to("en")
    assert "=" not in refused("甲", "乙").to("zh")


def test_a_refusal_names_both_places_where_it_can_be_put_right() -> None:
    """The workspace and the card."""
    for told in (
        refused("甲"),
        refused("编号", "燃料", "燃料类型"),
        refused("编号", card={"x": "y"}),
    ):
        for words in told.message:
            assert "columns] " in words
            assert "tieling.toml" in words
            assert "card.toml" in words
