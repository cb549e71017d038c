"""Time each step of one assessment: reading a layer, judging a clause, writing a product."""

import json
import sys
import time
from pathlib import Path

from tieling_geo.pipeline import assess
from tieling_geo.reports import publish
from tieling_geo.text import Text
from tieling_geo.workspace import open_workspace


class Clock:
    """Told of each step before it begins; what passes until the next belongs to it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.step, self.began = "start", time.perf_counter()

    def __call__(self, what: Text, _done: int, _of: int) -> None:
        """End the step before, and begin this one."""
        self.turn(what.en)

    def turn(self, step: str) -> None:
        """Book the time that passed."""
        now = time.perf_counter()
        self.seconds[self.step] = self.seconds.get(self.step, 0.0) + now - self.began
        self.step, self.began = step, now


def main(root: Path, out: Path) -> None:
    """Assess a workspace, write all products, and print the seconds of every step."""
    clock = Clock()
    space = open_workspace(root)
    assessment = assess(space, progress=clock)
    clock.turn("between assessment and products")
    publish(assessment, out, maps=space.maps, progress=clock)
    clock.turn("end")
    slowest = sorted(clock.seconds.items(), key=lambda item: -item[1])
    print(json.dumps({step: round(seconds, 3) for step, seconds in slowest}, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
