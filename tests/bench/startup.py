"""From starting a program to its first frame, and to the frame that shows everything."""

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from tests.bench.apps import BASELINE, COLUMNS, ROWS, TFX, Failed, Plan, start
from tests.bench.report import Row
from tests.bench.screen import Screen

NUMBER = "0.659001"


def first_frames(plan: Plan) -> Iterator[Row]:
    """The map and `tfx softmax`, in turns with the baseline."""
    programs = {
        "baseline": (BASELINE, "label 0"),
        "map": (TFX, "Neurons"),
        "softmax": ([*TFX, "softmax"], NUMBER),
    }
    first: dict[str, list[float]] = {name: [] for name in programs}
    complete: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(plan.starts + 1):
        for name, (command, expected) in programs.items():
            seen, finished = opening(command, expected)
            if turn:  # the first fills the disk cache and compiles what is not compiled yet
                first[name].append(seen)
                complete[name].append(finished)
    baseline = median(first["baseline"])
    yield Row("exec → first frame of tfx", "ms", baseline, median(first["map"]), 1.05)
    yield Row(
        "exec → tfx softmax, numbers and plot", "ms", baseline, median(complete["softmax"]), 1.5
    )


def opening(command: list[str], expected: str) -> tuple[float, float]:
    """Milliseconds until the text is on the screen, and until no text changes any more.

    The program is left alone while it starts; its output is interpreted afterwards, with the
    moments at which it was received.
    """
    with start(command) as terminal:
        terminal.wait_for(expected, timeout=60, quiet=0.2)
        terminal.settle(quiet=0.4)
    screen = Screen(COLUMNS, ROWS)
    seen = finished = None
    before: list[str] = []
    for moment, data in terminal.chunks:
        screen.feed(data)
        text = screen.text()
        if seen is None and expected in "\n".join(text):
            seen = moment
        if text != before:
            finished, before = moment, text
    if seen is None or finished is None:
        raise Failed(f"{expected!r} did not stay on the screen")
    return 1000 * (seen - terminal.started), 1000 * (finished - terminal.started)


def json_process(plan: Plan) -> Iterator[Row]:
    """`tfx softmax --json` from start to end, in turns with a Python that only imports NumPy."""
    numpy = [sys.executable, "-c", "import numpy"]
    ours = [*TFX, "softmax", "--json"]
    times: dict[str, list[float]] = {"numpy": [], "tfx": []}
    for turn in range(plan.starts + 1):
        for name, command in (("numpy", numpy), ("tfx", ours)):
            begun = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            if done.returncode or (name == "tfx" and NUMBER not in done.stdout):
                raise Failed(f"{command} failed: {done.stderr}")
            if turn:
                times[name].append(1000 * (time.perf_counter() - begun))
    what = "tfx softmax --json, to python -c 'import numpy'"
    yield Row(what, "ms", median(times["numpy"]), median(times["tfx"]), 1.3)
