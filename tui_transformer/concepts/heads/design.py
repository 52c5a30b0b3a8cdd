"""Heads designed by hand: what comes in, the weights that read it, and what comes out.

A word comes in as a row of dials, pairs (sin, cos) of an angle: some for its place, the others
for the word itself (`jobs`). A head that multiplies two dials scores cos of the angle
between them: most where they agree.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.heads.jobs import Job, dials, gains, jobs, turns
from tui_transformer.concepts.heads.weights import NAMES, Weights, drawn
from tui_transformer.nn import attention as nn
from tui_transformer.nn.made_up.words import folded, word_vectors

ROUNDING = 1e-12  # what is designed and this near to 0 is 0, and rounding what is left of it


def settled(x: Array) -> Array:
    """Take what rounding has left of 0 for 0, in place."""
    x[np.abs(x) < ROUNDING] = 0.0
    return x


@lru_cache(maxsize=2)
def designed(d: int, heads: int, seed: int) -> Weights:
    """Replace the columns of W_q and W_k that belong to a designed head; the rest is drawn."""
    base, d_head, by_hand = drawn(d, seed), d // heads, jobs(heads, d // heads)
    end = d_head * sum(job is not None for job in by_hand)
    own = {name: np.zeros((d, d) if name[0] == "w" else d) for name in NAMES[:4]}
    if end < d:
        for name, x in own.items():
            x[..., end:] = getattr(base, name)[..., end:]
    w_q, b_q, w_k, _ = own.values()
    for head, job in enumerate(by_hand):
        if job is not None:
            place = slice(head * d_head, (head + 1) * d_head)
            _build(job, w_q[:, place], b_q[place], w_k[:, place])
    for x in own.values():
        x.flags.writeable = False
    return Weights(d, seed, own)


def _build(job: Job, w_q: Array, b_q: Array, w_k: Array) -> None:
    """Write one head's columns: [d, d_head], [d_head], [d, d_head].

    The gains stand in W_q; all of W_k is √d_head, which the score is divided by. Turning the
    query's dials by `offset` makes the score largest that many places away.
    """
    d, d_head = w_q.shape
    size, root = job.dials(d, d_head), math.sqrt(d_head)
    count = gains(job, size)
    if job.kind == "word":
        channels, first = np.arange(2 * size), job.reads(d, d_head).start
        w_q[first + channels, channels] = np.repeat(count, 2)
        w_k[first + channels, channels] = root
        return
    sines = job.reads(d, d_head).start + 2 * np.arange(size)
    if job.kind == "first":
        b_q[:size] = count  # the same question from everyone: how far is the place from 0?
        w_k[sines + 1, np.arange(size)] = root
        return
    angles = (turns(size) * job.offset).tolist()
    cosine, sine = (settled(np.array(list(map(of, angles)))) for of in (math.cos, math.sin))
    even = 2 * np.arange(size)  # the channels of the sines; those of the cosines are beside them
    w_q[sines, even] = w_q[sines + 1, even + 1] = count * cosine
    w_q[sines, even + 1], w_q[sines + 1, even] = count * settled(-sine), count * sine
    w_k[sines, even] = w_k[sines + 1, even + 1] = root


def weights(kind: str, d: int, heads: int, seed: int) -> Weights:
    """Take the weights of a state; drawn ones are the same for any number of heads."""
    return designed(d, heads, seed) if kind == "designed" else drawn(d, seed)


def word_draws(words: tuple[str, ...], d: int, seed: int) -> Array:
    """Draw pairs of numbers for every word by its hash: its dials before they are dials, [n, …]."""
    return word_vectors([folded(word) for word in words], 2 * dials(d)[1], seed)


@lru_cache(maxsize=2)
def inputs(words: tuple[str, ...], d: int, seed: int) -> Array:
    """Write words as dials: the sets for the place, then the word's own, [n, d].

    An odd last channel is 0. The word's angles come from its hash: equal words, equal dials.
    """
    n, (places, own) = len(words), dials(d)
    sets = [turns(1 << power) for power in range(places.bit_length())]
    angles = np.arange(n)[:, None] * np.concatenate(sets)
    pairs = word_draws(words, d, seed).reshape(n, own, 2)
    pairs = pairs / np.linalg.norm(pairs, axis=-1, keepdims=True)
    place = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    x = np.zeros((n, d))
    x[:, : 2 * (places + own)] = settled(np.concatenate([place, pairs], axis=1)).reshape(n, -1)
    x.flags.writeable = False
    return x


@lru_cache(maxsize=8)
def _values(words: tuple[str, ...], d: int, seed: int) -> Array:
    """Compute x·W_v + b_v, [n, d]; kept longer, for a picture needs W_v for nothing else."""
    w = drawn(d, seed)
    return inputs(words, d, seed) @ w.w_v + w.b_v


@lru_cache(maxsize=2)
def _queries_and_keys(
    words: tuple[str, ...], kind: str, d: int, heads: int, seed: int
) -> tuple[Array, Array]:
    x, w, d_head = inputs(words, d, seed), weights(kind, d, heads, seed), d // heads
    by_hand = [job for job in jobs(heads, d_head) if job] if kind == "designed" else []
    parts = [
        (slice(head * d_head, (head + 1) * d_head), job.reads(d, d_head))
        for head, job in enumerate(by_hand)
    ]
    if len(by_hand) * d_head < d:
        parts.append((slice(len(by_hand) * d_head, d), slice(0, d)))
    q, k = _project(x, w.w_q, parts) + w.b_q, _project(x, w.w_k, parts) + w.b_k
    return settled(q), settled(k)


def _project(x: Array, w: Array, parts: list[tuple[slice, slice]]) -> Array:
    """Compute x·W by groups of columns, each with the rows of W that it may read.

    Rows that are 0 are left out.
    """
    product = np.empty((len(x), w.shape[1]))
    for own, reads in parts:
        rows = reads.start + np.flatnonzero(w[reads, own].any(axis=1))
        whole = len(rows) == len(w)  # picking rows copies them: not where it is all of them
        product[:, own] = x @ w[:, own] if whole else x[:, rows] @ w[rows, own]
    return product


@dataclass(frozen=True, eq=False)
class Run:
    """One layer over a sentence: q, k, v, scores, attention by heads; `found` side by side."""

    q: Array
    k: Array
    v: Array
    scores: Array
    attention: Array
    row_entropies: Array
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
    scores = settled(nn.scores(q, k))
    attention = nn.weights(scores, mask)
    attention.flags.writeable = False
    found = nn.merge_heads(nn.attend(attention, v))
    return Run(q, k, v, scores, attention, spread(attention), found)


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
    return run(state).found[rows, own] @ state.weights.w_o[own]


@lru_cache(maxsize=2)
def output(state: State, off: int) -> Array:
    """Join what the heads found with W_O, the columns of the one that is off at 0, [n, d]."""
    found = run(state).found
    if off >= 0:
        found = np.array(found)
        found[:, state.own(off)] = 0.0
    w = state.weights
    return found @ w.w_o + w.b_o


@lru_cache(maxsize=2)
def kept(state: State) -> tuple[Array | None, ...]:
    """Measure how much of each row lies where the head's label says, [rows that have a there].

    None for a random head, and where no word has such a place, or the mask hides it.
    """
    attention = run(state).attention
    return tuple(
        _kept(job, weights, state) for job, weights in zip(state.jobs, attention, strict=True)
    )


def _kept(job: Job | None, attention: Array, state: State) -> Array | None:
    if job is None or job.hidden(state.causal):
        return None
    there, has = job.promised(state.words, state.causal)
    if not has.any():
        return None
    return np.sum(attention, axis=-1, where=there)[has]
