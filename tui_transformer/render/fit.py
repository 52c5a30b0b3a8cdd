"""What fits into so many cells: texts cut or wrapped, and numbers never cut short.

The first digits of a number are another number. Where one does not fit it is left out.
"""

import re
from functools import lru_cache

from rich.cells import cell_len

from tui_transformer.text import visible

# With its sign, its decimals and groups, its power of ten, its indices: what must stay together.
_NUMBER = re.compile(
    r"[−-]?\d(?:[\d.,]*\d)?(?:e[+−-]?\d+)?(?:[⁰¹²³⁴-⁹⁻]+|\^-?\d+)?%?|[₀-₉](?:[₀-₉,]*[₀-₉])?"
)

_PAUSE = re.compile(r"[,;:] | · | = (?![\d−-])")  # where a text may end early and still be whole


# What numbers, labels and pictures are mostly made of: each takes one cell.
_USUAL = r" -~−–·…×∞←-↓≈≠≤≥Σ√²³¹⁰⁴-⁹⁻₀-₉α-ω─-\u259f■▲▶▸▼◀◂◆◇○●◷★☆“”’\u2800-\u28ff"
_SINGLE = re.compile(f"[{_USUAL}]*")
_OTHERS = re.compile(f"[^{_USUAL}]")


def is_single(text: str) -> bool:
    """Say whether each character takes one cell, as nearly all do."""
    return (
        text.isascii()
        or _SINGLE.fullmatch(text) is not None
        or all(map(_takes_one, _OTHERS.findall(text)))
    )


@lru_cache(maxsize=1024)
def _takes_one(character: str) -> bool:
    return cell_len(character) == 1


def cells(text: str) -> int:
    """Count the cells of plain text."""
    if text.isascii() or is_single(text):  # most are the former, which need no call to be seen
        return len(text)
    return sum(cell_len(c) for c in text)


def cut(text: str, width: int) -> str:
    """Cut plain text to at most so many cells, wherever that is."""
    if text.isascii():
        return text[: max(width, 0)]
    used = 0
    for i, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return text[:i]
    return text


def short(text: str, width: int) -> str:
    """Cut plain text to at most so many cells, before a number rather than in it."""
    kept = cut(text, width)
    if len(kept) == len(text) or not kept:
        return kept
    at = len(kept)
    whole = (m.start() for m in _NUMBER.finditer(text) if m.start() < at < m.end())
    return text[: next(whole, at)]


def fit(text: str, width: int) -> str:
    """Cut a text to a number of cells, with an ellipsis where something is missing.

    No number touches the ellipsis, which would make it look longer than it is.
    """
    text = visible(text)
    if cell_len(text) <= width:
        return text
    kept = short(text, width - 1)
    last = [m for m in _NUMBER.finditer(kept) if m.end() == len(kept)]
    if last:
        roomy = cell_len(kept) + 2 <= width
        kept = f"{kept} " if roomy else kept[: last[0].start()]
    return kept + ("…" if width > 0 else "")


def shortened(text: str, width: int) -> str:
    """Give up the last clauses of a text that is too wide, before any word is cut.

    >>> shortened("The cone: inputs at 0, the output on top", 24)
    'The cone: inputs at 0'
    """
    text = visible(text)
    if cell_len(text) <= width:
        return text
    return next((head for head in reversed(clauses(text)) if cell_len(head) <= width), "") or fit(
        text, width
    )


def clauses(text: str) -> list[str]:
    """List where a text may end early and still be whole, the shortest first; at last all of it."""
    heads = (text[: pause.start()] for pause in _PAUSE.finditer(text))
    return [*(head for head in heads if head.count("(") == head.count(")")), text]


def wrap(text: str, width: int) -> list[str]:
    """Break a line at spaces; what follows is as far in as the line is. At least one line."""
    if cells(text) <= width:
        return [text]
    line = text.lstrip(" ")
    lead = len(text) - len(line)
    indent = " " * (lead if lead * 2 <= width else 0)
    room = max(width - len(indent), 1)
    wrapped = []
    while line:
        head = cut(line, room) or line[0]
        if len(head) < len(line) and line[len(head)] != " ":
            space = head.rfind(" ")
            head = head[:space] if space > 0 else head
        wrapped.append(indent + head.rstrip())
        line = line[len(head) :].lstrip(" ")
    return wrapped or [""]
