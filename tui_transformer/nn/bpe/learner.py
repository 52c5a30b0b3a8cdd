"""Making merges, one after the other, in time that does not grow with the text.

This is `plain.learn` once more. Read that first: it says which merges there are, a test holds the
two together, and only this is different:

- Nothing is counted again. A merge changes the pairs around its own places, and only those are
  looked at: a heap has the others in order.
- The text is one array, its words end to end, and nothing in it ever moves up. What is known of a
  pair is where it stands; how often is the length of that list.
- What Python would do place by place, NumPy does for all places of a pair at once.
"""

import heapq

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.bpe.alphabet import Vocabulary
from tui_transformer.nn.bpe.pairs import apart, grouped

Promise = tuple[int, int, int, int]  # −count, first place, left, right
Slice = tuple[Array, int, int]  # an array that many share, and the part of it that is meant


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
        self.places: dict[tuple[int, int], Array | Slice] = {}
        self.heap = self._noted(base[:-1], base[1:], self.begin[:-1])
        heapq.heapify(self.heap)

    def _noted(self, left: Array, right: Array, places: Array) -> list[Promise]:
        """Keep the places of new pairs, overlaps included, and say what each promises."""
        size, closed = len(self.vocabulary.names), self.vocabulary.closed
        groups = grouped(left.astype(np.int64) * size + right, places)
        starts = groups.starts.tolist()
        lefts, rights = (part.tolist() for part in np.divmod(groups.keys, size))
        firsts = groups.places[groups.starts[:-1]].tolist()
        promises = []
        for i, pair in enumerate(zip(lefts, rights, strict=True)):
            if closed[pair[0]]:
                continue
            self.places[pair] = (groups.places, starts[i], starts[i + 1])
            count = starts[i + 1] - starts[i]
            if pair[0] == pair[1]:
                count = len(self._mergeable(pair))
            promises.append((-count, firsts[i], *pair))
        return promises

    def _all(self, pair: tuple[int, int]) -> Array:
        """List the places that were last known to hold a pair."""
        places = self.places[pair]
        if isinstance(places, tuple):
            places = places[0][places[1] : places[2]]
        return places

    def _mergeable(self, pair: tuple[int, int]) -> Array:
        """List the places where a pair can be merged: overlaps count once."""
        places = self._all(pair)
        return apart(places, self.vocabulary.lengths[pair[0]]) if pair[0] == pair[1] else places

    def most_frequent(self) -> tuple[tuple[int, int], Array] | None:
        """Find the next pair to merge and where; None where no pair is left."""
        while self.heap:
            pair = self.heap[0][2:]
            places = self._all(pair)
            after = self.symbol[places + self.vocabulary.lengths[pair[0]]]
            self.places[pair] = places[(self.symbol[places] == pair[0]) & (after == pair[1])]
            places = self._mergeable(pair)
            if not len(places):
                heapq.heappop(self.heap)
                del self.places[pair]
            elif (promise := (-len(places), int(places[0]), *pair)) == self.heap[0]:
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
        left, right = np.where(is_left, new, beside), np.where(is_left, beside, new)
        for promise in self._noted(left, right, at):
            heapq.heappush(self.heap, promise)
