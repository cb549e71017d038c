"""A plan's own text, where the user supplies it: its sentences by their fingerprints."""

import hashlib
from pathlib import Path

from tieling_geo.errors import PlanError
from tieling_geo.text import Text

#: Bytes that a plan's text may have at most (closed).
MAX_BYTES = 5_000_000
_STOP = "。"


def to_fingerprint(sentence: str) -> str:
    """
    Give the sha256 of a sentence, stripped, in UTF-8.

    Examples
    --------
    >>> to_fingerprint(" 一句话 ") == to_fingerprint("一句话")
    True
    """
    return hashlib.sha256(sentence.strip().encode()).hexdigest()


def to_sentences(text: str) -> dict[str, str]:
    """
    Part a text at its full stops (。) and give each sentence by its fingerprint.

    Examples
    --------
    >>> list(to_sentences("甲事。乙事。").values())
    ['甲事', '乙事']
    """
    parts = (part.strip() for part in text.split(_STOP))
    return {to_fingerprint(part): part for part in parts if part}


def read_plan_text(path: Path) -> str:
    """
    Read a plan's text: a plain file in UTF-8 or GB18030.

    Parameters
    ----------
    path
        The file, of `MAX_BYTES` at most.

    Returns
    -------
    text
        Its text.

    Raises
    ------
    PlanError
        If it is no plain file, is too large, or is in neither encoding.
    """
    where = Text(f"规划文本 {path.name}", f"plan text {path.name}")
    if not path.is_file():
        raise PlanError(_told(where, Text("不是文件", "is not a file")))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = Text(f"无法读取({error.strerror})", f"cannot be read: {error.strerror}")
        raise PlanError(_told(where, why)) from error
    if len(content) > MAX_BYTES:
        raise PlanError(_told(where, Text("超过 5 MB", "is larger than 5 MB")))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    why = Text("既不是 UTF-8 也不是 GB18030 文本", "is text neither in UTF-8 nor in GB18030")
    raise PlanError(_told(where, why))


def _told(where: Text, why: Text) -> Text:
    """Say what is wrong at a place."""
    return Text(f"{where.zh}:{why.zh}", f"{where.en}: {why.en}")
