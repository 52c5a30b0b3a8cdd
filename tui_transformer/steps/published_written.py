"""Who wrote a logit of a published decoder: how the share of one component came about."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.cutting import FFN, NEURON, each_neuron, head_rows, read
from tui_transformer.nn.published import gpt2
from tui_transformer.nn.published.contributions import BIASES, components
from tui_transformer.nn.published.gpt2 import Gpt2
from tui_transformer.steps import linear, norms
from tui_transformer.steps.pretrained import Pretrained
from tui_transformer.steps.written import in_words
from tui_transformer.terms import Named, Term, dot, operand, sqrt, total

ENDS = {
    "embedding": "the token's own vector",
    "position": "the vector of its place",
    "biases": "what no component owns: biases of every layer, and of the last norm",
}


class PublishedWritten:
    """The components that a token's logit at one place is the sum of, by name.

    `inside` is the way of the text with names, in float64.
    """

    def __init__(self, inside: Pretrained, at: int, token: int) -> None:
        self.inside, self.at, self.token, self.network = inside, at, token, inside.network
        run = inside.run
        self.values, _ = components(self.network, run.tokens, inside.causal, at)
        self.parts = {name: self._named(name) for name in self.values}
        self.gain, *self.bias = (inside.tensor(name) for name in self.network.last_norm)

    def part(self, name: str) -> Named:
        """A component by its name; that of a neuron is made when it is asked for."""
        if name not in self.parts:
            wire = read(name)
            assert wire.neuron is not None
            hidden, w_2, _ = self._carried(wire.layer + 1, FFN)
            self.values[name] = hidden.values[self.at, wire.neuron] * w_2.values[wire.neuron]
            self.parts[name] = self._named(name)
        return self.parts[name]

    def _named(self, name: str) -> Named:
        return Named(f"{self.inside.prefix}written_{name}", self.values[name], self._how(name))

    def _how(self, name: str) -> Callable[[int], Term]:
        """Say how the numbers of a component come about."""
        token, prefix = int(self.inside.run.tokens[self.at]), self.network.prefix
        if name == "embedding":
            table = self.inside.token_table
            return lambda j: 1 * table[token, j]
        if name == "position":
            assert isinstance(self.network, Gpt2)
            places = self.inside.tensor(prefix + gpt2.PLACES)
            return lambda j: 1 * places[self.at, j]
        if name == "biases":
            return lambda j: total(bias[j] for bias in self._biases)
        layer, _, part = name.partition(".")
        return lambda j: self._written(int(layer), part, j)

    def _carried(self, layer: int, part: str) -> tuple[Named, Named, range]:
        """What a part of a layer carries, the last matrix, and the rows of it that are its own."""
        block, inner = self.inside.block(layer), part.startswith(FFN)
        carried = block["hidden" if inner else "found"]
        w = block.weights["feed_forward.w_2" if inner else "attention.w_o"]
        every = range(carried.values.shape[-1])
        if part == FFN:
            return carried, w, every
        if inner:
            one = int(part.removeprefix(NEURON))
            return carried, w, every[one : one + 1]
        return carried, w, every[head_rows(len(every) // self.network.block.heads, int(part))]

    def _written(self, layer: int, part: str, j: int) -> Term:
        """What a head found, or a hidden layer holds, times its own rows of the last matrix."""
        carried, w, rows = self._carried(layer, part)
        return dot((carried[self.at, c] for c in rows), (w[c, j] for c in rows))

    @cached_property
    def _biases(self) -> list[Named]:
        blocks = (self.inside.block(layer + 1) for layer in range(self.network.layers))
        return [block.weights[name] for block in blocks for name in BIASES if name in block.weights]

    @cached_property
    def _spread(self) -> Named:
        """What the last norm divides by the root of: the whole stream's variance or mean square."""
        last = self.inside.stream(self.network.layers)
        if self.bias:
            return norms.moments(f"{self.inside.prefix}norm", last)[1]
        squares = np.mean(last.values * last.values, axis=-1)
        name = f"{self.inside.prefix}norm.mean_square"
        return Named(name, squares, lambda i: linear.mean_square(last.row(i)), "Σ x² / n")

    def neurons(self, network: str) -> Array:
        """What each neuron of a feed-forward network adds to the logit, [d_ff]."""
        hidden, w_2, _ = self._carried(read(network).layer + 1, FFN)
        e = self.inside.tensor(self.network.table_name).values[self.token]
        spread = self._spread.values[self.at] + self.network.block.epsilon
        reads = self.gain.values * e / np.sqrt(spread)  # [d]
        return each_neuron(hidden.values[self.at], w_2.values, reads, centred=bool(self.bias))

    def share(self, name: str) -> Term:
        """Σ (part − its mean)·gain·e / √(variance + ε): the head reads it, the scale held."""
        part, e = self.part(name), self.inside.tensor(self.network.table_name).row(self.token)
        small, row = operand("ε", self.network.block.epsilon), part.row()
        if self.bias:
            mean = Named(f"{part.name}.mean", np.mean(part.values), lambda: linear.mean(row))[()]
            read = total((x - mean) * self.gain[j] * e[j] for j, x in enumerate(row))
        else:
            read = total(x * self.gain[j] * e[j] for j, x in enumerate(row))
        share = read / sqrt(self._spread[self.at] + small)
        if name != "biases" or not self.bias:
            return share
        return share + dot(self.bias[0].row(), e)

    def symbols(self, name: str) -> str:
        """What a component is, in words, and how the head reads it."""
        held = "Σ (c − mean)·gain·e / √(variance + ε)"
        if not self.bias:
            held = "Σ c·gain·e / √(mean square + ε)"
        layer, _, part = name.partition(".")
        return f"{ENDS.get(name) or f'{in_words(part)} of layer {layer}'}: {held}, the scale held"
