"""A transformer block, forwards and backwards: the code behind every trained model here.

    pre-LN    x → norm_1 → attention → + x → norm_2 → feed_forward → + → output
    post-LN   x → attention → + x → norm_1 → feed_forward → + → norm_2 → output

Row vectors times matrices, x·W + b, as in the published weights of GPT-2. Shapes: b sequences
of n positions with d channels, [b, n, d]; a leading batch is optional. Post-LN is Vaswani et
al. (2017), §3.1; pre-LN is Radford et al. (2019), analysed by Xiong et al. (2020).
"""

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeVar

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import Normalized, layer_norm, layer_norm_backward
from tui_transformer.records import dataclass

Weights = Mapping[str, Array]
Drop = Mapping[str, Array] | None
T = TypeVar("T")


@dataclass(frozen=True)
class Block:
    """The plan of a block; switching a part off makes it add nothing (a norm: change nothing)."""

    d_model: int
    heads: int
    d_ff: int
    norm: Literal["pre", "post"] = "pre"
    activation: str = "gelu"
    epsilon: float = 1e-5
    attention: bool = True
    feed_forward: bool = True
    residual: bool = True
    normalize: bool = True

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every weight of the block with its shape; a matrix is [in, out]."""
        d, f = self.d_model, self.d_ff
        shapes: dict[str, tuple[int, ...]] = {"norm_1.gain": (d,), "norm_1.bias": (d,)}
        for part in "qkvo":
            shapes |= {f"attention.w_{part}": (d, d), f"attention.b_{part}": (d,)}
        shapes |= {"norm_2.gain": (d,), "norm_2.bias": (d,)}
        shapes |= {"feed_forward.w_1": (d, f), "feed_forward.b_1": (f,)}
        return shapes | {"feed_forward.w_2": (f, d), "feed_forward.b_2": (d,)}

    def parameter_count(self) -> int:
        """Count the weights: 12d² + 13d where d_ff = 4d."""
        return sum(math.prod(shape) for shape in self.shapes().values())

    def random_weights(
        self, rng: "np.random.Generator", spread: float = 0.02, dtype: type = np.float64
    ) -> dict[str, Array]:
        """Draw weights from N(0, spread²); gains start at 1 and biases at 0, as in GPT-2."""

        def draw(name: str, shape: tuple[int, ...]) -> Array:
            if len(shape) == 2:
                return rng.normal(0.0, spread, shape).astype(dtype)
            return np.full(shape, float(name.endswith("gain")), dtype)

        return {name: draw(name, shape) for name, shape in self.shapes().items()}

    def lively_weights(self, rng: "np.random.Generator") -> dict[str, Array]:
        """Draw weights that keep a vector about as long as it is, and none of them idle.

        A matrix is uniform in ±√(3/d_in), so of variance 1/d_in: LeCun et al., Efficient
        BackProp (1998), §4.6. Gains are uniform in 0.8..1.2 and biases in ±0.2.
        """
        drawn, weights, start = rng.random(self.parameter_count()), {}, 0
        for name, shape in self.shapes().items():
            end = start + math.prod(shape)
            reach = math.sqrt(3 / shape[0]) if len(shape) == 2 else 0.2
            middle = 1.0 if name.endswith("gain") else 0.0
            weights[name] = middle + reach * (2 * drawn[start:end].reshape(shape) - 1)
            start = end
        return weights


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that happened on the way through a block, by name.

    `stages` are in the order in which they came about, each [..., n, d]; `weights` are the
    shares of attention, [..., h, n, n]. The rest is what the way back needs.
    """

    stages: dict[str, Array]
    weights: Array
    norms: dict[str, Normalized] = field(default_factory=dict)
    kept: dict[str, Array] = field(default_factory=dict)

    @property
    def output(self) -> Array:
        """What the block hands on."""
        return self.stages["output"]


def pick(w: Mapping[str, T], part: str) -> dict[str, T]:
    """Pick the weights of one part of a model, under the names that the part gives them."""
    return {k.removeprefix(part + "."): x for k, x in w.items() if k.startswith(part + ".")}


# ── forwards ───────────────────────────────────────────────────────────────────────────


def forward(
    plan: Block, w: Weights, x: Array, mask: Array | None = None, drop: Drop = None
) -> Trace:
    """Send vectors through a block, [..., n, d] → a trace with the output [..., n, d].

    `mask` says with True what a query may see. `drop` holds dropout factors (0 or 1/(1 − p)) for
    what "attention" and "feed_forward" add, in training.
    """
    n, pre, stages = x.shape[-2], plan.norm == "pre", {"input": x}
    trace = Trace(stages, np.zeros((*x.shape[:-2], plan.heads, n, n), x.dtype))

    read = _norm(plan, w, trace, "norm_1", x) if pre else x
    stages["attention"] = _dropped(_attend(plan, w, trace, read, mask), drop, "attention")
    middle = stages["after_attention"] = _added(plan, x, stages["attention"])
    middle = middle if pre else _norm(plan, w, trace, "norm_1", middle)

    read = _norm(plan, w, trace, "norm_2", middle) if pre else middle
    stages["feed_forward"] = _dropped(_feed(plan, w, trace, read), drop, "feed_forward")
    end = _added(plan, middle, stages["feed_forward"])
    stages["output"] = end if pre else _norm(plan, w, trace, "norm_2", end)
    return trace


def _added(plan: Block, x: Array, said: Array) -> Array:
    """Add what a part has to say to the stream; without the residual it takes its place."""
    return x + said if plan.residual else said


def _dropped(said: Array, drop: Drop, part: str) -> Array:
    return said if drop is None else said * drop[part].astype(said.dtype, copy=False)


def _norm(plan: Block, w: Weights, trace: Trace, name: str, x: Array) -> Array:
    if plan.normalize:
        trace.norms[name] = layer_norm(x, w[f"{name}.gain"], w[f"{name}.bias"], plan.epsilon)
    trace.kept[f"before_{name}"] = x
    trace.stages[name] = trace.norms[name].y if plan.normalize else x
    return trace.stages[name]


def _attend(plan: Block, w: Weights, trace: Trace, x: Array, mask: Array | None) -> Array:
    """Every head looks with its own columns of q, k and v; W_o mixes what they found."""
    if not plan.attention:
        return np.zeros_like(x)
    q, k, v = (
        att.split_heads(x @ w[f"attention.w_{part}"] + w[f"attention.b_{part}"], plan.heads)
        for part in "qkv"
    )  # [..., h, n, d/h] each
    trace.weights[...] = att.weights(att.scores(q, k), mask)  # [..., h, n, n]
    found = att.merge_heads(att.attend(trace.weights, v))  # [..., n, d]
    trace.kept.update(q=q, k=k, v=v, found=found, attended=x)
    return found @ w["attention.w_o"] + w["attention.b_o"]  # [..., n, d]


def _feed(plan: Block, w: Weights, trace: Trace, x: Array) -> Array:
    """Widen, bend, narrow: every position by itself, all with the same weights."""
    if not plan.feed_forward:
        return np.zeros_like(x)
    before = x @ w["feed_forward.w_1"] + w["feed_forward.b_1"]  # [..., n, d_ff]
    hidden = ACTIVATIONS[plan.activation].f(before)  # [..., n, d_ff]
    trace.kept.update(before=before, hidden=hidden, fed=x)
    return hidden @ w["feed_forward.w_2"] + w["feed_forward.b_2"]  # [..., n, d]


# ── backwards ──────────────────────────────────────────────────────────────────────────


def backward(
    plan: Block, w: Weights, trace: Trace, d_output: Array, drop: Drop = None
) -> tuple[Array, dict[str, Array]]:
    """Carry a gradient back through a block: returns that of the input and those of the weights.

    Written out by hand, step by step in the opposite order of `forward`. Weights of a part
    that is off get a gradient of 0.
    """
    grads: dict[str, Array] = {}
    pre = plan.norm == "pre"
    d_end = d_output if pre else _norm_back(plan, w, trace, "norm_2", d_output, grads)
    d_middle = _feed_back(plan, w, trace, _dropped(d_end, drop, "feed_forward"), grads)
    d_middle = _norm_back(plan, w, trace, "norm_2", d_middle, grads) if pre else d_middle
    d_middle = d_middle + d_end if plan.residual else d_middle

    d_added = d_middle if pre else _norm_back(plan, w, trace, "norm_1", d_middle, grads)
    dx = _attend_back(plan, w, trace, _dropped(d_added, drop, "attention"), grads)
    dx = _norm_back(plan, w, trace, "norm_1", dx, grads) if pre else dx
    dx = dx + d_added if plan.residual else dx
    return dx, {name: grads[name] if name in grads else np.zeros_like(w[name]) for name in w}


def _norm_back(
    plan: Block, w: Weights, trace: Trace, name: str, dy: Array, grads: dict[str, Array]
) -> Array:
    if not plan.normalize:
        return dy
    dx, grads[f"{name}.gain"], grads[f"{name}.bias"] = layer_norm_backward(
        dy, w[f"{name}.gain"], trace.norms[name]
    )
    return dx


def _linear_back(
    w: Weights, part: str, x: Array, dy: Array, grads: dict[str, Array], of: str
) -> Array:
    """Carry a gradient back through x·W + b, over all positions: returns that of x."""
    rows, d_rows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])  # [N, in], [N, out]
    grads[f"{of}.w_{part}"], grads[f"{of}.b_{part}"] = rows.T @ d_rows, np.sum(d_rows, axis=0)
    return dy @ w[f"{of}.w_{part}"].T  # [..., n, in]


def _feed_back(plan: Block, w: Weights, trace: Trace, dy: Array, grads: dict[str, Array]) -> Array:
    if not plan.feed_forward:
        return np.zeros_like(dy)
    kept = trace.kept
    d_hidden = _linear_back(w, "2", kept["hidden"], dy, grads, "feed_forward")  # [..., n, d_ff]
    d_before = d_hidden * ACTIVATIONS[plan.activation].derivative(kept["before"])
    return _linear_back(w, "1", kept["fed"], d_before, grads, "feed_forward")


def _attend_back(
    plan: Block, w: Weights, trace: Trace, dy: Array, grads: dict[str, Array]
) -> Array:
    if not plan.attention:
        return np.zeros_like(dy)
    kept, shares = trace.kept, trace.weights
    d_found = _linear_back(w, "o", kept["found"], dy, grads, "attention")  # [..., n, d]
    d_mixed = att.split_heads(d_found, plan.heads)  # [..., h, n, d/h]
    d_shares = d_mixed @ np.swapaxes(kept["v"], -1, -2)  # [..., h, n, n]
    # Softmax: each score gains what its share gains more than the row does on average.
    d_scores = shares * (d_shares - np.sum(d_shares * shares, axis=-1, keepdims=True))
    d_scores = d_scores / math.sqrt(kept["q"].shape[-1])
    d_parts = {
        "q": d_scores @ kept["k"],  # [..., h, n, d/h]
        "k": np.swapaxes(d_scores, -1, -2) @ kept["q"],  # [..., h, n, d/h]
        "v": np.swapaxes(shares, -1, -2) @ d_mixed,  # [..., h, n, d/h]
    }
    back = (
        _linear_back(w, part, kept["attended"], att.merge_heads(d), grads, "attention")
        for part, d in d_parts.items()
    )
    return sum(back, start=np.zeros_like(kept["attended"]))
