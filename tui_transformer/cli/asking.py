"""What everybody in a class is asked from a prompt, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from tui_transformer import why
from tui_transformer.controls import BadValue
from tui_transformer.lessons.patience import TooLong, patience
from tui_transformer.lessons.pinned import about, answered
from tui_transformer.lines.lesson import LessonLines

if TYPE_CHECKING:
    from tui_transformer.lessons.records import Lesson
    from tui_transformer.lessons.run import Run
    from tui_transformer.session import Session
    from tui_transformer.ui.attendance import Attendance

EXAMPLE: Final = "Say what changes: ask temperature=0.5, or ask probabilities[0] temperature=0.5"


class ClassLines(LessonLines):
    """A lesson before a class: a question of one's own leads back to where it was asked."""

    _before: Session | None = None

    def ask(self, lesson: Lesson, before: Session) -> None:
        """Open a question about a number; after it all is as it was before."""
        self._begin(lesson)
        self._before = before

    def tell_all(self) -> None:
        """Tell what was asked. Raises BadValue where that takes too long."""
        if self.run is not None:
            told = self.run.tell()
            if told.phase == "ask":
                raise BadValue(told.said)
            self._note(told)

    def _begin(self, lesson: Lesson) -> None:
        self._before = None
        super()._begin(lesson)

    def _leave(self) -> None:
        if self._before is None:
            super()._leave()
        else:
            self.run, self._room.session = None, self._before

    def _remember(self, run: Run, at: int) -> None:
        """What is done before a class is nobody's own progress."""


class FollowedLines(ClassLines):
    """The lesson that the class is in, or one's own while one tries for oneself."""

    seat: Attendance

    def see(self, run: Run | None, new: bool) -> None:
        """Take over what the class is at; a `new` page is told from its beginning."""
        self.run = run
        if new:
            self.retell()

    @property
    def _alone(self) -> bool:
        return not self.seat.held

    def _remember(self, run: Run, at: int) -> None:
        if self.seat.away or self.seat.over:  # what is done in a class is nobody's own progress
            LessonLines._remember(self, run, at)


class Asking(Protocol):
    """The prompt that something is asked from."""

    @property
    def lesson(self) -> ClassLines:
        """What is asked on a page."""

    def here(self) -> Session:
        """The session, or a sentence that there is none."""


def to_ask(prompt: Asking, rest: str) -> Run:
    """Open what everybody is asked: what the page asks, or what becomes of a number.

    Raises BadValue where there is nothing to ask.
    """
    run = prompt.lesson.run
    if run is not None and rest:
        raise BadValue("In a lesson ask stands alone: it asks what the page asks.")
    if run is not None and run.phase != "ask":
        raise BadValue("Nothing is asked on this page.")
    return _question(prompt, rest) if run is None else run


def _question(prompt: Asking, rest: str) -> Run:
    """Open a question about the number that is named, or the one the formula shows."""
    session = prompt.here()
    first, _, more = rest.partition(" ")
    number, change = (session.working.name, rest) if "=" in first else (first, more.strip())
    if not change:
        raise BadValue(EXAMPLE)
    if number != session.working.name:
        why.find(session.model, session.figure, number)
    lesson = about(session.concept, session.model, number, change)
    try:
        with patience():
            answered(lesson)
    except TooLong as problem:
        raise BadValue(str(problem)) from None
    prompt.lesson.ask(lesson, session)
    assert prompt.lesson.run is not None
    return prompt.lesson.run
