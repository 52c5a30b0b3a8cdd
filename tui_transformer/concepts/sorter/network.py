"""The trained sorter, run on a person's letters; what was computed once is kept."""

from functools import cache, lru_cache

import numpy as np

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import cutting, gpt
from tui_transformer.nn.fast import gpt as fast
from tui_transformer.nn.gpt import Pass
from tui_transformer.nn.made_up import sorting
from tui_transformer.nn.published.safetensors import Stored

NAME = "sorter"
SHAPES = {**sorting.PLAN.shapes(), "held_out": (sorting.INPUTS,)}


@cache
def stored() -> Stored:
    """The file; raises BadValue where it is missing or damaged."""
    return shipped.load(NAME, SHAPES)


@cache
def weights() -> dict[str, Array]:
    """The weights by name, in double precision; raises BadValue as `stored` does."""
    return shipped.as_float64(stored(), sorting.PLAN.shapes())


@lru_cache(maxsize=64)
def weights_without(wires: str) -> dict[str, Array]:
    """The weights with some wires cut, `1.0 2.ffn`; a mean is that over every line there is."""
    cuts = tuple(map(cutting.read, wires.split()))
    met = every_line() if any(wire.mean for wire in cuts) else None
    return cutting.cut(sorting.PLAN, weights(), cuts, met) if cuts else weights()


@cache
def every_line() -> Pass:
    """What the whole model does on all 729 lines with their answers."""
    return gpt.forward(sorting.PLAN, weights(), sorting.lesson(sorting.every_input())[0])


@lru_cache(maxsize=256)
def sorted_by(wires: str) -> Array:
    """Which of the 729 lines come out sorted with some wires cut, in the alphabet's order: [729].

    All answers are looked at in one pass: an answer is right letter by letter as long as it was
    right before, and it is wrong from its first wrong letter on. In single precision, which is
    enough to tell which letter is the likeliest.
    """
    tokens, targets = sorting.lesson(sorting.every_input())
    single = {name: w.astype(np.float32) for name, w in weights_without(wires).items()}
    said = np.argmax(fast.logits(sorting.PLAN, single, tokens), axis=-1)  # [729, 11]
    return np.all((said == targets) | (targets == gpt.UNASKED), axis=1)


def was_seen(letters: str) -> bool:
    """Say whether training ever showed it these six letters in this order."""
    return not bool(stored().tensors["held_out"][sorting.place(letters)])


@lru_cache(maxsize=1024)
def answer(letters: str, wires: str = "") -> str:
    """Let it give out six letters, always the likeliest, with some wires cut."""
    w = weights_without(wires)
    tokens = gpt.greedy(sorting.PLAN, w, sorting.encode(letters), sorting.LENGTH)
    return sorting.decode(tokens[sorting.LENGTH :])


@lru_cache(maxsize=64)
def run(letters: str, steps: int, wires: str = "") -> Pass:
    """Everything that happens while it reads six letters and those given out so far."""
    line = (letters + answer(letters, wires)[:steps])[: sorting.PLAN.context]
    return gpt.forward(sorting.PLAN, weights_without(wires), sorting.encode(line))
