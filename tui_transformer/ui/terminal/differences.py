"""What is not as it was: between two strips, and between the cells of two pictures."""

import re
from collections.abc import Container, Iterator, Sequence
from operator import itemgetter

from rich.segment import Segment
from textual.strip import Strip

from tui_transformer.render.fit import is_single

_TEXT = itemgetter(0)
_CHANGED = re.compile(b"[^\0]+").finditer


def between(before: Strip | None, now: Strip) -> tuple[int, Sequence[Segment], int]:
    """Leave out what two strips of one length have alike at both ends: return how many cells that
    is at the left, the segments in between, and how many cells are left for them."""
    new, length = now._segments, now.cell_length
    if before is None:
        return 0, new, length
    old = before._segments
    first, last, most = 0, 0, min(len(old), len(new))
    while first < most and old[first] == new[first]:
        first += 1
    while last < most - first and old[-1 - last] == new[-1 - last]:
        last += 1
    end = len(new) - last
    left = "".join(map(_TEXT, new[:first])) if first else ""
    right = "".join(map(_TEXT, new[end:])) if last else ""
    if not (is_single(left) and is_single(right)):
        return 0, new, length  # where a glyph may take more cells, or fewer, it is not counted
    return len(left), new[first:end], length - len(left) - len(right)


def differences(new: tuple[str, str], was: tuple[str, str]) -> bytes:
    """Return a byte for each cell, which is 0 where its character and its mark are as they were.

    All cells are compared at once, as numbers of four bytes a cell.
    """
    (text, marks), (old_text, old_marks) = new, was
    bits = (_number(text) ^ _number(old_text)) | (_number(marks) ^ _number(old_marks))
    bits |= bits >> 16
    bits |= bits >> 8  # the lowest byte of each cell has the bits of all four
    return bits.to_bytes(4 * len(text), "little")[::4]


def stretches(changed: bytes, marks: str, edges: Container[int]) -> Iterator[tuple[int, int]]:
    """Yield where cells change, from the first to the one after the last: neighbours together, and
    with them one that stays alone between two, if it has the mark of the one before and neither
    begins a row. To write it again takes no more bytes than to go round it, and less time."""
    begin = last = 0
    for found in _CHANGED(changed):
        first, end = found.span()
        alone = first - last == 1 and last and marks[last] == marks[last - 1]
        if not alone or first in edges or last in edges:
            if last:
                yield begin, last
            begin = first
        last = end
    if last:
        yield begin, last


def _number(text: str) -> int:
    return int.from_bytes(text.encode("utf-32-le", "surrogatepass"), "little")
