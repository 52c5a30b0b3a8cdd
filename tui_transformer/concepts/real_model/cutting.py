"""A published model without some of its wires, and what each of its heads is worth."""

from dataclasses import replace
from functools import lru_cache

from tui_transformer.concepts.real_model import reading
from tui_transformer.concepts.real_model.files import Loaded
from tui_transformer.nn.cutting import read
from tui_transformer.nn.published import cut


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
