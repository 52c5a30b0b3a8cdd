"""What is said of a state that somebody else presents, and of what a class has answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_transformer import why
from tui_transformer.lessons.prose import plain
from tui_transformer.lessons.records import Ask
from tui_transformer.lines.figures import figure_lines
from tui_transformer.lines.heard import prose
from tui_transformer.lines.telling import choices
from tui_transformer.session.deliberate import by_hand
from tui_transformer.ui.answers import groups

if TYPE_CHECKING:
    from tui_transformer.classroom.messages import Tally
    from tui_transformer.lessons.asking import Answer
    from tui_transformer.lessons.run import Run
    from tui_transformer.session import Session
    from tui_transformer.ui.attendance import Attendance


def followed(session: Session, before: Session | None) -> Iterator[str]:
    """Tell what is presented: all of another concept, else what changed since `before`."""
    if before is None or before.concept.id != session.concept.id:
        before = None
        yield f"{session.concept.title}."
    elif before.model is not session.model:
        names = by_hand(session.concept, before.model, session.model)
        for name, control in session.model.controls().items():
            if name in names:
                yield f"{name} = {control.show(getattr(session.model, name))}"
    if before is None or _shows(session) != _shows(before):
        figure = session.figure
        yield prose(figure.says)
        yield from figure_lines(figure, before.figure if before else None)
    if session.pin is not None and (before is None or session.pin != before.pin):
        working = session.working
        yield from why.lines(why.operand_of(working, working.name), 1)


def _shows(session: Session) -> tuple[int, int]:
    """What a figure is made from, to see whether it is another one."""
    return id(session.model), id(session.pinned)


class Questions:
    """What somebody was told already of what everybody is asked, and what is new of it."""

    def __init__(self) -> None:
        self._heard: set[object] = set()

    def news(self, seat: Attendance, run: Run | None, last: list[str]) -> Iterator[str]:
        """Tell once that everybody is asked, and once what they answered.

        `last` is the last line that was told: where it was the question, that is not repeated.
        """
        if run is None:
            return
        asked, told, tally = seat.asked, seat.told, seat.tally
        if asked not in self._heard and seat.held and seat.voting(run):
            self._heard = {asked}
            yield from _asked(run, last)
        over = run.phase == "told" and told is not None and told.truth
        if over and tally is not None and tally not in self._heard:
            self._heard.add(tally)
            yield answers(tally, run.answer)


def _asked(run: Run, last: list[str]) -> Iterator[str]:
    task = run.task
    assert isinstance(task, Ask)
    how = choices(task) if task.choices else "Type a number."
    if last == [how]:
        yield "Everybody is asked."
    else:
        yield from (f"Everybody is asked: {plain(run.step.question)}", how)


def answers(tally: Tally, truth: Answer | None) -> str:
    """Say how often what was answered; numbers in groups, where there are many."""
    given = [one for one in groups(tally.counts, truth) if one.times]
    found = ", ".join(f"{one.label} {one.times}" for one in given)
    return f"They answered: {found}." if found else "Nobody answered."
