"""Writing with a key–value cache: only what is new is sent through the model.

A causal token never sees what comes after it, so its keys and values stay as they are while the
text grows: they are kept, and a new token brings only its own. Queries are not kept, for an old
token never looks again. Shazeer, Fast Transformer Decoding (2019), §2.4.1.

Positions are learned, one vector for each place, so a token that moves to another place has
other keys and values: where a text outgrows the context, what is left must be read again.
"""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.gpt import Gpt, Weights
from tui_transformer.nn.norms import layer_norm
from tui_transformer.nn.transformer import pick
from tui_transformer.records import dataclass


@dataclass(frozen=True, eq=False)
class Cache:
    """The keys and values of every layer for the t tokens read so far, L × [h, t, d/h]."""

    keys: tuple[Array, ...]
    values: tuple[Array, ...]

    @property
    def tokens(self) -> int:
        """How many tokens were read."""
        return int(self.keys[0].shape[1])

    @property
    def bytes(self) -> int:
        """How much memory it takes: 2·L·d·t numbers."""
        return sum(x.nbytes for x in (*self.keys, *self.values))


@dataclass(frozen=True, eq=False)
class Step:
    """What came of reading n tokens: the cache with them in it, and what they said.

    `attention` holds their rows, L × [h, n, t]; `final` their normed vectors [n, d], `logits`
    the scores of what follows each of them [n, V].
    """

    cache: Cache
    attention: tuple[Array, ...]
    final: Array
    logits: Array


def empty(plan: Gpt, dtype: type = np.float64) -> Cache:
    """Make a cache that has read nothing."""
    none: Array = np.zeros((plan.heads, 0, plan.d_model // plan.heads), dtype)  # [h, 0, d/h]
    return Cache((none,) * plan.layers, (none,) * plan.layers)


def feed(plan: Gpt, w: Weights, cache: Cache, tokens: Array) -> Step:
    """Read n more tokens, integers [n]; the cache that was given stays as it is.

    The same numbers as `gpt.forward` on the whole text gives at its last n places. Raises
    ValueError where the context has no room for them.
    """
    old, n = cache.tokens, len(tokens)
    if old + n > plan.context:
        raise ValueError(f"{old + n} tokens do not fit into a context of {plan.context}")
    x = w["embedding"][tokens] + w["position"][old : old + n]  # [n, d]
    mask = att.causal_mask(n, old + n)  # [n, old + n]
    keys, values, rows = [], [], []
    for layer in range(plan.layers):
        b = pick(w, f"block_{layer}")
        read = layer_norm(x, b["norm_1.gain"], b["norm_1.bias"], plan.epsilon).y  # [n, d]
        q, k, v = (
            att.split_heads(read @ b[f"attention.w_{part}"] + b[f"attention.b_{part}"], plan.heads)
            for part in "qkv"
        )  # [h, n, d/h] each
        keys.append(np.concatenate([cache.keys[layer], k], axis=1))  # [h, old + n, d/h]
        values.append(np.concatenate([cache.values[layer], v], axis=1))  # [h, old + n, d/h]
        found, row = att.attention(q, keys[-1], values[-1], mask)  # [h, n, d/h], [h, n, old + n]
        rows.append(row)
        x = x + att.merge_heads(found) @ b["attention.w_o"] + b["attention.b_o"]  # [n, d]
        read = layer_norm(x, b["norm_2.gain"], b["norm_2.bias"], plan.epsilon).y
        hidden = read @ b["feed_forward.w_1"] + b["feed_forward.b_1"]  # [n, 4d]
        bent = ACTIVATIONS[plan.activation].f(hidden)
        x = x + bent @ b["feed_forward.w_2"] + b["feed_forward.b_2"]  # [n, d]
    final = layer_norm(x, w["norm.gain"], w["norm.bias"], plan.epsilon).y
    return Step(Cache(tuple(keys), tuple(values)), tuple(rows), final, final @ w["embedding"].T)


def window(count: int, context: int) -> int:
    """Say where reading begins when a text of so many tokens is longer than the context.

    Half a context of the oldest tokens falls out at once, so that what is left is read again
    only when that much room has been filled: → the first token that is still read.
    """
    half = context // 2
    return half * -(-max(count - context, 0) // half)


def multiply_adds(plan: Gpt, read: int, places: int) -> int:
    """Count the products of reading the last `read` of `places` tokens, for one row of logits.

    Per layer and token 12·d² in the matrices; 2·d for each key that it sees, d in the score and
    d in the mixture of values; and V·d for the logits of the last. Biases, norms and
    activations are left out.
    """
    seen = sum(range(places - read + 1, places + 1))
    matrices = 12 * plan.d_model**2 * read
    return plan.layers * (matrices + 2 * plan.d_model * seen) + plan.vocabulary * plan.d_model
