"""The trained sorter, run on a person's letters; what was computed once is kept."""

from __future__ import annotations

from functools import cache, lru_cache

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import gpt
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


def was_seen(letters: str) -> bool:
    """Say whether training ever showed it these six letters in this order."""
    return not bool(stored().tensors["held_out"][sorting.place(letters)])


@lru_cache(maxsize=1024)
def answer(letters: str) -> str:
    """Let it give out six letters, always the likeliest."""
    tokens = gpt.greedy(sorting.PLAN, weights(), sorting.encode(letters), sorting.LENGTH)
    return sorting.decode(tokens[sorting.LENGTH :])


@lru_cache(maxsize=64)
def run(letters: str, steps: int) -> Pass:
    """Everything that happens while it reads six letters and those given out so far."""
    line = (letters + answer(letters)[:steps])[: sorting.PLAN.context]
    return gpt.forward(sorting.PLAN, weights(), sorting.encode(line))
