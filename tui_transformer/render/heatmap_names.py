"""The names of a heatmap's rows and columns: how many cells they take."""

from functools import lru_cache

from tui_transformer.render.compact import plain
from tui_transformer.render.fit import cells

LONGEST = 16  # a row label takes no more cells than this
_COUNTED = 10  # nor one with a number in it more than this, however little room there is


def label(labels: tuple[str, ...], i: int) -> str:
    """Look a label up; what has none is left without."""
    return labels[i] if 0 <= i < len(labels) else ""


@lru_cache(maxsize=64)
def longest(labels: tuple[str, ...], count: int) -> int:
    """The cells of the longest of so many labels, as far as one may be long."""
    return min(max((cells(plain(text)) for text in labels[:count]), default=0), LONGEST)


@lru_cache(maxsize=64)
def counted(labels: tuple[str, ...], count: int) -> int:
    """The cells of the longest label with a number in it, which must not be cut."""
    found = (text for text in labels[:count] if any(map(str.isdigit, text)))
    return min(max((cells(plain(text)) for text in found), default=0), _COUNTED)


def least_names(labels: tuple[str, ...], count: int) -> int:
    """The cells that so many labels take at least: three letters, and whole numbers."""
    return max(min(longest(labels, count), 3), counted(labels, count))


def are_numbers(labels: tuple[str, ...]) -> bool:
    """Say whether labels are whole numbers: then some of them are enough."""
    return bool(labels) and all(map(str.isdecimal, labels))
