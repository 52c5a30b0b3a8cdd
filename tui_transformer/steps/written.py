"""Who wrote a logit: how the share of one component of a GPT came about."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.cutting import FFN, Wire, head_rows
from tui_transformer.steps import linear, norms
from tui_transformer.steps.gpt import Gpt
from tui_transformer.terms import Term, dot, operand, sqrt, total
from tui_transformer.terms.named import Named

ENDS = {
    "embedding": "the token's own vector, read by the head",
    "position": "the vector of its place, read by the head",
    "biases": "what no component owns: b_o and b_2 of every layer, and the last norm's bias",
}


class Written:
    """The components that a logit at one place is the sum of, by name."""

    def __init__(self, inside: Gpt, at: int) -> None:
        self.inside, self.at = inside, at
        plan = inside.plan
        self.parts: dict[str, Named] = {}
        tokens, w = inside.tokens, inside.weights
        self._add("embedding", w["embedding"].values[tokens[at]],
                  lambda j: w["embedding"][tokens[at], j])  # fmt: skip
        self._add("position", w["position"].values[at], lambda j: w["position"][at, j])
        for layer in range(plan.layers):
            for head in range(plan.heads):
                rows = head_rows(plan, head)
                mine = range(rows.start, rows.stop)
                self._through(Wire(layer, head), "found", "attention.w_o", mine)
            hidden = inside.blocks[layer]["hidden"].values.shape[-1]
            self._through(Wire(layer, FFN), "hidden", "feed_forward.w_2", range(hidden))
        names = [f"block_{i}.{end}" for i in range(plan.layers)
                 for end in ("attention.b_o", "feed_forward.b_2")]  # fmt: skip
        biases = np.sum([w[name].values for name in names], axis=0)
        self._add("biases", biases, lambda j: total(w[name][j] for name in names))

    def _add(self, name: str, values: Array, how: Callable[[int], Term]) -> None:
        self.parts[name] = Named(f"{self.inside.prefix}written_{name}", values, how,
                                 unit=self.inside.unit)  # fmt: skip

    def _through(self, wire: Wire, source: str, matrix: str, rows: range) -> None:
        """What a head found, or a hidden layer holds, times its own rows of the last matrix."""
        carried = self.inside.blocks[wire.layer][source]
        w = self.inside.weights[f"block_{wire.layer}.{matrix}"]
        here = slice(rows.start, rows.stop)
        self._add(
            str(wire),
            carried.values[self.at, here] @ w.values[here],
            lambda j: dot((carried[self.at, c] for c in rows), (w[c, j] for c in rows)),
        )

    @cached_property
    def _scale(self) -> Named:
        """The variance that the last norm divides by: that of the whole stream."""
        plan = self.inside.plan
        last = self.inside.blocks[-1]["output"] if plan.layers else self.inside.start
        return norms.moments(f"{self.inside.prefix}norm", last, self.inside.unit)[1]

    def share(self, name: str, token: int) -> Term:
        """Σ (part − its mean)·gain·e / √(variance + ε): the head reads it, the scale held."""
        w, part = self.inside.weights, self.parts[name]
        e, gain = w["embedding"].row(token), w["norm.gain"]
        mean = Named(f"{part.name}.mean", np.mean(part.values), lambda: linear.mean(part.row()),
                     unit=self.inside.unit)[()]  # fmt: skip
        small = operand("ε", self.inside.plan.epsilon)
        read = total((x - mean) * gain[j] * e[j] for j, x in enumerate(part.row()))
        share = read / sqrt(self._scale[self.at] + small)
        if name != "biases":
            return share
        return share + dot(w["norm.bias"].row(), e)


def symbols(name: str) -> str:
    """What a component is, in words."""
    if name in ENDS:
        return ENDS[name]
    layer, _, part = name.partition(".")
    which = "the feed-forward" if part == FFN else f"head {part}"
    return f"{which} of layer {layer}: Σ (c − mean)·gain·e / √(variance + ε), the scale held"
