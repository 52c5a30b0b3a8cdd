"""What helps with a task: first a hint, then a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_transformer.concept import Challenge
    from tui_transformer.session import Session
    from tui_transformer.ui.stage import Stage


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
    """Tell a solution as it can be typed."""
    model = session.concept.model().replace(**challenge.solution)
    controls = model.controls()
    told = (
        f"{name} = {controls[name].format(getattr(model, name))}" for name in challenge.solution
    )
    return f"One solution: {', '.join(told)}"
