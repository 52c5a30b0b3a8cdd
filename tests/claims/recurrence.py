"""What `recurrence` claims.

The walk is written out from its definition. What is left of a word comes from moving it: by an
imaginary step so small that the imaginary part of the last state is the slope, to the last digit
and however little is left. Norms come from eigenvalues, turns from Gram and Schmidt.
"""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_words import own_vector

recurrence = Claims(
    "recurrence",
    examples=(
        "tfx recurrence step=0",
        "tfx recurrence step=0 length=64 position=63",
        "tfx recurrence step=4 position=9",
        "tfx recurrence step=10 position=9",
        "tfx recurrence step=10 position=8",
        "tfx recurrence gain=0 step=16",
        "tfx recurrence gain=0.05 step=64 length=64 width=32",
        "tfx recurrence width=1 step=16 gated=on",
        "tfx recurrence activation=identity gated=on length=64 step=64 gain=1.1",
        "tfx recurrence gain=2 length=64 step=64 seed=5",
    ),
    random=25,
)
Array = np.ndarray

TEXT = """Mia lost the key of the old house by the sea and when evening came she walked back along
the beach past nets and boats with a small lamp high above her head until the rain began and a man
who mended sails called from his door that something small had been shining between the stones all
afternoon and that it might be hers"""
TINY = 1e-150  # the imaginary step: its square is nothing beside any number here


@cache
def turns(width: int, seed: int) -> list[Array]:
    """Four matrices of random columns, each made upright to those before it and of length 1."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(4):
        columns: list[Array] = []
        for column in rng.standard_normal((width, width)).T:
            for _ in range(2):  # once more, for what rounding left
                column = column - sum((column @ other) * other for other in columns)
            columns.append(column / math.sqrt(column @ column))
        found.append(np.transpose(columns))
    return found


def arrows(c: SimpleNamespace) -> Array:
    """A random arrow of length 1 for each word."""
    drawn = [own_vector(word, c.width, c.seed) for word in TEXT.split()[: c.length]]
    return np.array([v / math.sqrt(math.fsum(v * v)) for v in drawn])


def step(c: SimpleNamespace, h: Array, x: Array) -> Array:
    """One step, for real numbers and complex ones, [..., width]."""
    turn, enter, gate_turn, gate_enter = turns(c.width, c.seed)
    sums = c.gain * (h @ turn) + x @ enter
    fresh = np.tanh(sums) if c.activation == "tanh" else sums
    if not c.gated:
        return fresh
    z = (1 + np.tanh((h @ gate_turn + x @ gate_enter + 2) / 2)) / 2
    return z * h + (1 - z) * fresh


def walk(c: SimpleNamespace, words: int) -> tuple[Array, list[Array]]:
    """The states after each word, and how the last moves with each word: matrices [width, width].

    Every word read so far has its own bundle of states, one for each of its numbers moved.
    """
    x, h, states = arrows(c), np.zeros(c.width), []
    bundles = np.zeros((0, c.width, c.width), complex)
    for t in range(words):
        moved = x[t] + 1j * TINY * np.eye(c.width)
        own = step(c, h + 0j, moved)
        bundles = np.concatenate([step(c, bundles, x[t] + 0j), own[None]])
        h = step(c, h, x[t])
        states.append(h)
    return np.array(states), [bundle.imag / TINY for bundle in bundles]


def longest(matrix: Array) -> float:
    """The spectral norm: the root of the largest eigenvalue of M·Mᵀ."""
    size = float(np.max(np.abs(matrix)))
    if not size:
        return 0.0
    scaled = matrix / size
    return size * math.sqrt(float(np.linalg.eigvalsh(scaled @ scaled.T)[-1]))


def held(c: SimpleNamespace, words: int) -> list[float]:
    """What the state after so many words holds of each."""
    return [longest(moves) for moves in walk(c, words)[1]]


def chaotic(c: SimpleNamespace) -> bool:
    """Where rounding itself grows without end: states of 10¹⁰ that a gate cuts off."""
    return c.gated and c.activation == "identity" and c.gain > 1.2 and c.length > 40


def alike(mine: list[float], true: list[float], c: SimpleNamespace) -> None:
    """See that two courses agree, however small they are."""
    assert len(mine) == len(true)
    within = 0.5 if chaotic(c) else 1e-7
    for a, b in zip(mine, true, strict=True):
        assert math.isclose(a, b, rel_tol=within), (mine, true)


# ── values ─────────────────────────────────────────────────────────────────────────────


@recurrence.oracle("words", "hidden")
def states(s: State) -> None:
    c = s.controls
    assert s.values.words == TEXT.split()[: c.length]
    true = walk(c, c.length)[0]
    for mine, row in zip(s.values.hidden, true, strict=True):
        close(mine, row, 1e-2 if chaotic(c) else 1e-9)


@recurrence.oracle("influence", "influence_so_far", "even_share")
def left(s: State) -> None:
    c, v = s.controls, s.values
    alike(v.influence, held(c, c.length), c)
    alike(v.influence_so_far, held(c, c.step), c)
    assert v.even_share == 1 / c.length
    if c.activation == "identity" and not c.gated:
        alike(v.influence, [math.pow(c.gain, c.length - 1 - t) for t in range(c.length)], c)
    rows = list(s.table("Word by word").items())
    assert [name for name, _ in rows] == [f"{t} {word}" for t, word in enumerate(v.words)]
    for t, (_, row) in enumerate(rows):
        assert row["attention"] == 1 / c.length
        read = t < c.step
        assert row["held"] == (v.influence_so_far[t] if read else "–")
        assert row["back"] == (str(c.step - 1 - t) if read else "–")


@recurrence.oracle("sequential_steps", "writing_steps", "path_length")
def counted(s: State) -> None:
    """Place by place: what can only be done once the place before is done."""
    c, v = s.controls, s.values
    reading = writing = handed = 0
    for t in range(c.length):
        reading += 1
        writing += 1
        handed += t > c.position
    assert v.sequential_steps == {"recurrent": reading, "attention": 1}
    assert v.writing_steps == {"recurrent": writing, "attention": writing}
    assert v.path_length == {"recurrent": handed, "attention": 1}
    table = list(s.table("Steps that wait for one another").items())
    names = [f"read {c.length} words", f"write {c.length} words"]
    assert [name for name, _ in table] == [*names, f"{v.words[c.position]} → {v.words[-1]}"]
    for (_, row), both in zip(
        table, (v.sequential_steps, v.writing_steps, v.path_length), strict=True
    ):
        assert row == {"to do": row["to do"], **both}


# ── sentences ──────────────────────────────────────────────────────────────────────────


def so_far(s: State, last: str, k: str, n: str) -> None:
    """See which word was read last, of how many."""
    c = s.controls
    assert (int(k), int(n)) == (c.step, c.length)
    assert last == TEXT.split()[c.step - 1]


def holds(s: State, text: str) -> None:
    """See what is said to be left of the word that is followed."""
    shown(text, s.values.influence_so_far[s.controls.position])


@recurrence.says("No word is read yet, of {n}; “{word}” is followed.")
def nothing_read(s: State, n: str, word: str) -> None:
    c = s.controls
    assert c.step == 0 and int(n) == c.length
    assert word == TEXT.split()[c.position]


@recurrence.says("“{last}” is read, {k} of {n}; “{word}” is still to come.")
def to_come(s: State, last: str, k: str, n: str, word: str) -> None:
    so_far(s, last, k, n)
    assert word == TEXT.split()[s.controls.position]
    assert s.controls.position >= s.controls.step


@recurrence.says("“{last}” is read, {k} of {n}: of itself the state holds {x}.")
def itself(s: State, last: str, k: str, n: str, x: str) -> None:
    so_far(s, last, k, n)
    assert s.controls.position == s.controls.step - 1
    holds(s, x)


@recurrence.says("“{last}” is read, {k} of {n}: of “{word}”, {back} back, the state holds {x}.")
def back(s: State, last: str, k: str, n: str, word: str, back: str, x: str) -> None:
    so_far(s, last, k, n)
    assert word == TEXT.split()[s.controls.position]
    distance = s.controls.step - 1 - s.controls.position
    assert back == ("1 word" if distance == 1 else f"{distance} words")
    holds(s, x)


# ── tasks ──────────────────────────────────────────────────────────────────────────────


def first(c: SimpleNamespace, **changes: object) -> float:
    """What is left of the first word at the end, after some changes."""
    return held(SimpleNamespace(**vars(c) | changes), c.length)[0]


@recurrence.says("Over {steps} steps {x} of “Mia” is held; without the gate it would be {less}.")
def gate_holds(s: State, steps: str, x: str, less: str) -> None:
    c = s.controls
    assert int(steps) == c.length - 1 >= 39
    assert (c.gain, c.activation, c.gated) == (0.9, "tanh", True)
    shown(x, first(c))
    shown(less, first(c, gated=False))


@recurrence.says("At gain {g} the last state holds {x} of the first word; at 0.9 it would be {y}.")
def gain_holds(s: State, g: str, x: str, y: str) -> None:
    c = s.controls
    assert (c.length, c.gated, c.activation) == (64, False, "tanh")
    shown(g, c.gain)
    shown(x, first(c))
    assert 0.01 <= first(c) <= 10
    shown(y, first(c, gain=0.9))


@recurrence.says("{x}: the gain, {g}, multiplied {times} times.")
def exploded(s: State, x: str, g: str, times: str) -> None:
    c = s.controls
    assert (c.activation, c.gated, int(times)) == ("identity", False, c.length - 1)
    shown(g, c.gain)
    shown(x, math.prod([c.gain] * (c.length - 1)))
    assert first(c) > 1e6


# ── the explanation ────────────────────────────────────────────────────────────────────


@recurrence.tells("So of “Mia”, 15 words back, 0.02 is left; after 64 words it is less than a")
def it_dies() -> None:
    c = opened("tfx recurrence").controls
    assert TEXT.split()[0] == "Mia"
    shown("0.02", held(c, 16)[16 - 1 - 15])
    assert first(opened("tfx recurrence length=64").controls) < 1e-6


@recurrence.tells(
    "Set `activation` to identity: then it is gain to the power of the distance, exactly, and at "
    "a gain of 1.1 it grows over 400 times."
)
def it_grows() -> None:
    s = opened("tfx recurrence activation=identity gain=1.1 length=64")
    close(s.values.influence, [1.1 ** (63 - t) for t in range(64)], 1e-13)
    assert 400 < held(s.controls, 64)[0] < 410


@recurrence.tells(
    "looking evenly, it holds 1/16 of each of 16, near or far. And all words look at once: 1 "
    "step, where the state takes 16 that wait for one another."
)
def evenly() -> None:
    """Weights that are all alike, and values that only turn: each word's Jacobian is turn/16."""
    values, weights = turns(5, 0)[0], np.exp(np.zeros(16)) / math.fsum(np.exp(np.zeros(16)))
    for weight in weights:
        close(longest(weight * values.T), 1 / 16, 1e-12)
    v = opened("tfx recurrence").values
    assert v.sequential_steps == {"recurrent": 16, "attention": 1}


@recurrence.tells("A gain above 1, and a long way.")
def above_one() -> None:
    for gain, length in ((1.0, 64), (2.0, 10)):
        s = opened(f"tfx recurrence activation=identity gain={gain} length={length}")
        assert first(s.controls) < 1e6
