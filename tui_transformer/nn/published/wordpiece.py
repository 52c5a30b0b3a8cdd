"""BERT's way of cutting text into tokens: words, and of unknown words the longest known parts.

    text → cleaned, in small letters without accents → words and signs → greedy parts

A part that does not begin a word is written ##part. Devlin et al., BERT (2019), §3; the rules
are those of its published `tokenization.py`. A name in brackets, such as [MASK], is the token
of that name, as in every published reader of this format.
"""

import re
import unicodedata
from collections.abc import Sequence

from tui_transformer.nn.published.safetensors import BadFile

CLS, SEP, UNKNOWN, MASK = "[CLS]", "[SEP]", "[UNK]", "[MASK]"
SPECIAL = (CLS, SEP, UNKNOWN, MASK, "[PAD]")
LONGEST_WORD = 100  # characters; a longer word is unknown
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def words(text: str, uncased: bool = True) -> list[str]:
    """Cut a text into words and signs, as they are looked up."""
    text = "".join(_cleaned(c) for c in text)
    if uncased:
        apart = unicodedata.normalize("NFD", text.lower())
        text = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _is_sign(c) else c for c in text).split(" ")


def _cleaned(c: str) -> str:
    """Drop what cannot be seen, make every space the same, set ideographs apart."""
    category = unicodedata.category(c)
    if c in "\t\n\r" or category == "Zs":
        return " "
    if c == "\ufffd" or category.startswith("C"):
        return ""
    return f" {c} " if any(low <= ord(c) <= high for low, high in _IDEOGRAPHS) else c


def _is_sign(c: str) -> bool:
    """Say whether a character stands for itself: all ASCII signs, and Unicode's punctuation."""
    if c.isascii():
        return c.isprintable() and not c.isalnum() and c != " "
    return unicodedata.category(c).startswith("P")


class WordPiece:
    """A vocabulary, its entries in the order of their ids. Raises BadFile for one without marks."""

    def __init__(self, names: Sequence[str], uncased: bool = True) -> None:
        self.names = list(names)
        self.uncased = uncased
        self.ids = {name: i for i, name in enumerate(self.names)}
        missing = [name for name in (CLS, SEP, UNKNOWN) if name not in self.ids]
        if missing:
            raise BadFile(f"its vocab.txt has no {missing[0]}")
        known = (re.escape(name) for name in SPECIAL if name in self.ids)
        self._special = re.compile(f"({'|'.join(known)})")

    def encode(self, text: str, most: int | None = None) -> list[int]:
        """Write a text in tokens between [CLS] and [SEP], at most so many."""
        inner: list[int] = []
        for part in self._special.split(text):
            if part in SPECIAL:
                inner.append(self.ids[part])
            else:
                inner += [i for word in words(part, self.uncased) if word for i in self.parts(word)]
        inner = inner if most is None else inner[: max(most - 2, 0)]
        return [self.ids[CLS], *inner, self.ids[SEP]]

    def parts(self, word: str) -> list[int]:
        """Cut a word into the longest known parts from the left; unknown if one is missing."""
        unknown = [self.ids[UNKNOWN]]
        if len(word) > LONGEST_WORD:
            return unknown
        found, at = [], 0
        while at < len(word):
            start = "##" if at else ""
            ends = range(len(word), at, -1)
            end = next((e for e in ends if start + word[at:e] in self.ids), None)
            if end is None:
                return unknown
            found.append(self.ids[start + word[at:end]])
            at = end
        return found

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.names)

    def name(self, token: int) -> str:
        """Write a token as the vocabulary has it; one that it lacks as its number."""
        return self.names[token] if token < len(self.names) else f"<{token}>"


def from_file(vocabulary: bytes, uncased: bool = True) -> WordPiece:
    """Read vocab.txt, one entry a line; raises BadFile."""
    try:
        lines = vocabulary.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise BadFile("its vocab.txt is not UTF-8") from None
    return WordPiece([line.removesuffix("\r") for line in lines], uncased)
