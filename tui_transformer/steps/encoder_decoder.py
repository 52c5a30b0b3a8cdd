"""One number of an encoder–decoder: a logit, or anything on the way to it, down to the weights."""

from collections.abc import Mapping

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn import encoder_decoder as nn
from tui_transformer.nn.transformer import pick
from tui_transformer.steps import attention, linear, norms
from tui_transformer.steps.activations import bent
from tui_transformer.steps.block import Block
from tui_transformer.terms import DOUBLE, Named, Term, dot, weights


class Halves:
    """The numbers of a pass through both halves, with the weights under their own names.

    `encoders` are the encoder's blocks; `attentions` scores and shares in the decoder's layers,
    as "decoder_0.attention.scores" and "decoder_0.cross.shares".
    """

    def __init__(self, plan: nn.EncoderDecoder, arrays: Mapping[str, Array], run: nn.Pass) -> None:
        self.plan, self.arrays, self.run, self.prefix, self.unit = plan, arrays, run, "", DOUBLE
        self.weights = weights(arrays)
        x = self._embedded("source", "position", run.source)
        self.encoders: list[Block] = []
        for i, trace in enumerate(run.encoded):
            part = f"encoder_{i}"
            block = Block(plan.block, pick(self.weights, part), trace, x, prefix=f"{part}.")
            self.encoders.append(block)
            x = block["output"]
        self.memory = self._normed("memory_norm", x)
        x = self._embedded("target", "target_position", run.target)
        self.attentions: dict[str, Named] = {}
        self.carried: dict[str, Named] = {}  # what each part of the decoder holds before it writes
        for i, layer in enumerate(run.decoded):
            x = self._decoded(f"decoder_{i}.", x, layer)
        self.last = x
        self.final = self._normed("norm", x)
        self.logits = Named("logits", run.logits, self._logit)

    def _logit(self, i: int, sign: int) -> Term:
        """How well the stream fits a sign's own vector."""
        return dot(self.final.row(i), self.weights["embedding"].row(sign))

    def _decoded(self, prefix: str, x: Named, done: nn.Layer) -> Named:
        """One layer of the decoder: it looks back, looks at the source, feeds forward."""
        first = self._normed(f"{prefix}norm_1", x)
        own = self._looked(f"{prefix}attention", first, first, done.own)
        x = _added(f"{prefix}after_attention", x, own)
        second = self._normed(f"{prefix}norm_2", x)
        crossed = self._looked(f"{prefix}cross", second, self.memory, done.crossed)
        x = _added(f"{prefix}after_cross", x, crossed)
        third = self._normed(f"{prefix}norm_3", x)
        before = self._affine(f"{prefix}before", third, f"{prefix}feed_forward", "1")
        hidden = Named(f"{prefix}hidden", done.hidden, lambda i, j: bent("gelu_tanh", before[i, j]))
        self.carried[f"{prefix}feed_forward"] = hidden
        fed = self._affine(f"{prefix}feed_forward", hidden, f"{prefix}feed_forward", "2")
        return _added(f"{prefix}output", x, fed)

    def _looked(self, name: str, x: Named, memory: Named, done: nn.Looked) -> Named:
        """One attention: q from x, k and v from a memory, which may be x itself."""
        size, causal = done.q.shape[-1], memory is x
        q, k, v = (
            self._affine(f"{name}.{part}", given, name, part)
            for part, given in (("q", x), ("k", memory), ("v", memory))
        )

        def own(row: Named, head: int, i: int) -> list[Term]:
            return [row[i, c] for c in range(head * size, (head + 1) * size)]

        def seen(i: int) -> range:
            return range(i + 1 if causal else len(memory.values))

        scores = Named(
            f"{name}.scores",
            att.scores(done.q, done.k),
            lambda head, i, j: attention.score(own(q, head, i), own(k, head, j)),
        )
        shares = Named(
            f"{name}.shares",
            done.weights,
            lambda head, i, j: attention.share([scores[head, i, at] for at in seen(i)], j),
        )
        found = Named(
            f"{name}.found",
            done.found,
            lambda i, c: dot(
                (shares[c // size, i, j] for j in seen(i)), (v[j, c] for j in seen(i))
            ),
        )
        self.carried[name] = found
        self.attentions |= {scores.name: scores, shares.name: shares}
        return self._affine(name, found, name, "o")

    def _embedded(self, name: str, position: str, tokens: Array) -> Named:
        """Each sign's own vector, and that of its place."""
        table, places = self.weights["embedding"], self.weights[position]
        values = self.arrays["embedding"][tokens] + self.arrays[position][: len(tokens)]
        return Named(name, values, lambda i, j: table[int(tokens[i]), j] + places[i, j])

    def _affine(self, name: str, x: Named, part: str, which: str) -> Named:
        w, b = self.weights[f"{part}.w_{which}"], self.weights[f"{part}.b_{which}"]
        values = x.values @ w.values + b.values
        return Named(name, values, lambda i, j: linear.affine(x.row(i), w, b, j))

    def _normed(self, name: str, x: Named) -> Named:
        gain, bias = self.weights[f"{name}.gain"], self.weights[f"{name}.bias"]
        return norms.layer_norm(name, x, gain, bias)


def _added(name: str, x: Named, part: Named) -> Named:
    """The stream and what a part adds to it."""
    return Named(name, x.values + part.values, lambda i, j: x[i, j] + part[i, j])
