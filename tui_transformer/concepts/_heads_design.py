"""Heads designed by hand: what comes in, the weights that read it, and what each head promises.

A word comes in as a row of dials, pairs (sin, cos) of an angle. The first dial shows the
place and turns a little from word to word; the others show the word itself. A head that
multiplies two dials scores cos of the angle between them: most where they agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from tui_transformer.controls import Array
from tui_transformer.nn import attention as nn
from tui_transformer.nn.positions import sinusoidal
from tui_transformer.nn.words import MOST_WORDS, folded, word_vectors

TURN = math.pi / MOST_WORDS  # half a turn in all: no two places look alike
WORD_SHARPNESS = 30.0


@dataclass(frozen=True)
class Job:
    """What a designed head does, and how many channels of q and k it takes.

    `offset` is where it looks, counted in places from the query; its weights fall off like a
    bell of width `spread`. It promises to keep its attention within `reach` of there.
    """

    name: str
    kind: Literal["place", "first", "last", "word"] = "place"
    offset: int = 0
    spread: float = 0.25
    reach: int = 0
    short: str = ""
    causal: str = ""

    @property
    def needs(self) -> int:
        """How many channels of q and k it takes at least."""
        return 1 if self.kind in ("first", "last") else 2

    def uses(self, d: int, d_head: int) -> int:
        """How many it takes; for words all there are, two for each dial that it compares."""
        return 2 * min(d_head // 2, d // 2 - 1) if self.kind == "word" else self.needs

    def label(self, causal: bool) -> str:
        """Say what it does; what looks ahead finds itself under a causal mask."""
        return self.causal if causal and self.causal else self.name

    def promised(self, words: tuple[str, ...], causal: bool) -> Array:
        """Mark where its attention belongs, [n, n]."""
        place = np.arange(len(words))
        newest = place if causal else np.full(len(words), len(words) - 1)
        if self.kind == "word":
            plain = np.array([folded(word) for word in words])
            same: Array = plain[:, None] == plain
            return same & nn.causal_mask(len(words)) if causal else same
        centre = {"first": 0 * place, "last": newest}.get(self.kind, place + self.offset)
        centre = np.clip(centre, 0, newest)
        near: Array = np.abs(place - centre[:, None]) <= self.reach
        return near & nn.causal_mask(len(words)) if causal else near


JOBS = (
    Job("previous token", offset=-1, short="previous"),
    Job("first token", "first", short="first"),
    Job("same word", "word", short="same word"),
    Job("local window", spread=1.0, reach=2, short="window"),
    Job("next token", offset=1, short="next", causal="itself, for next"),
    Job("last token", "last", short="last", causal="itself, for last"),
    Job("itself", short="itself"),
    Job("two back", offset=-2, short="two back"),
)


def jobs(heads: int, d_head: int) -> tuple[Job | None, ...]:
    """Give every head the next job that it has room for; None, random, when they run out."""
    fitting = [job for job in JOBS if job.needs <= d_head]
    return (*fitting[:heads], *[None] * max(heads - len(fitting), 0))


@dataclass(frozen=True, eq=False)
class Weights:
    """The four projections with their biases; row vectors times matrices, x·W + b."""

    w_q: Array
    b_q: Array
    w_k: Array
    b_k: Array
    w_v: Array
    b_v: Array
    w_o: Array
    b_o: Array

    @property
    def size(self) -> int:
        """How many numbers there are in all of them."""
        return sum(getattr(self, field.name).size for field in fields(self))


@lru_cache(maxsize=2)
def drawn(d: int, seed: int) -> Weights:
    """Draw weights evenly around 0, so that q, k, v of dials have a variance near 1."""
    rng = np.random.default_rng(seed)
    w, short = np.empty((4, d, d)), np.empty((d, d), np.float32)
    for part, thirds in zip(w, (6, 6, 6, 3), strict=True):
        # Half the digits take half the time, which can be felt where there are four million.
        rng.random(out=short, dtype=np.float32)
        short -= 0.5
        short *= 2 * math.sqrt(thirds / d)
        part[...] = short
    b = rng.uniform(-0.1, 0.1, (4, d))
    w.flags.writeable = b.flags.writeable = False
    return Weights(w[0], b[0], w[1], b[1], w[2], b[2], w[3], b[3])


@lru_cache(maxsize=2)
def designed(d: int, heads: int, seed: int) -> Weights:
    """Replace the columns of W_q and W_k that belong to a designed head; the rest is drawn."""
    base, d_head = drawn(d, seed), d // heads
    w_q, b_q, w_k, b_k = (np.array(x) for x in (base.w_q, base.b_q, base.w_k, base.b_k))
    for head, job in enumerate(jobs(heads, d_head)):
        if job is not None:
            own = slice(head * d_head, (head + 1) * d_head)
            for x in (w_q[:, own], b_q[own], w_k[:, own], b_k[own]):
                x[...] = 0.0
            _build(job, w_q[:, own], b_q[own], w_k[:, own])
    for x in (w_q, b_q, w_k, b_k):
        x.flags.writeable = False
    return replace(base, w_q=w_q, b_q=b_q, w_k=w_k, b_k=b_k)


def _build(job: Job, w_q: Array, b_q: Array, w_k: Array) -> None:
    """Write one head's columns: [d, d_head], [d_head], [d, d_head].

    Turning the query's place dial by `offset` makes q·k a cosine with its top that many places
    away; near the top it falls as −Δ²/(2·spread²), so the weights are a bell.
    """
    d, d_head = w_q.shape
    root = math.sqrt(d_head)
    if job.kind == "word":
        own = np.arange(job.uses(d, d_head))
        w_q[2 + own, own] = w_k[2 + own, own] = math.sqrt(2 * WORD_SHARPNESS * root / len(own))
        return
    strength = math.sqrt(root) / (job.spread * TURN)
    if job.kind in ("first", "last"):
        b_q[0] = strength  # the same question from everyone
        w_k[1, 0] = strength if job.kind == "first" else -strength
        return
    sine, cosine = math.sin(job.offset * TURN), math.cos(job.offset * TURN)
    w_q[:2, :2] = strength * np.array([[cosine, -sine], [sine, cosine]])
    w_k[:2, :2] = strength * np.eye(2)


def weights(kind: str, d: int, heads: int, seed: int) -> Weights:
    """Take the weights of a state; drawn ones are the same for any number of heads."""
    return designed(d, heads, seed) if kind == "designed" else drawn(d, seed)


@lru_cache(maxsize=2)
def inputs(words: tuple[str, ...], d: int, seed: int) -> Array:
    """Write words as dials: place (sin, cos), then the word's own pairs, [n, d].

    An odd last channel is 0. The word's angles come from its hash: equal words, equal dials.
    """
    n, dials = len(words), d // 2 - 1
    x = np.zeros((n, d))
    x[:, :2] = sinusoidal(n, 4, TURN**-2)[:, 2:]  # the slower of two waves turns by TURN
    pairs = word_vectors([folded(word) for word in words], 2 * dials, seed).reshape(n, dials, 2)
    pairs = pairs / np.linalg.norm(pairs, axis=-1, keepdims=True)
    x[:, 2 : 2 + 2 * dials] = pairs.reshape(n, -1)
    x.flags.writeable = False
    return x


@lru_cache(maxsize=2)
def _values(words: tuple[str, ...], d: int, seed: int) -> Array:
    w = drawn(d, seed)
    v: Array = inputs(words, d, seed) @ w.w_v + w.b_v
    return v


@lru_cache(maxsize=2)
def _queries_and_keys(
    words: tuple[str, ...], kind: str, d: int, heads: int, seed: int
) -> tuple[Array, Array]:
    x, w, d_head = inputs(words, d, seed), weights(kind, d, heads, seed), d // heads
    by_hand = sum(job is not None for job in jobs(heads, d_head)) if kind == "designed" else 0
    parts = [slice(head * d_head, (head + 1) * d_head) for head in range(by_hand)]
    parts += [slice(by_hand * d_head, d)]
    return _project(x, w.w_q, parts) + w.b_q, _project(x, w.w_k, parts) + w.b_k


def _project(x: Array, w: Array, parts: list[slice]) -> Array:
    """Compute x·W by groups of columns, leaving out rows of W that are 0: most designed ones."""
    product = np.empty((len(x), w.shape[1]))
    for own in parts:
        rows = np.flatnonzero(w[:, own].any(axis=1))
        whole = len(rows) == len(w)  # picking rows copies them: not where it is all of them
        product[:, own] = x @ w[:, own] if whole else x[:, rows] @ w[rows, own]
    return product


@dataclass(frozen=True, eq=False)
class Run:
    """One layer over a sentence: q, k, v and attention head by head; `found` side by side."""

    q: Array
    k: Array
    v: Array
    attention: Array
    entropies: Array
    found: Array


@dataclass(frozen=True)
class State:
    """Everything that a layer's numbers depend on."""

    words: tuple[str, ...]
    kind: str
    d: int
    heads: int
    causal: bool
    seed: int

    @property
    def d_head(self) -> int:
        """How many channels a head has."""
        return self.d // self.heads

    @property
    def jobs(self) -> tuple[Job | None, ...]:
        """What each head is designed to do; None for random ones."""
        designed = self.kind == "designed"
        return jobs(self.heads, self.d_head) if designed else (None,) * self.heads

    @property
    def weights(self) -> Weights:
        """The projections; drawn ones are the same for any number of heads."""
        return weights(self.kind, self.d, self.heads, self.seed)

    def own(self, head: int) -> slice:
        """The channels that belong to a head."""
        return slice(head * self.d_head, (head + 1) * self.d_head)


@lru_cache(maxsize=2)
def run(state: State) -> Run:
    """Let every head look with its own columns of q, k and v, [h, n, d/h]; kept for a while."""
    words, kind, d, h, seed = state.words, state.kind, state.d, state.heads, state.seed
    q, k = _queries_and_keys(words, kind, d, h if kind == "designed" else 1, seed)
    q, k, v = (nn.split_heads(x, h) for x in (q, k, _values(words, d, seed)))
    mask = nn.causal_mask(len(words)) if state.causal else None
    mixed, attention = nn.attention(q, k, v, mask)
    attention.flags.writeable = False
    return Run(q, k, v, attention, np.mean(spread(attention), axis=-1), nn.merge_heads(mixed))


def spread(weights: Array) -> Array:
    """Compute the entropy of rows in nats, [..., n] → [...]; twice as fast as by definition,
    which counts here: there may be a million weights."""
    logs = np.log(np.maximum(weights, 1e-300))
    with np.errstate(under="ignore"):
        inside: Array = np.einsum("...k,...k->...", weights, logs)
    return np.abs(inside)


def written(state: State, head: int, rows: slice) -> Array:
    """Compute what a head adds to some outputs: its columns times its rows of W_O, [rows, d]."""
    own = state.own(head)
    share: Array = run(state).found[rows, own] @ state.weights.w_o[own]
    return share


@lru_cache(maxsize=2)
def output(state: State, off: int) -> Array:
    """Join what the heads found with W_O, the columns of the one that is off at 0, [n, d]."""
    found = run(state).found
    if off >= 0:
        found = np.array(found)
        found[:, state.own(off)] = 0.0
    w = state.weights
    joined: Array = found @ w.w_o + w.b_o
    return joined


@lru_cache(maxsize=2)
def kept(state: State) -> tuple[Array | None, ...]:
    """Measure how much of each row lies where the head's label says, [n] each."""
    attention = run(state).attention
    return tuple(
        np.sum(attention[head], axis=-1, where=job.promised(state.words, state.causal))
        if job
        else None
        for head, job in enumerate(state.jobs)
    )
