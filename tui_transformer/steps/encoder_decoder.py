"""One number of an encoder–decoder: a logit, or anything on the way to it, down to the weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tui_transformer.nn import attention as att
from tui_transformer.nn import encoder_decoder as nn
from tui_transformer.steps import attention, linear
from tui_transformer.steps.activations import bent
from tui_transformer.steps.block import Block
from tui_transformer.terms import Term, dot, operand
from tui_transformer.terms.named import Array, Named, weights

EPSILON = 1e-5


class Halves:
    """The numbers of a pass through both halves, with the weights under their own names.

    `encoders` are the encoder's blocks. Of each layer of the decoder, `decoders` has its two
    attentions, "attention" to what is written and "cross" to the source, part by part:
    "cross.scores", "cross.shares", …
    """

    def __init__(self, plan: nn.EncoderDecoder, arrays: Mapping[str, Array], run: nn.Pass) -> None:
        self.plan, self.arrays = plan, arrays
        self.weights = weights(arrays)
        x = self._embedded("source", "position", run.source)
        self.encoders: list[Block] = []
        for i, trace in enumerate(run.encoded):
            prefix = f"encoder_{i}."
            block = Block(plan.block, self._part(prefix), trace, x, prefix=prefix)
            self.encoders.append(block)
            x = block["output"]
        self.memory = self._normed("memory", "memory_norm", x, run.memory.y)
        x = self._embedded("target", "target_position", run.target)
        self.decoders: list[dict[str, Named]] = []
        for i, layer in enumerate(run.decoded):
            self.decoders.append({})
            x = self._decoded(f"decoder_{i}.", x, layer, self.decoders[-1])
        self.final = self._normed("norm", "norm", x, run.final.y)
        self.logits = Named("logits", run.logits, self._logit)

    def _part(self, prefix: str) -> dict[str, Named]:
        """The weights of one part, under the names that it gives them."""
        named = self.weights.items()
        return {name.removeprefix(prefix): w for name, w in named if name.startswith(prefix)}

    def _logit(self, i: int, sign: int) -> Term:
        """How well the stream fits a sign's own vector."""
        return dot(self.final.row(i), self.weights["embedding"].row(sign))

    def _decoded(self, prefix: str, x: Named, done: nn.Layer, parts: dict[str, Named]) -> Named:
        """One layer of the decoder: it looks back, looks at the source, feeds forward."""
        first = self._normed(f"{prefix}norm_1", f"{prefix}norm_1", x, done.norms[0].y)
        own = self._looked(prefix, "attention", first, first, done.own, parts)
        x = _added(f"{prefix}after_attention", x, own)
        second = self._normed(f"{prefix}norm_2", f"{prefix}norm_2", x, done.norms[1].y)
        crossed = self._looked(prefix, "cross", second, self.memory, done.crossed, parts)
        x = _added(f"{prefix}after_cross", x, crossed)
        third = self._normed(f"{prefix}norm_3", f"{prefix}norm_3", x, done.norms[2].y)
        before = self._affine(f"{prefix}before", third, f"{prefix}feed_forward.", "1", done.before)
        hidden = Named(f"{prefix}hidden", done.hidden, lambda i, j: bent("gelu_tanh", before[i, j]))
        fed = self._fed(f"{prefix}feed_forward", hidden)
        return _added(f"{prefix}output", x, fed)

    def _fed(self, name: str, hidden: Named) -> Named:
        """What the hidden units add to the stream."""
        w, b = self.arrays[f"{name}.w_2"], self.arrays[f"{name}.b_2"]
        return self._affine(name, hidden, f"{name}.", "2", hidden.values @ w + b)

    def _looked(
        self,
        prefix: str,
        part: str,
        x: Named,
        memory: Named,
        done: nn.Looked,
        parts: dict[str, Named],
    ) -> Named:
        """One attention: q from x, k and v from a memory, which may be x itself."""
        start, size, causal = f"{prefix}{part}.", done.q.shape[-1], memory is x
        q, k, v = (
            self._affine(start + name, given, start, name, att.merge_heads(values))
            for name, given, values in (
                ("q", x, done.q),
                ("k", memory, done.k),
                ("v", memory, done.v),
            )
        )

        def own(row: Named, head: int, i: int) -> list[Term]:
            return [row[i, c] for c in range(head * size, (head + 1) * size)]

        def seen(i: int) -> range:
            return range(i + 1 if causal else len(memory.values))

        scores = Named(
            f"{start}scores",
            att.scores(done.q, done.k),
            lambda head, i, j: attention.score(own(q, head, i), own(k, head, j)),
        )
        shares = Named(
            f"{start}shares",
            done.weights,
            lambda head, i, j: attention.share([scores[head, i, at] for at in seen(i)], j),
        )
        found = Named(
            f"{start}found",
            done.found,
            lambda i, c: dot(
                (shares[c // size, i, j] for j in seen(i)), (v[j, c] for j in seen(i))
            ),
        )
        parts |= {f"{part}.scores": scores, f"{part}.shares": shares}
        return self._affine(prefix + part, found, start, "o", done.y)

    def _embedded(self, name: str, position: str, tokens: Array) -> Named:
        """Each sign's own vector, and that of its place."""
        table, places = self.weights["embedding"], self.weights[position]
        values = self.arrays["embedding"][tokens] + self.arrays[position][: len(tokens)]
        return Named(name, values, lambda i, j: table[int(tokens[i]), j] + places[i, j])

    def _affine(self, name: str, x: Named, part: str, which: str, values: Array) -> Named:
        w, b = self.weights[f"{part}w_{which}"], self.weights[f"{part}b_{which}"]
        return Named(name, values, lambda i, j: linear.affine(x.row(i), w, b, j))

    def _normed(self, name: str, norm: str, x: Named, values: Array) -> Named:
        gain, bias = self.weights[f"{norm}.gain"], self.weights[f"{norm}.bias"]
        mean = Named(f"{name}.mean", np.mean(x.values, axis=-1), lambda i: linear.mean(x.row(i)))
        variance = Named(
            f"{name}.variance",
            np.var(x.values, axis=-1),
            lambda i: linear.variance(x.row(i), mean[i]),
        )
        epsilon = operand("ε", EPSILON)
        return Named(
            name,
            values,
            lambda i, j: linear.layer_norm(
                x[i, j], mean[i], variance[i], gain[j], bias[j], epsilon
            ),
        )


def _added(name: str, x: Named, part: Named) -> Named:
    """The stream and what a part adds to it."""
    return Named(name, x.values + part.values, lambda i, j: x[i, j] + part[i, j])
