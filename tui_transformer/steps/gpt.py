"""One number of a GPT: a logit, or anything on the way to it, down to the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tui_transformer.nn import gpt
from tui_transformer.steps import linear
from tui_transformer.steps.block import Block
from tui_transformer.terms import DOUBLE, Term, dot, operand
from tui_transformer.terms.named import Array, How, Named, weights


class Gpt:
    """The numbers of a pass through a model, with its weights under their own names.

    `prefix` stands before the names of what is computed, where there are several passes.
    """

    def __init__(
        self,
        plan: gpt.Gpt,
        arrays: Mapping[str, Array],
        run: gpt.Pass,
        unit: float = DOUBLE,
        prefix: str = "",
    ) -> None:
        self.plan, self.run, self.unit, self.prefix = plan, run, unit, prefix
        self.weights = weights(arrays)
        self.tokens: Sequence[int] = run.tokens.tolist()
        self.start = self._named("input", run.streams[0], self._token)
        self.blocks: list[Block] = []
        for layer, trace in enumerate(run.traces):
            before = self.blocks[-1]["output"] if self.blocks else self.start
            block = f"block_{layer}."
            mine = {
                name.removeprefix(block): w
                for name, w in self.weights.items()
                if name.startswith(block)
            }
            self.blocks.append(Block(plan.block, mine, trace, before, True, prefix + block, unit))
        self.mean = self._named("norm.mean", np.mean(run.streams[-1], axis=-1), self._mean)
        self.variance = self._named("norm.variance", np.var(run.streams[-1], axis=-1), self._spread)
        self.final = self._named("norm", run.final.y, self._final)
        self.logits = self._named("logits", run.logits, self._logit)

    def _named(self, name: str, values: Array, how: How) -> Named:
        return Named(self.prefix + name, values, how, unit=self.unit)

    @property
    def stream(self) -> Named:
        """What the last block hands on, [t, d]."""
        return self.blocks[-1]["output"]

    def _token(self, i: int, j: int) -> Term:
        """The token's own vector, and that of its place."""
        return self.weights["embedding"][self.tokens[i], j] + self.weights["position"][i, j]

    def _mean(self, i: int) -> Term:
        return linear.mean(self.stream.row(i))

    def _spread(self, i: int) -> Term:
        return linear.variance(self.stream.row(i), self.mean[i])

    def _final(self, i: int, j: int) -> Term:
        gain, bias = self.weights["norm.gain"][j], self.weights["norm.bias"][j]
        epsilon = operand("ε", self.plan.epsilon)
        x = self.stream[i, j]
        return linear.layer_norm(x, self.mean[i], self.variance[i], gain, bias, epsilon)

    def _logit(self, i: int, token: int) -> Term:
        """How well the stream fits a token's own vector."""
        return dot(self.final.row(i), self.weights["embedding"].row(token))
