"""The ledger: all that was found, as a workbook for people."""

from pathlib import Path

from tieling_geo.records import Assessment
from tieling_geo.reports.ledger_basis import basis_tables
from tieling_geo.reports.ledger_clauses import clauses_table
from tieling_geo.reports.ledger_features import features_tables
from tieling_geo.reports.ledger_pages import Binding, Table, to_names, to_pages
from tieling_geo.reports.ledger_scores import bureaus_table, counties_table
from tieling_geo.reports.ledger_summary import summary_page
from tieling_geo.reports.ledger_words import SUMMARY
from tieling_geo.reports.ledger_worklist import tasks, worklist_tables
from tieling_geo.reports.workbook import write_workbook
from tieling_geo.text import Language


def write_ledger(assessment: Assessment, path: Path, *, language: Language = "zh") -> None:
    """
    Write the output contract's `ledger.xlsx`, and read back that it holds what was meant.

    Holds a summary with the contents; every clause; scorecards by county and bureau; worklists of
    the features that speak against a clause or are not known; every feature of every result; and
    what the verdicts rest on. Text is text whatever it begins with. The bytes depend only on the
    assessment and the language.

    Parameters
    ----------
    assessment
        What was assessed.
    path
        The `.xlsx`; its folder must be there.
    language
        Language of the words in it.

    Raises
    ------
    OutputRefusedError
        If the path holds a file that a person may have edited.
    OutputError
        If it cannot be written whole, or does not read back as it was meant.

    Examples
    --------
    >>> import tempfile
    >>> from tieling_geo.pipeline import assess
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_ledger(assess(only=["C02"]), Path(folder) / "ledger.xlsx")
    """
    tables = ledger_tables(assessment, language)
    names = to_names(SUMMARY.to(language), tables)
    binding = Binding(language, assessment.is_sample, names)
    pages = [summary_page(assessment, tables, binding)]
    for table in tables:
        pages += to_pages(table, binding)
    write_workbook(path, pages, title=assessment.title.to(language))


def ledger_tables(assessment: Assessment, language: Language) -> tuple[Table, ...]:
    """
    Give the ledger's tables after its summary, in their order.

    Returns
    -------
    tables
        Each has its header even without a row.
    """
    found = tasks(assessment, language)
    return (
        clauses_table(assessment, language),
        counties_table(found, assessment, language),
        bureaus_table(assessment, language),
        *worklist_tables(found, assessment, language),
        *features_tables(assessment, language),
        *basis_tables(assessment, language),
    )
