"""Two layers of attention whose weights were chosen by hand, to show how a pronoun finds its noun.

A word is a vector of named features, and a part r of its own. Layer 1 lets the pronoun look
at the adjective and copy what it can be said of; layer 2 lets it look for a noun of that
kind. It is the same attention as everywhere: only the weights are written, not learned.
One layer writes what the next one asks with, as in an induction head (Olsson et al. 2022).
The sentence is Uszkoreit's (Google AI blog, August 2017), after Winograd (1972).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn.made_up.words import folded, word_vector, word_vectors
from tui_transformer.records import dataclass

KINDS = ("alive", "flat", "food")
FEATURES = (
    "noun",
    *KINDS,
    "adjective",
    *(f"→{kind}" for kind in KINDS),  # an adjective: what it can be said of
    "pronoun",
    "verb",
    "other",
    *(f"+{kind}" for kind in KINDS),  # what layer 1 writes: what the adjective was said of
)
NAMED = len(FEATURES)
LEAST_D = NAMED + 2  # fewer numbers leave no room for a part of the word's own

_NOUNS = {
    "alive": "animal bear bird boy cat chicken child children cow dog elephant fish girl horse "
    "lion man men mouse person people rabbit sheep teacher turtle wolf woman women",
    "flat": "avenue beach bridge desert field floor highway lake lane path plain rail river road "
    "sidewalk square street table trail valley",
    "food": "apple banana bread cake carrot cheese chicken fish meal meat pie pizza rice salad "
    "sandwich soup",
}
_ADJECTIVES = {
    "alive": "afraid angry asleep bored cold frightened happy hungry lazy sad scared shy sick "
    "sleepy thirsty tired weary big old small young",
    "flat": "broad busy crowded deep flooded frozen icy long muddy narrow steep straight "
    "unpaved wet wide big old small",
    "food": "bitter burnt cold cooked delicious fresh raw ripe rotten salty sour spicy stale "
    "sweet tasty big old small",
}
_PRONOUNS = "it they them he she him"
_VERBS = (
    "is was are were be been am ate eat eats left leave likes liked cross crosses crossed saw see "
    "sees chased chase chases walked walk stopped stop slept sleep wanted want wants did do does "
    "didn't don't doesn't couldn't can't cannot could can would wouldn't won't isn't wasn't"
)
_OTHERS = (
    "a an the this that these those because since although but and or so if when while as too "
    "very quite not no in on at by to of for from with over under across . , ; : ! ?"
)


@dataclass(frozen=True)
class Wire:
    """One entry of a layer's matrices that is not 0; `source` and `target` name features.

    r stands for all of a word's own part: the same entry all along the diagonal. Entries of
    W_k are in units of √d, which the division by √d in the score takes away again.
    """

    matrix: Literal["q", "k", "v"]
    source: str
    target: str
    strength: float
    meaning: str

    def entry(self, d: int) -> float:
        """The number that stands in the matrix."""
        return self.strength * (math.sqrt(d) if self.matrix == "k" else 1.0)


_SELF = (
    Wire("q", "r", "r", 4.0, "a word asks its like"),
    Wire("k", "r", "r", 1.0, "a word offers itself"),
)
WIRES: tuple[tuple[Wire, ...], ...] = (
    (
        Wire("q", "pronoun", "adjective", 7.0, "a pronoun asks for it"),
        Wire("k", "adjective", "adjective", 1.0, "an adjective offers it"),
        *(Wire("v", f"→{kind}", f"+{kind}", 1.0, f"copied: said of {kind}") for kind in KINDS),
        *_SELF,
    ),
    (
        Wire("q", "pronoun", "noun", 3.0, "a pronoun asks for it"),
        *(Wire("q", f"+{kind}", kind, 4.0, f"told {kind}, ask {kind}") for kind in KINDS),
        *(Wire("k", name, name, 1.0, "a noun offers what it is") for name in ("noun", *KINDS)),
        *(Wire("v", name, name, 1.0, "and hands it on") for name in ("noun", *KINDS, "r")),
        *_SELF,
    ),
)


@dataclass(frozen=True)
class Layer:
    """The three matrices of one layer, [d, d]; row vectors times matrices, x·W."""

    w_q: Array
    w_k: Array
    w_v: Array


@dataclass(frozen=True)
class Pass:
    """What one layer computes: x, q, k, v, output [n, d], scores and weights [n, n].

    `output` is what attention adds to x; their sum enters the next layer.
    """

    layer: Layer
    x: Array
    q: Array
    k: Array
    v: Array
    scores: Array
    weights: Array
    output: Array


def read(x: Array, layers: Sequence[Layer], mask: Array | None = None) -> tuple[Pass, ...]:
    """Let layers of attention read vectors one after the other, each adding to them; [n, d]."""
    passes = []
    for layer in layers:
        q, k, v = x @ layer.w_q, x @ layer.w_k, x @ layer.w_v  # [n, d] each
        scores = att.scores(q, k)  # [n, n]
        weights = att.weights(scores, mask)  # [n, n]
        output = att.attend(weights, v)  # [n, d]
        passes.append(Pass(layer, x, q, k, v, scores, weights, output))
        x = x + output
    return tuple(passes)


def designed_layers(d: int) -> tuple[Layer, ...]:
    """Write the two designed layers as matrices, [d, d] each; d is at least 16."""
    return tuple(Layer(*(_matrix(wires, name, d) for name in "qkv")) for wires in WIRES)


def _matrix(wires: Sequence[Wire], name: str, d: int) -> Array:
    w = np.zeros((d, d))
    for wire in wires:
        if wire.matrix == name and wire.source == "r":
            own = np.arange(NAMED, d)
            w[own, own] = wire.entry(d)
        elif wire.matrix == name:
            w[FEATURES.index(wire.source), FEATURES.index(wire.target)] = wire.entry(d)
    return w


def random_layers(d: int, seed: int, count: int = 2) -> tuple[Layer, ...]:
    """Draw layers whose entries have variance 1/d, so that lengths stay about the same."""
    drawn = np.random.default_rng(seed).standard_normal((count, 3, d, d)) / math.sqrt(d)
    return tuple(Layer(*three) for three in drawn)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, frozenset[str]]:
    """List what is known: each word with its features."""
    found: dict[str, set[str]] = {}
    for kind in KINDS:
        for word in _NOUNS[kind].split():
            found.setdefault(word, set()).update(("noun", kind))
        for word in _ADJECTIVES[kind].split():
            found.setdefault(word, set()).update(("adjective", f"→{kind}"))
    for feature, words in {"pronoun": _PRONOUNS, "verb": _VERBS, "other": _OTHERS}.items():
        for word in words.split():
            found.setdefault(word, set()).add(feature)
    return {word: frozenset(features) for word, features in found.items()}


def features(word: str) -> frozenset[str]:
    """Name the features of a word, a plain plural included; none where it is not known."""
    known, plain = _vocabulary(), folded(word)
    singular = known.get(plain.removesuffix("s"), frozenset())
    return known.get(plain) or (singular if "noun" in singular else frozenset())


def embed(words: Sequence[str], d: int, seed: int) -> Array:
    """Write words as vectors, [n, d]: named features as 1, then r, of length 1.

    r is drawn from the seed and the word's own hash. A pronoun has none: it stands for
    another word. A word that is not known has nothing else.
    """
    x = np.zeros((len(words), d))
    for row, word in zip(x, words, strict=True):
        found = features(word)
        for feature in found:
            row[FEATURES.index(feature)] = 1.0
        if "pronoun" not in found:
            own = word_vector(word, d - NAMED, seed)
            row[NAMED:] = own / np.linalg.norm(own)
    return x


@lru_cache(maxsize=4)
def read_words(
    words: tuple[str, ...], designed: bool, causal: bool, d: int, seed: int
) -> tuple[Pass, ...]:
    """Let two layers read words, by the designed weights or by random ones."""
    mask = att.causal_mask(len(words)) if causal else None
    if designed:
        return read(embed(words, d, seed), designed_layers(d), mask)
    return read(word_vectors(words, d, seed), random_layers(d, seed), mask)
