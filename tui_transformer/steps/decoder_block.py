"""One number inside a decoder's block of today: how it came from the step before it.

`Decoded` looks at what `nn.decoder_block.forward` left behind and names all of it, as `Block`
does for the first kind of block: norms, projections, heads normed and turned, scores, shares,
what was found, the gate, what is added.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.decoder_block import DecoderBlock, Passed
from tui_transformer.steps import attention, linear, norms
from tui_transformer.steps.activations import bent
from tui_transformer.steps.positions import cosine, sine
from tui_transformer.steps.softmax import power_formula
from tui_transformer.terms import DOUBLE, Named, Term, dot, n, operand, sqrt

FORMULAS = {
    "q_plain": "x·W_q: a row times a column",
    "k_plain": "x·W_k: a row times a column",
    "v_plain": "x·W_v: a row times a column",
    "q_normed": "gain·q/√(mean(q²) + ε), over a head's own channels",
    "k_normed": "gain·k/√(mean(k²) + ε), over a head's own channels",
    "q": "a pair of channels, turned by place · rate",
    "k": "a pair of channels, turned by place · rate",
    "v": "x·W_v: a row times a column",
    "scores": "z = q·k/√d_head",
    "found": "Σ share·v, over the places",
    "attention": "what the heads found · W_o: a row times a column",
    "after_attention": "after_attention = stream + attention",
    "before": "x·W_1: a row times a column",
    "gate": "x·W_gate: a row times a column",
    "feed_forward": "hidden · W_2: a row times a column",
    "output": "output = stream + feed_forward",
}


class Decoded:
    """The numbers of one block, behind a prefix ("block_1."); `given` those that it was given."""

    def __init__(
        self,
        plan: DecoderBlock,
        weights: Mapping[str, Named],
        passed: Passed,
        given: Named,
        causal: bool = True,
        prefix: str = "",
        unit: float = DOUBLE,
    ) -> None:
        self.plan, self.weights, self.passed = plan, weights, passed
        self.causal, self.prefix, self.unit = causal, prefix, unit
        self._named = {"input": given}
        places = passed.q.shape[-2]
        self._rates = plan.rotary.rates(places).tolist() if plan.rotary else []
        self._loudness = plan.rotary.loudness if plan.rotary else 1.0

    def __getitem__(self, name: str) -> Named:
        """The numbers of a step, each head's columns side by side."""
        if name not in self._named:
            self._named[name] = self._name(name)
        return self._named[name]

    def _name(self, name: str) -> Named:
        called, plan = self.prefix + name, self.plan
        if name in ("norm_1", "norm_2"):
            x, gain = self[self._read(name)], self.weights[f"{name}.gain"]
            if plan.norm == "rms":
                return norms.rms_norm(called, x, gain, plan.epsilon, self.unit)
            bias = self.weights[f"{name}.bias"]
            return norms.layer_norm(called, x, gain, bias, plan.epsilon, self.unit)
        formula: str | Callable[..., str] = FORMULAS.get(name, name)
        if name == "shares":
            formula = self._share_formula
        if name == "hidden":
            formula = self._hidden_formula()
        return Named(called, self._values(name), self._how(name), formula, self.unit)

    def _read(self, name: str) -> str:
        """Say what a norm reads."""
        return "after_attention" if name == "norm_2" and not self.plan.parallel else "input"

    def _values(self, name: str) -> Array:
        passed = self.passed
        if name in ("q", "k", "v"):
            return att.merge_heads({"q": passed.q, "k": passed.k, "v": passed.v}[name])
        if name == "scores":
            return grouped.scores(passed.q, passed.k)
        return passed.output if name == "output" else passed.kept[name]

    def _how(self, name: str) -> Callable[..., Term]:
        """Say how the numbers of a step come about."""
        ways: dict[str, Callable[..., Term]] = {
            "q": partial(self._turned, "q"),
            "k": partial(self._turned, "k"),
            "v": lambda i, c: self["v_plain"].working(i, c).term,
            "q_normed": partial(self._head_normed, "q"),
            "k_normed": partial(self._head_normed, "k"),
            "scores": self._score,
            "shares": self._share,
            "found": self._found,
            "attention": partial(self._linear, "attention", "o", "found"),
            "after_attention": partial(self._added, "input", "attention"),
            "before": partial(self._linear, "feed_forward", "1", "norm_2"),
            "gate": partial(self._linear, "feed_forward", "gate", "norm_2"),
            "hidden": self._hidden,
            "feed_forward": partial(self._linear, "feed_forward", "2", "hidden"),
            "output": partial(self._added, "after_attention", "feed_forward"),
        }
        if name.endswith("_plain"):
            return partial(self._linear, "attention", name[0], "norm_1")
        return ways[name]

    # ── one step each ──────────────────────────────────────────────────────────────────

    def _linear(self, part: str, letter: str, reads: str, i: int, j: int) -> Term:
        """A row times a column, and a bias where there is one."""
        w, b = self.weights[f"{part}.w_{letter}"], self.weights.get(f"{part}.b_{letter}")
        return linear.affine(self[reads].row(i), w, b, j)

    def _head_normed(self, part: str, i: int, c: int) -> Term:
        """One channel of a head's q or k, normed over the head's own."""
        start, at = divmod(c, self.plan.d_head)
        x = self[f"{part}_plain"].row(i)[start * self.plan.d_head :][: self.plan.d_head]
        gain = self.weights[f"attention.norm_{part}.gain"][at]
        return gain * x[at] / sqrt(linear.mean_square(x) + operand("ε", self.plan.epsilon))

    def _turned(self, part: str, i: int, c: int) -> Term:
        """One channel of a head's q or k, turned with the other of its pair."""
        x = self[f"{part}_normed" if self.plan.head_norms else f"{part}_plain"]
        at, m = c % self.plan.d_head, len(self._rates)
        if at >= 2 * m:
            return 1 * x[i, c]
        angle = n(i) * operand(f"rate of pair {at % m}", self._rates[at % m])
        if at < m:
            turned = x[i, c] * cosine(angle) - x[i, c + m] * sine(angle)
        else:
            turned = x[i, c] * cosine(angle) + x[i, c - m] * sine(angle)
        return turned if self._loudness == 1.0 else turned * operand("loudness", self._loudness)

    def _mine(self, name: str, i: int, head: int) -> Sequence[Term]:
        """The columns of a head, of its own queries or its group's keys."""
        at = head if name == "q" else self.group(head)
        return self[name].row(i)[at * self.plan.d_head :][: self.plan.d_head]

    def group(self, head: int) -> int:
        """Say whose keys a head looks at."""
        return head // (self.plan.heads // self.plan.kv_heads)

    def _score(self, head: int, i: int, j: int) -> Term:
        """q·k / √d_head of one head."""
        return dot(self._mine("q", i, head), self._mine("k", j, head)) / sqrt(self.plan.d_head)

    def seen(self, i: int) -> range:
        """The places that one may look at."""
        if not self.causal:
            return range(self.passed.q.shape[-2])
        return range(max(i + 1 - self.plan.window, 0) if self.plan.window else 0, i + 1)

    def _share(self, head: int, i: int, j: int) -> Term:
        """e^z / Σ e^z over the places that may be seen; others are exactly 0."""
        seen = self.seen(i)
        if j not in seen:
            return operand("masked", 0)
        return attention.share([self["scores"][head, i, at] for at in seen], j - seen.start)

    def _share_formula(self, head: int, i: int, j: int) -> str:
        seen = self.seen(i)
        if j not in seen:
            return attention.HIDDEN if j > i else "too far back: outside the window"
        z = self["scores"].values[head, i, seen.start : seen.stop]
        return f"head {head}: {power_formula(z, 'z')} / Σ over the places, z = q·k/√d_head"

    def _found(self, i: int, c: int) -> Term:
        """What a head takes home in one column: shares times its group's values."""
        head, at = divmod(c, self.plan.d_head)
        column = self.group(head) * self.plan.d_head + at
        seen = self.seen(i)
        return dot((self["shares"][head, i, j] for j in seen), (self["v"][j, column] for j in seen))

    def _hidden(self, i: int, j: int) -> Term:
        """A hidden unit: bent, and where there is a gate the gate is what is bent."""
        bend = self.plan.activation
        if self.plan.gated:
            return bent(bend, self["gate"][i, j]) * self["before"][i, j]
        return bent(bend, self["before"][i, j])

    def _hidden_formula(self) -> str:
        bend = ACTIVATIONS[self.plan.activation]
        if self.plan.gated:
            return f"{bend.name}(gate) · (x·W_1), {bend.name}(a) = {bend.written('a')}"
        return f"{bend.name}(a) = {bend.written('a')}, a = x·W_1"

    def _added(self, stream: str, part: str, i: int, j: int) -> Term:
        """The stream and what a part adds to it."""
        return self[stream][i, j] + self[part][i, j]
