"""Byte-pair encoding as its paper tells it, on lists, without any care for speed.

Sennrich, Haddow & Birch (2016), algorithm 1; among equally frequent pairs the one seen first.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import SimpleNamespace

END = "</w>"
UNKNOWN = "<unk>"
Symbol = tuple[bytes, bool]  # what it stands for, and whether it ends a word


@dataclass(frozen=True)
class Told:
    """A text after some merges: its symbols, what was merged (with counts), what comes next."""

    base: list[Symbol]
    symbols: list[Symbol]
    merges: list[tuple[Symbol, Symbol, int]]
    pairs: list[tuple[Symbol, Symbol, int]]


def symbols(text: str, c: SimpleNamespace) -> list[Symbol]:
    """Write a text in single characters or bytes, each word with its end where they are split."""
    whole: list[Symbol] = []
    for word in text.split() if c.split_words else [text]:
        pieces = [bytes([b]) for b in word.encode()] if c.base == "bytes" else list(word)
        whole += [(p if isinstance(p, bytes) else p.encode(), False) for p in pieces]
        whole += [(b"", True)] * c.split_words
    return whole


def alphabet(c: SimpleNamespace) -> list[Symbol]:
    """All base symbols in the order of their numbers."""
    if c.base == "bytes":
        first: list[Symbol] = [(bytes([i]), False) for i in range(256)]
    else:
        first = sorted(set(symbols(c.text, c)) - {(b"", True)}, key=lambda s: ord(s[0].decode()))
    return first + [(b"", True)] * c.split_words


def joined(left: Symbol, right: Symbol) -> Symbol:
    return left[0] + right[0], right[1]


def counted(row: list[Symbol]) -> list[tuple[Symbol, Symbol, int]]:
    """Every pair with how often it can be merged, most frequent first, then as first seen."""
    count: dict[tuple[Symbol, Symbol], int] = {}
    until: dict[tuple[Symbol, Symbol], int] = {}
    for i, pair in enumerate(pairwise(row)):
        if pair[0][1] or i < until.get(pair, 0):
            continue  # no merge crosses the end of a word; overlaps count once
        count[pair] = count.get(pair, 0) + 1
        until[pair] = i + 2
    # Python's sort keeps the order of equals, and a dictionary the order of insertion.
    return [(*pair, n) for pair, n in sorted(count.items(), key=lambda item: -item[1])]


def merged(row: list[Symbol], left: Symbol, right: Symbol) -> list[Symbol]:
    """Merge a pair from the left, wherever it stands."""
    made, i = [], 0
    while i < len(row):
        if tuple(row[i : i + 2]) == (left, right):
            made.append(joined(left, right))
            i += 2
        else:
            made.append(row[i])
            i += 1
    return made


def stages(text: str, base: str, split_words: bool, most: int) -> Iterator[Told]:
    """The text after no merge, after one, and so on, as long as there is a pair."""
    c = SimpleNamespace(text=text, base=base, split_words=split_words)
    row = start = symbols(text, c)
    done: list[tuple[Symbol, Symbol, int]] = []
    yield Told(start, row, [], pairs := counted(row))
    while pairs and len(done) < most:
        done = [*done, pairs[0]]
        row = merged(row, *pairs[0][:2])
        yield Told(start, row, done, pairs := counted(row))


@lru_cache(maxsize=64)
def _learned(text: str, base: str, split_words: bool, merges: int) -> Told:
    *_, last = stages(text, base, split_words, merges)
    return last


def learned(c: SimpleNamespace) -> Told:
    """Learn as many merges as the controls ask for, or as there are."""
    return _learned(c.text, c.base, c.split_words, c.merges)


def replayed(c: SimpleNamespace) -> list[Symbol]:
    """The sample after the merges that were learned."""
    row = symbols(c.sample, c)
    for left, right, _ in learned(c).merges:
        row = merged(row, left, right)
    return row


def spelled(symbol: Symbol, c: SimpleNamespace) -> str:
    """Write a symbol: bytes that are no character of their own as <0xE2>, marks kept apart."""
    known = c.base == "bytes" or all(letter in alphabet_letters(c) for letter in symbol[0].decode())
    if not known:
        return UNKNOWN
    text = symbol[0].decode("utf-8", "named_byte")
    if c.base == "characters" and not c.split_words:
        return text
    plain = re.sub("<(?=/w>|unk>)", "<0x3C>", text)
    if c.base == "bytes":
        plain = "".join(x if x.isprintable() else in_bytes(x.encode()) for x in plain)
    return plain + END * symbol[1]


@lru_cache(maxsize=64)
def _letters(text: str) -> frozenset[str]:
    return frozenset(text)


def alphabet_letters(c: SimpleNamespace) -> frozenset[str]:
    """The characters of the text."""
    return _letters(c.text)


def in_bytes(raw: bytes) -> str:
    return "".join(f"<0x{b:02X}>" for b in raw)


def _named_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return in_bytes(error.object[error.start : error.start + 1]), error.start + 1


codecs.register_error("named_byte", _named_byte)
