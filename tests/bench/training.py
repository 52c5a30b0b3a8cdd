"""How soon the screen answers while a model is being trained beside it, and while none is."""

import re
import time
from collections.abc import Callable, Iterator

from tests.bench.apps import Failed, Plan, open_tfx
from tests.bench.report import Row, percentile
from tests.pty_terminal import Terminal

LINK = "training show_layer=1"
CASES = (
    (
        "choosing a control",
        ("down", "up"),
        lambda text: next(i for i, s in enumerate(text) if "▸" in s),
    ),
    ("another head's attention", ("right", "left"), lambda text: "·".join(_titles(text))),
)
PATIENCE = 10.0
Look = Callable[[list[str]], object]


def _titles(text: list[str]) -> list[str]:
    return [found for line in text for found in re.findall(r"Head 1.\d|1·\d", line)]


def while_training(plan: Plan) -> Iterator[Row]:
    """Keys at rest and while it trains, each until what it changes is on the screen."""
    for what, keys, look in CASES:
        # From the first control back to the fold of what is shown, and in it to the head.
        setup = ("up", "up", "up", "enter", "down") if "right" in keys else ()
        with open_tfx(LINK, setup) as terminal:
            rest = list(_answers(terminal, keys, look, plan.keys))
            terminal.press("space")
            _trains(terminal)
            busy = list(_answers(terminal, keys, look, plan.keys))
            _trains(terminal)
        for percent in (50, 95):
            values = percentile(rest, percent), percentile(busy, percent)
            yield Row(f"{what} while training, to at rest, p{percent}", "ms", *values, 1.5)


def _answers(terminal: Terminal, keys: tuple[str, str], look: Look, count: int) -> Iterator[float]:
    """Press keys in turn, and say how many milliseconds each took to show."""
    for turn in range(count + count % 2 + 2):  # an even number: the last key undoes the first
        before = look(terminal.text())
        sent = terminal.key(keys[turn % 2])
        while look(terminal.text()) == before:
            if time.perf_counter() - sent > PATIENCE:
                raise Failed(f"{keys[turn % 2]} changed nothing")
            terminal.listen(0.02)
        if turn:  # the first may still load something
            yield 1000 * (time.perf_counter() - sent)
        end = time.perf_counter() + 0.037  # keys should not keep step with the pictures
        while (left := end - time.perf_counter()) > 0:
            terminal.listen(left)


def _trains(terminal: Terminal) -> None:
    """Make sure that steps are being taken."""
    terminal.wait_for("Step", timeout=30)
    before, began = terminal.text(), time.perf_counter()
    while terminal.text()[1] == before[1]:
        if time.perf_counter() - began > PATIENCE:
            raise Failed("no step was taken")
        terminal.listen(0.1)
