"""A block of a decoder as they are built today, with a cache: what is new is sent through alone.

    in turn     x → norm_1 → attention → + x → norm_2 → feed_forward → + → output
    parallel    x + attention(norm_1(x)) + feed_forward(norm_2(x))

Beside GPT-2's parts there are RMS norms (Zhang & Sennrich 2019), rotary positions (`rotary`),
shared keys (`grouped`), a gate in the feed-forward network (Shazeer, GLU Variants, 2020), norms
of each head's q and k (Henry et al. 2020), and a window beyond which nobody looks back. Row
vectors times matrices. Shapes: n new positions after t old ones, h heads, g of keys.
"""

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped, rotary
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import layer_norm
from tui_transformer.nn.rotary import Rotary
from tui_transformer.records import dataclass

Weights = Mapping[str, Array]


@dataclass(frozen=True)
class DecoderBlock:
    """The plan of a block. `biases` names the matrices that have one, by their letters.

    The letters: q k v o, and 1 (or gate and 1) and 2 of the feed-forward network.
    """

    d_model: int
    heads: int
    kv_heads: int
    d_head: int
    d_ff: int
    norm: Literal["layer", "rms"] = "rms"
    activation: str = "silu"
    epsilon: float = 1e-6
    gated: bool = True
    parallel: bool = False
    head_norms: bool = False
    window: int = 0
    rotary: Rotary | None = None
    biases: frozenset[str] = frozenset()

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every weight of the block with its shape; a matrix is [in, out]."""
        d, f, size = self.d_model, self.d_ff, self.d_head
        wide, narrow = self.heads * size, self.kv_heads * size
        sides = {"q": (d, wide), "k": (d, narrow), "v": (d, narrow), "o": (wide, d)}
        sides |= {"gate": (d, f)} if self.gated else {}
        sides |= {"1": (d, f), "2": (f, d)}
        shapes: dict[str, tuple[int, ...]] = {}
        for letter, side in sides.items():
            part = "attention" if letter in "qkvo" else "feed_forward"
            shapes[f"{part}.w_{letter}"] = side
            if letter in self.biases:
                shapes[f"{part}.b_{letter}"] = side[1:]
        for norm in ("norm_1", "norm_2"):
            shapes[f"{norm}.gain"] = (d,)
            if self.norm == "layer":
                shapes[f"{norm}.bias"] = (d,)
        heads = {"attention.norm_q.gain": (size,), "attention.norm_k.gain": (size,)}
        return shapes | (heads if self.head_norms else {})

    def parameter_count(self) -> int:
        """Count the weights."""
        return sum(math.prod(shape) for shape in self.shapes().values())


@dataclass(frozen=True, eq=False)
class Passed:
    """What came of a block: the n new vectors [n, d], their queries [h, n, d/h], and the keys and
    values of all t + n positions [g, t + n, d/h]; `kept` holds what lies between, by name."""

    output: Array
    q: Array
    k: Array
    v: Array
    kept: dict[str, Array]


def forward(
    plan: DecoderBlock, w: Weights, x: Array, old: tuple[Array, Array] | None, causal: bool = True
) -> Passed:
    """Send n new vectors through, [n, d]; `old` are keys and values of those before, [g, t, d/h].

    Without `causal` every position sees all: as it never did in training.
    """
    t, n = old[0].shape[-2] if old else 0, len(x)
    kept = {"input": x, "norm_1": normed(plan, w, "norm_1", x)}
    q, k, v = looking(plan, w, kept, t)
    if old:
        k, v = (np.concatenate(pair, axis=-2) for pair in zip(old, (k, v), strict=True))
    mask = grouped.window_mask(n, t + n, plan.window) if causal else None
    kept["shares"] = att.weights(grouped.scores(q, k), mask)
    kept["found"] = att.merge_heads(grouped.attend(kept["shares"], v))
    kept["attention"] = linear(w, "attention", "o", kept["found"])
    kept["after_attention"] = x + kept["attention"]
    read = x if plan.parallel else kept["after_attention"]
    kept["norm_2"] = normed(plan, w, "norm_2", read)
    kept["feed_forward"] = feed(plan, w, kept)
    return Passed(kept["after_attention"] + kept["feed_forward"], q, k, v, kept)


def looking(
    plan: DecoderBlock, w: Weights, kept: dict[str, Array], t: int
) -> tuple[Array, Array, Array]:
    """Make queries, keys and values of the new positions, the first of which is place t."""
    many = {"q": plan.heads, "k": plan.kv_heads, "v": plan.kv_heads}
    made = {}
    for part, heads in many.items():
        kept[f"{part}_plain"] = linear(w, "attention", part, kept["norm_1"])
        made[part] = att.split_heads(kept[f"{part}_plain"], heads)
    q, k = made["q"], made["k"]
    if plan.head_norms:
        q, k = (
            rms(x, w[f"attention.norm_{of}.gain"], plan.epsilon) for x, of in ((q, "q"), (k, "k"))
        )
        kept["q_normed"], kept["k_normed"] = att.merge_heads(q), att.merge_heads(k)
    if plan.rotary:
        n = q.shape[-2]
        rates = plan.rotary.rates(t + n)
        places, loudness = np.arange(t, t + n), plan.rotary.loudness
        q, k = (rotary.turned(x, places, rates, loudness) for x in (q, k))
    return q, k, made["v"]


def linear(w: Weights, part: str, letter: str, x: Array) -> Array:
    """x·W, and the bias where there is one."""
    y: Array = x @ w[f"{part}.w_{letter}"]
    bias = w.get(f"{part}.b_{letter}")
    return y if bias is None else y + bias


def feed(plan: DecoderBlock, w: Weights, kept: dict[str, Array]) -> Array:
    """Widen, bend, narrow; with a gate, the bent half says how much of the other passes."""
    read = kept["norm_2"]
    kept["before"] = linear(w, "feed_forward", "1", read)
    bend = ACTIVATIONS[plan.activation].f
    if plan.gated:
        kept["gate"] = linear(w, "feed_forward", "gate", read)
        kept["hidden"] = bend(kept["gate"]) * kept["before"]
    else:
        kept["hidden"] = bend(kept["before"])
    return linear(w, "feed_forward", "2", kept["hidden"])


def normed(plan: DecoderBlock, w: Weights, name: str, x: Array) -> Array:
    """Norm every row with the gain (and bias) of that name."""
    gain = w[f"{name}.gain"]
    if plan.norm == "rms":
        return rms(x, gain, plan.epsilon)
    return layer_norm(x, gain, w[f"{name}.bias"], plan.epsilon).y


def rms(x: Array, gain: Array, epsilon: float) -> Array:
    """gain·x/√(mean(x²) + ε) over the last axis, without a bias."""
    scale = 1.0 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + x.dtype.type(epsilon))
    return gain * (x * scale)
