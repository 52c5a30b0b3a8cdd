"""From a sentence to its words, and from a word to a vector of its own.

The attention screens take whatever a person types. Words are cut apart by simple rules
that need no dictionary; a word nobody designed a vector for draws one from its own hash,
so that it is random but always, everywhere, the same.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

MOST_WORDS = 256
NOTHING = "∅"  # stands where nothing was typed, so that there is always a word to look at

_JOINER, _BREAK = "\u200d", "\u200b"
# Chinese and Japanese write no spaces between words; there each character stands alone.
_ALONE = (
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True)
class Sentence:
    """The words of a text, at least one; `cut` where there were more than the limit, `empty`
    where there were none."""

    words: tuple[str, ...]
    cut: bool = False
    empty: bool = False

    @property
    def note(self) -> str:
        """What a reader must be told about it: that words are missing, or all of them."""
        if self.cut:
            return f"Only the first {len(self.words)} words are used."
        return f"Nothing is typed; {NOTHING} stands for it." if self.empty else ""


@lru_cache(maxsize=64)
def split(text: str, most: int = MOST_WORDS) -> Sentence:
    """Cut a text into words: at spaces, with every punctuation mark and emoji by itself.

    Apostrophes and hyphens inside a word stay in it (didn't, well-known), and so do the
    point and comma inside a number. A text without words is the one word ∅.
    """
    words: list[str] = []
    for word in _pieces(text):
        if len(words) == most:
            return Sentence(tuple(words), cut=True)
        words.append(word)
    return Sentence(tuple(words) or (NOTHING,), empty=not words)


@lru_cache(maxsize=1024)
def folded(word: str) -> str:
    """Write a word as it counts: The is the, and é is é however it was typed."""
    plain = unicodedata.normalize("NFC", word).replace("’", "'")
    return unicodedata.normalize("NFC", plain.casefold())


@lru_cache(maxsize=1024)
def word_vector(word: str, dim: int, seed: int = 0) -> Array:
    """Draw a word's own vector from a standard normal, [dim]; it cannot be written to.

    It depends on the seed and on a BLAKE2b hash of the folded word and on nothing else: not
    on the other words, the place, the session or the machine. A longer one begins with the
    shorter one.
    """
    digest = hashlib.blake2b(folded(word).encode("utf-8", "replace"), digest_size=16).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest, "big")])
    vector: Array = rng.standard_normal(dim)
    vector.flags.writeable = False
    return vector


def word_vectors(words: Sequence[str], dim: int, seed: int = 0) -> Array:
    """Stack the vectors of some words: [n, dim]. Equal words have equal rows."""
    return np.array([word_vector(word, dim, seed) for word in words]).reshape(-1, dim)


def matched(a: Sequence[str], b: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Pair the words that two sentences share, as places (in a, in b), in the order of a.

    The k-th time a word occurs in a meets the k-th time it occurs in b; what has no partner
    is left out.
    """
    places = {word: at for at, word in enumerate(_counted(b))}
    return tuple((at, places[word]) for at, word in enumerate(_counted(a)) if word in places)


def _counted(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Tell repeated words apart: each with how often it has been there before."""
    seen: Counter[str] = Counter()
    for word in map(folded, words):
        yield word, seen[word]
        seen[word] += 1


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """Sort a character: space, mark (joins what is before it), letter, digit, flag, other."""
    code, category = ord(character), unicodedata.category(character)
    if character.isspace() or category == "Cc" or character == _BREAK:
        return "space"
    if category[0] == "M" or category == "Cf" or 0x1F3FB <= code <= 0x1F3FF:
        return "mark"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "flag"
    if any(low <= code <= high for low, high in _ALONE):
        return "other"
    if category == "Nd":
        return "digit"
    return "letter" if category[0] in "LN" or character == "_" else "other"


def _pieces(text: str) -> Iterator[str]:
    """Cut a text where one piece cannot go on."""
    start, last = 0, "space"
    for at, character in enumerate(text):
        kind = _kind(character)
        if kind == "other" and _inside(text, at, last):
            kind = "inner"
        if not _joins(kind, last, at > start and text[at - 1] == _JOINER):
            if last != "space":
                yield text[start:at]
            start, last = at, "other" if kind == "mark" else kind
        elif kind != "mark":
            last = "other" if kind == "flag" else kind  # two letters make a flag, not three
    if last != "space":
        yield text[start:]


def _joins(kind: str, last: str, after_joiner: bool) -> bool:
    """Say whether a character goes on with the piece that ended in `last`."""
    if last == "space" or kind == "space":
        return False
    if kind in ("mark", "inner") or after_joiner:
        return True
    if kind == "flag":
        return last == "flag"
    return kind in ("letter", "digit") and last in ("letter", "digit", "inner")


def _inside(text: str, at: int, last: str) -> bool:
    """Say whether a mark stands inside a word or a number rather than between two."""
    after = _kind(text[at + 1]) if at + 1 < len(text) else "space"
    if text[at] in ".,":
        return last == after == "digit"
    word = ("letter", "digit")
    return text[at] in "'’-‑" and last in word and after in word
