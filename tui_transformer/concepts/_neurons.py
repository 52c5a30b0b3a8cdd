"""What each neuron of a feed-forward network adds to a logit: for every concept with wires."""

from dataclasses import replace
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.model import Model, derived
from tui_transformer.nn.cutting import FFN, Wire, read
from tui_transformer.terms import Term


class Neurons(Model):
    """A model that looks into one layer, and says with `written` who wrote a logit."""

    cut: str
    contributions: Any
    written: Any

    @derived
    def ffn(self) -> str:
        """Whose neurons are told apart: the feed-forward network of the chosen layer, 2.ffn."""
        wire = self.wire()
        assert wire is not None
        return str(Wire(wire.layer, FFN, half=wire.half))

    @derived
    def neurons(self) -> Array:
        """What each neuron of that network adds to the logit, [d_ff]; together, its part."""
        return self.written.neurons(self.ffn) if self.contributions else np.zeros(0)

    @derived
    def ranked_neurons(self) -> list[int]:
        """All its neurons: what is cut first, then whoever adds or takes most."""
        wires = [wire for wire in map(read, self.cut.split()) if wire.neuron is not None]
        cut = [w.neuron for w in wires if str(replace(w, part=FFN, mean=False)) == self.ffn]
        most_first: list[int] = np.argsort(-np.abs(self.neurons), kind="stable").tolist()
        return sorted(most_first, key=lambda neuron: neuron not in cut)


@Neurons.neurons.because(lambda m, k: m.written.symbols(f"{m.ffn}.{k}"))
def neuron(m: Neurons, k: int) -> Term:
    return m.written.share(f"{m.ffn}.{k}")
