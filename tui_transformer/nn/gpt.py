"""A decoder-only transformer, forwards and backwards: tokens in, scores of the next token out.

    tokens → embedding + position → block 0 → … → block L−1 → norm → · embeddingᵀ → logits

Pre-LN blocks, learned positions, and an output head that shares the embedding's weights, as in
GPT-2 (Radford et al., 2019, §2.3). Shapes: b sequences of t tokens, d channels, V tokens in the
vocabulary; the batch is optional everywhere. The type of the weights is the type of everything:
float32 to train fast, float64 to check. What trains is nn/fast/gpt.py, which computes the same.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import transformer
from tui_transformer.nn.attention import causal_mask
from tui_transformer.nn.norms import Normalized, layer_norm, layer_norm_backward
from tui_transformer.nn.softmax import log_softmax
from tui_transformer.nn.transformer import Block, Trace, pick
from tui_transformer.records import dataclass

Weights = Mapping[str, Array]
Drop = Mapping[str, Array]

UNASKED = -1  # a target that says: whatever comes here, nothing is asked


@dataclass(frozen=True)
class Gpt:
    """The plan of the whole model; `activation` is GPT-2's form of GELU by itself."""

    vocabulary: int
    context: int
    layers: int
    heads: int
    d_model: int
    activation: str = "gelu_tanh"
    epsilon: float = 1e-5

    @property
    def block(self) -> Block:
        """The plan of each of its blocks."""
        return Block(
            self.d_model,
            self.heads,
            4 * self.d_model,
            activation=self.activation,
            epsilon=self.epsilon,
        )

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every weight with its shape, in the order in which a token meets them."""
        d = self.d_model
        blocks = {
            f"block_{layer}.{name}": shape
            for layer in range(self.layers)
            for name, shape in self.block.shapes().items()
        }
        ends = {"norm.gain": (d,), "norm.bias": (d,)}
        return {"embedding": (self.vocabulary, d), "position": (self.context, d)} | blocks | ends

    def parameter_count(self) -> int:
        """Count the weights: (V + context)·d + L·(12d² + 13d) + 2d."""
        return sum(map(math.prod, self.shapes().values()))

    def random_weights(
        self, rng: "np.random.Generator", dtype: type = np.float64, spread: float = 0.02
    ) -> dict[str, Array]:
        """Draw weights from N(0, spread²), gains 1 and biases 0, as GPT-2 does.

        What adds to the stream is drawn smaller by √(2L), for 2L parts add to it.
        """
        weights: dict[str, Array] = {}
        for name, shape in self.shapes().items():
            adds = name.endswith((".w_o", ".w_2"))
            size = spread / np.sqrt(2 * self.layers) if adds else spread
            fill = np.ones(shape) if name.endswith("gain") else np.zeros(shape)
            drawn = rng.normal(0.0, size, shape) if len(shape) == 2 else fill
            weights[name] = drawn.astype(dtype)
        return weights


@dataclass(frozen=True, eq=False)
class Pass:
    """Everything that happened on the way through the model.

    `streams` holds the residual stream before the first block and after each,
    L+1 × [..., t, d]; `traces` what happened in each block; `final` the last norm.
    """

    tokens: Array  # [..., t]
    streams: tuple[Array, ...]
    traces: tuple[Trace, ...]
    final: Normalized
    logits: Array  # [..., t, V]

    @property
    def attention(self) -> tuple[Array, ...]:
        """The shares of attention of every layer, L × [..., h, t, t]."""
        return tuple(trace.weights for trace in self.traces)


def forward(plan: Gpt, w: Weights, tokens: Array, drop: Sequence[Drop] | None = None) -> Pass:
    """Send tokens through the model, integers [..., t] → a pass with logits [..., t, V].

    `drop` holds dropout factors for the embedding ("embedding") and then for each block, in
    training. Raises ValueError where there are more tokens than the context holds.
    """
    t = tokens.shape[-1]
    if t > plan.context:
        raise ValueError(f"{t} tokens do not fit into a context of {plan.context}")
    x = w["embedding"][tokens] + w["position"][:t]  # [..., t, d]
    x = x if drop is None else x * drop[0]["embedding"]
    mask, streams, traces = causal_mask(t), [x], []
    for layer in range(plan.layers):
        dropped = None if drop is None else drop[layer + 1]
        trace = transformer.forward(plan.block, pick(w, f"block_{layer}"), x, mask, dropped)
        x = trace.output
        streams.append(x)
        traces.append(trace)
    final = layer_norm(x, w["norm.gain"], w["norm.bias"], plan.epsilon)
    return Pass(tokens, tuple(streams), tuple(traces), final, final.y @ w["embedding"].T)


def lens(plan: Gpt, w: Weights, run: Pass) -> Array:
    """Read the stream after every layer as if it were the last one: [L+1, ..., t, V].

    The last entry is the logits themselves. nostalgebraist, interpreting GPT: the logit lens
    (2020).
    """
    gain, bias = w["norm.gain"], w["norm.bias"]
    normed = np.stack([layer_norm(x, gain, bias, plan.epsilon).y for x in run.streams])
    return normed @ w["embedding"].T


def backward(
    plan: Gpt, w: Weights, run: Pass, d_logits: Array, drop: Sequence[Drop] | None = None
) -> dict[str, Array]:
    """Carry a gradient of the logits [..., t, V] back to every weight, by name.

    The embedding is used twice, at the bottom and as the head, so its gradient is a sum of two.
    """
    rows = d_logits.reshape(-1, plan.vocabulary)  # [b·t, V]
    d_embedding = rows.T @ run.final.y.reshape(-1, plan.d_model)  # [V, d]
    dx, gain, bias = layer_norm_backward(d_logits @ w["embedding"], w["norm.gain"], run.final)
    grads = {"norm.gain": gain, "norm.bias": bias}
    for layer in reversed(range(plan.layers)):
        dropped = None if drop is None else drop[layer + 1]
        dx, inner = transformer.backward(
            plan.block, pick(w, f"block_{layer}"), run.traces[layer], dx, dropped
        )
        grads |= {f"block_{layer}.{name}": grad for name, grad in inner.items()}
    dx = dx if drop is None else dx * drop[0]["embedding"]
    t = run.tokens.shape[-1]
    grads["position"] = np.zeros_like(w["position"])
    grads["position"][:t] = np.sum(dx.reshape(-1, t, plan.d_model), axis=0)
    np.add.at(d_embedding, run.tokens.reshape(-1), dx.reshape(-1, plan.d_model))
    return grads | {"embedding": d_embedding}


def loss(logits: Array, targets: Array) -> tuple[float, Array]:
    """Price the guesses: mean of −ln p(target) where one is asked, and its gradient.

    [..., t, V], integers [..., t] with UNASKED (−1) where nothing is asked → nats, [..., t, V].
    Raises ValueError where nothing is asked at all.
    """
    asked = targets != UNASKED  # [..., t]
    log_p, right = log_softmax(logits), np.where(asked, targets, 0)[..., None]  # [..., t, V or 1]
    cost, count = _price(log_p, right, asked)
    with np.errstate(under="ignore"):
        d_logits = np.exp(log_p)
    np.put_along_axis(d_logits, right, np.take_along_axis(d_logits, right, axis=-1) - 1, axis=-1)
    d_logits *= (asked / count).astype(logits.dtype)[..., None]
    return cost, d_logits


def price(logits: Array, targets: Array) -> float:
    """The same without the gradient, for who only wants to know."""
    asked = targets != UNASKED
    return _price(log_softmax(logits), np.where(asked, targets, 0)[..., None], asked)[0]


def _price(log_p: Array, right: Array, asked: Array) -> tuple[float, int]:
    """The mean of −ln p(target) over what is asked, and how much that is."""
    count = int(np.sum(asked))
    if not count:
        raise ValueError("no position has a target")
    chosen = np.take_along_axis(log_p, right, axis=-1)[..., 0]  # [..., t]
    return float(-np.sum(chosen[asked], dtype=np.float64) / count), count


def greedy(plan: Gpt, w: Weights, tokens: Array, count: int) -> Array:
    """Go on with the likeliest token, again and again: integers [..., t] → [..., t + count].

    Raises ValueError where the context is too short for it; the last token is not fed back.
    """
    for _ in range(count):
        following = np.argmax(forward(plan, w, tokens).logits[..., -1, :], axis=-1)
        tokens = np.concatenate([tokens, following[..., None]], axis=-1)
    return tokens
