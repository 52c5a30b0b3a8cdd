"""A transformer block, forwards and backwards: the code behind every trained model here.

    pre-LN    x → norm_1 → attention → + x → norm_2 → feed_forward → + → output
    post-LN   x → attention → + x → norm_1 → feed_forward → + → norm_2 → output

Row vectors times matrices, x·W + b, as in the published weights of GPT-2. Shapes: b sequences
of n positions with d channels, [b, n, d]; a leading batch is optional. Post-LN is Vaswani et
al. (2017), §3.1; pre-LN is Radford et al. (2019), analysed by Xiong et al. (2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from tui_transformer.nn import attention as att
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import Normalized, layer_norm, layer_norm_backward

Array = np.ndarray[Any, Any]
Weights = Mapping[str, Array]


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
        """Name every weight of the block with its shape."""
        d, f = self.d_model, self.d_ff
        square = {f"attention.w_{part}": (d, d) for part in "qkvo"}
        thin = {f"attention.b_{part}": (d,) for part in "qkvo"}
        names = [name for part in "qkvo" for name in (f"attention.w_{part}",
                                                      f"attention.b_{part}")]
        every = square | thin
        return {
            "norm_1.gain": (d,), "norm_1.bias": (d,), **{name: every[name] for name in names},
            "norm_2.gain": (d,), "norm_2.bias": (d,),
            "feed_forward.w_1": (d, f), "feed_forward.b_1": (f,),
            "feed_forward.w_2": (f, d), "feed_forward.b_2": (d,),
        }

    def parameter_count(self) -> int:
        """Count the weights: 12d² + 13d where d_ff = 4d."""
        return sum(int(np.prod(shape)) for shape in self.shapes().values())

    def random_weights(self, rng: np.random.Generator, spread: float = 0.02,
                       dtype: type = np.float64) -> dict[str, Array]:
        """Draw weights from N(0, spread²); gains start at 1 and biases at 0, as in GPT-2."""
        return {
            name: np.ones(shape, dtype) if name.endswith("gain")
            else rng.normal(0.0, spread, shape).astype(dtype) if len(shape) == 2
            else np.zeros(shape, dtype)
            for name, shape in self.shapes().items()
        }


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


def forward(plan: Block, w: Weights, x: Array, mask: Array | None = None,
            drop: Mapping[str, Array] | None = None) -> Trace:
    """Send vectors through a block, [..., n, d] → a trace with the output [..., n, d].

    `mask` says with True what a query may see. `drop` holds dropout factors (0 or 1/(1 − p)) for
    what "attention" and "feed_forward" add, in training.
    """
    n = x.shape[-2]
    trace = Trace({"input": x}, np.zeros((*x.shape[:-2], plan.heads, n, n), x.dtype))
    if plan.norm == "pre":
        _attend(plan, w, trace, _norm(plan, w, trace, "norm_1", x), mask, drop)
        middle = _add(plan, trace, "after_attention", x, "attention")
        _feed(plan, w, trace, _norm(plan, w, trace, "norm_2", middle), drop)
        _add(plan, trace, "output", middle, "feed_forward")
    else:
        _attend(plan, w, trace, x, mask, drop)
        middle = _add(plan, trace, "after_attention", x, "attention")
        middle = _norm(plan, w, trace, "norm_1", middle)
        _feed(plan, w, trace, middle, drop)
        end = middle + trace.stages["feed_forward"] if plan.residual else (
            trace.stages["feed_forward"])
        trace.stages["output"] = _norm(plan, w, trace, "norm_2", end)
    return trace


def _norm(plan: Block, w: Weights, trace: Trace, name: str, x: Array) -> Array:
    if plan.normalize:
        trace.norms[name] = layer_norm(x, w[f"{name}.gain"], w[f"{name}.bias"], plan.epsilon)
        trace.stages[name] = trace.norms[name].y
    else:
        trace.stages[name] = x
    return trace.stages[name]


def _add(plan: Block, trace: Trace, name: str, x: Array, part: str) -> Array:
    """Add what a part has to say to the stream."""
    trace.stages[name] = x + trace.stages[part] if plan.residual else trace.stages[part]
    return trace.stages[name]


def _attend(plan: Block, w: Weights, trace: Trace, x: Array, mask: Array | None,
            drop: Mapping[str, Array] | None) -> None:
    """Every head looks with its own columns of q, k and v; W_o mixes what they found."""
    if not plan.attention:
        trace.stages["attention"] = np.zeros_like(x)
        return
    q, k, v = (att.split_heads(x @ w[f"attention.w_{part}"] + w[f"attention.b_{part}"], plan.heads)
               for part in "qkv")
    shares = att.weights(att.scores(q, k), mask)
    found = att.merge_heads(att.attend(shares, v))
    said = found @ w["attention.w_o"] + w["attention.b_o"]
    trace.weights[...] = shares
    trace.kept.update(q=q, k=k, v=v, found=found, attended=x)
    trace.stages["attention"] = said if drop is None else said * drop["attention"]


def _feed(plan: Block, w: Weights, trace: Trace, x: Array,
          drop: Mapping[str, Array] | None) -> None:
    """Widen, bend, narrow: every position by itself, all with the same weights."""
    if not plan.feed_forward:
        trace.stages["feed_forward"] = np.zeros_like(x)
        return
    before = x @ w["feed_forward.w_1"] + w["feed_forward.b_1"]
    hidden = ACTIVATIONS[plan.activation].f(before)
    said = hidden @ w["feed_forward.w_2"] + w["feed_forward.b_2"]
    trace.kept.update(before=before, hidden=hidden, fed=x)
    trace.stages["feed_forward"] = said if drop is None else said * drop["feed_forward"]


def backward(plan: Block, w: Weights, trace: Trace, d_output: Array,
             drop: Mapping[str, Array] | None = None) -> tuple[Array, dict[str, Array]]:
    """Carry a gradient back through a block: returns that of the input and those of the weights.

    Written out by hand, step by step in the opposite order of `forward`.
    """
    grads: dict[str, Array] = {}
    if plan.norm == "pre":
        d_middle = _feed_back(plan, w, trace, d_output, drop, grads)
        d_middle = _norm_back(plan, w, trace, "norm_2", d_middle, grads)
        d_middle = d_middle + d_output if plan.residual else d_middle
        dx = _attend_back(plan, w, trace, d_middle, drop, grads)
        dx = _norm_back(plan, w, trace, "norm_1", dx, grads)
        return (dx + d_middle if plan.residual else dx), grads
    d_end = _norm_back(plan, w, trace, "norm_2", d_output, grads)
    d_middle = _feed_back(plan, w, trace, d_end, drop, grads)
    d_middle = d_middle + d_end if plan.residual else d_middle
    d_middle = _norm_back(plan, w, trace, "norm_1", d_middle, grads)
    dx = _attend_back(plan, w, trace, d_middle, drop, grads)
    return (dx + d_middle if plan.residual else dx), grads


def _norm_back(plan: Block, w: Weights, trace: Trace, name: str, dy: Array,
               grads: dict[str, Array]) -> Array:
    if not plan.normalize:
        return dy
    dx, grads[f"{name}.gain"], grads[f"{name}.bias"] = layer_norm_backward(
        dy, w[f"{name}.gain"], trace.norms[name])
    return dx


def _flat(x: Array) -> Array:
    """Forget batch and position: all rows below each other, [rows, d]."""
    return x.reshape(-1, x.shape[-1])


def _linear_back(w: Array, x: Array, dy: Array) -> tuple[Array, Array, Array]:
    """Carry a gradient back through x·w + b: returns those of x, w and b."""
    rows, d_rows = _flat(x), _flat(dy)
    return dy @ w.T, rows.T @ d_rows, np.sum(d_rows, axis=0)


def _feed_back(plan: Block, w: Weights, trace: Trace, dy: Array,
               drop: Mapping[str, Array] | None, grads: dict[str, Array]) -> Array:
    if not plan.feed_forward:
        return np.zeros_like(dy)
    dy = dy if drop is None else dy * drop["feed_forward"]
    kept = trace.kept
    d_hidden, grads["feed_forward.w_2"], grads["feed_forward.b_2"] = _linear_back(
        w["feed_forward.w_2"], kept["hidden"], dy)
    d_before = d_hidden * ACTIVATIONS[plan.activation].derivative(kept["before"])
    dx, grads["feed_forward.w_1"], grads["feed_forward.b_1"] = _linear_back(
        w["feed_forward.w_1"], kept["fed"], d_before)
    return dx


def _attend_back(plan: Block, w: Weights, trace: Trace, dy: Array,
                 drop: Mapping[str, Array] | None, grads: dict[str, Array]) -> Array:
    if not plan.attention:
        return np.zeros_like(dy)
    dy = dy if drop is None else dy * drop["attention"]
    kept, shares = trace.kept, trace.weights
    d_found, grads["attention.w_o"], grads["attention.b_o"] = _linear_back(
        w["attention.w_o"], kept["found"], dy)
    d_mixed = att.split_heads(d_found, plan.heads)
    d_shares = d_mixed @ np.swapaxes(kept["v"], -1, -2)
    # Softmax: each score gains what its share gains more than the row does on average.
    d_scores = shares * (d_shares - np.sum(d_shares * shares, axis=-1, keepdims=True))
    d_scores /= np.sqrt(kept["q"].shape[-1]).astype(dy.dtype)
    d_parts = {"q": d_scores @ kept["k"], "k": np.swapaxes(d_scores, -1, -2) @ kept["q"],
               "v": np.swapaxes(shares, -1, -2) @ d_mixed}
    dx = np.zeros_like(kept["attended"])
    for part, d_part in d_parts.items():
        d_in, grads[f"attention.w_{part}"], grads[f"attention.b_{part}"] = _linear_back(
            w[f"attention.w_{part}"], kept["attended"], att.merge_heads(d_part))
        dx += d_in
    return dx
