"""The screen drawn from a session: parts that look the same are left alone."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_transformer.render.canvas import Lines
from tui_transformer.ui import parts
from tui_transformer.ui.answers import NOBODY
from tui_transformer.ui.frame import Frame

if TYPE_CHECKING:
    from tui_transformer.lessons.run import Run
    from tui_transformer.session import Session


class Picture:
    """Draws sessions into the parts of a frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._formula: Lines = []
        self._waiting: Session | None = None  # whose figure is computed
        self.mark = ""  # what the title says of a class
        self.room = NOBODY

    def draw(self, session: Session) -> None:
        """Draw everything that a session shows."""
        self._waiting = None
        frame, palette = self._frame, self._frame.palette
        width, height = frame.size
        small = parts.too_small(width, height)
        frame.figure_view.draw(session.figure, session.pin, follow=not session.playing)
        frame.controls_view.draw(session)
        frame.line("title").show(parts.title(session, width, palette, self.mark))
        says = parts.sentence(session, width, palette)
        frame.set_class(len(says) > 1, "-long")
        frame.line("says").show(says)
        self._formula = frame.figure_view.formula(session, width)
        said = frame.keymap.told(session.said) or small
        self._below(session if said == session.said else session.say(said))
        self._beside(session)

    def draw_lesson(self, run: Run) -> None:
        """Draw a page of a lesson: controls and figure, and what is asked or told below."""
        from tui_transformer.ui import lesson

        self._waiting = None
        frame, session = self._frame, run.session
        frame.figure_view.draw(session.figure, session.pin)
        frame.controls_view.draw(session)
        width, palette = frame.size.width, frame.palette
        frame.line("title").show(lesson.title(run, width, palette, self.mark))
        said = frame.keymap.told(run.said)
        run = run if said == run.said else dataclasses.replace(run, said=said)
        frame.line("lesson").show(lesson.strip(run, width, palette, self.room))

    def draw_waiting(self, session: Session) -> None:
        """Draw what is there while the figure is computed: the controls, and that it is."""
        self._frame.controls_view.draw(session)
        if not session.playing:
            self._waiting = session
            self._below(session.say("… computing"), sign="")

    def tell(self, far: str) -> None:
        """Say how far it is: called by the thread that computes."""
        with suppress(RuntimeError):  # the program has ended meanwhile
            self._frame.call_later(self._tell, far)

    def _tell(self, far: str) -> None:
        if self._waiting is not None:
            self._below(self._waiting.say(f"… computing, {far}"), sign="")

    def _below(self, session: Session, sign: str | None = None) -> None:
        """Show formula and status; what is said on more than one line lies over the formula."""
        frame = self._frame
        sign = frame.figure_view.sign if sign is None else sign
        width, palette = frame.size.width, frame.palette
        task = frame.zoomed or not frame.controls_view.tells_task
        status = parts.status(session, width, palette, task)
        lower = parts.lower(self._formula, status, width, palette, sign)
        frame.line("formula").show(lower[:-1])
        frame.line("status").show(lower[-1:])
        frame.stands_for_task(0 if session.said or not task else len(status))

    def _beside(self, session: Session) -> None:
        """Show the explanation beside the figure, or below it, where there is room."""
        frame = self._frame
        if not frame.explained:
            return
        from tui_transformer.ui import beside

        prose, reading = frame.line("prose"), frame.line("reading")
        palette, told = frame.palette, frame.keymap.told
        if prose.display and prose.size.width:
            prose.show(beside.prose_lines(session, *prose.size, palette, told))
        if reading.display and reading.size.width:
            width = reading.size.width
            reading.show(beside.strip(session, frame.reading, width, palette, told))
