"""A line to type in: any Unicode, a paste of 100 KB, nothing ever obeyed.

Textual's own Input keeps only the first line of a paste, blinks all the time and slows
down with its length; this one shows a window of a plain string.
"""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len
from textual import events

from tui_transformer.records import dataclass
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import wrap
from tui_transformer.render.palette import Palette
from tui_transformer.render.spelling import escape
from tui_transformer.text import visible
from tui_transformer.ui.lines import LineWidget

LONGEST = 1_000_000  # characters; more of a paste than this is not taken


@dataclass(frozen=True)
class Typed:
    """A text and the place of the cursor in it."""

    text: str = ""
    at: int = 0

    def insert(self, more: str) -> Typed:
        """Put text at the cursor."""
        more = more[: LONGEST - len(self.text)]
        return Typed(self.text[: self.at] + more + self.text[self.at :], self.at + len(more))

    def move(self, step: int) -> Typed:
        """Move the cursor."""
        return replace(self, at=min(max(self.at + step, 0), len(self.text)))

    def erase(self, start: int, end: int) -> Typed:
        """Take out what stands between two places."""
        start, end = max(start, 0), min(end, len(self.text))
        return Typed(self.text[:start] + self.text[end:], start)

    def word_start(self) -> int:
        """Find where the word before the cursor begins."""
        before = self.text[: self.at].rstrip()
        return len(before) - len(before.rsplit(None, 1)[-1]) if before else 0

    def press(self, key: str) -> Typed | None:
        """Do what an editing key does; None for any other key."""
        at, end = self.at, len(self.text)
        match key:
            case "left" | "ctrl+b":
                return self.move(-1)
            case "right" | "ctrl+f":
                return self.move(1)
            case "home" | "ctrl+a":
                return replace(self, at=0)
            case "end" | "ctrl+e":
                return replace(self, at=end)
            case "backspace" | "ctrl+h":
                return self.erase(at - 1, at)
            case "delete" | "ctrl+d":
                return self.erase(at, at + 1)
            case "ctrl+u":
                return self.erase(0, at)
            case "ctrl+k":
                return self.erase(at, end)
            case "ctrl+w":
                return self.erase(self.word_start(), at)
        return None


class EntryLine(LineWidget):
    """Shows what is being typed: a label with its domain, the text, and what is wrong with it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.label = self.domain = self.problem = ""
        self.typed = Typed()
        self.fresh = False  # nothing typed yet: the first letter replaces what stands there
        self._window = 0, 0  # from which column on the text is shown, and from which character

    def open(self, label: str, domain: str, text: str) -> None:
        """Start with a text, the cursor at its end."""
        self.label, self.domain, self.problem, self.fresh = label, domain, "", True
        self.typed, self._window = Typed(text, len(text)), (0, 0)
        self.display = True
        self.draw()

    def close(self) -> None:
        """Go away."""
        self.display = False

    def edit(self, typed: Typed) -> None:
        """Take a change; a complaint about the old text no longer holds."""
        self.typed, self.problem, self.fresh = typed, "", False
        self.draw()

    def insert(self, text: str) -> None:
        """Put what was typed or pasted at the cursor, or in place of an untouched text."""
        self.edit((Typed() if self.fresh else self.typed).insert(text))

    def complain(self, problem: str) -> None:
        """Say what is wrong; the text stays."""
        self.problem = problem
        self.draw()

    def on_resize(self) -> None:
        """Draw for another width."""
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to where the text is clicked."""
        if event.y == 0:
            self.edit(replace(self.typed, at=self._place(int(event.x))))

    def _place(self, x: int) -> int:
        """Find the character that stands at a column; the end of the text beyond it."""
        start, first = self._window
        text, at = self.typed.text, first
        while at < len(text) and start + cell_len(self._seen(text[first : at + 1])) <= x:
            at += 1
        return at

    def draw(self) -> None:
        """Draw the label, the part of the text around the cursor, and the sentence below."""
        if self.size.width:
            lines = self._drawn(self.size.width, self.palette)
            self.styles.height = max(len(lines), 3) + 1  # the footer lies over its last line
            self.show(lines)

    def _drawn(self, width: int, palette: Palette) -> Lines:
        below = self._below(width, palette)
        canvas = Canvas(width, 1 + len(below), palette)
        label = palette.spell(f"{self.label} = ")
        x = canvas.put(1, 0, label, palette.role("input", bold=True))
        room = max(width - x - 2, 1)
        text, at = self.typed.text, self.typed.at
        first = self._first(text, at, room)
        self._window = x, first
        seen = self._seen(text[first : first + room + 1])
        canvas.put(x, 0, seen, palette.role("input", reverse=self.fresh))
        under = self._seen(text[at : at + 1]) or " "
        cursor = x + cell_len(self._seen(text[first:at]))
        canvas.put(cursor, 0, under, palette.role("cursor", reverse=True))
        if first:
            canvas.put(x - 1, 0, "…", palette.role("muted"))
        style = palette.role("bad" if self.problem else "muted", bold=bool(self.problem))
        for y, line in enumerate(below, 1):
            canvas.put(1, y, line, style)
        return canvas.lines()

    def _first(self, text: str, at: int, room: int) -> int:
        """Choose from which character on the text is shown: moved no more than the cursor needs,
        and so that no room is left while something is hidden."""
        first = max(min(self._window[1], at), at - room + 1, 0)
        while cell_len(self._seen(text[first:at])) > room - 1:  # wide characters need more
            first += 1
        end = text[first:] if len(text) - first < room else None
        while first and end is not None and cell_len(self._seen(text[first - 1] + end)) < room:
            first, end = first - 1, text[first - 1] + end
        return first

    def _below(self, width: int, palette: Palette) -> list[str]:
        """Say what is wrong with the text, or what it may be, in lines that fit."""
        x, text = cell_len(self.label) + 4, self.typed.text
        size = f"  ({len(text):,} characters)" if len(text) > max(width - x - 2, 1) else ""
        said = f"✗ {self.problem}" if self.problem else self.domain + size
        return wrap(palette.spell(said), max(width - 2, 1))

    def _seen(self, text: str) -> str:
        """The text as it is shown, each character by itself, so that the cursor stays on it."""
        text = visible(text)
        return escape(text) if self.palette.ascii else text
