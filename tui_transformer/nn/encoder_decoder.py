"""The whole transformer: an encoder reads, a decoder writes and looks at what was read.

    source → embedding + position → encoder blocks → norm → memory
    target → embedding + position → decoder layers → norm → · embeddingᵀ → logits
                                        ↑ memory

A decoder layer attends to itself, causally, then to the memory (q from the decoder, k and v from
the encoder, no mask), then feeds forward. Vaswani et al. (2017), §3.1 and §3.2.3, with one
embedding for everything (§3.4), but pre-LN and learned positions. Shapes: n source tokens, m
target tokens, d channels, V tokens in the vocabulary; a leading batch is optional.
"""

from collections.abc import Mapping

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn import transformer
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import Normalized, layer_norm, layer_norm_backward
from tui_transformer.nn.transformer import Block, Trace, pick
from tui_transformer.records import dataclass

Weights = Mapping[str, Array]
Grads = dict[str, Array]

ACTIVATION = ACTIVATIONS["gelu_tanh"]


@dataclass(frozen=True)
class EncoderDecoder:
    """The plan of the whole model; `context` is the longest source or target."""

    vocabulary: int
    context: int
    encoders: int
    decoders: int
    heads: int
    d_model: int

    @property
    def block(self) -> Block:
        """The plan of an encoder block."""
        return Block(self.d_model, self.heads, 4 * self.d_model, activation="gelu_tanh")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every weight with its shape."""
        d, inner = self.d_model, self.block.shapes()
        named: dict[str, tuple[int, ...]] = {
            "embedding": (self.vocabulary, d),
            "position": (self.context, d),
            "target_position": (self.context, d),
        }
        attention = {k: v for k, v in inner.items() if k.startswith("attention.")}
        cross = {k.replace("attention", "cross"): v for k, v in attention.items()}
        cross |= {"norm_3.gain": (d,), "norm_3.bias": (d,)}
        for i in range(self.encoders):
            named |= {f"encoder_{i}.{name}": shape for name, shape in inner.items()}
        named |= {"memory_norm.gain": (d,), "memory_norm.bias": (d,)}
        for i in range(self.decoders):
            named |= {f"decoder_{i}.{name}": shape for name, shape in (inner | cross).items()}
        return named | {"norm.gain": (d,), "norm.bias": (d,)}

    def parameter_count(self) -> int:
        """Count the weights: 12d² + 13d an encoder block, 16d² + 19d a decoder layer, the rest."""
        return sum(int(np.prod(shape)) for shape in self.shapes().values())

    def random_weights(self, rng: "np.random.Generator", dtype: type = np.float64) -> Grads:
        """Draw matrices from N(0, 1/inputs), embeddings from N(0, 1/d); gains 1, biases 0."""
        weights: Grads = {}
        for name, shape in self.shapes().items():
            fill = np.ones(shape) if name.endswith("gain") else np.zeros(shape)
            fan = shape[0] if "." in name else self.d_model
            drawn = rng.normal(0.0, fan**-0.5, shape) if len(shape) == 2 else fill
            weights[name] = drawn.astype(dtype)
        return weights


@dataclass(frozen=True, eq=False)
class Looked:
    """One attention from x [..., m, d] to a memory [..., n, d], with what the way back needs."""

    y: Array
    weights: Array  # [..., h, m, n]
    q: Array
    k: Array
    v: Array
    found: Array
    x: Array
    memory: Array


@dataclass(frozen=True, eq=False)
class Layer:
    """Everything that happened in one decoder layer."""

    norms: tuple[Normalized, Normalized, Normalized]
    own: Looked
    crossed: Looked
    before: Array
    hidden: Array
    output: Array


@dataclass(frozen=True, eq=False)
class Pass:
    """Everything that happened on the way through the model."""

    source: Array
    target: Array
    encoded: tuple[Trace, ...]
    memory: Normalized
    decoded: tuple[Layer, ...]
    final: Normalized
    logits: Array  # [..., m, V]


def forward(plan: EncoderDecoder, w: Weights, source: Array, target: Array) -> Pass:
    """Read a source and follow a target, integers [..., n] and [..., m] → logits [..., m, V].

    Raises ValueError where one of them is longer than the context.
    """
    if max(source.shape[-1], target.shape[-1]) > plan.context:
        raise ValueError(f"more tokens than the context of {plan.context} holds")
    x = w["embedding"][source] + w["position"][: source.shape[-1]]  # [..., n, d]
    encoded = []
    for i in range(plan.encoders):
        encoded.append(transformer.forward(plan.block, pick(w, f"encoder_{i}"), x))
        x = encoded[-1].output
    memory = layer_norm(x, w["memory_norm.gain"], w["memory_norm.bias"])
    x = w["embedding"][target] + w["target_position"][: target.shape[-1]]  # [..., m, d]
    decoded = []
    for i in range(plan.decoders):
        decoded.append(decode(plan, pick(w, f"decoder_{i}"), x, memory.y))
        x = decoded[-1].output
    final = layer_norm(x, w["norm.gain"], w["norm.bias"])
    logits = final.y @ w["embedding"].T  # [..., m, V]
    return Pass(source, target, tuple(encoded), memory, tuple(decoded), final, logits)


def decode(plan: EncoderDecoder, w: Weights, x: Array, memory: Array) -> Layer:
    """Send the decoder's stream through one layer: [..., m, d], [..., n, d] → [..., m, d]."""
    first = layer_norm(x, w["norm_1.gain"], w["norm_1.bias"])
    own = look(pick(w, "attention"), first.y, first.y, plan.heads, att.causal_mask(x.shape[-2]))
    x = x + own.y  # [..., m, d]
    second = layer_norm(x, w["norm_2.gain"], w["norm_2.bias"])
    crossed = look(pick(w, "cross"), second.y, memory, plan.heads)
    x = x + crossed.y  # [..., m, d]
    third = layer_norm(x, w["norm_3.gain"], w["norm_3.bias"])
    before = third.y @ w["feed_forward.w_1"] + w["feed_forward.b_1"]  # [..., m, 4d]
    hidden = ACTIVATION.f(before)  # [..., m, 4d]
    x = x + hidden @ w["feed_forward.w_2"] + w["feed_forward.b_2"]  # [..., m, d]
    return Layer((first, second, third), own, crossed, before, hidden, x)


def look(w: Weights, x: Array, memory: Array, heads: int, mask: Array | None = None) -> Looked:
    """Attend from x to a memory: q comes from x, k and v from the memory."""
    q = att.split_heads(x @ w["w_q"] + w["b_q"], heads)  # [..., h, m, d/h]
    k, v = (att.split_heads(memory @ w[f"w_{p}"] + w[f"b_{p}"], heads) for p in "kv")
    shares = att.weights(att.scores(q, k), mask)  # [..., h, m, n]
    found = att.merge_heads(att.attend(shares, v))  # [..., m, d]
    return Looked(found @ w["w_o"] + w["b_o"], shares, q, k, v, found, x, memory)


# ── the way back ───────────────────────────────────────────────────────────────────────


def backward(plan: EncoderDecoder, w: Weights, run: Pass, d_logits: Array) -> Grads:
    """Carry a gradient of the logits back to every weight, through both halves."""
    d = plan.d_model
    rows = d_logits.reshape(-1, plan.vocabulary)  # [b·m, V]
    d_embedding = rows.T @ run.final.y.reshape(-1, d)  # [V, d]
    dx, gain, bias = layer_norm_backward(d_logits @ w["embedding"], w["norm.gain"], run.final)
    grads = {"norm.gain": gain, "norm.bias": bias}
    d_memory = np.zeros_like(run.memory.y)  # [..., n, d]
    for i in reversed(range(plan.decoders)):
        part = f"decoder_{i}"
        dx, more, inner = decode_back(pick(w, part), run.decoded[i], dx)
        d_memory += more  # every layer looks at the same memory
        grads |= {f"{part}.{name}": grad for name, grad in inner.items()}
    grads["target_position"] = _position_back(w["target_position"], dx)
    np.add.at(d_embedding, run.target.reshape(-1), dx.reshape(-1, d))
    dx, grads["memory_norm.gain"], grads["memory_norm.bias"] = layer_norm_backward(
        d_memory, w["memory_norm.gain"], run.memory
    )
    for i in reversed(range(plan.encoders)):
        part = f"encoder_{i}"
        dx, inner = transformer.backward(plan.block, pick(w, part), run.encoded[i], dx)
        grads |= {f"{part}.{name}": grad for name, grad in inner.items()}
    grads["position"] = _position_back(w["position"], dx)
    np.add.at(d_embedding, run.source.reshape(-1), dx.reshape(-1, d))
    return grads | {"embedding": d_embedding}


def _position_back(position: Array, dx: Array) -> Array:
    grad = np.zeros_like(position)
    grad[: dx.shape[-2]] = np.sum(dx.reshape(-1, *dx.shape[-2:]), axis=0)
    return grad


def _linear_back(w: Array, x: Array, dy: Array) -> tuple[Array, Array, Array]:
    rows, d_rows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])  # [N, in], [N, out]
    return dy @ w.T, rows.T @ d_rows, np.sum(d_rows, axis=0)


def decode_back(w: Weights, done: Layer, dy: Array) -> tuple[Array, Array, Grads]:
    """Carry a gradient back through one layer: returns those of x, the memory, the weights."""
    grads: Grads = {}

    def norm_back(i: int, d: Array) -> Array:
        name = f"norm_{i}"
        dx, grads[f"{name}.gain"], grads[f"{name}.bias"] = layer_norm_backward(
            d, w[f"{name}.gain"], done.norms[i - 1]
        )
        return dx

    d_hidden, grads["feed_forward.w_2"], grads["feed_forward.b_2"] = _linear_back(
        w["feed_forward.w_2"], done.hidden, dy
    )
    d_fed, grads["feed_forward.w_1"], grads["feed_forward.b_1"] = _linear_back(
        w["feed_forward.w_1"], done.norms[2].y, d_hidden * ACTIVATION.derivative(done.before)
    )
    dy = dy + norm_back(3, d_fed)
    d_query, d_memory, inner = look_back(pick(w, "cross"), done.crossed, dy)
    grads |= {f"cross.{name}": grad for name, grad in inner.items()}
    dy = dy + norm_back(2, d_query)
    d_query, d_seen, inner = look_back(pick(w, "attention"), done.own, dy)
    grads |= {f"attention.{name}": grad for name, grad in inner.items()}
    return dy + norm_back(1, d_query + d_seen), d_memory, grads


def look_back(w: Weights, done: Looked, dy: Array) -> tuple[Array, Array, Grads]:
    """Carry a gradient back through one attention: returns those of x, memory and weights."""
    grads: Grads = {}
    d_found, grads["w_o"], grads["b_o"] = _linear_back(w["w_o"], done.found, dy)
    d_mixed = att.split_heads(d_found, done.q.shape[-3])  # [..., h, m, d/h]
    d_shares = d_mixed @ np.swapaxes(done.v, -1, -2)  # [..., h, m, n]
    d_scores = done.weights * (d_shares - np.sum(d_shares * done.weights, axis=-1, keepdims=True))
    d_scores /= np.sqrt(done.q.shape[-1]).astype(dy.dtype)
    d_q = att.merge_heads(d_scores @ done.k)  # [..., m, d]
    d_k = att.merge_heads(np.swapaxes(d_scores, -1, -2) @ done.q)  # [..., n, d]
    d_v = att.merge_heads(np.swapaxes(done.weights, -1, -2) @ d_mixed)  # [..., n, d]
    dx, grads["w_q"], grads["b_q"] = _linear_back(w["w_q"], done.x, d_q)
    from_k, grads["w_k"], grads["b_k"] = _linear_back(w["w_k"], done.memory, d_k)
    from_v, grads["w_v"], grads["b_v"] = _linear_back(w["w_v"], done.memory, d_v)
    return dx, from_k + from_v, grads


def greedy(plan: EncoderDecoder, w: Weights, source: Array, start: int, count: int) -> Array:
    """Write so many tokens, always the likeliest: integers [..., n] → [..., count].

    What was written goes back in; the memory is worked out anew each time, to keep it plain.
    """
    target = np.full((*source.shape[:-1], 1), start, source.dtype)
    for _ in range(count):
        following = np.argmax(forward(plan, w, source, target).logits[..., -1, :], axis=-1)
        target = np.concatenate([target, following[..., None]], axis=-1)
    return target[..., 1:]
