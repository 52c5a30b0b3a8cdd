"""Two layers of self-attention, from the words and from the entries that the screen lists."""

from functools import cache

import numpy as np

from tests.claims.book import State, opened
from tests.claims.plain_words import own_vector, words

KINDS = ["alive", "flat", "food"]
FEATURES = [
    *("noun", *KINDS, "adjective"),
    *(f"→{kind}" for kind in KINDS),
    *("pronoun", "verb", "other"),
    *(f"+{kind}" for kind in KINDS),
]
NAMED = len(FEATURES)
KNOWN = {  # the words of the tests' and the lessons' sentences, as the screen's “known as” has them
    "noun alive": "animal animals dog boy",
    "noun flat": "street river road",
    "noun food": "bread cake",
    "noun alive food": "chicken",
    "adjective →alive": "tired hungry",
    "adjective →flat": "wide narrow",
    "adjective →food": "stale sweet",
    "adjective →alive →flat →food": "big",
    "pronoun": "it they",
    "verb": "didn't cross was is left wanted were",
    "other": "the because too so that a and , .",
}


def features(word: str) -> list[str]:
    """What a word is, by the list above; nothing where it is not there."""
    return next((kind.split() for kind, some in KNOWN.items() if word.lower() in some.split()), [])


def designed_x(word: str, d: int, seed: int) -> list[float]:
    """A word as it enters: 1 for each feature, then its own part, of length 1."""
    own = own_vector(word, d - NAMED, seed)
    own = own / np.sqrt(np.sum(own**2)) * ("pronoun" not in features(word))
    return [*(float(name in features(word)) for name in FEATURES), *own]


@cache
def shown_entries(layer: int, d: int) -> tuple[tuple[str, str, str, float], ...]:
    """What the screen says about a designed layer: all its entries that are not 0."""
    state = opened(f"tfx self-attention layer={layer} d_model={d}")
    (table,) = (p for p in state.figure.panels if p.title.startswith("All entries of this layer"))
    return tuple(tuple(cell.content for cell in row[:4]) for row in table.rows)


def designed_matrix(letter: str, layer: int, d: int) -> np.ndarray:
    """A designed matrix, made of the entries that the screen lists; r is the whole diagonal."""
    w = np.zeros((d, d))
    for matrix, source, target, entry in shown_entries(layer, d):
        if matrix == letter and source == "r":
            w[range(NAMED, d), range(NAMED, d)] = entry
        elif matrix == letter:
            w[FEATURES.index(source), FEATURES.index(target)] = entry
    return w


def reading(sentence: list[str], s: State) -> dict[str, np.ndarray]:
    """What the state's layer computes when it reads these words: x, q, k, v, scores, …"""
    c, n = s.controls, len(sentence)
    d = c.d_model
    if c.weights == "designed":
        x = np.array([designed_x(word, d, c.seed) for word in sentence])
        layers = [[designed_matrix(letter, i, d) for letter in "qkv"] for i in (1, 2)]
    else:
        x = np.array([own_vector(word, d, c.seed) for word in sentence])
        layers = np.random.default_rng(c.seed).standard_normal((2, 3, d, d)) / np.sqrt(d)
    hidden = np.triu(np.ones((n, n), dtype=bool), 1) & c.causal
    for w_q, w_k, w_v in layers[: c.layer]:
        q, k, v = x @ w_q, x @ w_k, x @ w_v
        scores = q @ k.T / np.sqrt(d)
        powers = np.where(hidden, 0, np.exp(scores))
        attention = powers / np.sum(powers, axis=1, keepdims=True)
        output = attention @ v
        found = {"x": x, "q": q, "k": k, "v": v, "scores": scores}
        found |= {"attention": attention, "output": output}
        x = x + output
    return found


def plain(s: State) -> dict[str, np.ndarray]:
    """What the layer computes, worked out apart."""
    return _plain(s.link, tuple(words(s.controls.sentence)))


def otherwise(s: State) -> tuple[int, str, np.ndarray]:
    """The word that is exchanged, the other word, and the row that the chosen word then has."""
    sentence = words(s.controls.sentence)
    known = [at for at, word in enumerate(sentence) if "adjective" in features(word)]
    at = known[-1] if known else len(sentence) - 1
    other = "wide" if "→alive" in features(sentence[at]) else "tired"
    changed = (*sentence[:at], other, *sentence[at + 1 :])
    return at, other, _plain(s.link, changed)["attention"][s.controls.query]


@cache
def _plain(link: str, sentence: tuple[str, ...]) -> dict[str, np.ndarray]:
    return reading(list(sentence), opened(link))


def row(s: State) -> np.ndarray:
    """The chosen word's attention."""
    return plain(s)["attention"][s.controls.query]


def tops(weights: np.ndarray) -> list[int]:
    """The places of the largest weight."""
    return [at for at, w in enumerate(weights) if w >= max(weights) - 1e-12]
