"""The loss of a batch and its gradient, as fast as the machine allows.

This is nn/gpt.py once more: its `forward`, `loss` and `backward`. Read those first: they explain
the mathematics, a test holds the two together, and only this is different:

- Everything lies on its side: [d, N], channels down, all N = b·t positions along. NumPy is fast
  along the last axis; there a bias is one number a row, and a norm adds up whole rows. For the
  same reason the shares of attention stand with their keys down, [t, h·b·t].
- A norm's gain and bias become part of the matrix that comes next: with g and β per channel,
  Wᵀ(g∘x̂ + β) = (g∘W)ᵀx̂ + Wᵀβ. That is work on a small matrix in the place of a long array.
- q, k and v come from one product.
- GELU and its slope are worked out together, in pieces that stay in the processor's cache.
- Arrays are used again at the next step, as new memory costs more than what is done in it. Each
  begins on a memory page: where two lie a few bytes out of step, reading from the one can look
  to a processor like reading what it is just writing to the other, and then it waits.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.fast.parts import Shelf, Stream, bend
from tui_transformer.nn.gpt import UNASKED, Drop, Gpt, Weights

TOGETHER = 81  # sequences


def loss_and_gradient(
    plan: Gpt,
    w: Weights,
    tokens: Array,
    targets: Array,
    drop: Sequence[Drop] | None = None,
    shelf: Shelf | None = None,
) -> tuple[float, dict[str, Array]]:
    """Price a batch, integers [b, t] each: the mean of −ln p(target), and its gradient by name.

    `drop` and the errors raised are those of `gpt.forward` and `gpt.loss`. Nothing that is
    returned lies on the shelf.
    """
    with np.errstate(under="ignore"):
        step = _Step(plan, w, tokens, drop, shelf or Shelf())
        x = step.embed()
        for layer in range(plan.layers):
            step.attend(layer, x)
            step.feed(layer, x)
        loss, dx = step.ask(x, targets)
        for layer in reversed(range(plan.layers)):
            step.feed_back(layer, dx)
            step.attend_back(layer, dx)
        step.embed_back(dx)
        return loss, step.grads


def logits(plan: Gpt, w: Weights, tokens: Array) -> Array:
    """Send tokens [b, t] through the model → the logits of `gpt.forward`, [b, t, V], and no more.

    So many at a time that they stay in the processor's cache. Raises ValueError as that does.
    """
    head, shelf, found = w["embedding"].T, Shelf(), []
    none = np.zeros(plan.vocabulary, head.dtype)
    for start in range(0, len(tokens), TOGETHER):
        with np.errstate(under="ignore"):
            step = _Step(plan, w, tokens[start : start + TOGETHER], None, shelf)
            x = step.embed()
            for layer in range(plan.layers):
                step.attend(layer, x)
                step.feed(layer, x)
            said = np.empty((plan.vocabulary, step.n), step.dtype)
            step.read("norm", x, head, none, out=said)
        found.append(said.T.reshape(*step.tokens.shape, -1))
    return np.concatenate(found)


class _Step(Stream):
    """The parts of the model, each forwards and backwards."""

    # ── tokens in, loss out ────────────────────────────────────────────────────────────

    def embed(self) -> Array:
        """Start the stream: embedding + position, [d, N]."""
        x = self.take("x", self.d)
        rows = self.w["embedding"][self.tokens] + self.w["position"][: self.t]  # [b, t, d]
        x[...] = rows.reshape(self.n, self.d).T
        return self.dropped(x, 0, "embedding", out=x)

    def embed_back(self, dx: Array) -> None:
        """Add up what every token and every place has gained."""
        dx = self.dropped(dx, 0, "embedding", out=dx)
        places = self.grads["position"]
        places[: self.t] = np.sum(dx.reshape(self.d, self.b, self.t), axis=1).T
        places[self.t :] = 0
        is_token = self.take("is_token", self.plan.vocabulary)  # [V, N]
        is_token[...] = np.arange(self.plan.vocabulary)[:, None] == self.tokens.reshape(-1)
        self.grads["embedding"] += is_token @ dx.T

    def ask(self, x: Array, targets: Array) -> tuple[float, Array]:
        """Price the guesses: → the loss, and the gradient of the stream that led to them."""
        v, head = self.plan.vocabulary, self.w["embedding"].T
        logits, dx = self.take("logits", v), self.take("dx", self.d)
        self.read("norm", x, head, np.zeros(v, self.dtype), out=logits)
        loss = self.loss(logits, targets.reshape(-1))
        dx[...] = 0
        self.grads["embedding"][...] = self.read_back("norm", head, logits, to=dx)[0].T
        return loss, dx

    def loss(self, logits: Array, targets: Array) -> float:
        """Price logits [V, N], and put their gradient in their place."""
        asked = np.flatnonzero(targets != UNASKED)  # [asked]
        if not asked.size:
            raise ValueError("no position has a target")
        right = targets[asked], asked
        logits -= np.max(logits, axis=0)
        chosen = logits[right]  # [asked]
        np.exp(logits, out=logits)
        whole = np.sum(logits, axis=0)  # [N]
        share = np.zeros(self.n, self.dtype)  # [N]
        share[asked] = 1.0 / asked.size
        logits *= share / whole
        logits[right] -= share[asked]
        return float(np.sum(np.log(whole[asked]) - chosen, dtype=np.float64) / asked.size)

    # ── attention ──────────────────────────────────────────────────────────────────────

    def heads(self, x: Array) -> tuple[Array, ...]:
        """See [d, N], or several under each other, as [h, b, d/h, t] each."""
        h, d = self.plan.heads, self.d
        cut = (x[at : at + d].reshape(h, d // h, self.b, self.t) for at in range(0, len(x), d))
        return tuple(each.transpose(0, 2, 1, 3) for each in cut)

    def pairs(self, x: Array) -> Array:
        """See [t, h·b·t] as [h, b, keys, queries]."""
        return x.reshape(self.t, self.plan.heads, self.b, self.t).transpose(1, 2, 0, 3)

    def joined(self, layer: int) -> tuple[Array, Array]:
        """Put the weights of q, k and v side by side, and their biases: [d, 3d], [3d]."""
        name = f"block_{layer}.attention"
        w = np.concatenate([self.w[f"{name}.w_{part}"] for part in "qkv"], axis=1)
        return w, np.concatenate([self.w[f"{name}.b_{part}"] for part in "qkv"])

    def attend(self, layer: int, x: Array) -> None:
        """Add to the stream what the heads find."""
        d, h = self.d, self.plan.heads
        qkv, found = self.take(f"{layer}.qkv", 3 * d), self.take(f"{layer}.found", d)
        self.read(f"block_{layer}.norm_1", x, *self.joined(layer), out=qkv)
        qkv[:d] *= 1.0 / math.sqrt(d // h)
        q, k, v = self.heads(qkv)  # [h, b, d/h, t] each
        shares = self.shelf.take(f"{layer}.shares", (self.t, h * self.n), self.dtype)
        np.matmul(k.swapaxes(-1, -2), q, out=self.pairs(shares))
        shares += _future(self.t, h * self.b, self.dtype)
        shares -= np.max(shares, axis=0)
        np.exp(shares, out=shares)
        shares *= 1.0 / np.sum(shares, axis=0)
        np.matmul(v, self.pairs(shares), out=self.heads(found)[0])
        self.write(layer, "attention", "o", found, to=x)
        self.left.append((qkv, shares, found))

    def attend_back(self, layer: int, dx: Array) -> None:
        """Carry the gradient of the stream back past the heads, in place."""
        name, d, h = f"block_{layer}.attention", self.d, self.plan.heads
        qkv, shares, found = self.left.pop()
        d_found = self.write_back(layer, "attention", "o", found, dx, out=self.take("d_found", d))
        d_shares = self.shelf.take("d_shares", shares.shape, self.dtype)  # [t, h·N]
        d_qkv = self.take("d_qkv", 3 * d)  # [3d, N]
        (q, k, v), (dq, dk, dv), (d_mixed,) = map(self.heads, (qkv, d_qkv, d_found))

        np.matmul(v.swapaxes(-1, -2), d_mixed, out=self.pairs(d_shares))
        # What a row gains on average, Σ share·d_share, is Σ found·d_found too: fewer numbers.
        found *= d_found
        d_shares -= np.sum(found.reshape(h, d // h, self.n), axis=1).reshape(-1)
        d_shares *= shares
        np.matmul(k, self.pairs(d_shares), out=dq)
        np.matmul(q, self.pairs(d_shares).swapaxes(-1, -2), out=dk)
        np.matmul(d_mixed, self.pairs(shares).swapaxes(-1, -2), out=dv)
        d_qkv[:d] *= 1.0 / math.sqrt(d // h)
        d_w, d_b = self.read_back(f"block_{layer}.norm_1", self.joined(layer)[0], d_qkv, to=dx)
        for at, part in enumerate("qkv"):
            self.grads[f"{name}.w_{part}"][...] = d_w[:, at * d : (at + 1) * d]
            self.grads[f"{name}.b_{part}"][...] = d_b[at * d : (at + 1) * d]

    # ── feed-forward ───────────────────────────────────────────────────────────────────

    def feed(self, layer: int, x: Array) -> None:
        """Add to the stream what the two layers make of it."""
        name = f"block_{layer}.feed_forward"
        hidden, slope = (self.take(f"{layer}.{what}", 4 * self.d) for what in ("hidden", "slope"))
        w, b = self.w[f"{name}.w_1"], self.w[f"{name}.b_1"]
        self.read(f"block_{layer}.norm_2", x, w, b, out=hidden)
        bend(self.plan.activation, hidden.reshape(-1), slope.reshape(-1), self.shelf)
        self.write(layer, "feed_forward", "2", hidden, to=x)
        self.left.append((hidden, slope))

    def feed_back(self, layer: int, dx: Array) -> None:
        """Carry the gradient of the stream back past the two layers, in place."""
        name = f"block_{layer}.feed_forward"
        hidden, slope = self.left.pop()
        d_hidden = self.write_back(layer, "feed_forward", "2", hidden, dx, out=hidden)
        d_hidden *= slope
        d_w, d_b = self.read_back(f"block_{layer}.norm_2", self.w[f"{name}.w_1"], d_hidden, to=dx)
        self.grads[f"{name}.w_1"][...], self.grads[f"{name}.b_1"][...] = d_w, d_b


@lru_cache(maxsize=8)
def _future(t: int, copies: int, dtype: Any) -> Array:
    """Say what to add to scores: −∞ where the key comes after the query, else 0: [t, copies·t]."""
    future = np.tile(np.tril(np.full((t, t), -np.inf, dtype), -1), copies)
    future.flags.writeable = False
    return future
