"""
Figures, never asserted: `make bench` writes `benchmarks.json`.

Each benchmark runs our command and its peer as whole processes, in turn, five times after a
warm-up, and keeps the medians. The peers' numbers are compared with ours in the same run.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.maps import maps
from tests.benchmarks.plain_reading import HEADER, rows

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Figure:
    """One run of a process."""

    seconds: float
    peak_mb: float
    out: str


def measured(words: list[str]) -> Figure:
    """Run a process to its end; wall time, and the peak memory that the system accounts to it."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"exit status {process.returncode}: {words}")
        out.seek(0)
        return Figure(seconds, usage.ru_maxrss / 1024, out.read().decode())


def medians(ours: list[str], peers: dict[str, list[str]]) -> tuple[Figure, dict[str, Figure]]:
    """Run ours and each peer in turn, so that a change of the machine's speed meets them alike."""
    runs: dict[str, list[Figure]] = {}
    for turn in range(RUNS + 1):
        for name, words in {"": ours, **peers}.items():
            figure = measured(words)
            if turn:
                runs.setdefault(name, []).append(figure)
    middle = {
        name: Figure(
            statistics.median(f.seconds for f in figures),
            statistics.median(f.peak_mb for f in figures),
            figures[-1].out,
        )
        for name, figures in runs.items()
    }
    return middle.pop(""), middle


def record(name: str, size: str, ours: Figure, peers: dict[str, Figure], *, equal: bool) -> dict:
    """Give one benchmark's record."""
    return {
        "name": name,
        "size": size,
        "seconds": round(ours.seconds, 3),
        "peak_mb": round(ours.peak_mb, 1),
        "peers": {peer: round(figure.seconds, 3) for peer, figure in peers.items()},
        "equal": equal,
    }


def cli_help() -> dict:
    """Time the help, beside the import that it must not make."""
    commands = (
        *("assess", "check", "read", "fetch", "list"),
        *("lint-plan", "map", "sample", "explain", "init"),
    )
    peers = {"import geopandas": [PYTHON, "-c", "import geopandas"]}
    ours, others = medians([PYTHON, "-m", "tieling_geo", "--help"], peers)
    complete = all(command in ours.out for command in commands)
    return record("cli_help", f"{len(commands)} commands", ours, others, equal=complete)


def is_equal(verdicts: list[dict], evidence: Path, plain: dict[str, float]) -> bool:
    """Compare our verdicts with the plain route's numbers."""
    import geopandas as gpd  # noqa: PLC0415 - so that cli_help starts at once

    by_id = {verdict["clause"]: verdict for verdict in verdicts}
    k02 = by_id["K02"]
    done = k02["counted"] - k02["evidence"]["features_against"]
    sites = gpd.read_file(evidence, layer="rail_freight_catchments")
    return (
        by_id["I01"]["value"] == plain["I01"]
        and by_id["I02"]["evidence"]["features_against"] == plain["I02_left"]
        and (done, k02["counted"]) == (plain["K02_done"], plain["K02_of"])
        and int(sites["reachable"].sum()) == plain["sites_reached"]
    )


def assess(name: str, scale: int, folder: Path) -> dict:
    """Time the whole assessment, all products written, beside the plain route to six numbers."""
    root, out = folder / f"layers_{scale}", folder / f"out_{scale}"
    cli = [PYTHON, "-m", "tieling_geo"]
    measured([*cli, "sample", "--scale", str(scale), "--out", str(root)])
    words = [*cli, "assess", "--workspace", str(root), "--out", str(out)]
    plain = [PYTHON, "-m", "tests.benchmarks.plain", str(root)]
    peer = "plain geopandas and networkx, headline numbers only"
    ours, others = medians(words, {peer: plain})
    verdicts = json.loads((out / "verdicts.json").read_text(encoding="utf-8"))
    same = is_equal(verdicts, out / "evidence.gpkg", json.loads(others[peer].out))
    size = f"scale {scale}: {300 * scale} boilers, {400 * scale} outfalls, {60 * scale} sites"
    steps = measured([PYTHON, "-m", "tests.benchmarks.steps", str(root), str(out)])
    return record(name, size, ours, others, equal=same) | {"steps": json.loads(steps.out)}


def read(suffix: str, folder: Path) -> dict:
    """Time the reading of a ledger, every check made, beside pandas, which checks nothing."""
    import openpyxl  # noqa: PLC0415 - so that cli_help starts at once

    path = folder / f"boilers{suffix}"
    table = [HEADER, *rows()]
    if suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    else:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("台账")
        for row in table:
            sheet.append(row)
        book.save(path)
    words = [PYTHON, "-m", "tieling_geo", "read", str(path), "--as", "boilers", "--format", "json"]
    peer = "pandas (openpyxl for .xlsx) and geopandas, nothing checked"
    plain = [PYTHON, "-m", "tests.benchmarks.plain_reading", str(path)]
    ours, others = medians(words, {peer: plain})
    told, found = json.loads(ours.out), json.loads(others[peer].out)
    same = {"rows": told["accepted"], "sum": told["accounts"][1]["control_accepted"]} == found
    return record(f"read_{suffix[1:]}", f"{len(table) - 1} rows", ours, others, equal=same)


def main() -> None:
    """Run all benchmarks and write their figures."""
    with tempfile.TemporaryDirectory() as folder:
        records = [
            cli_help(),
            read(".csv", Path(folder)),
            read(".xlsx", Path(folder)),
            *maps(),
            assess("assess_1", 1, Path(folder)),
            assess("assess_30", 30, Path(folder)),
        ]
    text = json.dumps(records, ensure_ascii=False, indent=1)
    (ROOT / "benchmarks.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
