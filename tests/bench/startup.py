"""From starting a program to its first frame, and to the frame that shows everything."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from tests.bench.apps import BASELINE, COLUMNS, ROWS, TFX, Failed, Plan, start
from tests.bench.memory import processor_time
from tests.bench.report import Row
from tests.bench.screen import Screen
from tests.pty_terminal import Terminal

NUMBER = "0.659001"


def first_frames(plan: Plan) -> Iterator[Row]:
    """The map and `tfx softmax`, in turns with the baseline: time, and that of the processor."""
    programs = {
        "baseline": (BASELINE, "label 0"),
        "map": (TFX, "Neurons"),
        "softmax": ([*TFX, "softmax"], NUMBER),
    }
    found: dict[str, list[Opening]] = {name: [] for name in programs}
    for turn in range(plan.starts + 1):
        for name, (command, expected) in programs.items():
            opened = opening(command, expected)
            if turn:  # the first fills the disk cache and compiles what is not compiled yet
                found[name].append(opened)
    plain, contents, softmax = (
        Opening(*map(median, zip(*found[name], strict=True))) for name in programs
    )
    yield Row("exec → first frame of tfx", "ms", plain.first, contents.first, 1.05)
    yield Row("the same, processor", "ms", plain.spent_first, contents.spent_first, 1.05)
    what = "exec → tfx softmax, numbers and plot"
    yield Row(what, "ms", plain.first, softmax.complete, 1.45)
    yield Row("the same, processor ", "ms", plain.spent_first, softmax.spent_complete, 1.45)


class Opening(NamedTuple):
    """Milliseconds from the start: until a text is there, and until nothing changes any more."""

    first: float
    complete: float
    spent_first: float
    """Of the processor, by the program and what it has started."""
    spent_complete: float


def opening(command: list[str], expected: str) -> Opening:
    """Start a program and leave it alone.

    Its output is interpreted afterwards, with the moments at which it was received and what the
    processor had done by then.
    """
    spent: list[float] = []
    with start(command) as terminal:
        deadline = time.perf_counter() + 60
        while time.perf_counter() < deadline and not _shown(terminal, expected):
            _listen(terminal, spent)
        while _listen(terminal, spent, 0.4):
            pass
    screen = Screen(COLUMNS, ROWS)
    seen = finished = None
    before: list[str] = []
    for (moment, data), used in zip(terminal.chunks, spent, strict=True):
        screen.feed(data)
        text = screen.text()
        if seen is None and expected in "\n".join(text):
            seen = moment, used
        if text != before:
            finished, before = (moment, used), text
    if seen is None or finished is None:
        raise Failed(f"{expected!r} did not stay on the screen")
    first, complete = (1000 * (at - terminal.started) for at, _ in (seen, finished))
    return Opening(first, complete, seen[1], finished[1])


def _shown(terminal: Terminal, expected: str) -> bool:
    """Whether a text can be there by now, without interpreting what would cost time."""
    return expected.encode() in terminal.raw


def _listen(terminal: Terminal, spent: list[float], seconds: float = 0.2) -> bool:
    """Receive something, and note at once what it has cost so far.

    What comes while a question is answered is received as well: several pieces, a note for each.
    """
    came = terminal.listen(seconds)
    if more := len(terminal.chunks) - len(spent):
        spent += [processor_time(terminal.pid)] * more
    return came


def json_process(plan: Plan) -> Iterator[Row]:
    """`tfx softmax --json` from start to end, in turns with a Python that only imports NumPy."""
    numpy = [sys.executable, "-c", "import numpy"]
    ours = [*TFX, "softmax", "--json"]
    times: dict[str, list[float]] = {"numpy": [], "tfx": []}
    for turn in range(plan.starts + 1):
        for name, command in (("numpy", numpy), ("tfx", ours)):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            if done.returncode or (name == "tfx" and NUMBER not in done.stdout):
                raise Failed(f"{command} failed: {done.stderr}")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:
                used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                times[name].append(1000 * used)
    what = "tfx softmax --json, to python -c 'import numpy': processor"
    yield Row(what, "ms", median(times["numpy"]), median(times["tfx"]), 1.3)
