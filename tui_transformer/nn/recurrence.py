"""A recurrent layer: one state walks along a sentence, and what of each word is left in it.

    one step       h ← c,                   c = act(h·W + x·U),  W = gain·Q
    with a gate    h ← z·h + (1 − z)·c,     z = σ(h·W_z + x·U_z + 2), number by number

Row vectors times matrices; h is 0 before the first word. Q, U, W_z and U_z are orthogonal: they
turn a vector and stretch nothing. Elman (1990), "Finding structure in time". The gate is the
update gate of the GRU, Cho et al. (2014), "Learning phrase representations using RNN
encoder-decoder", §2.3, without its reset gate; its bias makes it begin by keeping, as Gers et
al. (2000), "Learning to forget", begin theirs. What is left of a word is a product of Jacobians:
Pascanu et al. (2013), "On the difficulty of training recurrent neural networks", eq. 5.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.records import dataclass

GATE_BIAS = 2.0  # σ(2) = 0.88 of the state is kept where nothing else is said


@dataclass(frozen=True)
class Recurrence:
    """The plan of a recurrent layer."""

    width: int
    gain: float
    activation: str = "tanh"
    gated: bool = False
    seed: int = 0


class Weights(NamedTuple):
    """Orthogonal matrices, [width, width] each: for the state and the word, then for the gate."""

    turn: Array
    enter: Array
    gate_turn: Array
    gate_enter: Array


class Walk(NamedTuple):
    """What a walk over n words leaves behind, word by word."""

    states: Array  # h before the first word, and after each, [n + 1, width]
    sums: Array  # h·W + x·U, [n, width]
    gate_sums: Array  # h·W_z + x·U_z + 2, [n, width]
    gates: Array  # z: the share of the state that is kept; 0 without a gate, [n, width]


@lru_cache(maxsize=32)
def drawn(width: int, seed: int) -> Weights:
    """Draw four orthogonal matrices, evenly among all of them; they cannot be written to.

    Mezzadri (2007), "How to generate random matrices from the classical compact groups", §5.
    """
    rng, found = np.random.default_rng(seed), []
    for _ in Weights._fields:
        q, r = np.linalg.qr(rng.standard_normal((width, width)))
        found.append(q * np.sign(np.diag(r)))  # [width, width]
        found[-1].flags.writeable = False
    return Weights(*found)


def walk(plan: Recurrence, x: Array) -> Walk:
    """Read a sentence word by word, each step waiting for the one before: [n, width]."""
    act, squash, w = ACTIVATIONS[plan.activation].f, ACTIVATIONS["sigmoid"].f, drawn_for(plan)
    closed = h = np.zeros(plan.width)
    states, sums, gate_sums, gates = [h], [], [], []
    with np.errstate(under="ignore"):
        for word in x:
            sums.append(plan.gain * (h @ w.turn) + word @ w.enter)  # [width]
            gate_sums.append(h @ w.gate_turn + word @ w.gate_enter + GATE_BIAS)  # [width]
            gates.append(squash(gate_sums[-1]) if plan.gated else closed)  # [width]
            h = gates[-1] * h + (1 - gates[-1]) * act(sums[-1])  # [width]
            states.append(h)
    return Walk(*map(np.array, (states, sums, gate_sums, gates)))


def drawn_for(plan: Recurrence) -> Weights:
    """Draw the weights of a plan."""
    return drawn(plan.width, plan.seed)


def jacobians(plan: Recurrence, done: Walk) -> tuple[Array, Array]:
    """How each step's state moves with the state before it, and with its word.

    Two arrays [n, width, width]: ∂h'ᵢ/∂hⱼ and ∂h'ᵢ/∂xⱼ at [step, i, j].
    """
    w, act = drawn_for(plan), ACTIVATIONS[plan.activation]
    with np.errstate(under="ignore"):
        kept = done.gates[:, :, None]  # [n, width, 1]
        fresh = (1 - kept) * act.derivative(done.sums)[:, :, None]  # [n, width, 1]
        by_state = fresh * (plan.gain * w.turn.T)  # [n, width, width]
        by_word = fresh * w.enter.T  # [n, width, width]
        if plan.gated:
            shift = shifts(plan, done)[:, :, None]  # [n, width, 1]
            by_state = kept * np.eye(plan.width) + by_state + shift * w.gate_turn.T
            by_word = by_word + shift * w.gate_enter.T
    return by_state, by_word


def shifts(plan: Recurrence, done: Walk) -> Array:
    """How each step's state moves with the sums of its gate, (h − c)·σ′, [n, width]."""
    candidates = ACTIVATIONS[plan.activation].f(done.sums)  # [n, width]
    slopes = ACTIVATIONS["sigmoid"].derivative(done.gate_sums)  # [n, width]
    return np.asarray((done.states[:-1] - candidates) * slopes)


def onward(by_state: Array) -> Array:
    """How the last state moves with each state on the way, ∂h_last/∂h, [n + 1, width, width].

    A product of as many matrices as there are steps between; the last is the identity.
    """
    n, width, _ = by_state.shape
    products = [np.eye(width)]
    with np.errstate(under="ignore"):
        for jacobian in by_state[::-1]:
            products.append(products[-1] @ jacobian)
    return np.array(products[::-1]).reshape(n + 1, width, width)


def arrivals(by_state: Array, by_word: Array) -> Array:
    """How the last state moves with each word, ∂h_last/∂x, [n, width, width]."""
    with np.errstate(under="ignore"):
        return np.asarray(onward(by_state)[1:] @ by_word)


def influence(moves: Array) -> Array:
    """The most that a move of length 1 can become: the spectral norm of each matrix, [n]."""
    return np.linalg.norm(moves, ord=2, axis=(1, 2)) if len(moves) else np.zeros(0)


def waits(kind: str, n: int, writing: bool = False) -> Array:
    """Which place can begin only when which other one is done, [n, n], [later, earlier].

    A state is handed from place to place. Attention reads places that are all there; what it
    writes needs every word that was written before.
    """
    if kind == "recurrent":
        return np.eye(n, k=-1) > 0
    return np.tri(n, k=-1) * writing > 0


def longest_chain(waiting: Array) -> int:
    """How many steps must wait for one another: the longest chain of places, [n, n] → steps.

    Vaswani et al. (2017), "Attention is all you need", table 1: the sequential operations.
    """
    steps = np.ones(len(waiting), dtype=int)  # until a place is done, [n]
    for later, earlier in enumerate(waiting):
        steps[later] = 1 + np.max(steps[earlier], initial=0)
    return int(np.max(steps))
