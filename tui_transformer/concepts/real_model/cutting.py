"""A published model without some of its wires, and what each of its heads is worth."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.real_model import reading
from tui_transformer.concepts.real_model.files import Loaded
from tui_transformer.concepts.real_model.reading import Reading
from tui_transformer.concepts.real_model.writing import Writing
from tui_transformer.nn.cutting import Wire, read
from tui_transformer.nn.published import cut, pretrained
from tui_transformer.patience import far


def without(loaded: Loaded, wires: str, text: str, causal: bool) -> Loaded:
    """The model with some wires cut, `1.0 2.ffn`; a mean is that over the places of the text."""
    if not wires:
        return loaded
    return _without(loaded, wires, text if ":mean" in wires else None, causal)


@lru_cache(maxsize=8)
def _without(loaded: Loaded, wires: str, text: str | None, causal: bool) -> Loaded:
    met = None if text is None else reading.read(loaded, text, causal).run
    network = cut.without(loaded.network, map(read, wires.split()), met, causal)
    return replace(loaded, network=network)


def again(reading: Reading, wire: Wire) -> Reading:
    """The same tokens through the same model without one more wire: from its block on."""
    network = cut.without(reading.network, [wire])
    run = pretrained.again(network, reading.run, wire.layer, reading.causal)
    loaded = replace(reading.loaded, network=network)
    ids = tuple(int(token) for token in run.tokens)
    source = Writing(loaded, ids, reading.causal, reading.source.rule)  # it has said nothing yet
    return replace(reading, loaded=loaded, run=run, source=source)


class Worth:
    """What each head is worth to a state: how much is lost or won without it, once asked."""

    def __init__(self, measure: Callable[[Wire], float], size: tuple[int, int]) -> None:
        self._measure, self._size = measure, size
        self._known: dict[Wire, float] = {}

    def every(self) -> Array:
        """Go through all heads, [L, h]; what was gone through is kept, whoever stops it."""
        wires = [Wire(layer, head) for layer, head in np.ndindex(self._size)]
        for done, wire in enumerate(wires):
            if wire not in self._known:
                far(done + 1, len(wires), "head")
                self._known[wire] = self._measure(wire)
        return np.array([self._known[wire] for wire in wires]).reshape(self._size)


@lru_cache(maxsize=8)
def worth(first: Reading, other: Reading | None, at: int, token: int) -> Worth:
    """How likely a token is at a place without each head; of two sentences, how alike they are."""

    def measure(wire: Wire) -> float:
        if other is None:
            return reading.chance(again(first, wire), at, token)
        return reading.cosine(again(first, wire), again(other, wire))

    return Worth(measure, (first.network.layers, first.network.block.heads))
