"""The report says what the assessment says, numbers itself, and opens without a question."""

import io
import re
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import docx
import pandas as pd
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from PIL import Image

from tests.render import hand_made_maps as made
from tieling_geo.errors import AccountingError, OutputError, OutputRefusedError
from tieling_geo.records import (
    ROLLUP_COLUMNS,
    Alternative,
    CrossCheck,
    Move,
    Override,
    PacePoint,
    PublishedMap,
    Quantity,
    State,
    Verdict,
    WaitingFor,
)
from tieling_geo.render import fonts
from tieling_geo.reports import word
from tieling_geo.reports.word import to_manuscript, write_report
from tieling_geo.text import Text

MAPS = (PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS,), ("counties",)),)


def waiting(clause_id: str) -> Verdict:
    """Return a verdict that waits for a layer."""
    about = made.clause(clause_id, section="三(二)", planned_analysis="noise", target=None)
    return made.verdict(
        about,
        State.NO_DATA,
        because=Text("缺少图层 noise", "missing layer: noise"),
        value=None,
        low=None,
        high=None,
        margin=None,
        waiting_for=WaitingFor.LAYER,
    )


def full() -> object:
    """Return an assessment with something in every part of the report."""
    pace = (
        PacePoint(2024, Fraction(90), Fraction(92), Fraction(-2)),
        PacePoint(2025, Fraction(1600, 17), Fraction(95), None),
    )
    found = replace(
        made.result({"a": "left", "b": "done"}, analysis=made.ANALYSIS),
        measures={"share": made.share(16, 17)},
        rollups=pd.DataFrame(
            [
                ("share", "county_name", "甲县", 10, 11, 11, 0),
                ("share", "county_name", "乙县", 6, 6, 6, 1),
                ("share", "use", "heating", 16, 17, 17, 1),
            ],
            columns=list(ROLLUP_COLUMNS),
        ),
    )
    decided = made.verdict(
        made.clause("I01"),
        against=[f"B{k:02d}" for k in range(11)],
        estimate=Quantity(16, 17),
        pace=pace,
        robustness=(
            Move("threshold", "t", Text("容量", "capacity"), "t_per_h", Fraction(5), "up", ("B1",)),
            Move("date", "d", Text("日期", "day"), "day", None, "none"),
        ),
        alternatives=(Alternative(Text("按数量", "by number"), State.MET, Fraction(96)),),
        overrides=("O1",),
        state_without_overrides=State.MET,
    )
    override = Override(
        "O1", "boilers", "B1", "fuel", "", "gas", "张三", "核实", date(2025, 6, 1), "1号"
    )
    check = CrossCheck(
        "x",
        Text("双口径", "two ways"),
        ("I01", "I02"),
        "broken",
        Text("不一致", "they differ"),
        ((Text("均计入", "both"), 2, ("B1", "B2")),),
    )
    about = made.clause("I02", target=Fraction(50))
    sound = made.verdict(about, State.MET, estimate=Quantity(16, 17))
    return made.assessment(
        [decided, sound, waiting("C01")],
        results={made.ANALYSIS: found},
        layers={"boilers": made.layer("boilers", found.features)},
        overrides=(override,),
        cross_checks=(check,),
        datum_checks=(Text("基准相符", "the datum agrees"),),
        is_sample=True,
    )


def report(about: object, *, language: str = "zh", maps: tuple = MAPS) -> Document:
    """Return a report as a reader opens it."""
    file = io.BytesIO()
    to_manuscript(about, maps=maps, language=language).document.save(file)  # type: ignore[arg-type]
    return docx.Document(file)


def text_of(document: Document) -> str:
    """Return all words of a report, a paragraph a line."""
    lines = document.element.body.iter(qn("w:p"))
    return "\n".join("".join(t.text or "" for t in line.iter(qn("w:t"))) for line in lines)


def table_of(document: Document, caption: str) -> list[list[str]]:
    """Return the table below a caption, its header too."""
    body = list(document.element.body)
    for place, element in enumerate(body):
        words = "".join(t.text or "" for t in element.iter(qn("w:t")))
        is_caption = element.tag == qn("w:p") and element.style == "Caption"
        if is_caption and words.endswith(f"  {caption}"):
            table = Table(body[place + 1], document)
            return [[cell.text for cell in row.cells] for row in table.rows]
    raise AssertionError(caption)


@pytest.fixture(scope="module")
def whole() -> Document:
    """Return the report of everything, for reading only."""
    return report(full())


def test_the_summary_counts_every_clause(whole: Document) -> None:
    """One not met, one met, one waits for a layer."""
    rows = table_of(whole, "条文判定情况")
    counts = {row[0]: (row[1], row[2]) for row in rows[1:]}
    assert counts["达到"] == ("1", "I02")
    assert counts["未达到"] == ("1", "I01")
    assert counts["缺数据:缺图层"] == ("1", "C01")
    assert counts["合计"] == ("3", "")
    assert sum(int(row[1]) for row in rows[1:-1]) == 3
    told = text_of(whole)
    assert "全部 3 条条文中，已判定 2 条（达到 1、未达到 1）" in told
    assert table_of(whole, "约束性要求未达到的条文")[1][0] == "I01"


def test_a_section_s_table_has_a_row_a_clause(whole: Document) -> None:
    """Value, range, target with its limit, deadline with its state."""
    header, first, second = table_of(whole, "三(八) 的条文")
    assert header == ["条文", "要求（转述）", "结论", "现值（可能范围）", "目标", "期限"]
    assert first == [
        "I01",
        "燃煤锅炉基本淘汰\n[约束性]",
        "✗ 未达到",
        "94.12% (16/17)\n88.89 – 94.44%",
        "≥ 95%（含本数）",
        "2025-12-31\n逾期未达到",
    ]
    assert second[0] == "I02"
    assert table_of(whole, "三(二) 的条文")[1][3:5] == ["—", "—"]


def test_a_clause_says_all_that_is_needed_to_defend_it(whole: Document) -> None:
    """The eleventh feature is counted, and not listed."""
    told = text_of(whole)
    assert "数值：现值 94.12%，可能范围 88.89 – 94.44%，余量 -0.88个百分点，计入 17 个" in told
    ids = "、".join(f"B{k:02d}" for k in range(10))
    assert f"不利要素：{ids}（列出前 10 个，共 11 个）" in told
    assert "B10" not in told
    assert "稳健性：容量：向多计入一侧移动 5蒸吨/小时 即改判（关键要素 B1）；日期：不论移动" in told
    assert "其他口径：按数量 → 达到 (96%)" in told
    assert "所依人工认定：O1（共 1 个）；不采用认定时：达到" in told


def test_ten_ids_are_listed_without_a_remark() -> None:
    """The limit is closed."""
    about = made.verdict(made.clause(), against=[f"B{k}" for k in range(10)])
    told = text_of(report(made.assessment([about]), maps=()))
    assert "、B9（共 10 个）" in told
    assert "列出前" not in told


def test_counties_and_bureaus_have_their_counts(whole: Document) -> None:
    """Only the county dimension, and a clause for every bureau of its section."""
    assert table_of(whole, "各县区的计数（1）") == [
        ["条文", "乙县", "甲县"],
        ["I01", "6/6 (?1)", "10/11"],
        ["I02", "6/6 (?1)", "10/11"],
    ]
    rows = {row[0]: row[1:] for row in table_of(whole, "各单位所涉条文的结论")}
    assert rows["单位"][:3] == ["达到", "未达到", "无法确定"]
    assert rows["市发展改革委"] == ["1", "1", "0", "0", "0", "0", "0", "2"]
    assert rows["市商务局"] == ["0", "0", "0", "1", "0", "0", "0", "1"]


def test_bureaus_are_grouped_by_their_usual_name_and_every_spelling_is_shown() -> None:
    """A section that names one bureau in two spellings counts once for it."""
    about = made.assessment([made.verdict(made.clause())])
    plan = replace(about.plan, bureau_aliases={"市生态环境局": "市发展改革委"})
    rows = table_of(report(replace(about, plan=plan), maps=()), "各单位所涉条文的结论")
    assert [row[0] for row in rows[1:]] == ["市发展改革委 (市生态环境局)"]
    assert rows[1][-1] == "1"


def test_checks_layers_and_overrides_are_told(whole: Document) -> None:
    """Two rows in, two accepted, none rejected."""
    assert table_of(whole, "交叉核对结果")[1] == [
        "双口径",
        "I01、I02",
        "✗ 不符",
        "不一致\n均计入：B1、B2（共 2 个）",
    ]
    assert table_of(whole, "图层及行数")[1][:4] == ["锅炉\nboilers", "2", "2", "0"]
    assert "坐标基准核对：基准相符" in text_of(whole)
    row = table_of(whole, "人工认定")[1]
    assert row[0] == "O1"
    assert row[2:] == ["（空）", "gas", "张三\n2025-06-01\n1号", "核实"]


def test_appendices_list_parameters_open_clauses_and_sentences(whole: Document) -> None:
    """A parameter that three clauses share stands once."""
    rows = table_of(whole, "参数")
    assert rows[1:] == [
        ["缓冲距离\nlimit_m", "500米", "含界值", "本工具约定\n[未核实]", "I01、I02、C01"]
    ]
    assert table_of(whole, "假设")[1:] == [["按单台计", "I01、I02、C01"]]
    (waits,) = table_of(whole, "不可判定或待数据的条文")[1:]
    assert waits[0] == "C01"
    assert waits[2:] == ["缺数据\n缺图层", "缺少图层 noise\n待建分析 noise，待登记图层 —"]
    digests = table_of(whole, "规划原句的 SHA-256")
    assert digests[0] == ["条文", "SHA-256"]
    assert [row[1] for row in digests[1:]] == ["a" * 64] * 3


def test_the_plan_s_own_words_stand_beside_ours_where_the_user_supplies_them() -> None:
    """In the clause's paragraph and in the appendix; nowhere else are they."""
    about = replace(full(), sentences={"a" * 64: "原来的话"})  # type: ignore[type-var]
    document = report(about)
    assert table_of(document, "规划原句的 SHA-256")[1] == ["I01", "a" * 64, "原来的话"]
    assert text_of(document).count("原句：原来的话") == 2
    assert "原来的话" not in text_of(report(full()))


def test_tables_and_figures_are_numbered_by_fields_and_referred_to(whole: Document) -> None:
    """What is cached is right without an update: 1, 2, 3 ..., and each reference its number."""
    body = whole.element.body
    xml = body.xml
    for label in ("表", "图"):
        pattern = rf"SEQ {label} \\\* ARABIC .*?<w:t [^>]*>(\d+)</w:t>"
        numbers = [int(n) for n in re.findall(pattern, xml, re.DOTALL)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers
    names = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="([^"]+)"', xml)
    assert len({n for n, _ in names}) == len({name for _, name in names}) == len(names)
    marked = dict(re.findall(r'w:name="(_Ref_[^"]+)"/>(.*?)<w:bookmarkEnd', xml, re.DOTALL))
    referred = re.findall(r" REF (\S+) \\h .*?<w:t [^>]*>([^<]+)</w:t>", xml, re.DOTALL)
    assert referred
    for name, cached in referred:
        assert "".join(re.findall(r"<w:t [^>]*>([^<]*)</w:t>", marked[name])) == cached


def test_the_contents_list_every_heading_of_two_levels(whole: Document) -> None:
    """Each entry links to its heading's bookmark."""
    listed = [p.text for p in whole.paragraphs if p.style.name in {"toc 1", "toc 2"} and p.text]
    headings = [p.text for p in whole.paragraphs if p.style.name in {"Heading 1", "Heading 2"}]
    assert listed == headings
    assert "2.1  三(八) 煤炭" in listed
    anchors = {link.get(qn("w:anchor")) for link in whole.element.body.iter(qn("w:hyperlink"))}
    marks = {mark.get(qn("w:name")) for mark in whole.element.body.iter(qn("w:bookmarkStart"))}
    assert anchors <= marks
    assert len(anchors) == len(listed)
    assert "updateFields" not in whole.settings.element.xml


def test_styles_name_fonts_for_chinese_and_no_theme(whole: Document) -> None:
    """Headings in 黑体, everything else in 宋体; a theme's font would go before them."""
    for element in whole.styles.element.iter(qn("w:rFonts")):
        assert element.get(qn("w:eastAsia")) in {"宋体", "黑体"}
        assert not [name for name in element.attrib if name.endswith("Theme")]
    fonts_of = {
        name: whole.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Caption")
    }
    assert fonts_of == {
        "Normal": "宋体",
        "Heading 1": "黑体",
        "Heading 2": "黑体",
        "Heading 3": "黑体",
        "Caption": "宋体",
    }
    (language,) = {e.get(qn("w:eastAsia")) for e in whole.styles.element.iter(qn("w:lang"))}
    assert language == "zh-CN"


def test_headers_of_tables_repeat_and_rows_are_not_torn(whole: Document) -> None:
    """On A4."""
    for table in whole.tables:
        rows = table._tbl.tr_lst  # noqa: SLF001 - python-docx has no public way
        assert rows[0].trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    page = whole.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)


def test_every_picture_is_whole_and_has_words_for_those_who_do_not_see_it(
    whole: Document,
) -> None:
    """States, targets, pace and one map, none wider or higher than the page."""
    shapes = list(whole.inline_shapes)
    assert len(shapes) == 4
    for shape in shapes:
        assert len(shape._inline.docPr.get("descr")) > 10  # noqa: SLF001 - idem
        assert shape.width.mm <= 165.01
        assert shape.height.mm <= 247
    pictures = [part for part in whole.part.package.iter_parts() if "/media/" in part.partname]
    assert len(pictures) == 4
    for part in pictures:
        with Image.open(io.BytesIO(part.blob)) as image:
            image.verify()


def test_header_and_footer_say_sample_and_number_the_pages(whole: Document) -> None:
    """Only where it is a sample."""
    header, footer = whole.sections[0].header, whole.sections[0].footer
    assert header.paragraphs[0].text == "示例数据 SAMPLE  铁岭评估 · 评估截至 2025-12-31"
    assert " PAGE " in footer._element.xml  # noqa: SLF001 - idem
    assert " NUMPAGES " in footer._element.xml  # noqa: SLF001 - idem
    plain = report(made.assessment([made.verdict(made.clause())]), maps=())
    assert "SAMPLE" not in plain.sections[0].header.paragraphs[0].text
    assert "SAMPLE" not in text_of(plain)


def test_an_english_report_has_english_words() -> None:
    """But for sections' numbers and what users and the plan named in Chinese."""
    told = text_of(report(full(), language="en"))
    assert "Of 3 clauses 2 are decided (1 met, 1 not met)" in told
    left = set(re.findall(r"[\u4e00-\u9fff（），；。]+", told))
    assert left <= {
        "示例数据",
        *("三", "八", "二", "甲县", "乙县", "铁岭市", "张三", "核实", "号"),
        *("市发展改革委", "市生态环境局", "市商务局"),
    }


def test_nothing_found_is_a_report_all_the_same() -> None:
    """No clause, no layer, no map."""
    document = report(made.assessment([]), maps=())
    assert table_of(document, "条文判定情况")[-1] == ["合计", "0", ""]
    assert text_of(document).count("本部分无内容。") == 5
    assert len(document.inline_shapes) == 0


@pytest.mark.parametrize("hostile", [*made.PAYLOADS, "_x0041_", "a\x00\x1b\ud800b", "\u202e甲", ""])
def test_words_of_a_user_are_words_only(hostile: str, tmp_path: Path) -> None:
    """They are read back as they were, but for what no document can hold."""
    both = Text(hostile, hostile)
    about = made.verdict(
        made.clause(hostile or "I01", paraphrase=both, assumptions=(both,)),
        because=both,
        against=[hostile],
        warnings=(both,),
    )
    whole = made.assessment([about], title=both, map_approval_no=hostile)
    write_report(whole, tmp_path / "a.docx", maps=())
    told = text_of(docx.Document(tmp_path / "a.docx"))
    kept = re.sub("[\x00\x1b\ud800]", "\ufffd", hostile).replace("\u202e", "")
    assert f"要求（转述）：{kept}" in told
    assert f"注意：{kept}" in told or not kept


def test_without_a_chinese_font_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text stays Chinese: Word has fonts of its own."""
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    told = text_of(report(full()))
    assert f"字体：{fonts.NO_FONT.zh}" in told
    assert "字体：" not in text_of(report(made.assessment([]), maps=())) or fonts.NO_FONT.zh in told


def test_the_file_is_the_same_each_time_and_leads_nowhere(tmp_path: Path) -> None:
    """Its day is the assessment's; no part of it is anywhere else."""
    for name in ("a.docx", "b.docx"):
        write_report(full(), tmp_path / name, maps=MAPS)  # type: ignore[arg-type]
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    document = docx.Document(tmp_path / "a.docx")
    assert document.core_properties.created.replace(tzinfo=None) == datetime(2025, 12, 31)  # noqa: DTZ001
    with ZipFile(tmp_path / "a.docx") as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert b"External" not in archive.read(name)
        assert {i.date_time for i in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_an_untouched_report_is_replaced_and_somebody_s_work_is_not(tmp_path: Path) -> None:
    """A person's edits lose the mark."""
    path = tmp_path / "a.docx"
    empty = made.assessment([])
    write_report(empty, path, maps=())
    write_report(empty, path, maps=(), language="en")
    docx.Document(path).save(path)
    theirs = path.read_bytes()
    with pytest.raises(OutputRefusedError):
        write_report(empty, path, maps=())
    assert path.read_bytes() == theirs


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """The folder is not there."""
    with pytest.raises(OutputError):
        write_report(made.assessment([]), tmp_path / "none" / "a.docx", maps=())
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_read_back_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another report was written in its place."""
    other = to_manuscript(made.assessment([]), maps=(), language="en").document
    save = word._save  # noqa: SLF001 - the disk, as it were
    monkeypatch.setattr(word, "_save", lambda _, path: save(other, path))
    with pytest.raises(OutputError, match="read back"):
        write_report(made.assessment([]), tmp_path / "a.docx", maps=())
    assert list(tmp_path.iterdir()) == []


def test_a_reference_that_leads_nowhere_is_our_fault() -> None:
    """And so are two tables of one key."""
    manuscript = to_manuscript(made.assessment([]), maps=())
    with pytest.raises(AccountingError):
        manuscript.table("coverage", "", [], [])
    manuscript.reference("nowhere")
    with pytest.raises(AccountingError):
        manuscript.finish(manuscript.contents("x"))
