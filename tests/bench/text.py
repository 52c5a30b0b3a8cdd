"""A text of 100 KB in the tokenizer: the first picture of it, and a step of its clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from tests.bench.apps import Plan
from tests.bench.report import Row

WORDS = "the cat sat on a mat and the dog saw that it was wide so they went on home again"


def _milliseconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def long_text(plan: Plan) -> Iterator[Row]:
    """Measure model and view, beside the same for the text that the screen opens with."""
    from tui_transformer.concepts import load
    from tui_transformer.session import Session

    concept = load("tokenizer")
    text = " ".join(f"{word}{i % 97}" for i in range(1300) for word in WORDS.split())[:100_000]
    short = Session.open(concept)
    baseline = _milliseconds(partial(getattr, short, "figure"))
    for split in (True, False):
        how = "words" if split else "no words"
        session = short.set(text=text, split_words=split)
        first = _milliseconds(partial(getattr, session, "figure"))
        yield Row(f"tokenizer, 100 KB, {how}: first picture", "ms", baseline, first, 1000, True)
        session = session.set(merges=200)
        assert session.figure
        taken = []
        for step in (1, 1, -1, 1, -1):
            session = session.step(step)
            taken.append(_milliseconds(partial(getattr, session, "figure")))
        yield Row(f"tokenizer, 100 KB, {how}: a step", "ms", baseline, median(taken), 50, True)
