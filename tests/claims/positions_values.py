"""What `positions` claims: its values, with the waves and the layer written out."""

import cmath
import hashlib
import json
import math
import unicodedata
from functools import cache, lru_cache
from operator import mul
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.claims.book import Claims, State, close

LONG = f"tfx positions d_model=4 sentence='{'word ' * 150}{'other ' * 150}'"

positions = Claims(
    "positions",
    examples=(
        "tfx positions length=2 position=1",
        "tfx positions length=2 scheme=rotary position=1",
        "tfx positions position=31",
        "tfx positions position=0 scheme=rotary",
        "tfx positions shuffled='red fox'",
        "tfx positions shuffled='the dog'",
        "tfx positions shuffled='The cat sat on the mat'",
        "tfx positions shuffled=",
        "tfx positions sentence= shuffled=",
        "tfx positions sentence= shuffled='red fox'",
        f"{LONG} shuffled=",
        f"{LONG} shuffled= scheme=none",
        f"{LONG} shuffled= scheme=none causal=on",
        "tfx positions sentence= shuffled='∅ fox'",
        "tfx positions scheme=rotary causal=on shuffled='mat the on sat cat the' position=3",
        "tfx positions d_model=6 base=10 length=256 position=200 scheme=none",
        "tfx positions scheme=learned length=256 position=200 d_model=128",
        "tfx positions scheme=learned length=2 d_model=2",
        f"{LONG} shuffled= scheme=learned",
    ),
)


def rate(s: State, pair: int) -> float:
    """θ of a pair of dimensions: by how much it turns from one place to the next."""
    return s.controls.base ** (-2 * pair / s.controls.d_model)


def encoding(s: State, p: int) -> list[float]:
    """sin, cos, sin, cos, … of a place (Vaswani et al. 2017, §3.5)."""
    c = s.controls
    if c.scheme == "learned":
        return learned(p, c.d_model)
    return _encoding(p, c.d_model, c.base) if c.scheme != "none" else [0.0] * c.d_model


@cache
def table() -> np.ndarray:
    """The table of places, read out of the shipped file by hand: 8 bytes, a header, the numbers."""
    import tui_transformer.weights as weights

    data = (Path(weights.__file__).parent / "prose.safetensors").read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    about = json.loads(data[8:start])["position"]
    first, last = about["data_offsets"]
    kind = {"F32": "<f4", "F16": "<f2"}[about["dtype"]]
    numbers = np.frombuffer(data[start + first : start + last], kind)
    return numbers.astype(float).reshape(about["shape"])


def learned(p: int, d: int) -> list[float]:
    """Row p of the table, as wide as is asked; 0 where it has nothing."""
    row = table()[p].tolist() if p < len(table()) else []
    return (row + [0.0] * d)[:d]


@lru_cache(maxsize=1024)
def _encoding(p: int, d: int, base: float) -> list[float]:
    turns = [p * base ** (-2 * i / d) for i in range(d // 2)]
    return [f(turn) for turn in turns for f in (math.sin, math.cos)]


def product(a: list[float], b: list[float]) -> float:
    assert len(a) == len(b)
    return math.fsum(map(mul, a, b))


def turned(s: State, x: np.ndarray, p: int) -> list[float]:
    """Each pair as a complex number, turned by p·θ (Su et al. 2021, eq. 34)."""
    return _turned(x, p, s.controls.base)


def _turned(x: np.ndarray, p: int, base: float) -> list[float]:
    pairs = (complex(*x[i : i + 2]) for i in range(0, len(x), 2))
    turns = (z * cmath.exp(1j * p * base ** (-2 * i / len(x))) for i, z in enumerate(pairs))
    return [part for z in turns for part in (z.real, z.imag)]


# ── the layer ──────────────────────────────────────────────────────────────────────────


def words(s: State) -> tuple[list[str], list[str]]:
    """The words of both orders; of those typed the first 256."""
    first, other = (text.split()[:256] for text in (s.controls.sentence, s.controls.shuffled))
    first = first or ["∅"]
    return first, other or first[::-1]


def meaning(word: str, d: int, seed: int) -> np.ndarray:
    """A word's own random numbers, from a hash of it."""
    folded = unicodedata.normalize("NFC", word).casefold().encode()
    number = int.from_bytes(hashlib.blake2b(folded, digest_size=16).digest(), "big")
    return np.random.default_rng([seed, number]).standard_normal(d)


class Layer(NamedTuple):
    """What one layer makes of some words."""

    q: np.ndarray
    k: np.ndarray
    weights: np.ndarray
    output: np.ndarray


def layers(s: State) -> tuple[Layer, Layer]:
    """One layer of attention that reads both orders."""
    c = s.controls
    first, other = (tuple(order) for order in words(s))
    settings = c.scheme, c.causal, c.d_model, c.base, c.seed
    return _layer(first, *settings), _layer(other, *settings)


@lru_cache(maxsize=8)
def _layer(
    order: tuple[str, ...], scheme: str, causal: bool, d: int, base: float, seed: int
) -> Layer:
    x = np.array([meaning(word, d, seed) for word in order])
    if scheme == "sinusoidal":
        x = x + np.array([_encoding(p, d, base) for p in range(len(x))])
    if scheme == "learned":
        x = x + np.array([learned(p, d) for p in range(len(x))])
    drawn = np.random.default_rng(seed).standard_normal((3, d, d)) / math.sqrt(d)
    q, k, v = (x @ w for w in drawn)
    if scheme == "rotary":
        q, k = (np.array([_turned(row, p, base) for p, row in enumerate(y)]) for y in (q, k))
    shares = np.zeros((len(x), len(x)))
    for i, mine in enumerate(q):
        seen = i + 1 if causal else len(x)
        scores = np.sum(k[:seen] * mine, axis=1) / math.sqrt(d)
        powers = np.exp(scores - max(scores))
        shares[i, :seen] = powers / math.fsum(powers)
    output = [np.sum(row[:, None] * v, axis=0) for row in shares]
    return Layer(q, k, shares, np.array(output))


def partners(s: State) -> list[tuple[int, int]]:
    """The k-th time a word is there meets its k-th time in the other order."""
    first, other = ([word.casefold() for word in row] for row in words(s))
    found = []
    for i, word in enumerate(first):
        places = [j for j, x in enumerate(other) if x == word]
        earlier = first[:i].count(word)
        if earlier < len(places):
            found.append((i, places[earlier]))
    return found


def gaps(s: State) -> list[np.ndarray]:
    """By how much each number of each paired word's output differs between the orders."""
    one, two = layers(s)
    return [np.abs(one.output[i] - two.output[j]) for i, j in partners(s)]


# ── values ─────────────────────────────────────────────────────────────────────────────


@positions.oracle("encoding", "similarity")
def encodings(s: State) -> None:
    c = s.controls
    true = [encoding(s, p) for p in range(c.length)]
    close(s.values.encoding, true, 1e-11)
    close(s.figure.panels[0].values, true, 1e-11)
    scores = [product(true[c.position], row) for row in true]
    close(s.values.similarity, scores, 1e-11)
    plot = next(p for p in s.figure.panels if p.title == "Score by distance k")
    curve, points = plot.marks[0], plot.marks[2]
    assert [c.position + k for k in points.x] == list(range(c.length))
    if c.scheme == "rotary":
        q, k = layers(s)[0].q[0], layers(s)[0].k[0]
        scores = [product(turned(s, q, c.position), turned(s, k, j)) for j in range(c.length)]
    close(points.y, scores, 1e-10, least=1e-12)
    if c.scheme == "learned":
        means = [
            np.mean(
                [product(true[p], true[p + k]) for p in range(c.length) if 0 <= p + k < c.length]
            )
            for k in points.x
        ]
        close(curve.y, means, 1e-10)
        return
    on_curve = np.interp(points.x, curve.x, curve.y)
    bend = np.max(np.abs(np.diff(curve.y))) if len(curve.y) else 0
    close(on_curve, points.y, least=2 * bend + 1e-12)


@positions.oracle("wavelengths")
def wavelengths(s: State) -> None:
    c = s.controls
    true = [2 * math.pi / rate(s, i) for i in range(c.d_model // 2)]
    close(s.values.wavelengths, true, 1e-13)
    if c.scheme == "learned":
        of_the_table(s)
        return
    longest = next(p.title for p in s.figure.panels if p.title.startswith("Waves up to "))
    power = longest.partition("^")[2].strip("()") or "0/1"
    top, _, bottom = power.partition("/")
    close(2 * math.pi * c.base ** (int(top) / int(bottom)), max(true))
    at = f"at {c.position}" if c.scheme != "none" else "off"
    for dims, row in s.table(longest).items():
        i = int(dims.partition(",")[0])
        close(row["λ"], true[i // 2])
        close([row[f"sin {at}"], row[f"cos {at}"]], encoding(s, c.position)[i : i + 2], 1e-11)
    waves = next(p for p in s.figure.panels if p.title.endswith(", by length"))
    drawn = [mark for mark in waves.marks if type(mark).__name__ == "Points"]
    assert waves.title.split()[:3] == [str(len(drawn)), "of", str(c.d_model // 2)]
    for mark in drawn:
        assert any(abs(mark.y[0] - x) < 1e-11 for x in encoding(s, c.position)[::2])
    lines = [mark.label for mark in waves.marks if type(mark).__name__ == "Line"]
    assert len(lines) == len(drawn) and set(lines) <= {f"{length:.0f}" for length in true}


def of_the_table(s: State) -> None:
    """The numbers that are drawn and listed in the place of waves."""
    c = s.controls
    rows = np.array([encoding(s, p) for p in range(c.length)])
    listed = s.table("Learned, not waves")
    assert set(listed) == set(map(str, np.argsort(-rows.std(axis=0), kind="stable")[:3]))
    for name, row in listed.items():
        column = rows[:, int(name)]
        close(
            [row[f"at {c.position}"], row["least"], row["most"]],
            [column[c.position], min(column), max(column)],
        )
    plot = next(p for p in s.figure.panels if p.title.endswith("learned numbers"))
    drawn = [mark for mark in plot.marks if type(mark).__name__ == "Line"]
    for mark in drawn:
        close(mark.y, rows[:, int(mark.label.removeprefix("number "))])


@positions.oracle("order_difference")
def order_difference(s: State) -> None:
    apart, pairs = gaps(s), partners(s)
    if not pairs:
        assert s.values.order_difference is None
    else:
        close(s.values.order_difference, max(map(max, apart)), least=1e-12)
    read = layers(s)
    table = next(p for p in s.figure.panels if p.title.startswith("What attention gives"))
    assert [row[0].content for row in table.rows] == [word[:12] for word in words(s)[0]]
    titles = [column.title for column in table.columns]
    for i, cells in enumerate(table.rows):
        row = {name: cell.content for name, cell in zip(titles, cells, strict=True)}
        there = dict(pairs).get(i)
        close(row["this order"], read[0].output[i][row["number"]], 1e-10)
        assert row["place"] == i
        if there is None:
            assert row["gap"] == row["other order"] == row["→"] == "–"
            continue
        assert row["→"] == there
        close(row["other order"], read[1].output[there][row["number"]], 1e-10)
        close(row["gap"], abs(row["this order"] - row["other order"]), least=1e-15)
        close(row["gap"], max(apart[pairs.index((i, there))]), least=1e-12)
    for name, one in zip(("this", "other"), read, strict=True):
        shown = next(p for p in s.figure.panels if p.title == f"Attention, {name} order").values
        close(shown, one.weights, 1e-10)
        close(np.sum(shown, axis=1), np.ones(len(shown)), 1e-12)
