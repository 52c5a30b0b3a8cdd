"""A transformer written out plainly, in float64: what the program's own is checked against.

Row vectors times matrices, x·W + b. Weights are a mapping by name, as `--json` and the files of
weights have them: norm_1.gain, attention.w_q, feed_forward.w_1 and so on. One einsum or one line
for each thing that the papers define; nothing is fast, nothing is shared with the program.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray
Weights = Mapping[str, Array]

_erf = np.vectorize(math.erf)


def gelu(h: Array) -> Array:
    """GELU as GPT-2 has it, with a tanh: Hendrycks & Gimpel (2016), section 2."""
    return h / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h * h * h)))


BENDS = {
    "relu": lambda h: np.where(h > 0, h, 0.0),
    "gelu": lambda h: h / 2 * (1 + _erf(h / math.sqrt(2))),
    "gelu_tanh": gelu,
}


@dataclass(frozen=True)
class Plan:
    """How a block is put together."""

    heads: int
    bend: str = "gelu_tanh"
    pre: bool = True
    causal: bool = True
    epsilon: float = 1e-5
    attention: bool = True
    feed_forward: bool = True
    residual: bool = True
    normalize: bool = True


@dataclass
class Run:
    """What came about in a block, by name; `shares` are [h, n, m], `found` [h, n, d/h]."""

    stages: dict[str, Array] = field(default_factory=dict)
    shares: Array = field(default_factory=lambda: np.zeros(0))
    found: Array = field(default_factory=lambda: np.zeros(0))
    hidden: Array = field(default_factory=lambda: np.zeros(0))
    sums: dict[str, Array] = field(default_factory=dict)  # what each norm was given

    @property
    def output(self) -> Array:
        return self.stages["output"]


def norm(x: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Array:
    """gain·(x − mean)/√(variance + ε) + bias over the last axis, population variance."""
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(variance + epsilon) + bias


def shares_of(scores: Array, seen: Array | None = None) -> Array:
    """Softmax over the last axis; where `seen` is False, exactly 0."""
    if seen is not None:
        scores = np.where(seen, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attend(
    w: Weights, heads: int, asks: Array, answers: Array, seen: Array | None = None
) -> tuple[Array, Array, Array]:
    """Multi-head attention: queries from `asks`, keys and values from `answers`.

    Returns what is said [n, d], the shares [h, n, m], and what each head found [h, n, d/h].
    """
    d = asks.shape[-1]

    def part(name: str, x: Array) -> Array:
        whole = x @ w[f"attention.w_{name}"] + w[f"attention.b_{name}"]
        return whole.reshape(len(x), heads, d // heads)

    q, k, v = part("q", asks), part("k", answers), part("v", answers)
    shares = shares_of(np.einsum("nhc,mhc->hnm", q, k) / math.sqrt(d // heads), seen)
    found = np.einsum("hnm,mhc->hnc", shares, v)
    joined = np.concatenate(list(found), axis=-1)
    return joined @ w["attention.w_o"] + w["attention.b_o"], shares, found


def block(plan: Plan, w: Weights, x: Array, cut: frozenset[int] = frozenset()) -> Run:
    """Send vectors [n, d] through a block; heads in `cut` find nothing."""
    run, zero = Run({"input": x}), np.zeros_like(x)
    run.shares = np.zeros((plan.heads, len(x), len(x)))

    def normed(name: str, x: Array) -> Array:
        run.sums[name] = x
        gain, bias = w[f"{name}.gain"], w[f"{name}.bias"]
        run.stages[name] = norm(x, gain, bias, plan.epsilon) if plan.normalize else x
        return run.stages[name]

    read = normed("norm_1", x) if plan.pre else x
    said = zero
    if plan.attention:
        seen = np.tri(len(x), dtype=bool) if plan.causal else None
        said, run.shares, run.found = attend(w, plan.heads, read, read, seen)
        for head in cut:
            columns = slice(head * run.found.shape[-1], (head + 1) * run.found.shape[-1])
            said = said - run.found[head] @ w["attention.w_o"][columns]
    run.stages["attention"] = said
    middle = run.stages["after_attention"] = x + said if plan.residual else said
    middle = middle if plan.pre else normed("norm_1", middle)
    read = normed("norm_2", middle) if plan.pre else middle
    said = zero
    if plan.feed_forward:
        run.hidden = BENDS[plan.bend](read @ w["feed_forward.w_1"] + w["feed_forward.b_1"])
        said = run.hidden @ w["feed_forward.w_2"] + w["feed_forward.b_2"]
    run.stages["feed_forward"] = said
    end = middle + said if plan.residual else said
    run.stages["output"] = end if plan.pre else normed("norm_2", end)
    return run


def block_of(w: Weights, start: str) -> dict[str, Array]:
    """Pick the weights of one block, under the names that a block gives them."""
    return {name.removeprefix(start): x for name, x in w.items() if name.startswith(start)}


def gpt(plan: Plan, w: Weights, tokens: list[int]) -> tuple[list[Run], Array]:
    """Send tokens through a GPT whose head shares the embedding: every block, and the logits."""
    x = np.array([w["embedding"][token] + w["position"][i] for i, token in enumerate(tokens)])
    runs: list[Run] = []
    layers = sum(name.endswith("norm_1.gain") for name in w)
    for layer in range(layers):
        runs.append(block(plan, block_of(w, f"block_{layer}."), x))
        x = runs[-1].output
    return runs, read_off(w, x)


def read_off(w: Weights, x: Array) -> Array:
    """Norm a stream and compare it with every token: logits [n, V]."""
    return norm(x, w["norm.gain"], w["norm.bias"]) @ w["embedding"].T


def without(w: dict[str, Array], cut: str, heads: int) -> dict[str, Array]:
    """Weights with wires cut: a head's rows of W_o are 0, or W_2; of a block the biases too."""
    w = {name: x.copy() for name, x in w.items()}
    for wire in cut.split():
        layer, _, part = wire.partition(".")
        block = f"block_{int(layer) - 1}"
        if not part:
            for last in ("attention.w_o", "attention.b_o", "feed_forward.w_2", "feed_forward.b_2"):
                w[f"{block}.{last}"][:] = 0
        elif part == "ffn":
            w[f"{block}.feed_forward.w_2"][:] = 0
        else:
            size = len(w[f"{block}.attention.w_o"]) // heads
            w[f"{block}.attention.w_o"][size * int(part) : size * (int(part) + 1)] = 0
    return w
