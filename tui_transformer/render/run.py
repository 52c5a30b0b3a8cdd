"""A line that is written once, from left to right: what a canvas costs is saved."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style


class Run:
    """A line that is written from left to right, what has one style together."""

    def __init__(self, base: Style) -> None:
        self._base = self._style = base
        self._texts: list[str] = []
        self._end = 0
        self._done: list[Segment] = []

    def add(self, x: int, text: str, style: Style, wide: int) -> None:
        """Write a text that is so wide from a column on; what was left out is blank."""
        blank, base, texts = x - self._end, self._base, self._texts
        if blank > 0:
            if base is not self._style:
                texts = self._turn(base)
            texts.append(" " * blank)
        if style is not self._style:
            texts = self._turn(style)
        texts.append(text)
        self._end = x + wide

    def add_runs(self, x: int, runs: Sequence[tuple[str, Style]]) -> None:
        """Write texts, each with its style and a character a cell, from a column on."""
        self.add(x, "", self._style if x <= self._end else self._base, 0)
        texts = self._texts
        for text, style in runs:
            if style is not self._style:
                texts = self._turn(style)
            texts.append(text)
            x += len(text)
        self._end = x

    def _turn(self, style: Style) -> list[str]:
        """Go on in another style: what was written so far is done."""
        if text := "".join(self._texts):
            self._done.append(Segment(text, self._style))
        self._style, self._texts = style, []
        return self._texts

    def segments(self) -> list[Segment]:
        """Hand the line over."""
        self._turn(self._base)
        return self._done
