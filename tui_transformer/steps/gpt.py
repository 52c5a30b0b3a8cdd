"""One number of a GPT: a logit, or anything on the way to it, down to the weights."""

from collections.abc import Mapping, Sequence

from tui_transformer.arrays import Array
from tui_transformer.nn import gpt
from tui_transformer.nn.transformer import pick
from tui_transformer.steps import norms
from tui_transformer.steps.block import Block
from tui_transformer.terms import DOUBLE, How, Named, Term, dot, n, weights


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
            block = f"block_{layer}"
            mine, called = pick(self.weights, block), f"{prefix}{block}."
            self.blocks.append(Block(plan.block, mine, trace, before, True, called, unit))
        self._normed: dict[int, Named] = {}
        self.logits = self._named("logits", run.logits, self._logit)

    def _named(self, name: str, values: Array, how: How) -> Named:
        return Named(self.prefix + name, values, how, unit=self.unit)

    def normed(self, layer: int) -> Named:
        """What so many blocks hand on, as the head reads it or would read it, [t, d]."""
        if layer not in self._normed:
            stream = self.blocks[layer - 1]["output"] if layer else self.start
            name = "norm" if layer == self.plan.layers else f"norm_after_{layer}"
            gain, bias = self.weights["norm.gain"], self.weights["norm.bias"]
            self._normed[layer] = norms.layer_norm(
                self.prefix + name, stream, gain, bias, self.plan.epsilon, self.unit
            )
        return self._normed[layer]

    def read_off(self, layer: int, i: int, token: int) -> Term:
        """How well the stream after so many blocks fits a token's own vector."""
        return dot(self.normed(layer).row(i), self.weights["embedding"].row(token))

    def _token(self, i: int, j: int) -> Term:
        """The token's own vector, and that of its place."""
        return self.weights["embedding"][self.tokens[i], j] + self.weights["position"][i, j]

    def _logit(self, i: int, token: int) -> Term:
        return self.read_off(self.plan.layers, i, token)


def parameter_count(
    vocabulary: Term | int, context: Term | int, layers: Term | int, d: Term | int
) -> Term:
    """(V + context)·d + L·(12d² + 13d) + 2d: all its weights."""
    d = n(d)
    return (vocabulary + context) * d + layers * (12 * d**2 + 13 * d) + 2 * d
