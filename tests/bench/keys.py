"""From a key to everything that it changes on the screen: one key, and a key held down."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.bench.apps import Failed, NotAvailable, Plan, check, open_baseline, open_tfx
from tests.bench.fewest import fewest
from tests.bench.report import Row, percentile
from tests.pty_terminal import Terminal

QUIET = 0.05
"""Seconds without output after which the answer to a key is complete; its end is the last byte."""
BLOCK = 20
FRAME_BRACKETS = len(b"\x1b[?2026h\x1b[?2026l")


@dataclass(frozen=True)
class Case:
    """A state of tfx and a key to press in it, after the keys of `setup`."""

    link: str
    key: str
    back: str
    """The key that undoes it."""
    setup: tuple[str, ...] = ()


SOFTMAX = Case("softmax logits=-8,1,0.1", "right", "left")
DESCENT = Case("descent", ".", ",")
# Up from the first control is the last one, the seed: every number on the screen changes.
ATTENTION = Case("attention source=random count=16", "right", "left", setup=("up",))
TYPED = (SOFTMAX, DESCENT, ATTENTION)
GOALS = {SOFTMAX: 2.5}  # for half of the keys; 3 in the others
HELD = (SOFTMAX, DESCENT)


def _sentence(count: int) -> Case:
    """Attention of one word after the other, in a sentence of so many words."""
    text = " ".join(f"w{i}" for i in range(count))
    return Case(f"self-attention 'sentence={text}' query=8", "right", "left", ("down",) * 4)


SIZES = (("attention at 256 tokens (the most), to 16: a key, p50", _sentence(16), _sentence(256)),)
"""What should cost the same at two sizes; a size that tfx does not take is reported as missing."""


@dataclass(frozen=True)
class Stroke:
    """One key and its answer."""

    milliseconds: float
    sent: int
    fewest: int


def latency(plan: Plan) -> Iterator[Row]:
    """Single keys, in turns of twenty with the baseline."""
    for case in TYPED:
        baseline, tfx = ([s.milliseconds for s in strokes] for strokes in typed(case, plan))
        for percent, limit in ((50, GOALS.get(case, 3.0)), (95, 3.5)):
            values = percentile(baseline, percent), percentile(tfx, percent)
            yield Row(
                f"key → new numbers, {case.link.split()[0]}, p{percent}", "ms", *values, limit
            )


@cache
def typed(case: Case, plan: Plan) -> tuple[list[Stroke], list[Stroke]]:
    """The keys pressed at the baseline and at tfx."""
    check(case.link)
    strokes: tuple[list[Stroke], list[Stroke]] = ([], [])
    with open_baseline() as baseline, open_tfx(case.link, case.setup) as tfx:
        for terminal in (baseline, tfx):  # the first key may still load something
            stroke(terminal, case.key)
        while len(strokes[1]) < plan.keys:
            for terminal, found in zip((baseline, tfx), strokes, strict=True):
                found += [stroke(terminal, case.key) for _ in range(min(BLOCK, plan.keys))]
    return strokes


def stroke(terminal: Terminal, key: str) -> Stroke:
    """Press a key and see what it does and what that took."""
    before, cursor = terminal.screen.cells(), terminal.screen.cursor
    burst = terminal.press(key, quiet=QUIET)
    least = fewest(before, cursor, terminal.screen.cells())
    if not least:
        raise Failed(f"{key} changed nothing on the screen")
    if terminal.screen.unknown:
        raise Failed(f"the measuring screen does not know {terminal.screen.unknown}")
    brackets = FRAME_BRACKETS if b"\x1b[?2026h" in burst.data else 0
    return Stroke(1000 * (burst.end - burst.sent), len(burst.data), len(least) + brackets)


def holding(plan: Plan) -> Iterator[Row]:
    """A key held down at the rates keyboards repeat at: how far the screen is behind at the end."""
    for case in HELD:
        check(case.link)
        for rate in (30, 60):
            late: tuple[list[float], list[float]] = ([], [])
            with open_baseline() as baseline, open_tfx(case.link, case.setup) as tfx:
                for turn in range(plan.holds):
                    key = case.back if turn % 2 else case.key
                    for terminal, found in zip((baseline, tfx), late, strict=True):
                        found.append(held(terminal, key, rate, plan.hold_seconds))
            values = percentile(late[0], 50), percentile(late[1], 50)
            what = f"{case.link.split()[0]}, key held at {rate}/s: last byte after last key"
            yield Row(what, "ms", *values, limit=50, absolute=True)


def held(terminal: Terminal, key: str, rate: float, seconds: float) -> float:
    """Milliseconds from the last key to the last byte."""
    begin = last = time.perf_counter()
    for count in range(int(rate * seconds)):
        while (left := begin + count / rate - time.perf_counter()) > 0:
            terminal.listen(left)
        last = terminal.key(key)
    end = terminal.settle(quiet=0.3)
    if end < last:
        raise Failed(f"the last {key} changed nothing")
    return 1000 * (end - last)


def sizes(plan: Plan) -> Iterator[Row]:
    """What a key costs at a large size, in turns with a small one."""
    for what, small, large in SIZES:
        try:
            check(small.link)
            check(large.link)
        except NotAvailable as reason:
            yield Row(what, note=str(reason))
            continue
        found: tuple[list[float], list[float]] = ([], [])
        with open_tfx(small.link, small.setup) as one, open_tfx(large.link, large.setup) as other:
            while len(found[1]) < plan.keys:
                for terminal, times in zip((one, other), found, strict=True):
                    for key in (small.key, small.back) * (min(BLOCK, plan.keys) // 2 + 1):
                        times.append(stroke(terminal, key).milliseconds)
        yield Row(what, "ms", percentile(found[0], 50), percentile(found[1], 50), 1.5)
