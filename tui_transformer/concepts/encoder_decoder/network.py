"""The trained reverser, run on a person's letters; what was computed once is kept."""

from __future__ import annotations

from functools import cache, lru_cache

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import encoder_decoder as model
from tui_transformer.nn.encoder_decoder import Pass
from tui_transformer.nn.made_up import reversing as task
from tui_transformer.nn.made_up.reversing import END, PLAN, START

NAME = "reverser"


@cache
def weights() -> dict[str, Array]:
    """The weights by name, in double precision; raises BadValue where the file is damaged."""
    shapes = PLAN.shapes()
    return shipped.as_float64(shipped.load(NAME, shapes), shapes)


@lru_cache(maxsize=512)
def said(source: str, forced: bool) -> str:
    """Everything it says about a word, to the end sign.

    By itself it stops at its first end sign, or where that should have come. `forced` gives it
    the right beginning at every place, so that it always says one sign for each.
    """
    words = task.encode(source)[None]
    count = len(source) + 1
    if forced:
        _, target, _ = task.lesson(words)
        run_ = model.forward(PLAN, weights(), words[0], target[0])
        return task.decode(run_.logits.argmax(-1))
    out = task.decode(model.greedy(PLAN, weights(), words, START, count)[0])
    end = out.find(task.SIGNS[END])
    return out if end < 0 else out[: end + 1]


def read(source: str, forced: bool, steps: int) -> str:
    """What the decoder has been given after so many steps: the start sign and letters."""
    whole = said(source, forced)
    given = source[::-1] if forced else whole[: len(whole) - 1]
    return task.SIGNS[START] + given[:steps]


@lru_cache(maxsize=64)
def run(source: str, forced: bool, steps: int) -> Pass:
    """Everything that happens while it reads a word and what was given so far."""
    target = task.encode(read(source, forced, steps))
    return model.forward(PLAN, weights(), task.encode(source), target)
