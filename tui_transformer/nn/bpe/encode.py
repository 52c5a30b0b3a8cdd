"""Writing new text with merges that were learned on another."""

from collections.abc import Sequence

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.bpe.learned import Merge
from tui_transformer.nn.bpe.pairs import apart
from tui_transformer.records import dataclass


@dataclass(frozen=True, eq=False)
class Node:
    """A token and what it was merged from.

    `merge` is the number of the merge that made it, counted from 1, and `depth` how many
    merges lie above each other in it; both are 0 for a base symbol.
    """

    symbol: int
    parts: tuple["Node", ...] = ()
    merge: int = 0
    depth: int = 0


def encode(symbols: Array, merges: Sequence[Merge], first: int) -> list[Node]:
    """Replay merges, in the order in which they were learned, on base symbols, [n] → [tokens].

    `first` is the id of the symbol that the first merge makes. Each merge is made from the
    left wherever its pair stands; −1, the unknown, is in no pair.
    """
    ids = np.array(symbols)
    nodes = [Node(symbol) for symbol in ids.tolist()]
    seen = set(ids.tolist())
    for number, merge in enumerate(merges, start=1):
        if merge.left not in seen or merge.right not in seen:
            continue
        at = np.flatnonzero((ids[:-1] == merge.left) & (ids[1:] == merge.right))
        at = apart(at, 1) if merge.left == merge.right else at
        made = first + number - 1
        for place in reversed(at.tolist()):
            nodes[place : place + 2] = [_joined(nodes[place : place + 2], made, number)]
        if len(at):
            ids[at] = made
            ids = np.delete(ids, at + 1)
            seen.add(made)
    return nodes


def _joined(parts: list[Node], symbol: int, number: int) -> Node:
    return Node(symbol, tuple(parts), number, 1 + max(part.depth for part in parts))
