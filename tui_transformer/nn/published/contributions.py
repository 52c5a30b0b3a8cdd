"""Who wrote a logit of a published decoder: a share for every component, which add up to it.

The stream is a sum (what enters, every head, every feed-forward network, their biases), and the
last norm with the table reads it linearly once the norm's scale is held:

    logit = Σ_c ((c − mean c)·gain / √(variance + ε))·e + bias·e    an RMS norm takes no mean off

An encoder's stream is no such sum: it is normed after every part. In float64, layer by layer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.cutting import FFN, Wire, head_rows, reader
from tui_transformer.nn.published.gpt2 import Gpt2
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import Tensors

BIASES = ("attention.b_o", "feed_forward.b_2")


@dataclass(frozen=True, eq=False)
class Doubled(Tensors):
    """The same tensors in float64, widened when one asks."""

    original: Tensors

    def __getitem__(self, name: str) -> Array:
        return self.original[name].astype(np.float64)

    def wide(self, name: str) -> Array:
        """An array in float64."""
        return self[name]

    def rows(self, name: str, at: Array | slice) -> Array:
        """Some rows of a matrix."""
        return self.original.rows(name, at).astype(np.float64)


def doubled(network: Network) -> Network:
    """The same network, computing in float64."""
    tensors = network.tensors
    return replace(network, tensors=Doubled(tensors.table, tensors.data, tensors))


def components(
    network: Network,
    tokens: Array,
    causal: bool,
    at: int,
    done: Callable[[int], None] = lambda layers: None,
) -> tuple[dict[str, Array], Array]:
    """Take the last stream at one place apart: every component [d] by name, and their sum.

    `network` computes in float64. The names are those of wires (1.0, 1.ffn), and embedding,
    position and biases where there are any. `done` hears how many layers are.
    """
    x = network.embed(tokens)  # [t, d]
    parts, biases = _given(network, tokens, at), np.zeros(x.shape[-1])
    for layer in range(network.layers):
        w, kept = network.weights(layer), network.opened(layer, x, causal)
        found, w_o = kept["found"][at], w["attention.w_o"]
        for head in range(network.block.heads):
            rows = head_rows(len(w_o) // network.block.heads, head)
            parts[str(Wire(layer, head))] = found[rows] @ w_o[rows]
        parts[str(Wire(layer, FFN))] = kept["hidden"][at] @ w["feed_forward.w_2"]
        biases = biases + sum(w[bias] for bias in BIASES if bias in w)
        x = kept["output"]
        done(layer + 1)
    return parts | ({"biases": biases} if _has_biases(network) else {}), x[at]


def names(network: Network) -> tuple[str, ...]:
    """Name the components of a decoder's last stream, in order."""
    parts = [
        str(Wire(layer, part))
        for layer in range(network.layers)
        for part in (*range(network.block.heads), FFN)
    ]
    position = ("position",) if isinstance(network, Gpt2) else ()
    return ("embedding", *position, *parts, *(("biases",) if _has_biases(network) else ()))


def shares(network: Network, parts: dict[str, Array], end: Array, token: int) -> dict[str, float]:
    """Say what each of the `components` adds to a token's logit; `end` is their sum."""
    gain, *bias = (network.whole(name) for name in network.last_norm)
    e = network.rows(network.table_name, np.array([token]))[0]
    epsilon = network.block.epsilon
    if bias:
        share = reader(gain * e / np.sqrt(np.var(end) + epsilon))
    else:
        reads = gain * e / np.sqrt(np.mean(end * end) + epsilon)

        def share(part: Array) -> float:
            return float(np.dot(part, reads))

    found = {name: share(part) for name, part in parts.items()}
    if bias:
        found["biases"] += float(np.dot(bias[0], e))
    return found


def _given(network: Network, tokens: Array, at: int) -> dict[str, Array]:
    """What enters the first block at a place: the token's own vector, and that of the place."""
    if isinstance(network, Gpt2):
        words, places = network.given(tokens[at : at + 1], at)
        return {"embedding": words[0], "position": places[0]}
    return {"embedding": network.embed(tokens[at : at + 1])[0]}


def _has_biases(network: Network) -> bool:
    return len(network.last_norm) > 1 or bool(set("o2") & set(network.decoder.biases))
