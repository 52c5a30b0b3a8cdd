"""What a person waits for: pictures while something plays, and a new sentence in a real model."""

import time
from collections.abc import Iterator
from statistics import median

from tests.bench.apps import TFX, NotAvailable, Plan, titles
from tests.bench.report import Row
from tests.slow_terminal import FAR, SlowTerminal
from tui_transformer.concepts import load
from tui_transformer.session import Session

PLAYED = ("descent", "generation", "residual")
FASTEST = 50  # steps in a second
LONGEST = 1.5  # seconds: after 78 steps the clock of residual is at its end
WORDS = """
the quick brown fox jumps over a lazy dog while many small birds sing in tall green trees near our
old stone house by quiet water and every evening children play games until night falls slowly on
warm roofs where cats sleep dreaming about fish swimming down long rivers toward open seas under
bright stars that shine for ever and ever
"""


def playing(plan: Plan) -> Iterator[Row]:
    """Pictures in a second of what plays as fast as it can."""
    for name in PLAYED:
        with SlowTerminal([*TFX, name], columns=120, rows=36, env=FAR) as far:
            title = titles()[name]
            far.until(lambda title=title, far=far: title in far.shown)
            far.rest()
            for key in (*[">"] * 8, "space"):
                far.key(key)
            began, before = time.monotonic(), far.pictures
            seconds = min(plan.hold_seconds, LONGEST)
            far.until(lambda end=began + seconds: time.monotonic() > end)
            rate = (far.pictures - before) / (time.monotonic() - began)
        yield Row(
            f"pictures in a second of play, {name}",
            "/s",
            FASTEST,
            rate,
            note=f"of {FASTEST} that are due",
        )


def sentence(plan: Plan) -> Iterator[Row]:
    """A new sentence of 64 tokens in the real model, from the text to the figure."""
    opened = Session.open(load("real-model"))
    if getattr(opened.model, "problem", None):
        raise NotAvailable("no published model is installed")
    assert opened.figure
    given = WORDS.split()
    taken = []
    for at in range(min(6, plan.starts + 1)):
        session = opened.set(text=" ".join([*given[at:], *given[:at]][:61]))
        began = time.process_time()
        assert session.figure
        taken.append(1000 * (time.process_time() - began))
    what = "a new sentence of 64 tokens in real-model, processor"
    yield Row(what, "ms", None, median(taken), 50, absolute=True)
