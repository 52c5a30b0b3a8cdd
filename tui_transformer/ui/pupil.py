"""A lesson in a class: who presents walks through it, who follows answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from tui_transformer.controls import BadValue
from tui_transformer.progress import Keeper
from tui_transformer.ui.attendance import Attendance
from tui_transformer.ui.teacher import Classroom, Teacher, asked

if TYPE_CHECKING:
    from tui_transformer.lessons.records import Lesson
    from tui_transformer.lessons.run import Run
    from tui_transformer.session import Session
    from tui_transformer.ui.instrument import Instrument

CLASS: Final = ("f", "a", "P", "C")  # what these do is no lesson's
_TAKING: Final = ("enter", "ctrl+j")
_STAYING: Final = (*_TAKING, "space")  # what would type or play, of a state that is followed
Move: TypeAlias = "Callable[[Session], Session]"
_LEAVING: Final = ("n", "N", "r", "t", "escape")


class Pupil(Teacher):
    """Holds the lesson that the class is in."""

    def __init__(self, room: Classroom, keeper: Keeper, seat: Attendance) -> None:
        super().__init__(room, keeper)
        self._seat = seat
        self._before: Session | None = None  # where a question about a pinned number was asked

    def press(self, name: str) -> bool:
        """Do what a key does in a lesson; who follows answers, and walks nowhere."""
        if name in CLASS or (name == "z" and self._seat.presents):
            return False
        if not self._seat.held:
            return super().press(name)
        run = self.run
        if run is None:
            if name in _STAYING:
                self._room.refuse(self._seat.led)
            return name in _STAYING
        if run.phase == "ask" and self._seat.voting(run):
            self._answer(run, name)
            return True
        if name in _LEAVING and not (name == "escape" and run.session.pin):
            self._room.refuse(self._seat.led)
            return True
        return name in _STAYING or super().press(name)

    def _answer(self, run: Run, name: str) -> None:
        """Choose or type an answer; enter sends it."""
        from tui_transformer.lessons.asking import read_guess
        from tui_transformer.lessons.records import Ask

        if name not in _TAKING:
            self._note(asked(run, name))
            return
        assert isinstance(run.task, Ask)
        try:
            guess = run.held if run.task.choices else read_guess(run.task, run.typed)
        except BadValue as problem:
            self._note(dataclasses.replace(run, said=str(problem)))
            return
        self._seat.vote(guess)
        self._note(dataclasses.replace(run, said=""))

    def begin(self, lesson: Lesson) -> None:
        """Open the first page of a lesson."""
        if self._seat.held:
            self._room.refuse(self._seat.led)
        else:
            super().begin(lesson)

    def question(self, lesson: Lesson, before: Session) -> Run:
        """Open a question about a pinned number; after it all is as it was before."""
        from tui_transformer.lessons.run import Run

        run = Run.of(lesson)
        session = dataclasses.replace(
            run.session, pin=before.pin, at=before.at, inside=before.inside
        )
        self._before = before
        run = dataclasses.replace(run, session=session)
        self._show(run)
        return run

    def tell(self) -> None:
        """Tell what was asked."""
        if self.run is not None:
            self._note(self.run.tell())

    def leave(self) -> None:
        """Play freely again."""
        before, self._before = self._before, None
        if before is None:
            super().leave()
        else:
            self.run = None
            self._room.enter(before)

    def entered(self, session: Session) -> None:
        """Hear what comes in sight."""
        super().entered(session)
        if self.run is None:
            self._before = None

    def _remember(self, run: Run, at: int) -> None:
        """What is done in a class is nobody's own progress."""
        if self._seat.away or self._seat.over:
            super()._remember(run, at)


class Clock:
    """The screen, as its player knows it: what was computed is shown whoever follows."""

    def __init__(self, screen: Instrument, move: Callable[[Move], None]) -> None:
        self._screen = screen
        self.change, self.set_interval = move, screen.set_interval

    @property
    def busy(self) -> bool:
        """Whether a picture is being computed beside the screen."""
        return self._screen.busy

    @property
    def session(self) -> Session | None:
        """What is in sight."""
        return self._screen.session

    @session.setter
    def session(self, session: Session | None) -> None:
        self._screen.session = session
