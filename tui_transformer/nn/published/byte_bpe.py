"""GPT-2's way of cutting text into tokens: byte-pair encoding over UTF-8, without unknowns.

    text → pieces (a word with the space before it, a number, …) → bytes → merges → ids

A vocabulary is JSON and names bytes by letters (`byte_letters`), since JSON has no bytes.
Radford et al., Language Models are Unsupervised Multitask Learners (2019), §2.2; the pattern
and the table of letters are those of its published `encoder.py`. Text is only ever text here:
a typed <|endoftext|> is thirteen characters, not the token of that name.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from tui_transformer.nn.published.safetensors import BadFile

END_OF_TEXT = "<|endoftext|>"

# ── pieces ─────────────────────────────────────────────────────────────────────────────

_CONTRACTION = re.compile("'(?:s|t|re|ve|m|ll|d)")
_KINDS = re.compile(" ?L+| ?N+| ?O+|[ S]+(?![LNO])|[ S]+")
_SPACES = frozenset("\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}  # Unicode's White_Space but for " ", which is a kind of its own


def pieces(text: str) -> list[str]:
    r"""Cut a text into the pieces that are merged by themselves; joined they are the text.

    Python's `re` has no \p{L}, so the pattern is matched on a line of kinds, one letter for
    each character of the text.
    """
    kinds = "".join(map(kind, text))
    found, at = [], 0
    while at < len(text):
        match = _CONTRACTION.match(text, at) or _KINDS.match(kinds, at)
        end = match.end() if match else at + 1
        found.append(text[at:end])
        at = end
    return found


def kind(character: str) -> str:
    """Say what a character is: a letter, a number, a space, some other space, or none of them."""
    if character == " " or character in _SPACES:
        return " " if character == " " else "S"
    category = unicodedata.category(character)[0]
    return category if category in "LN" else "O"


# ── bytes ──────────────────────────────────────────────────────────────────────────────


@cache
def byte_letters() -> dict[int, str]:
    """Name every byte by a letter that can be seen: its own if it has one, else one from 256 on."""
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (byte for byte in range(256) if byte not in own)
    return {byte: chr(byte) for byte in own} | {byte: chr(256 + i) for i, byte in enumerate(others)}


@cache
def _letter_bytes() -> dict[str, int]:
    return {letter: byte for byte, letter in byte_letters().items()}


# ── tokens ─────────────────────────────────────────────────────────────────────────────


class ByteBpe:
    """A vocabulary (name → id) and the merges that lead to it, the most frequent first.

    Raises BadFile where they cannot be used together.
    """

    def __init__(self, ids: Mapping[str, int], merges: Sequence[tuple[str, str]]) -> None:
        self.ids = dict(ids)
        self.names = {i: name for name, i in self.ids.items()}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        if len(self.names) < len(self.ids):
            raise BadFile("two entries of its vocabulary have the same number")
        if any(letter not in self.ids for letter in byte_letters().values()):
            raise BadFile("its vocabulary lacks some of the 256 bytes")
        if any(left + right not in self.ids for left, right in merges):
            raise BadFile("its merges make tokens that are not in its vocabulary")

    @property
    def size(self) -> int:
        """The largest id and one more."""
        return max(self.names) + 1

    @property
    def start(self) -> int | None:
        """The token that stands between texts, where the vocabulary has one."""
        return self.ids.get(END_OF_TEXT)

    def encode(self, text: str) -> list[int]:
        """Write a text in tokens."""
        letters = byte_letters()
        return [
            self.ids[token]
            for piece in pieces(text)
            for token in self.merged([letters[byte] for byte in piece.encode()])
        ]

    def merged(self, tokens: list[str]) -> list[str]:
        """Merge neighbours, always the pair that was learned first, until none is left."""
        while len(tokens) > 1:
            best = min(pairwise(tokens), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if best not in self.ranks:
                break
            tokens = _joined(tokens, best)
        return tokens

    def text(self, tokens: Sequence[int]) -> str:
        """Write tokens as text, without marks."""
        return b"".join(self.piece(token) or b"" for token in tokens).decode(errors="replace")

    def piece(self, token: int) -> bytes | None:
        """Say which bytes a token stands for; None for one without, or without a name."""
        letters = _letter_bytes()
        name = self.names.get(token, END_OF_TEXT)
        if name == END_OF_TEXT or any(letter not in letters for letter in name):
            return None
        return bytes(letters[letter] for letter in name)


def _joined(tokens: list[str], pair: tuple[str, str]) -> list[str]:
    """Make one token of a pair wherever it stands, from the left."""
    joined: list[str] = []
    at = 0
    while at < len(tokens):
        both = tuple(tokens[at : at + 2]) == pair
        joined.append("".join(pair) if both else tokens[at])
        at += 1 + both
    return joined


# ── files ──────────────────────────────────────────────────────────────────────────────


def from_parts(vocabulary: bytes, merges: bytes) -> ByteBpe:
    """Read vocab.json and merges.txt, as GPT-2 was published; raises BadFile."""
    lines = _text(merges, "merges.txt").split("\n")
    learned = [line.removesuffix("\r") for line in lines if line.strip()]
    learned = learned[1:] if learned and learned[0].startswith("#version") else learned
    return ByteBpe(numbered(from_json(vocabulary, "vocab.json"), "vocab.json"), pairs(learned))


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BadFile(f"its {file} is not UTF-8") from None


def from_json(content: bytes, file: str) -> Any:
    """Read JSON; raises BadFile."""
    try:
        return json.loads(_text(content, file))
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, BadFile):
            raise
        raise BadFile(f"its {file} is not JSON") from None


def numbered(record: Any, file: str) -> dict[str, int]:
    """Make sure that a vocabulary gives every name a number."""
    if not isinstance(record, dict) or not all(type(i) is int and i >= 0 for i in record.values()):
        raise BadFile(f"its {file} has no vocabulary of names and numbers")
    return record


def pairs(lines: Iterable[Any]) -> list[tuple[str, str]]:
    """Read merges: a line with a space in it, or a list of two."""
    found = []
    for number, line in enumerate(lines, 1):
        pair = line.split(" ") if isinstance(line, str) else line
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadFile(f"merge {number} of its tokenizer is not a pair")
        left, right = pair
        if not (isinstance(left, str) and isinstance(right, str) and left and right):
            raise BadFile(f"merge {number} of its tokenizer is not a pair")
        found.append((left, right))
    return found
