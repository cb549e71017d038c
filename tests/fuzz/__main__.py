"""
Fuzz a reader for a while: `python -m tests.fuzz KIND [MINUTES [SEED]]`, such as `xlsx 10`.

Good files are mutated (cut, bits flipped, blocks zeroed or doubled, words put in) and read as a
layer. Allowed are a layer whose accounts balance and an error of ours; anything else is a find: it
is printed, and the file kept in the folder `fuzz-found`. So is a file that takes longer than ten
seconds. The address space is limited, so that a file that asks for much memory shows, too.
"""

import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from tests.fuzz.seeds import write_seeds
from tieling_geo.errors import TielingGeoError
from tieling_geo.readers import read_layer
from tieling_geo.records import Card

#: Longest time that a malformed file may take, seconds (open).
SLOW_S = 10.0
_ADDRESS_SPACE = 4 << 30
#: Words that readers give a meaning to.
WORDS = (
    *(b'"', b"\n", b"\r\n", b",", b";", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"=1+1"),
    *(b"<", b"&", b"]]>", b"<!DOCTYPE a>", b"1e999", b"NaN", b"-1", b"99999999999999999999"),
    *(b"{}", b"[]", b"null", b'"type"', "合计".encode(), "合计".encode("gbk"), b"PK\x03\x04"),
    *(b"EPSG:4550", "123°50'".encode(), b"41536123", b"POINT (1 2)", b"POLYGON EMPTY"),
)
CARD = Card("fuzz", "fuzz", "2025-12-31", "cgcs2000", crs="EPSG:4490")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a content with one to four things changed."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed) + 1)
        size = chance.choice([1, 2, 8, 64, 512])
        match chance.randrange(6):
            case 0:
                del changed[at:]
            case 1 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                changed[at : at + size] = bytes(len(changed[at : at + size]))
            case 3:
                changed[at:at] = changed[at : at + size]
            case 4:
                changed[at:at] = chance.choice(WORDS)
            case _:
                changed[at : at + size] = chance.randbytes(size)
    return bytes(changed)


def fuzz(kind: str, minutes: float, seed: int) -> Counter[str]:
    """Mutate and read until the time is over; return what came of it, by kind."""
    chance, came = random.Random(seed), Counter[str]()  # noqa: S311 - repeatable, not secret
    found = Path("fuzz-found")
    with tempfile.TemporaryDirectory() as folder:
        seeds = write_seeds(Path(folder), kind)
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            layer, original = chance.choice(seeds)
            part = chance.choice(sorted(original.parent.iterdir()))
            whole = part.read_bytes()
            part.write_bytes(mutated(whole, chance))
            began = time.monotonic()
            outcome = _read(layer, original)
            if time.monotonic() - began > SLOW_S:
                outcome = f"slow: {time.monotonic() - began:.0f} s"
            if came[outcome] == 0 and outcome not in {"layer", "refused"}:
                _keep(found, kind, original, outcome, number=len(came))
            came[outcome] += 1
            part.write_bytes(whole)
    return came


def _read(layer: str, path: Path) -> str:
    """Read a file and say what came of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read_layer(layer, path, card=CARD)
    except TielingGeoError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
    return "layer"


def _keep(found: Path, kind: str, original: Path, outcome: str, *, number: int) -> None:
    """Keep a file, and all of its parts, that did what it should not."""
    found.mkdir(exist_ok=True)
    for part in original.parent.iterdir():
        kept = found / f"{kind}-{number}{part.name.removeprefix(original.stem)}"
        kept.write_bytes(part.read_bytes())
    print(f"{kind}: {outcome} ({kind}-{number})", flush=True)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    words = sys.argv[1:]
    counts = fuzz(
        words[0], float(words[1]) if len(words) > 1 else 10.0, int(words[2]) if words[2:] else 1
    )
    print(f"{words[0]}: {sum(counts.values())} files: {dict(counts.most_common())}")
    sys.exit(1 if set(counts) - {"layer", "refused"} else 0)
