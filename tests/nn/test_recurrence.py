"""The recurrent layer: its walk in plain loops, its Jacobians by moving what goes in."""

import itertools
import math

import numpy as np
import pytest

from tui_transformer.nn import recurrence as nn
from tui_transformer.nn.recurrence import Recurrence, drawn, influence, walk

PLANS = [
    Recurrence(width, gain, activation, gated, seed=3)
    for width, gain, activation, gated in itertools.product(
        (1, 4), (0.0, 0.9, 1.6), ("tanh", "identity"), (False, True)
    )
]
every_plan = pytest.mark.parametrize("plan", PLANS, ids=str)


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def words(n: int, width: int) -> np.ndarray:
    return np.random.default_rng(n).standard_normal((n, width)) / math.sqrt(width)


def plain(plan: Recurrence, x: list[list[float]]) -> list[list[float]]:
    """The states, as the definition reads: lists, loops and the functions of `math`."""
    turn, enter, gate_turn, gate_enter = (w.tolist() for w in drawn(plan.width, plan.seed))
    bend = math.tanh if plan.activation == "tanh" else float
    h, states = [0.0] * plan.width, []
    for word in x:
        new = []
        for k in range(plan.width):
            s = sum(plan.gain * h[j] * turn[j][k] + word[j] * enter[j][k] for j in range(len(h)))
            g = 2 + sum(h[j] * gate_turn[j][k] + word[j] * gate_enter[j][k] for j in range(len(h)))
            z = 1 / (1 + math.exp(-g)) if plan.gated else 0.0
            new.append(z * h[k] + (1 - z) * bend(s))
        h = new
        states.append(h)
    return states


def moved(plan: Recurrence, x: np.ndarray, t: int, j: int, step: float) -> np.ndarray:
    """The last state after number j of word t has moved."""
    other = x.copy()
    other[t, j] += step
    return np.array(plain(plan, other.tolist())[-1])


def difference(plan: Recurrence, x: np.ndarray, t: int, j: int) -> np.ndarray:
    """∂h_last/∂x[t, j] by central differences of the whole walk, two of them extrapolated."""

    def central(step: float) -> np.ndarray:
        return (moved(plan, x, t, j, step) - moved(plan, x, t, j, -step)) / (2 * step)

    return (4 * central(5e-4) - central(1e-3)) / 3


def longest(matrix: np.ndarray) -> float:
    """What a matrix makes at most of a vector of length 1: tried again and again, in loops."""
    rows = matrix.tolist()
    v = [1.0 + 0.1 * j for j in range(len(rows))]
    size = 0.0
    for _ in range(3000):
        out = [math.fsum(a * b for a, b in zip(row, v, strict=True)) for row in rows]
        size = math.hypot(*out) / math.hypot(*v)
        v = [math.fsum(row[j] * o for row, o in zip(rows, out, strict=True)) for j in range(len(v))]
        if not any(v):
            return 0.0
        v = [each / math.hypot(*v) for each in v]
    return size


@every_plan
def test_the_walk_is_its_definition(plan: Recurrence) -> None:
    x = words(7, plan.width)
    states = walk(plan, x).states
    assert states[0].tolist() == [0.0] * plan.width
    np.testing.assert_allclose(states[1:], plain(plan, x.tolist()), rtol=1e-12, atol=1e-14)


@every_plan
def test_what_is_left_is_what_moving_a_word_does(plan: Recurrence) -> None:
    """Jacobians of whole walks by finite differences; their norms by trying directions."""
    x = words(5, plan.width)
    found = nn.arrivals(*nn.jacobians(plan, walk(plan, x)))
    lengths = influence(found)
    for t in range(5):
        columns = [difference(plan, x, t, j) for j in range(plan.width)]
        np.testing.assert_allclose(found[t], np.transpose(columns), rtol=1e-7, atol=1e-9)
        assert lengths[t] == pytest.approx(longest(found[t]), rel=1e-6)


@every_plan
def test_one_step_is_the_jacobian_of_one_step(plan: Recurrence) -> None:
    """From any state: the walk of two words, of which the first sets the state."""
    x = words(2, plan.width)
    done = walk(plan, x)
    by_state, by_word = nn.jacobians(plan, done)
    first = nn.arrivals(by_state[:1], by_word[:1])[0]
    np.testing.assert_allclose(
        nn.arrivals(by_state, by_word)[0], by_state[1] @ first, rtol=1e-13, atol=1e-15
    )
    np.testing.assert_allclose(nn.onward(by_state)[2], np.eye(plan.width))
    np.testing.assert_allclose(nn.onward(by_state)[0], by_state[1] @ by_state[0], rtol=1e-13)


@pytest.mark.parametrize("gain", [0.05, 0.9, 1.0, 1.1, 2.0])
@pytest.mark.parametrize("width", [1, 8, 32])
def test_without_a_bend_it_is_gain_to_the_distance(gain: float, width: int) -> None:
    """Through the product of the matrices, which knows nothing of that."""
    plan = Recurrence(width, gain, "identity")
    found = influence(nn.arrivals(*nn.jacobians(plan, walk(plan, words(64, width)))))
    power = 1.0
    for t in range(63, -1, -1):
        assert found[t] == pytest.approx(power, rel=1e-12)
        power *= gain


def test_a_bend_takes_and_never_gives() -> None:
    """No slope of tanh is over 1, so gain to the distance is the most."""
    for seed, gain in itertools.product(range(10), (0.5, 0.9, 1.5)):
        plan = Recurrence(8, gain, "tanh", seed=seed)
        found = influence(nn.arrivals(*nn.jacobians(plan, walk(plan, words(20, 8)))))
        assert (found <= gain ** np.arange(20.0)[::-1]).all()


def test_the_matrices_turn_and_stretch_nothing() -> None:
    for width, seed in ((1, 0), (2, 5), (32, 9)):
        every = drawn(width, seed)
        for w in every:
            for i, j in itertools.product(range(width), repeat=2):
                dot = math.fsum(w[i] * w[j])
                assert dot == pytest.approx(float(i == j), abs=1e-13)
        assert width == 1 or not np.allclose(every.turn, every.enter)


def test_a_gate_that_keeps_all_or_nothing() -> None:
    """At z = 0 the gated step is the plain one; the bias keeps most of the state at first."""
    x = words(1, 4)
    done = walk(Recurrence(4, 0.9, gated=True), np.zeros((1, 4)))
    assert done.gates == pytest.approx(1 / (1 + math.exp(-2)))
    assert 0.88 < done.gates[0, 0] < 0.881
    bare, gated = (walk(Recurrence(4, 0.9, gated=on), x) for on in (False, True))
    np.testing.assert_allclose(gated.states[1], (1 - gated.gates[0]) * bare.states[1], rtol=1e-14)
    assert (bare.gates == 0).all()


def test_nothing_read_leaves_nothing() -> None:
    assert influence(np.zeros((0, 3, 3))).shape == (0,)
    assert nn.onward(np.zeros((0, 3, 3))).tolist() == [np.eye(3).tolist()]


def test_who_waits_for_whom_played_through() -> None:
    """Round by round: whoever waits for nobody any more goes; the rounds are counted."""
    wanted = {("recurrent", False): 9, ("recurrent", True): 9, ("attention", False): 1}
    for kind, writing in itertools.product(("recurrent", "attention"), (False, True)):
        waiting = nn.waits(kind, 9, writing)
        assert not np.triu(waiting).any(), "nobody waits for a later one"
        done: set[int] = set()
        rounds = 0
        while len(done) < 9:
            rounds += 1
            done |= {i for i in range(9) if set(np.flatnonzero(waiting[i])) <= done}
        assert nn.longest_chain(waiting) == rounds == wanted.get((kind, writing), 9)


def test_the_longest_chain_of_any_order() -> None:
    """Against all chains of a few places, tried one by one."""
    for seed in range(20):
        waiting = np.tril(np.random.default_rng(seed).random((7, 7)) < 0.3, -1)
        chains = (
            chain
            for size in range(1, 8)
            for chain in itertools.combinations(range(7), size)
            if all(waiting[b, a] for a, b in itertools.pairwise(chain))
        )
        assert nn.longest_chain(waiting) == max(map(len, chains))
