"""Writing new text with merges that were learned on another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui_transformer.nn.bpe.learned import Merge


@dataclass(frozen=True, eq=False)
class Node:
    """A token and what it was merged from: `merge` is the number of the merge, 0 for none."""

    symbol: int
    parts: tuple[Node, ...] = ()
    merge: int = 0
    depth: int = 0


def encode(symbols: Iterable[int], merges: Sequence[Merge], first: int) -> list[Node]:
    """Replay merges, in the order in which they were learned, on a text in base symbols.

    `first` is the id of the symbol that the first merge makes. Each merge is made from the
    left wherever its pair stands; −1, the unknown, is in no pair.
    """
    nodes = [Node(int(symbol)) for symbol in symbols]
    present = {node.symbol for node in nodes}
    for number, merge in enumerate(merges, start=1):
        if merge.left in present and merge.right in present:
            nodes = _merged(nodes, merge, number, first + number - 1)
            present = {node.symbol for node in nodes}
    return nodes


def _merged(nodes: list[Node], merge: Merge, number: int, symbol: int) -> list[Node]:
    result: list[Node] = []
    at = 0
    while at < len(nodes):
        parts = tuple(nodes[at : at + 2])
        if [part.symbol for part in parts] == [merge.left, merge.right]:
            depth = 1 + max(part.depth for part in parts)
            result.append(Node(symbol, parts, number, depth))
            at += 2
        else:
            result.append(nodes[at])
            at += 1
    return result
