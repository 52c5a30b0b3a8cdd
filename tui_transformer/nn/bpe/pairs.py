"""Finding and counting neighbours, all at once."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass


@dataclass(frozen=True, eq=False)
class Groups:
    """Places sorted by the key they have: group i is `places[starts[i]:starts[i + 1]]`.

    keys [g] ascending, starts [g + 1], places [n] ascending within a group.
    """

    keys: Array
    starts: Array
    places: Array


def grouped(keys: Array, places: Array) -> Groups:
    """Sort places [n] ≥ 0 by their keys [n] ≥ 0; key and place together must fit 63 bits."""
    if not len(keys):
        return Groups(keys, np.zeros(1, np.int64), places)
    bits = int(places.max()).bit_length()
    # One sort of plain integers is many times faster than one that carries an index.
    packed = np.sort((keys.astype(np.int64) << bits) | places)  # [n]
    sorted_keys = packed >> bits
    first = np.flatnonzero(np.diff(sorted_keys, prepend=-1))  # [g]
    return Groups(sorted_keys[first], np.append(first, len(keys)), packed & ((1 << bits) - 1))


def apart(places: Array, length: int) -> Array:
    """Drop the places that overlap: of each unbroken run, keep every other one from the left.

    `places` [n] ascending are where a pair of equal symbols begins, each `length` long, so
    that two places that far apart share a symbol.
    """
    if len(places) < 2:
        return places
    index = np.arange(len(places))
    broken = np.diff(places, prepend=places[0] - length - 1) != length  # [n]
    run = np.maximum.accumulate(np.where(broken, index, 0))  # [n], where each run began
    return places[(index - run) % 2 == 0]


def countable(ids: Array, closed: Array) -> Array:
    """List where a pair begins that may be merged, in order, [n] → [≤ n − 1].

    `closed` [vocabulary] says which symbols end a word: nothing is merged onto them. A pair
    of equal symbols that overlaps the one before it is left out: "aaa" holds one "aa".
    """
    left, right = ids[:-1], ids[1:]  # [n − 1] each
    allowed = ~closed[left]
    twins = np.flatnonzero(allowed & (left == right))
    allowed[twins] = False
    allowed[apart(twins, 1)] = True
    return np.flatnonzero(allowed)


def top_pairs(ids: Array, places: Array, limit: int, size: int) -> list[tuple[int, int, int]]:
    """List the most frequent pairs as (left, right, count); among equals, those seen first.

    ids [n], all below `size`; `places` are where a pair begins that counts.
    """
    groups = grouped(ids[places].astype(np.int64) * size + ids[places + 1], places)
    counts = np.diff(groups.starts)  # [g]
    # One number that sorts as (most frequent, seen first) does.
    rank = (len(ids) - counts) * (len(ids) + 1) + groups.places[groups.starts[:-1]]  # [g]
    best = np.argpartition(rank, limit - 1)[:limit] if len(rank) > limit else np.arange(len(rank))
    best = best[np.argsort(rank[best])]
    return [(*divmod(int(groups.keys[i]), size), int(counts[i])) for i in best]
