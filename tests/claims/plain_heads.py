"""The heads screen again: scores in closed form, draws as they are documented, plain sums."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.claims.book import State
from tests.claims.plain_attention import shares
from tests.claims.plain_words import own_vector, words

# What each head looks for: how it is called, how far off, and its scores 0, 1, 2, … places away.
JOBS = (
    ("previous token", -1, (8,)),
    ("first token", None, (8,)),
    ("same word", None, ()),
    ("local window", 0, (8, 7.5, 6, 3.5)),
    ("next token", 1, (8,)),
    ("two back", -2, (8,)),
    ("itself", 0, (8,)),
    ("three back", -3, (8,)),
)


def place_dials(d: int) -> int:
    """1 + 2 + 4 + … dials for the place: half of the d/2 dials at the most, but one at least."""
    count, size = 1, 2
    while count + size <= d // 4:
        count, size = count + size, 2 * size
    return count


def at_distance(away: int, size: int, scores: tuple[float, ...]) -> float:
    """The score of a place so far from where a head looks, with a set of `size` dials.

    As wanted near it, the opposite near 2·size places away (all cosines turn over), the same
    again near 4·size.
    """
    r = away % (4 * size)
    r = min(r, 4 * size - r)
    wanted = dict(enumerate(scores[:size]))
    return wanted.get(r, 0.0) if r <= size else -wanted.get(2 * size - r, 0.0)


def cosine_of(d: int, own: int, one: str, other: str, seed: int) -> float:
    """The mean cosine between the first `own` dials of two words, drawn by their hashes."""
    spare = 2 * (d // 2 - place_dials(d))
    a, b = (own_vector(word, spare, seed).reshape(-1, 2)[:own] for word in (one, other))
    angles = np.arctan2(a[:, 0], a[:, 1]) - np.arctan2(b[:, 0], b[:, 1])
    return float(np.mean(np.cos(angles)))


def fitting(d_head: int) -> list[tuple[str, int | None, tuple[float, ...]]]:
    """The jobs that a head of this width has channels for; one is enough for the first place."""
    return [job for job in JOBS if d_head > 1 or job[0] == "first token"]


def dials_of(name: str, d: int, d_head: int) -> int:
    """How many dials a head compares."""
    room = d_head if name == "first token" else d_head // 2
    if name == "same word":
        return min(room, d // 2 - place_dials(d))
    sets = (2**i for i in range(9) if 2**i <= (place_dials(d) + 1) // 2)
    return max(size for size in sets if size <= room)


@cache
def drawn(d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """W_q, W_k, W_v, W_O and their biases: even draws around 0 of variance 2/d, 2/d, 2/d, 1/d."""
    rng = np.random.default_rng(seed)
    w = []
    for thirds in (6, 6, 6, 3):  # drawn and kept in float32, used in float64
        even = rng.random((d, d), dtype=np.float32) - np.float32(0.5)
        w.append((even * np.float32(2 * np.sqrt(thirds / d))).astype(float))
    return np.array(w), rng.uniform(-0.1, 0.1, (4, d))


@cache
def dials(sentence: tuple[str, ...], d: int, seed: int) -> np.ndarray:
    """The words as they come in: sin and cos of the places' angles, then of the words' own."""
    rows = []
    for place, word in enumerate(sentence):
        row, size = [], 1
        while size <= place_dials(d):
            for odd in range(1, 2 * size, 2):  # 90°/size, 3·90°/size, …
                angle = np.radians(place * odd * 90 / size)
                row += [np.sin(angle), np.cos(angle)]
            size *= 2
        own = own_vector(word, 2 * (d // 2 - place_dials(d)), seed).reshape(-1, 2)
        row += list((own / np.sqrt(np.sum(own**2, axis=1, keepdims=True))).ravel())
        rows.append(row + [0.0] * (d - len(row)))
    return np.array(rows)


@dataclass(frozen=True)
class Layer:
    """What the layer does: scores and weights of every head, and what each writes."""

    names: list[str]
    scores: np.ndarray
    attention: np.ndarray
    written: np.ndarray
    bias: np.ndarray


def layer(s: State) -> Layer:
    """Work a state out."""
    c = s.controls
    return _layer(tuple(words(c.sentence)), c.weights, c.d_model, c.heads, c.causal, c.seed)


@cache
def _layer(
    sentence: tuple[str, ...], kind: str, d: int, heads: int, causal: bool, seed: int
) -> Layer:
    n, d_head = len(sentence), d // heads
    w, b = drawn(d, seed)
    x = dials(sentence, d, seed)
    q, k, v = (x @ w[i] + b[i] for i in range(3))
    known = fitting(d_head)[:heads] if kind == "designed" else []
    scores, attention, written = np.zeros((heads, n, n)), np.zeros((heads, n, n)), []
    for h in range(heads):
        own = slice(h * d_head, (h + 1) * d_head)
        for i in range(n):
            for j in range(n):
                if h < len(known):
                    scores[h, i, j] = designed_score(known[h], sentence, i, j, d, d_head, seed)
                else:
                    scores[h, i, j] = np.dot(q[i, own], k[j, own]) / np.sqrt(d_head)
            seen = i + 1 if causal else n
            attention[h, i, :seen] = shares(scores[h, i, :seen])
        written.append(attention[h] @ v[:, own] @ w[3][own])
    names = [job[0] for job in known] + ["random"] * (heads - len(known))
    return Layer(names, scores, attention, np.array(written), b[3])


def designed_score(
    job: tuple[str, int | None, tuple[float, ...]],
    sentence: tuple[str, ...],
    i: int,
    j: int,
    d: int,
    d_head: int,
    seed: int,
) -> float:
    """How well place j answers what a designed head asks at place i."""
    name, offset, wanted = job
    size = dials_of(name, d, d_head)
    if name == "same word":
        return 8 * cosine_of(d, size, sentence[i], sentence[j], seed)
    return at_distance(j - (0 if offset is None else i + offset), size, wanted)


def there(name: str, sentence: list[str], i: int, causal: bool) -> list[int]:
    """The places that a label promises for word i; none where there is no such place."""
    seen = range(i + 1 if causal else len(sentence))
    if name == "same word":
        return [j for j in seen if sentence[j].lower() == sentence[i].lower()]
    reach = 2 if name == "local window" else 0
    offset = next(job[1] for job in JOBS if job[0] == name)
    centre = 0 if offset is None else i + offset
    return [j for j in seen if abs(j - centre) <= reach]
