"""`R` while a lesson is recorded: the state in sight becomes a step, with what is typed about it.

One line is typed after the other. Each is written into the file as soon as it is taken, so that
nothing typed is lost; what was left half way is gone on with at the next `R`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tui_transformer.controls import BadValue
from tui_transformer.text import visible
from tui_transformer.ui.entry import EntryLine

if TYPE_CHECKING:
    from tui_transformer.lessons.recording import Draft
    from tui_transformer.model import Model
    from tui_transformer.session import Session


class Line(NamedTuple):
    """One line that is typed: the part of a draft that it is, its label, what it is for."""

    part: str
    label: str
    help: str


LINES = (
    Line("title", "title", "of the whole lesson; it tells no answer"),
    Line("heading", "heading", "of this step; it tells no answer"),
    Line("story", "story", "what is read before; empty: nothing"),
    Line("asked", "ask", "what the change is asked about, as p[0] or p[0] within 0.05; empty: no"),
    Line("question", "question", "it ends with “?”"),
)


class Desk(Protocol):
    """The screen that a lesson is recorded on."""

    session: Session | None

    @property
    def entry(self) -> EntryLine:
        """The line to type in."""

    def close_entry(self) -> None:
        """Stop typing."""

    def draw_footer(self) -> None:
        """Show the keys that matter now."""

    def say(self, text: str) -> None:
        """Put one line in the status bar."""


class Recorder:
    """Holds the file, the step that is being typed, and the state that the next change is from."""

    def __init__(self, desk: Desk, file: str) -> None:
        """Raises BadValue where nothing can be recorded in this file."""
        from tui_transformer.lessons.recorded import Recorded

        self._desk, self._file = desk, Recorded(file)
        self._draft: Draft | None = None
        self._from: dict[str, Model] = {}
        self._typed: dict[str, str] = {}
        self._at = 0  # which line comes next
        self.typing = False
        self._entry: EntryLine | None = None  # kept: at the end the screen has none any more

    def begin(self) -> None:
        """Begin a step with the state in sight, or go on with the one that was begun."""
        from tui_transformer.lessons.recording import Draft

        session = self._desk.session
        if session is None:
            return
        concept, model = session.concept, session.model
        if self._draft is None:
            self._at, self._typed = (1 if self._file.title else 0), {}
        old = self._draft or Draft(concept, model, title=self._file.title)
        opened = session.before[0] if session.before else model
        was = self._from.get(concept.id, opened)
        self._draft = dataclasses.replace(old, concept=concept, model=model, was=was)
        self._at = min(self._at, 3)  # whether there is something to ask may have changed
        self._ask()

    def take(self, text: str) -> None:
        """Take a line as it was typed; what cannot be used gets a sentence, and the line stays."""
        assert self._draft is not None
        line = LINES[self._at]
        draft = _with(self._draft, line.part, text)
        if line.part == "asked":  # it is written with its question
            draft = dataclasses.replace(draft, question="")
        try:
            if line.part in ("title", "heading") and not text.strip():
                raise BadValue(f"The {line.label} is empty.")
            if line.part == "asked" and draft.asked:
                dataclasses.replace(draft, question=_question(draft.asked)).write(first=True)
            elif line.part != "title":
                self._file.write(draft)
        except BadValue as problem:
            self._desk.entry.complain(str(problem))
            return
        self._draft, self._typed[line.part] = draft, text
        self._at += 1
        if (self._at == 3 and not draft.can_ask) or (self._at == 4 and not draft.asked):
            self._at = len(LINES)
        if self._at < len(LINES):
            self._ask()
        else:
            self._end(draft)

    def leave(self, text: str) -> None:
        """Keep what stands in the line for the next time."""
        if self.typing:
            self.typing = False
            self._typed[LINES[self._at].part] = text

    def keep(self) -> str:
        """The program ends: write what was typed last, or return it where that cannot be."""
        if self._draft is None or self._entry is None:
            return ""
        part, entry = LINES[self._at].part, self._entry
        in_line = entry.typed.text if self.typing and not entry.fresh else ""
        text = in_line.strip() or self._typed.get(part, "").strip()
        draft = _with(self._draft, part, text)
        if draft.asked and not draft.question:
            draft = dataclasses.replace(draft, question=_question(draft.asked))
        if not text and not draft.asked:
            return ""
        try:
            if draft.heading:
                self._file.write(draft)
                return ""
        except BadValue:
            pass  # it is handed back
        return text

    def _ask(self) -> None:
        """Open the line that comes next."""
        assert self._draft is not None
        line = LINES[self._at]
        session = self._desk.session
        pinned = session.working.name if session is not None and session.pin is not None else ""
        asked = _question(self._draft.asked)
        given = {"title": self._file.suggestion, "asked": pinned, "question": asked}
        text = self._typed.get(line.part, given.get(line.part, ""))
        self.typing = True
        self._entry = self._desk.entry
        self._entry.open(line.label, f"{line.help} · {self._file.name}", text)
        self._desk.draw_footer()

    def _end(self, draft: Draft) -> None:
        """The step stands in the file; the next change begins here."""
        self._file.finish()
        self._from[draft.concept.id] = draft.model
        self._draft, self.typing = None, False
        self._desk.close_entry()
        name = self._file.name
        self._desk.say(f"Step {self._file.steps} is in {name}. tfx learn {name} opens it.")


def _with(draft: Draft, part: str, text: str) -> Draft:
    """Put a line into its place."""
    changed: dict[str, Any] = {part: text.strip()}
    return dataclasses.replace(draft, **changed)


def _question(asked: str) -> str:
    """A question to begin with."""
    return f"What becomes of {visible(asked.partition(' within ')[0].strip())}?"
