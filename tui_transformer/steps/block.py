"""One number inside a transformer block: how it came from the step before it.

`Block` looks at what `nn.transformer.forward` left behind and names all of it: the stages of the
stream, the norms' means and variances, q, k and v, scores and shares of each head, what they
found, the hidden units. Where a block's input comes from is said by whoever ran it.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn import transformer
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.steps import attention, linear, norms
from tui_transformer.steps.activations import bent
from tui_transformer.steps.softmax import power_formula
from tui_transformer.terms import DOUBLE, Named, Term, dot, operand, sqrt

# What each step reads, with the norms first and with the norms last.
READS: dict[str, dict[str, str]] = {
    "pre": {
        "norm_1": "input",
        "q": "norm_1",
        "after_attention": "input attention",
        "norm_2": "after_attention",
        "before": "norm_2",
        "output": "after_attention feed_forward",
    },
    "post": {
        "q": "input",
        "after_attention": "input attention",
        "norm_1": "after_attention",
        "before": "norm_1",
        "sum": "norm_1 feed_forward",
        "norm_2": "sum",
    },
}

FORMULAS = {
    "q": "x·W_q + b_q: a row times a column",
    "k": "x·W_k + b_k: a row times a column",
    "v": "x·W_v + b_v: a row times a column",
    "scores": "z = q·k/√d_head",
    "found": "Σ share·v, over the places",
    "attention": "what the heads found · W_o + b_o: a row times a column",
    "before": "a = x·W_1 + b_1: a row times a column",
    "feed_forward": "hidden · W_2 + b_2: a row times a column",
}


class Block:
    """The numbers of one block, under the names of its trace behind a prefix ("block_1.").

    `given` are the numbers it was given, [n, d]; `weights` its weights, under the names that a
    block gives them. In a causal block a later place is masked.
    """

    def __init__(
        self,
        plan: transformer.Block,
        weights: Mapping[str, Named],
        trace: transformer.Trace,
        given: Named,
        causal: bool = False,
        prefix: str = "",
        unit: float = DOUBLE,
    ) -> None:
        self.plan, self.weights, self.trace = plan, weights, trace
        self.causal, self.prefix, self.unit = causal, prefix, unit
        self._named = {"input": given}
        self._reads = READS[plan.norm]

    def __getitem__(self, name: str) -> Named:
        """The numbers of a stage, or of something on the way to one."""
        if name not in self._named:
            self._named[name] = self._name(name)
        return self._named[name]

    def _name(self, name: str) -> Named:
        called = self.prefix + name
        if name in ("norm_1", "norm_2") and self.plan.normalize:
            gain, bias = (self.weights[f"{name}.{part}"] for part in ("gain", "bias"))
            x = self[self._reads[name]]
            return norms.layer_norm(called, x, gain, bias, self.plan.epsilon, self.unit)
        how, symbols = self._how(name), partial(self._formula, name)
        return Named(called, self._values(name), how, symbols, self.unit)

    def _values(self, name: str) -> Array:
        kept = self.trace.kept
        if name == "scores":
            return att.scores(kept["q"], kept["k"])
        if name in ("q", "k", "v"):
            return att.merge_heads(kept[name])
        nothing = np.zeros((*self.trace.output.shape[:-1], self.plan.d_ff))
        others = {
            "shares": self.trace.weights,
            "sum": kept.get("before_norm_2"),
            "hidden": kept.get("hidden", nothing),
        }
        found = others.get(name, kept.get(name, self.trace.stages.get(name)))
        assert found is not None, name
        return found

    def _how(self, name: str) -> Callable[..., Term]:
        """Say how the numbers of a step come about."""
        if name in ("q", "k", "v"):
            return partial(self._part, name)
        ways: dict[str, Callable[..., Term]] = {
            "norm_1": lambda *at: self[self._reads["norm_1"]][at],  # both are off
            "norm_2": lambda *at: self[self._reads["norm_2"]][at],
            "scores": self._score,
            "shares": self._share,
            "found": self._found,
            "attention": partial(self._last, "attention", "found", "o"),
            "before": self._before,
            "hidden": self._hidden,
            "feed_forward": partial(self._last, "feed_forward", "hidden", "2"),
        }
        if name == "output" and self.plan.norm == "post":
            return lambda *at: self["norm_2"].working(*at).term
        return ways.get(name, partial(self._added, name))

    def _formula(self, name: str, *at: int) -> str:
        """Write how the numbers of a step come about."""
        plan = self.plan
        if name == "output" and plan.norm == "post":
            return self["norm_2"].working(*at).symbols
        if name in ("norm_1", "norm_2"):
            return f"{name} is off: x is passed on"
        if name in ("after_attention", "output", "sum"):
            part = self._reads[name].split()[1]
            if not plan.residual:
                return f"residual off: {part} takes the stream's place"
            return f"{name} = stream + {part}"
        if name in ("attention", "shares") and not plan.attention:
            return f"attention is off: {'nobody looks' if name == 'shares' else 'it adds nothing'}"
        if name in ("feed_forward", "hidden") and not plan.feed_forward:
            what = "nothing is hidden here" if name == "hidden" else "it adds nothing"
            return f"feed_forward is off: {what}"
        if name == "shares":
            return self._share_formula(*at)
        if name == "hidden":
            bend = ACTIVATIONS[plan.activation]
            return f"{bend.name}(a) = {bend.written('a')}, a = x·W_1 + b_1"
        return FORMULAS[name]

    def _share_formula(self, head: int, i: int, j: int) -> str:
        if self.causal and j > i:
            return attention.HIDDEN
        z = self["scores"].values[head, i, : i + 1 if self.causal else None]
        return f"head {head}: {power_formula(z, 'z')} / Σ over the places, z = q·k/√d_head"

    # ── one step each ──────────────────────────────────────────────────────────────────

    def _part(self, part: str, i: int, j: int) -> Term:
        """q, k or v: x·W + b."""
        w, b = self.weights[f"attention.w_{part}"], self.weights[f"attention.b_{part}"]
        return linear.affine(self[self._reads["q"]].row(i), w, b, j)

    def _score(self, head: int, i: int, j: int) -> Term:
        """q·k / √d of one head: its own columns of both."""
        size = self.plan.d_model // self.plan.heads
        mine = range(head * size, (head + 1) * size)
        q, k = self["q"], self["k"]
        return dot((q[i, c] for c in mine), (k[j, c] for c in mine)) / sqrt(size)

    def _share(self, head: int, i: int, j: int) -> Term:
        """e^z / Σ e^z over the places that may be seen; masked places are exactly 0."""
        if not self.plan.attention:
            return operand("attention is off", 0)
        return attention.share([self["scores"][head, i, other] for other in self._seen(i)], j)

    def _found(self, i: int, c: int) -> Term:
        """What a head takes home in one column: shares times values."""
        head = c // (self.plan.d_model // self.plan.heads)
        seen = self._seen(i)
        return dot((self["shares"][head, i, j] for j in seen), (self["v"][j, c] for j in seen))

    def _seen(self, i: int) -> range:
        """The places that one may look at."""
        return range(i + 1 if self.causal else len(self["q"].values))

    def _before(self, i: int, j: int) -> Term:
        """A hidden unit before it is bent: x·W₁ + b₁."""
        w, b = self.weights["feed_forward.w_1"], self.weights["feed_forward.b_1"]
        return linear.affine(self[self._reads["before"]].row(i), w, b, j)

    def _hidden(self, i: int, j: int) -> Term:
        if not self.plan.feed_forward:
            return operand("feed_forward is off", 0)
        return bent(self.plan.activation, self["before"][i, j])

    def _last(self, part: str, reads: str, matrix: str, i: int, j: int) -> Term:
        """What a part adds to the stream: what it found or holds, times its last matrix."""
        if reads not in self.trace.kept:
            return operand(f"{part} is off", 0)
        w, b = self.weights[f"{part}.w_{matrix}"], self.weights[f"{part}.b_{matrix}"]
        return linear.affine(self[reads].row(i), w, b, j)

    def _added(self, name: str, i: int, j: int) -> Term:
        """The stream and what a part adds to it; without the residual the part alone."""
        stream, part = (self[each][i, j] for each in self._reads[name].split())
        return stream + part if self.plan.residual else part
