"""What a small GPT can be taught from nothing: made-up tasks with a known answer, or a text.

A lesson draws sequences of t tokens and says which token should follow where; it asks only
where the answer can be known. `aims` says where in the sequence the answer stands, so that one
can see whether a head has learned to look there.
"""

import math
from collections import Counter
from collections.abc import Callable

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.gpt import UNASKED
from tui_transformer.records import dataclass

Batch = tuple[Array, Array]  # tokens and what should follow each, both [b, t]
Draw = Callable[["np.random.Generator", int], Batch]

TASKS = ("induction", "copy", "sort", "modular-addition", "own-text")
LETTERS = tuple("abcdefghijklmnop")
DIGITS = tuple("01234567")
MODULUS = 23
CHECKED = 32  # sequences that validation looks at
MOST_SYMBOLS = 100  # characters that are tokens of their own
RARE = "□"  # the one token of all others
SHORTEST_TEXT = 20  # characters: a fifth of it still asks for something
_PROBE, _CHECK, _HIDE = 1, 2, 3  # seeds of what stays the same in every run


@dataclass(frozen=True, eq=False)
class Lesson:
    """One task at one length; `chance` is the loss of guessing evenly among possible answers."""

    symbols: tuple[str, ...]
    t: int
    chance: float
    draw: Draw
    probe: Batch  # one sequence that is always looked at, [1, t] each
    check: Batch  # what validation asks, never among what `draw` gives where that can be told
    aims: Array  # bool [t, t]: for a query of the probe, the keys where its answer stands

    @property
    def asked(self) -> Array:
        """Which places of the probe are asked, [t]."""
        return self.probe[1][0] != UNASKED


def lesson(task: str, context: int, text: str = "") -> Lesson:
    """Prepare a task for a context of so many tokens. Raises KeyError for another name."""
    if task == "own-text":
        return _own_text(text, context)
    if task == "modular-addition":
        return _modular_addition()
    draw = {"induction": _repeats, "copy": _copies, "sort": _sorts}[task](context)
    symbols = {"induction": LETTERS, "copy": (*LETTERS, ">"), "sort": (*DIGITS, ">")}[task]
    rng = np.random.default_rng(_PROBE)
    probe = _twice(rng, context) if task == "induction" else draw(rng, 1)
    t = probe[0].shape[1]
    return Lesson(
        symbols,
        t,
        math.log(len(symbols) - (task != "induction")),
        draw,
        probe,
        draw(np.random.default_rng(_CHECK), CHECKED),
        _follows_a_twin(probe[0][0]) if task == "induction" else _sources(*probe),
    )


# ── induction ──────────────────────────────────────────────────────────────────────────


def _repeats(t: int) -> Draw:
    """Random letters that repeat with a period of a quarter to half of the sequence."""

    def draw(rng: "np.random.Generator", count: int) -> Batch:
        return _repeating(rng, rng.integers(max(t // 4, 2), t // 2 + 1, (count, 1)), t)

    return draw


def _repeating(rng: "np.random.Generator", periods: Array, t: int) -> Batch:
    """Repeat random letters with these periods [b, 1]; asked from the second round on."""
    return _repeated(rng.integers(len(LETTERS), size=(len(periods), t + 1)), periods, t)


def _repeated(letters: Array, periods: Array, t: int) -> Batch:
    rows = np.take_along_axis(letters, np.arange(t + 1) % periods, axis=1)  # [b, t + 1]
    targets = np.where(np.arange(t) >= periods, rows[:, 1:], UNASKED)  # [b, t]
    return rows[:, :-1], targets


def _twice(rng: "np.random.Generator", t: int) -> Batch:
    """All letters in a random order, and again: each has one twin, so there is one stripe."""
    period = min(t // 2, len(LETTERS))
    return _repeated(rng.permutation(len(LETTERS))[None], np.array([[period]]), t)


def _follows_a_twin(tokens: Array) -> Array:
    """Say which places come right after an earlier copy of a query's own token, [t, t].

    Olsson et al., In-context Learning and Induction Heads (2022).
    """
    same = tokens[:, None] == tokens[None, :]  # [t, t]
    aims = np.zeros_like(same)
    aims[:, 1:] = np.tril(same, -1)[:, :-1]
    return aims


def letters_alone(batch: Batch) -> float:
    """Price an induction task for who knows how often each letter came, not which is next.

    The mean entropy of the letters of the first rounds, in nats: the plateau before the drop.
    """
    prices, asked = [], []
    for row, targets in zip(*batch, strict=True):
        period = int(np.argmax(targets != UNASKED))
        shares = np.bincount(row[:period]) / period
        shares = shares[shares > 0]
        prices.append(-float(np.sum(shares * np.log(shares))))
        asked.append(len(row) - period)
    return float(np.average(prices, weights=asked))


# ── copy and sort ──────────────────────────────────────────────────────────────────────


def _copies(context: int) -> Draw:
    return _in_and_out(context, LETTERS, lambda given: given)


def _sorts(context: int) -> Draw:
    return _in_and_out(context, DIGITS, lambda given: np.sort(given, axis=1))


def _in_and_out(context: int, letters: tuple[str, ...], answer: Callable[[Array], Array]) -> Draw:
    """Half a context of random letters, a mark, and what has to come after it."""
    n = context // 2

    def draw(rng: "np.random.Generator", count: int) -> Batch:
        given = rng.integers(len(letters), size=(count, n))  # [b, n]
        mark = np.full((count, 1), len(letters))  # [b, 1]
        rows = np.concatenate([given, mark, answer(given)], axis=1)  # [b, 2n + 1]
        targets = np.where(np.arange(2 * n) >= n, rows[:, 1:], UNASKED)  # [b, 2n]
        return rows[:, :-1], targets

    return draw


def _sources(tokens: Array, targets: Array) -> Array:
    """Say where before the mark each asked letter stands, [t, t]: for copies its own place."""
    rows, right = tokens[0], targets[0]
    t, n = len(rows), len(rows) // 2
    aims = (right[:, None] == rows[None, :]) & (np.arange(t) < n)[None, :]
    if np.array_equal(right[n:], rows[:n]):
        aims &= np.arange(t)[:, None] - n == np.arange(t)[None, :]
    return aims


# ── modular addition ───────────────────────────────────────────────────────────────────


def _modular_addition() -> Lesson:
    """a + b modulo 23 from the tokens a, b, =; three sums in ten are never shown in training.

    Where a + b is hidden, b + a is too, or knowing that the two agree would be enough. Power et
    al., Grokking (2022), with a smaller modulus.
    """
    a, b = (x.reshape(-1) for x in np.meshgrid(*[np.arange(MODULUS)] * 2, indexing="ij"))
    tokens = np.stack([a, b, np.full_like(a, MODULUS)], axis=1)  # [23·23, 3]
    targets = np.full_like(tokens, UNASKED)
    targets[:, 2] = (a + b) % MODULUS
    chance = np.random.default_rng(_HIDE).random((MODULUS, MODULUS))
    hides = chance[np.minimum(a, b), np.maximum(a, b)] < 0.3
    shown, hidden = np.flatnonzero(~hides), np.flatnonzero(hides)

    def draw(rng: "np.random.Generator", count: int) -> Batch:
        chosen = rng.choice(shown, count)
        return tokens[chosen], targets[chosen]

    symbols = (*(str(i) for i in range(MODULUS)), "=")
    aims = np.zeros((3, 3), bool)
    aims[2, :2] = True
    probe = tokens[hidden[:1]], targets[hidden[:1]]
    check = tokens[hidden], targets[hidden]
    return Lesson(symbols, 3, math.log(MODULUS), draw, probe, check, aims)


# ── a text ─────────────────────────────────────────────────────────────────────────────


def _own_text(text: str, context: int) -> Lesson:
    """The characters of a text, each from those before it; its last fifth is never trained on."""
    common = {symbol for symbol, _ in Counter(text).most_common(MOST_SYMBOLS)}
    text = "".join(c if c in common else RARE for c in text)
    symbols = tuple(sorted(set(text)))
    number = {symbol: i for i, symbol in enumerate(symbols)}
    tokens = np.array([number[c] for c in text])
    t = min(context, len(text) // 5 - 1)
    shown, hidden = tokens[: -len(text) // 5], tokens[-len(text) // 5 :]

    def windows(of: Array, starts: Array) -> Batch:
        rows = of[starts[:, None] + np.arange(t + 1)]  # [b, t + 1]
        return rows[:, :-1], rows[:, 1:]

    def draw(rng: "np.random.Generator", count: int) -> Batch:
        return windows(shown, rng.integers(len(shown) - t, size=count))

    every = np.unique(np.linspace(0, len(hidden) - t - 1, CHECKED).astype(int))
    return Lesson(
        symbols,
        t,
        math.log(len(symbols)),
        draw,
        windows(hidden, np.array([0])),
        windows(hidden, every),
        np.zeros((t, t), bool),
    )
