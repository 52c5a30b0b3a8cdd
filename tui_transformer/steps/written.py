"""Who wrote a logit: how the share of one component came about, in a GPT or a decoder."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.cutting import CROSS, FFN, NEURON, Wire, each_neuron, head_rows, read
from tui_transformer.steps import linear, norms
from tui_transformer.steps.encoder_decoder import Halves
from tui_transformer.steps.gpt import Gpt
from tui_transformer.terms import Named, Term, dot, operand, sqrt, total

ENDS = {
    "embedding": "the token's own vector, read by the head",
    "position": "the vector of its place, read by the head",
    "biases": "what no component owns: b_o and b_2 of every layer, and the last norm's bias",
}


class Written:
    """The components that a token's logit at one place is the sum of, by name."""

    def __init__(self, inside: Gpt | Halves, at: int, token: int) -> None:
        self.inside, self.at, self.token, self.epsilon = inside, at, token, 1e-5
        self.parts: dict[str, Named] = {}
        self._biases: list[str] = []
        self._hidden: dict[str, tuple[Named, Named]] = {}  # and what it is written through
        d_head = inside.plan.d_model // inside.plan.heads
        self._heads = [head_rows(d_head, head) for head in range(inside.plan.heads)]
        self.last = self._gpt(inside) if isinstance(inside, Gpt) else self._decoder(inside)
        w, names = inside.weights, self._biases
        biases = np.sum([w[name].values for name in names], axis=0)
        self._add("biases", biases, lambda j: total(w[name][j] for name in names))

    def _gpt(self, inside: Gpt) -> Named:
        """All that writes into the stream of a GPT; gives the stream after the last block."""
        self.epsilon = inside.plan.epsilon
        self._given(inside.tokens[self.at], "position")
        for layer, block in enumerate(inside.blocks):
            start = f"block_{layer}."
            self._through(Wire(layer, 0), block["found"], f"{start}attention")
            self._through(Wire(layer, FFN), block["hidden"], f"{start}feed_forward")
        return inside.blocks[-1]["output"] if inside.blocks else inside.start

    def _decoder(self, inside: Halves) -> Named:
        """The same of the decoder's stream."""
        self._given(int(inside.run.target[self.at]), "target_position")
        for layer in range(inside.plan.decoders):
            start = f"decoder_{layer}."
            own, across, hidden = (
                inside.carried[start + part] for part in ("attention", "cross", "feed_forward")
            )
            self._through(Wire(layer, 0, half="d"), own, f"{start}attention")
            self._through(Wire(layer, f"{CROSS}0", half="d"), across, f"{start}cross")
            self._through(Wire(layer, FFN, half="d"), hidden, f"{start}feed_forward")
        return inside.last

    def _given(self, token: int, position: str) -> None:
        """The token's own vector, and that of its place."""
        words, places = self.inside.weights["embedding"], self.inside.weights[position]
        self._add("embedding", words.values[token], lambda j: words[token, j])
        self._add("position", places.values[self.at], lambda j: places[self.at, j])

    def _add(self, name: str, values: Array, how: Callable[[int], Term]) -> None:
        self.parts[name] = Named(
            f"{self.inside.prefix}written_{name}", values, how, unit=self.inside.unit
        )

    def _through(self, first: Wire, carried: Named, part: str) -> None:
        """What heads found, or a hidden layer holds, times its own rows of the last matrix."""
        w = self.inside.weights[f"{part}.w_2" if first.part == FFN else f"{part}.w_o"]
        self._biases.append(f"{part}.b_2" if first.part == FFN else f"{part}.b_o")
        if first.part == FFN:
            self._hidden[str(first)] = carried, w
            self._written(first, carried, w, slice(0, carried.values.shape[-1]))
            return
        for head, rows in enumerate(self._heads):
            number = f"{CROSS}{head}" if first.head(CROSS) is not None else head
            self._written(replace(first, part=number), carried, w, rows)

    def _written(self, wire: Wire, carried: Named, w: Named, rows: slice) -> None:
        mine = range(rows.start, rows.stop)
        self._add(
            str(wire),
            carried.values[self.at, rows] @ w.values[rows],
            lambda j: dot((carried[self.at, c] for c in mine), (w[c, j] for c in mine)),
        )

    def part(self, name: str) -> Named:
        """A component by its name; that of a neuron is made when it is asked for."""
        if name not in self.parts:
            wire = read(name)
            assert wire.neuron is not None
            rows = slice(wire.neuron, wire.neuron + 1)
            self._written(wire, *self._hidden[str(replace(wire, part=FFN))], rows)
        return self.parts[name]

    @cached_property
    def _scale(self) -> Named:
        """The variance that the last norm divides by: that of the whole stream."""
        return norms.moments(f"{self.inside.prefix}norm", self.last, self.inside.unit)[1]

    def neurons(self, network: str) -> Array:
        """What each neuron of a feed-forward network adds to the logit, [d_ff]."""
        w, (hidden, w_2) = self.inside.weights, self._hidden[network]
        scale = 1 / np.sqrt(self._scale.values[self.at] + self.epsilon)
        reads = w["norm.gain"].values * w["embedding"].values[self.token] * scale  # [d]
        return each_neuron(hidden.values[self.at], w_2.values, reads)

    def share(self, name: str) -> Term:
        """Σ (part − its mean)·gain·e / √(variance + ε): the head reads it, the scale held."""
        w, part = self.inside.weights, self.part(name)
        e, gain = w["embedding"].row(self.token), w["norm.gain"]
        mean = Named(
            f"{part.name}.mean",
            np.mean(part.values),
            lambda: linear.mean(part.row()),
            unit=self.inside.unit,
        )[()]
        small = operand("ε", self.epsilon)
        along = total((x - mean) * gain[j] * e[j] for j, x in enumerate(part.row()))
        share = along / sqrt(self._scale[self.at] + small)
        if name != "biases":
            return share
        return share + dot(w["norm.bias"].row(), e)

    @staticmethod
    def symbols(name: str) -> str:
        """What a component is, in words."""
        if name in ENDS:
            return ENDS[name]
        layer, _, part = name.partition(".")
        half = {"e": "encoder ", "d": "decoder "}.get(layer[:1], "")
        which = f"{in_words(part)} of {half}layer {layer.lstrip('ed')}"
        return f"{which}: Σ (c − mean)·gain·e / √(variance + ε), the scale held"


def in_words(part: str) -> str:
    """Say what a part of a layer is: a head, the feed-forward or one of its neurons."""
    if part.startswith(NEURON):
        return f"neuron {part.removeprefix(NEURON)}"
    kind = "head across " if part[:1] == CROSS else "head "
    return "the feed-forward" if part == FFN else kind + part.removeprefix(CROSS)
