"""What a text is made of before anything is merged, and what merges make of it."""

import re
from typing import Self

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

END_OF_WORD = "</w>"
UNKNOWN = "<unk>"
UNKNOWN_ID = -1

_BREAK = "\n"  # stands for the end-of-word mark while a text is put together: no word has one
_LOOKS_LIKE_A_MARK = re.compile("<(?=/w>|unk>|0x)")


@dataclass(frozen=True)
class Alphabet:
    """The symbols that every token is made of.

    The base "bytes" has all 256 bytes, "characters" the distinct characters of a text in the
    order of their code points (none that separate words where words are split). With
    `split_words` the end-of-word mark is one more symbol, the last.
    """

    base: str
    split_words: bool
    characters: str = ""

    @classmethod
    def of(cls, text: str, base: str, split_words: bool) -> Self:
        """Take the alphabet of a text."""
        if base == "bytes":
            return cls(base, split_words)
        return cls(
            base,
            split_words,
            "".join(
                sorted(set(_joined(text, split_words)) - {_BREAK} if split_words else set(text))
            ),
        )

    @property
    def end(self) -> int:
        """The id of the end-of-word mark, where there is one: the number of other symbols."""
        return 256 if self.base == "bytes" else len(self.characters)

    def __len__(self) -> int:
        return self.end + self.split_words

    def pieces(self) -> list[bytes]:
        """List what each symbol stands for, in UTF-8; the end-of-word mark stands for nothing."""
        plain = (
            [bytes([i]) for i in range(256)]
            if self.base == "bytes"
            else [character.encode() for character in self.characters]
        )
        return plain + [b""] * self.split_words

    def symbols(self, text: str) -> Array:
        """Write a text in symbols, [n]; characters that are not in the alphabet become −1.

        With `split_words`, words are what any whitespace separates (however much of it), and
        each ends in the end-of-word mark; without, spaces and line ends are symbols too.
        """
        joined = _joined(text, self.split_words)
        if self.base == "bytes":
            codes = np.frombuffer(joined.encode(), np.uint8)
            ids = codes.astype(np.int32)
        else:
            codes = _code_points(joined)
            ids = self._numbered(codes)
        if self.split_words:
            ids[codes == ord(_BREAK)] = self.end
        return ids

    def _numbered(self, codes: Array) -> Array:
        """Look code points up in the alphabet, [n] → [n]."""
        known = _code_points(self.characters)
        if not len(known):
            return np.full(len(codes), UNKNOWN_ID, np.int32)
        ids = np.minimum(np.searchsorted(known, codes), len(known) - 1).astype(np.int32)
        ids[known[ids] != codes] = UNKNOWN_ID
        return ids

    def spell(self, piece: bytes, ends_word: bool) -> str:
        """Write a token so that it can be read: different tokens never look the same.

        Bytes that are no printable character of their own get a stand-in, <0xE2>. Where a
        typed `<` would begin something that looks like a mark or a stand-in it is written
        <0x3C>; only characters without word ends have no marks, and stay exactly as typed.
        """
        if self.base == "characters" and not self.split_words:
            return piece.decode()
        text = piece.decode("utf-8", "surrogateescape")
        text = _LOOKS_LIKE_A_MARK.sub("<0x3C>", text)
        if self.base == "bytes" and not text.isprintable():
            text = "".join(c if c.isprintable() else _stand_in(c) for c in text)
        return text + END_OF_WORD if ends_word else text


class Vocabulary:
    """Every symbol there is so far: what it stands for, how long it is, whether it ends a word."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self.pieces = alphabet.pieces()
        self.lengths = [1] * len(alphabet)
        self.closed = [alphabet.split_words and i == alphabet.end for i in range(len(alphabet))]
        self.names = [
            alphabet.spell(piece, closed)
            for piece, closed in zip(self.pieces, self.closed, strict=True)
        ]

    def join(self, left: int, right: int) -> int:
        """Add the symbol that two others make; returns its id."""
        self.pieces.append(self.pieces[left] + self.pieces[right])
        self.lengths.append(self.lengths[left] + self.lengths[right])
        self.closed.append(self.closed[right])
        self.names.append(self.alphabet.spell(self.pieces[-1], self.closed[-1]))
        return len(self.names) - 1


def _joined(text: str, split_words: bool) -> str:
    return "".join(word + _BREAK for word in text.split()) if split_words else text


def _code_points(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _stand_in(character: str) -> str:
    return "".join(f"<0x{byte:02X}>" for byte in character.encode("utf-8", "surrogateescape"))
