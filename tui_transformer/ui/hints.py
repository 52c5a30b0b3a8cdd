"""What helps with a task: first a hint, then a solution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_transformer.concept import Challenge
    from tui_transformer.model import Model
    from tui_transformer.session import Session
    from tui_transformer.ui.stage import Stage

MANY = 24  # numbers of a matrix that are told one by one: only those that change


def hint(screen: Stage, number: int) -> None:
    """Give a hint for a task; asked again, tell the solution."""
    if screen.session is None:
        return
    challenge = screen.session.challenge(number)
    key = (screen.session.concept.id, number)
    if challenge.hint and key not in screen.hinted:
        screen.hinted.add(key)
        screen.say(hint_words(challenge))
    else:
        screen.say(solution_words(screen.session, challenge))


def hint_words(challenge: Challenge) -> str:
    """Give a hint, and say how to get more."""
    return f"Hint: {challenge.hint} (t and enter again: a solution)"


def solution_words(session: Session, challenge: Challenge) -> str:
    """Tell a solution as it can be typed; of a large matrix the numbers that change."""
    start = session.concept.model()
    model = start.replace(**challenge.solution)
    told = (part for name in challenge.solution for part in _told(start, model, name))
    return f"One solution: {', '.join(told)}"


def _told(start: Model, model: Model, name: str) -> Iterator[str]:
    from tui_transformer.session.folds import Knob  # here, for the map is there before NumPy

    control, old, new = model.controls()[name], getattr(start, name), getattr(model, name)
    if control.kind == "matrix" and new.size > MANY and new.shape == old.shape:
        moved = [at for at in control.knobs(new) if new[at] != old[at]]
        yield from (f"{Knob(control, at).label} = {control.show(new, at)}" for at in moved)
    else:
        yield f"{name} = {control.format(new)}"
