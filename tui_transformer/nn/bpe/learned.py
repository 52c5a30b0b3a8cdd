"""What was learned from a text, and the text as it is after any number of merges."""

import threading
from functools import cached_property, lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.bpe.alphabet import UNKNOWN, Alphabet, Vocabulary
from tui_transformer.nn.bpe.learner import Learner
from tui_transformer.nn.bpe.pairs import countable, top_pairs
from tui_transformer.records import dataclass


@dataclass(frozen=True)
class Merge:
    """Two neighbours became one symbol, at `count` places of the text."""

    left: int
    right: int
    count: int


@dataclass(frozen=True, eq=False)
class State:
    """A text after some merges: its tokens [n], and where pairs begin that count."""

    merges: int
    ids: Array
    places: Array


class Learned:
    """The merges of one text, and its tokens after any number of them.

    Merges are made when first asked for and kept with the places where they happened; the
    state after k merges is worked out from those, the same whichever way one came to it.
    Asking for more merges than there are gives the last state. Safe to share by threads.
    """

    def __init__(self, text: str, base: str, split_words: bool) -> None:
        self._text = text
        self.alphabet = Alphabet.of(text, base, split_words)
        self.vocabulary = Vocabulary(self.alphabet)
        self._base = _frozen(self.alphabet.symbols(text))
        self._learner = Learner(self._base, self.vocabulary)
        self._merges: list[Merge] = []
        self._places: list[Array] = []
        self._ended = False
        self._latest: State | None = None
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

    @property
    def word_count(self) -> int:
        """Count the words, where they are split; else none are told apart."""
        split = self.alphabet.split_words
        return int(np.count_nonzero(self._base == self.alphabet.end)) if split else 0

    def token_ids(self, k: int) -> Array:
        """Write the text in the symbols it has after k merges, [tokens]."""
        return self._at(k).ids

    def top_pairs(self, k: int, limit: int) -> list[tuple[int, int, int]]:
        """List the most frequent pairs after k merges as (left, right, count), best first."""
        state = self._at(k)
        return top_pairs(state.ids, state.places, limit, self.symbol_count(k))

    def places(self, k: int, left: int, right: int) -> Array:
        """List which tokens, after k merges, begin a pair that can be merged, [count]."""
        ids, places = self._at(k).ids, self._at(k).places
        return places[(ids[places] == left) & (ids[places + 1] == right)]

    def in_words(self, k: int, left: int, right: int) -> list[tuple[str, int, int]]:
        """Count a pair by word: (word, times it is in the text, places in it), as first seen.

        Only where words are split.
        """
        words, number, first, times = self._words
        names, ids = list(words), self._at(k).ids
        closed = np.array(self.vocabulary.closed, bool)[ids]
        word = (np.cumsum(closed) - closed)[self.places(k, left, right)]
        inside = np.bincount(word, minlength=len(number))[first]
        return [(names[i], int(times[i]), int(inside[i])) for i in np.flatnonzero(inside)]

    def holds(self, sample: str) -> bool:
        """Say whether the text has a sample in it; where words are split, each of its words."""
        if self.alphabet.split_words:
            return all(word in self._words[0] for word in sample.split())
        return sample in self._text

    def in_runs(self, k: int, symbol: int) -> list[tuple[int, int]]:
        """List how long the runs of one symbol are, from two on: (length, how many such)."""
        at = np.flatnonzero(self._at(k).ids == symbol)
        begins = np.flatnonzero(np.diff(at, prepend=-2) != 1)
        lengths, times = np.unique(np.diff(begins, append=len(at)), return_counts=True)
        return [(int(n), int(m)) for n, m in zip(lengths, times, strict=True) if n > 1]

    @cached_property
    def _words(self) -> tuple[dict[str, int], Array, Array, Array]:
        """Number the distinct words as first seen: them, [words], where first and how often."""
        seen: dict[str, int] = {}
        number = np.array([seen.setdefault(word, len(seen)) for word in self._text.split()], int)
        _, first, times = np.unique(number, return_index=True, return_counts=True)
        return seen, number, first, times

    def _at(self, k: int) -> State:
        """Look the text up as it is after k merges; the latest state asked for is kept."""
        k = self.reach(k)
        state = self._latest
        if state is None or state.merges != k:
            ids = self._merged(self._merges[:k])
            closed = np.array(self.vocabulary.closed, bool)
            state = self._latest = State(k, ids, countable(ids, closed))
        return state

    def _merged(self, merges: list[Merge]) -> Array:
        """Make some merges in the base symbols, all at once."""
        if not merges:
            return self._base
        counts = [merge.count for merge in merges]
        lengths = [self.vocabulary.lengths[merge.left] for merge in merges]
        places = np.concatenate(self._places[: len(merges)])
        symbol = self._base.copy()
        # Where several merges happened at one place, the last one stands.
        symbol[places] = np.repeat(np.arange(len(merges)) + len(self.alphabet), counts)
        symbol[places + np.repeat(lengths, counts)] = -1
        return _frozen(symbol[symbol >= 0])

    def name(self, token: int) -> str:
        """Write a token so that it can be read; one that is in no alphabet is <unk>."""
        if token >= len(self.vocabulary.names):
            self.reach(token - len(self.alphabet) + 1)
        return UNKNOWN if token < 0 else self.vocabulary.names[token]


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


@lru_cache(maxsize=6)
def learned(text: str, base: str, split_words: bool) -> Learned:
    """Learn from a text, or take up what was learned from it before; a few texts are kept."""
    return Learned(text, base, split_words)
