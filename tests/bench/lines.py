"""Slow lines, counted: pictures and bytes for a key, and pictures still to come after the last."""

import time
from collections.abc import Iterator
from statistics import median

from tests.bench.apps import TFX, Plan, titles
from tests.bench.keys import TYPED, Case
from tests.bench.report import Row
from tests.slow_terminal import FAR, SlowTerminal
from tui_transformer.link import words

BAUD = 960  # bytes in a second: 9,600 baud
QUICKER = 4 * BAUD  # slow still, and a quarter of the time to measure


def pictures(plan: Plan) -> Iterator[Row]:
    """How often the screen is drawn for one key: once."""
    for case in TYPED:
        with SlowTerminal([*TFX, *words(case.link)], columns=120, rows=36, env=FAR) as far:
            _open(far, case)
            drawn = []
            for _ in range(min(plan.keys, 10)):
                before = far.pictures
                far.key(case.key)
                far.until(lambda before=before: far.pictures > before)
                far.rest(0.2)
                drawn.append(far.pictures - before)
        what = f"pictures for a key, {case.link.split()[0]}: the most"
        yield Row(what, "", 1.0, max(drawn), 1.0, counted=True)


def slow(plan: Plan) -> Iterator[Row]:
    """Bytes of a key on a slow line, and how far behind a key that was held leaves the screen."""
    for name in ("xor", "neuron"):
        with SlowTerminal([*TFX, name], env=FAR) as far:
            _open(far, Case(name, "right", "left"))
            fine = _bytes(far, 1)[0]
            far.rate = QUICKER
            coarse = _bytes(far, 9 if plan.keys > 6 else 6)[-3:]
        what = f"bytes of a key on a slow line, {name} at 80×24, to a quick one"
        yield Row(what, "B", fine, median(coarse), 2560, absolute=True, counted=True)
    seconds = plan.hold_seconds
    with SlowTerminal([*TFX, "descent"], env=FAR) as far:
        _open(far, Case("descent", ".", ","))
        far.rate = BAUD
        for _ in range(2):
            far.key(".")
            far.rest()
        far.hold(".", 30, seconds)
        ended, before = time.monotonic(), far.pictures
        far.rest(0.7)
        behind = time.monotonic() - ended - 0.7
    held = f"descent held at 30/s for {seconds:g} s, 9,600 baud behind 256 KB"
    yield Row(f"{held}: pictures to come", "", None, far.pictures - before, 2, absolute=True)
    yield Row(f"{held}: behind", "s", None, behind, 2.0, absolute=True)


def _open(far: SlowTerminal, case: Case) -> None:
    """Wait for a state, over a quick line, and go to what is held."""
    title = titles()[words(case.link)[0]]
    far.until(lambda: title in far.shown)
    far.rest()
    for key in case.setup:
        far.key(key)
        far.rest()


def _bytes(far: SlowTerminal, count: int) -> list[int]:
    found = []
    for _ in range(count):
        before = far.arrived
        far.key("right")
        far.rest(0.4)
        found.append(far.arrived - before)
    return found
