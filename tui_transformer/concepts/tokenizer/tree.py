"""Drawing how symbols were merged, with plain Unicode lines."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from tui_transformer.nn.bpe import Node

Name = Callable[[int], str]
Span = tuple[int, int]  # first and last cell


def drawn(tokens: Sequence[Node], name: Name) -> list[str]:
    """Draw each token as a tree: the base symbols on top, what they became at the bottom.

    Merges that do not need each other stand on one level. `name` writes a symbol.
    """
    columns, spans = _placed(tokens, name)
    lines = ["".join(name(node.symbol) + " " for node in columns).rstrip()]
    deepest = max((token.depth for token in tokens), default=0)
    for depth in range(1, deepest + 1):
        made = [node for token in tokens for node in _inner(token) if node.depth == depth]
        carried = [node for node in _tops(tokens, depth) if node.depth < depth]
        brackets = []
        for node in made:
            left, right = (columns[part] for part in node.parts)
            columns[node] = (left + right) // 2
            spans[node] = spans[node.parts[0]][0], spans[node.parts[1]][1]
            brackets.append((left, _bracket(right - left)))
        stems = [(columns[node], "│") for node in carried]
        named = made if depth < deepest else made + carried
        labels = [_label(columns[node], spans[node], name(node.symbol)) for node in named]
        lines.append(_written(brackets + stems))
        lines.append(_written(labels + (stems if depth < deepest else [])))
    return lines


def _placed(tokens: Sequence[Node], name: Name) -> tuple[dict[Node, int], dict[Node, Span]]:
    """Set the base symbols side by side: the middle and the first and last cell of each."""
    columns: dict[Node, int] = {}
    spans: dict[Node, Span] = {}
    x = 0
    for leaf in (leaf for token in tokens for leaf in _leaves(token)):
        cells = max(_cells(name(leaf.symbol)), 1)
        columns[leaf], spans[leaf] = x + (cells - 1) // 2, (x, x + cells - 1)
        x += cells + 1
    return columns, spans


def _label(column: int, span: Span, text: str) -> tuple[int, str]:
    """Centre a text on a column, but keep it over the symbols that it is made of."""
    cells = _cells(text)
    start = min(column - (cells - 1) // 2, span[1] - cells + 1)
    return max(start, span[0]), text


def fitting(tokens: Sequence[Node], name: Name, room: int) -> list[Node]:
    """Take as many tokens from the left as can be drawn in so many cells."""
    shown: list[Node] = []
    for token in tokens:
        room -= sum(_cells(name(leaf.symbol)) + 1 for leaf in _leaves(token))
        if room < -1:
            break
        shown.append(token)
    return shown


def _bracket(length: int) -> str:
    """Draw └─┬─┘ so that ┬ stands in the middle."""
    low = length // 2
    return "└" + "─" * (low - 1) + "┬" + "─" * (length - low - 1) + "┘" if length > 1 else "└┘"


def _written(texts: list[tuple[int, str]]) -> str:
    """Put texts on a line, each from its column on."""
    line, used = "", 0
    for start, text in sorted(texts):
        line += " " * (start - used) + text
        used = max(start, used) + _cells(text)
    return line


def _leaves(token: Node) -> Iterator[Node]:
    """Walk the base symbols of a token from left to right."""
    return (node for node in _inner(token) if not node.parts)


def _inner(token: Node) -> Iterator[Node]:
    """Walk a token and all its parts, left before right; no recursion, trees can be deep."""
    waiting = [token]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.parts))


def _tops(tokens: Sequence[Node], depth: int) -> Iterator[Node]:
    """Walk the nodes that stand at a level: made at it, or made before and not yet used."""
    waiting = list(reversed(tokens))
    while waiting:
        node = waiting.pop()
        if node.depth > depth:
            waiting.extend(reversed(node.parts))
        else:
            yield node


def _cells(text: str) -> int:
    """Count the cells a text takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
