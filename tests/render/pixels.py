"""What is seen of a cell: the colours of its upper and of its lower half."""

from typing import TypeVar

T = TypeVar("T")
SHADED = "▀▄█ "


def halves(character: str, ink: T, paper: T) -> tuple[T, T]:
    """The colours of the two halves of a cell that shows shades."""
    return {"▀": (ink, paper), "▄": (paper, ink), "█": (ink, ink), " ": (paper, paper)}[character]
