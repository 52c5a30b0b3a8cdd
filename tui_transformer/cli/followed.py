"""What is said of a state that somebody else presents, and of what a class has answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_transformer import why
from tui_transformer.lines.figures import figure_lines
from tui_transformer.lines.heard import prose
from tui_transformer.session.deliberate import by_hand
from tui_transformer.ui.answers import groups

if TYPE_CHECKING:
    from tui_transformer.classroom.messages import Tally
    from tui_transformer.lessons.asking import Answer
    from tui_transformer.session import Session


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


def answers(tally: Tally, truth: Answer | None) -> str:
    """Say how often what was answered; numbers in groups, where there are many."""
    given = [one for one in groups(tally.counts, truth) if one.times]
    found = ", ".join(f"{one.label} {one.times}" for one in given)
    return f"They answered: {found}." if found else "Nobody answered."
