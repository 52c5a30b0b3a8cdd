"""The trained reverser, run on a person's letters; what was computed once is kept."""

from functools import cache, lru_cache

import numpy as np

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import cutting, cutting_halves
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


@cache
def practice() -> Pass:
    """What the whole model does on 64 words of ten letters, drawn by chance, with their answers."""
    words = np.random.default_rng(0).integers(len(task.LETTERS), size=(64, task.TRAINED))
    source, target, _ = task.lesson(words)
    return model.forward(PLAN, weights(), source, target)


@lru_cache(maxsize=64)
def weights_without(cut: str) -> dict[str, Array]:
    """The weights with some wires cut, `e1.0 d2.x1`; a mean is that over words of ten letters."""
    wires = tuple(map(cutting.read, cut.split()))
    met = practice() if any(wire.mean for wire in wires) else None
    return cutting_halves.cut(PLAN, weights(), wires, met) if wires else weights()


@lru_cache(maxsize=512)
def said(source: str, forced: bool, cut: str = "") -> str:
    """Everything it says about a word, to the end sign.

    By itself it stops at its first end sign, or where that should have come. `forced` gives it
    the right beginning at every place, so that it always says one sign for each.
    """
    words = task.encode(source)[None]
    count = len(source) + 1
    if forced:
        _, target, _ = task.lesson(words)
        run_ = model.forward(PLAN, weights_without(cut), words[0], target[0])
        return task.decode(run_.logits.argmax(-1))
    out = task.decode(model.greedy(PLAN, weights_without(cut), words, START, count)[0])
    end = out.find(task.SIGNS[END])
    return out if end < 0 else out[: end + 1]


def read(source: str, forced: bool, steps: int, cut: str = "") -> str:
    """What the decoder has been given after so many steps: the start sign and letters."""
    whole = said(source, forced, cut)
    given = source[::-1] if forced else whole[: len(whole) - 1]
    return task.SIGNS[START] + given[:steps]


@lru_cache(maxsize=64)
def run(source: str, forced: bool, steps: int, cut: str = "") -> Pass:
    """Everything that happens while it reads a word and what was given so far."""
    target = task.encode(read(source, forced, steps, cut))
    return model.forward(PLAN, weights_without(cut), task.encode(source), target)
