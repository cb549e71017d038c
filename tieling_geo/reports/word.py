"""Write the assessment report as a Word file: text, tables, charts and maps."""

import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from tieling_geo.errors import OutputError
from tieling_geo.records import Assessment, PublishedMap
from tieling_geo.render.static_paper import SAMPLE_SHORT
from tieling_geo.reports.folder import writing
from tieling_geo.reports.marked_archive import (
    StillArchive,
    check_replaceable_workbook,
    write_mark,
)
from tieling_geo.reports.word_appendices import write_open, write_parameters, write_sentences
from tieling_geo.reports.word_manuscript import Manuscript
from tieling_geo.reports.word_records import write_checks, write_data, write_overrides
from tieling_geo.reports.word_results import write_results
from tieling_geo.reports.word_scorecards import write_scorecards
from tieling_geo.reports.word_styles import blank_report, set_header_and_footer
from tieling_geo.reports.word_summary import write_maps, write_summary, write_title_page
from tieling_geo.reports.word_words import WORDS
from tieling_geo.text import Language, Text


def write_report(
    assessment: Assessment,
    path: Path,
    *,
    maps: Sequence[PublishedMap],
    language: Language = "zh",
) -> None:
    """
    Write the assessment report, whole or not at all, and read it back before it takes its place.

    Parameters
    ----------
    assessment
        All that was found.
    path
        The `.docx`; its folder must be there. A report of ours that nobody has saved since is
        replaced, anything else is not.
    maps
        The published maps, each drawn as a picture.
    language
        Language of the report. Pictures are in English where no Chinese font is installed, and
        the report says so.

    Raises
    ------
    OutputRefusedError
        If the path holds something that is not an untouched file of ours.
    OutputError
        If it cannot be written, or does not read back as it was meant.
    """
    check_replaceable_workbook(path)
    manuscript = to_manuscript(assessment, maps=maps, language=language)
    with writing(path):
        target = path.resolve()
        beside = target.with_name(f".{target.name}.part")
        try:
            _save(manuscript.document, beside)
            _check_written(beside, path.name, manuscript)
            write_mark(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def to_manuscript(
    assessment: Assessment, *, maps: Sequence[PublishedMap], language: Language = "zh"
) -> Manuscript:
    """
    Write the report in memory; nothing is written to disk.

    Raises
    ------
    AccountingError
        If a reference in it leads nowhere.
    """
    document = blank_report(assessment, language)
    manuscript = Manuscript(document, language)
    sample = SAMPLE_SHORT.to(language) if assessment.is_sample else ""
    day = f"{WORDS['as_of'].to(language)} {assessment.as_of.isoformat()}"
    set_header_and_footer(document, f"{assessment.title.to(language)} · {day}", sample)
    write_title_page(manuscript, assessment, language)
    contents = manuscript.contents(WORDS["contents"].to(language))
    write_summary(manuscript, assessment, language)
    write_results(manuscript, assessment, language)
    write_maps(manuscript, assessment, maps, language)
    write_scorecards(manuscript, assessment, language)
    write_checks(manuscript, assessment, language)
    write_data(manuscript, assessment, language)
    write_overrides(manuscript, assessment, language)
    write_parameters(manuscript, assessment, language)
    write_open(manuscript, assessment, language)
    write_sentences(manuscript, assessment, language)
    manuscript.finish(contents)
    return manuscript


def _save(document: Document, path: Path) -> None:
    """Write a document's parts into an archive of the same bytes each time."""
    package = document.part.package
    # The template's picture of itself is not a picture of the report.
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]
    whole = io.BytesIO()
    document.save(whole)
    with ZipFile(whole) as parts, StillArchive(path, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            packed = ZIP_STORED if name.endswith(".png") else ZIP_DEFLATED
            archive.writestr(name, parts.read(name), packed)


def _check_written(path: Path, name: str, manuscript: Manuscript) -> None:
    """
    Read a report back and hold it against what was meant.

    Raises
    ------
    OutputError
        If a table, a row, a picture or a word is missing or another one.
    """
    with path.open("rb") as file:
        found = _tally(file)
    meant = manuscript.counts
    counted = {word: meant[word] for word in found[0]}
    if counted != found[0] or _digest(manuscript.document) != found[1]:
        raise OutputError(
            Text(
                f"{name}:写出后读回的内容与应写的不同,未保存;请重试,并检查磁盘",
                f"{name}: what was written does not read back as it was meant, and was not kept; "
                "try again, and check the disk",
            )
        )


def _tally(file: BinaryIO) -> tuple[dict[str, int], str]:
    """Count what a report holds, and give its words' fingerprint."""
    document = docx.Document(file)
    counts = Counter(
        tables=len(document.tables),
        rows=sum(len(table.rows) for table in document.tables),
        figures=len(document.inline_shapes),
    )
    return dict(counts), _digest(document)


def _digest(document: Document) -> str:
    """Give the fingerprint of all words of a report's body, in their order."""
    texts = (element.text or "" for element in document.element.body.iter(qn("w:t")))
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()
