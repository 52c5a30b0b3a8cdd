"""The lines of a graph, drawn with one line a node: the result on top, leaves at the bottom."""

from collections.abc import Mapping, Sequence

# By what a sign joins: up, down, left, right.
_SIGNS = {
    (1, 1, 0, 0): "│",
    (0, 1, 0, 1): "┌",
    (1, 0, 0, 1): "└",
    (1, 1, 0, 1): "├",
    (0, 1, 1, 1): "┬",
    (1, 0, 1, 1): "┴",
    (1, 1, 1, 1): "┼",
    (0, 0, 1, 1): "─",
    (0, 0, 0, 1): "─",
}


def edges(rows: Sequence[str], parts: Mapping[str, Sequence[str]]) -> list[str]:
    """Draw what stands left of each node: lanes that lead down to the nodes that it is made of.

    `rows` names the nodes, each before those it is made of. A lane belongs to one node; whatever
    is made of that node joins its lane. A lane that only passes by is not joined: ─│─.
    """
    lanes: list[str] = []  # whose lane it is, "" where it is free
    drawn: list[list[str]] = []
    for name in rows:
        before = list(lanes)
        mine = {i for i, owner in enumerate(lanes) if owner == name}
        for i in mine:
            lanes[i] = ""
        for part in dict.fromkeys(parts[name]):
            if part not in lanes:
                free = [i for i, owner in enumerate(lanes) if not owner]
                at = free[0] if free else len(lanes)
                lanes[at : at + 1] = [part]
        joined = mine | {i for i, owner in enumerate(lanes) if owner in parts[name]}
        drawn.append(_line(before, lanes, joined))
        while lanes and not lanes[-1]:
            lanes.pop()
    wide = max(map(len, drawn))
    return ["".join(line) + _rest(line, wide) for line in drawn]


def _line(before: Sequence[str], after: Sequence[str], joined: set[int]) -> list[str]:
    """Draw one line: the lanes as they come and as they go, and what joins them to the node."""
    signs = []
    for i in range(max(len(before), len(after))):
        up = int(i < len(before) and bool(before[i]))
        down = int(i < len(after) and bool(after[i]))
        left = int(any(j < i for j in joined))
        if i in joined:
            signs.append(_SIGNS[up, down, left, 1])
        elif up:
            signs.append("│")
        else:
            signs.append("─" if left else " ")
    return signs


def _rest(line: Sequence[str], wide: int) -> str:
    """Lead on to the name, which stands right of all lanes."""
    return ("─" if any(sign not in "│ " for sign in line) else " ") * (wide - len(line)) + " "
