"""Learning merges, as far as anyone asks, and looking back at any state on the way."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tui_transformer.nn.bpe.alphabet import UNKNOWN, Alphabet, Base
from tui_transformer.nn.bpe.pairs import apart, countable, grouped, top_pairs

Array = np.ndarray[Any, Any]
Promise = tuple[int, int, int, int]  # −count, first place, left, right


@dataclass(frozen=True)
class Merge:
    """Two neighbours became one symbol, at `count` places of the text."""

    left: int
    right: int
    count: int


class Vocabulary:
    """Every symbol there is so far: what it stands for, how long it is, whether it ends a word."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self.pieces = alphabet.pieces()
        self.lengths = [1] * len(alphabet)
        self.closed = [alphabet.split_words and i == alphabet.end for i in range(len(alphabet))]
        self.names = [alphabet.spell(piece, closed)
                      for piece, closed in zip(self.pieces, self.closed, strict=True)]

    def join(self, left: int, right: int) -> int:
        """Add the symbol that two others make; returns its id."""
        self.pieces.append(self.pieces[left] + self.pieces[right])
        self.lengths.append(self.lengths[left] + self.lengths[right])
        self.closed.append(self.closed[right])
        self.names.append(self.alphabet.spell(self.pieces[-1], self.closed[-1]))
        return len(self.names) - 1


class Learner:
    """The text while merges are being made in it.

    A symbol stays where its first base symbol was: `symbol[place]` is its id, −1 where no
    symbol begins, and `begin[place]` leads from the last place of a symbol to its first. So
    a merge touches only the places where it happens, however long the text.

    All occurrences of a pair come into being at once, with the later of its two symbols;
    afterwards some can only go. What the heap notes of a pair (how often, where first) is
    therefore never too small a promise: only what reaches the top must be looked at again.
    """

    def __init__(self, base: Array, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.symbol = base.copy()
        self.begin = np.arange(len(base))
        self.places: dict[tuple[int, int], Array] = {}
        self.heap = list(self._noted(base[:-1], base[1:], self.begin[:-1]))
        heapq.heapify(self.heap)

    def _noted(self, left: Array, right: Array, places: Array) -> Iterator[Promise]:
        """Keep the places of new pairs, overlaps included, and say what each promises."""
        size = len(self.vocabulary.names)
        groups = grouped(left.astype(np.int64) * size + right, places)
        starts = groups.starts.tolist()
        for i, key in enumerate(groups.keys.tolist()):
            pair = divmod(key, size)
            if not self.vocabulary.closed[pair[0]]:
                self.places[pair] = groups.places[starts[i] : starts[i + 1]]
                yield self._promise(pair, self._mergeable(pair))

    @staticmethod
    def _promise(pair: tuple[int, int], places: Array) -> Promise:
        return -len(places), int(places[0]), *pair

    def _mergeable(self, pair: tuple[int, int]) -> Array:
        """List the places where a pair can be merged: overlaps count once."""
        left, right = pair
        places = self.places[pair]
        return apart(places, self.vocabulary.lengths[left]) if left == right else places

    def most_frequent(self) -> tuple[tuple[int, int], Array] | None:
        """Find the next pair to merge and where; None where no pair is left."""
        while self.heap:
            pair = self.heap[0][2:]
            left, right = pair
            places = self.places[pair]
            after = self.symbol[places + self.vocabulary.lengths[left]]
            self.places[pair] = places[(self.symbol[places] == left) & (after == right)]
            places = self._mergeable(pair)
            if not len(places):
                heapq.heappop(self.heap)
                del self.places[pair]
            elif (promise := self._promise(pair, places)) == self.heap[0]:
                return pair, places
            else:
                heapq.heapreplace(self.heap, promise)
        return None

    def merge(self, pair: tuple[int, int], places: Array) -> None:
        """Make one symbol of a pair wherever it can be merged."""
        new = self.vocabulary.join(*pair)
        length, symbol = self.vocabulary.lengths[new], self.symbol
        symbol[places] = new
        symbol[places + self.vocabulary.lengths[pair[0]]] = -1
        self.begin[places + length - 1] = places
        followed = places[places + length < len(symbol)]
        before = self.begin[places[places > 0] - 1]
        before = before[symbol[before] != new]  # two new ones side by side are in `followed`
        at = np.concatenate([followed, before])
        beside = np.concatenate([symbol[followed + length], symbol[before]])
        is_left = np.arange(len(at)) < len(followed)
        for promise in self._noted(np.where(is_left, new, beside), np.where(is_left, beside, new),
                                   at):
            heapq.heappush(self.heap, promise)


class Learned:
    """The merges of one text, and its tokens after any number of them.

    Merges are made when first asked for and kept with the places where they happened; the
    state after k merges is worked out from those, the same whichever way one came to it.
    Asking for more merges than there are gives the last state. Safe to share by threads.
    """

    def __init__(self, text: str, base: Base, split_words: bool) -> None:
        self.alphabet = Alphabet.of(text, base, split_words)
        self.vocabulary = Vocabulary(self.alphabet)
        self._base = self.alphabet.symbols(text)
        self._learner = Learner(self._base, self.vocabulary)
        self._merges: list[Merge] = []
        self._places: list[Array] = []
        self._ended = False
        self._lock = threading.Lock()

    def reach(self, k: int) -> int:
        """Learn so many merges, if there are so many; returns how many were made."""
        with self._lock:
            while len(self._merges) < k and not self._ended:
                found = self._learner.most_frequent()
                if found is None:
                    self._ended = True
                    break
                pair, places = found
                self._learner.merge(pair, places)
                self._places.append(places)
                self._merges.append(Merge(*pair, len(places)))
            return min(k, len(self._merges))

    def merges(self, k: int) -> list[Merge]:
        """List the first k merges in order."""
        return self._merges[: self.reach(k)]

    def symbol_count(self, k: int) -> int:
        """Count the symbols in the vocabulary after k merges."""
        return len(self.alphabet) + self.reach(k)

    def token_count(self, k: int) -> int:
        """Count the tokens of the text after k merges: each merge took away as many as it made."""
        return len(self._base) - sum(merge.count for merge in self.merges(k))

    def token_ids(self, k: int) -> Array:
        """Write the text in the symbols it has after k merges, [tokens]."""
        merges = self.merges(k)
        if not merges:
            return self._base
        counts = [merge.count for merge in merges]
        lengths = [self.vocabulary.lengths[merge.left] for merge in merges]
        places = np.concatenate(self._places[: len(merges)])
        symbol = self._base.copy()
        # Where several merges happened at one place, the last one stands.
        symbol[places] = np.repeat(np.arange(len(merges)) + len(self.alphabet), counts)
        symbol[places + np.repeat(lengths, counts)] = -1
        return symbol[symbol >= 0]

    def closed(self, k: int) -> Array:
        """Say of each symbol there is after k merges whether it ends a word, [symbols]."""
        return np.array(self.vocabulary.closed[: self.symbol_count(k)], bool)

    def top_pairs(self, k: int, limit: int) -> list[tuple[int, int, int]]:
        """List the most frequent pairs after k merges as (left, right, count), best first."""
        return top_pairs(self.token_ids(k), self.closed(k), limit)

    def places(self, k: int, left: int, right: int) -> Array:
        """List which tokens, after k merges, begin a pair that can be merged, [count]."""
        ids = self.token_ids(k)
        at = countable(ids, self.closed(k))
        return at[(ids[at] == left) & (ids[at + 1] == right)]

    def name(self, token: int) -> str:
        """Write a token so that it can be read; one that is in no alphabet is <unk>."""
        return UNKNOWN if token < 0 else self.vocabulary.names[token]


@lru_cache(maxsize=6)
def learned(text: str, base: Base, split_words: bool) -> Learned:
    """Learn from a text, or take up what was learned from it before; a few texts are kept."""
    return Learned(text, base, split_words)
