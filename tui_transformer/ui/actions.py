"""What commands do on the screen, beyond changing the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.concepts import entries
from tui_transformer.text import shorten, visible
from tui_transformer.ui.contents import connections as connections_of
from tui_transformer.ui.contents import contents

if TYPE_CHECKING:
    from tui_transformer.concept import Challenge
    from tui_transformer.session import Session
    from tui_transformer.ui.instrument import Instrument

WIDE = 130  # columns from which the explanation stands beside the figure


def arrow(screen: Instrument, rows: int, columns: int, amount: int) -> None:
    """Walk the pinned cells where something is pinned; else choose or turn a control."""
    if screen.session is not None and screen.session.pin is not None and abs(amount) < 10:
        screen.change(lambda session: session.pin_move(rows, columns))
    elif rows:
        screen.change(lambda session: session.choose(rows))
    else:
        screen.change(lambda session: session.nudge(amount))


def randomise(screen: Instrument) -> None:
    """Draw new values; the numbers come from the system, the result is a state like any."""
    import numpy as np

    rng = np.random.default_rng()
    screen.change(lambda session: session.randomise(rng))


def leave(screen: Instrument) -> None:
    """Close what was opened last: the explanation, the pinned cell; at the end, show the map."""
    pinned = screen.session is not None and screen.session.pin is not None
    if screen.has_class("-explained") and (screen.explained_last or not pinned):
        _explain_beside(screen, False)
    elif pinned:
        screen.change(lambda session: session.pin_cell(None))
        screen.explained_last = True
    else:
        show_map(screen)


def back(screen: Instrument) -> None:
    """Return to the concept before, or to the map."""
    if screen.trail:
        screen.enter(screen.trail.pop())
    else:
        show_map(screen)


def neighbour(screen: Instrument, step: int) -> None:
    """Open the concept before or after this one in the syllabus."""
    if screen.session is not None:
        ids = [entry.id for entry in entries()]
        screen.open(ids[(ids.index(screen.session.concept.id) + step) % len(ids)])


def copy_link(screen: Instrument) -> None:
    """Copy the command for this state, and show it."""
    if screen.session is not None:
        session = screen.session
        screen.app.copy_to_clipboard(session.link)
        shown = session.link
        if screen.palette.ascii:
            from tui_transformer.link import link

            shown = link(session.concept.id, session.model.assignments(), ascii=True)
        screen.say(f"copied: {shorten(visible(shown), 300)}")


def show_map(screen: Instrument) -> None:
    """The map of all concepts."""
    at = screen.session.concept.id if screen.session else ""
    screen.show_sheet(contents(screen.keeper.progress, at))


def connections(screen: Instrument) -> None:
    """What this concept builds on, and what builds on it."""
    if screen.session is not None:
        screen.show_sheet(connections_of(screen.session.concept.id))


def explain(screen: Instrument) -> None:
    """The explanation: beside the figure where there is room, else over it."""
    if screen.session is None:
        return
    if screen.size.width >= WIDE and not screen.has_class("-explained"):
        _explain_beside(screen, True)
    else:
        from tui_transformer.ui.sheets import explanation

        _explain_beside(screen, False)
        screen.show_sheet(explanation(screen.session, screen.palette))


def _explain_beside(screen: Instrument, shown: bool) -> None:
    """Show the explanation beside the figure, or take it away."""
    screen.set_class(shown, "-explained")
    screen.explained_last = screen.session is not None and screen.session.pin is not None


def challenges(screen: Instrument) -> None:
    """What there is to achieve here."""
    if screen.session is not None:
        from tui_transformer.ui.sheets import challenges as sheet

        screen.show_sheet(sheet(screen.session))


def mathematics(screen: Instrument) -> None:
    """The code that computed the pinned number."""
    if screen.session is not None:
        from tui_transformer.ui.sheets import mathematics as sheet

        screen.show_sheet(sheet(screen.session))


def why(screen: Instrument) -> None:
    """Walk the pinned number (or the figure's own) down to what it is made of."""
    if screen.session is not None:
        from tui_transformer.ui.why import Walk, content
        from tui_transformer.why import operand_of

        working = screen.session.working
        screen.show_sheet(content(Walk(operand_of(working, working.name))))


def show_help(screen: Instrument) -> None:
    """Every key and every control."""
    from tui_transformer.ui.sheets import help_sheet

    screen.show_sheet(help_sheet(screen.session))


def go_to(screen: Instrument) -> None:
    """Find any concept, preset or command."""
    from tui_transformer.ui.sheets import go_to as sheet

    screen.show_sheet(sheet(screen.session))


def follow_link(screen: Instrument, command: str) -> None:
    """Open the state that was typed; where it cannot be, say why beside what was typed."""
    from tui_transformer.controls import BadValue
    from tui_transformer.ui.sheets import go_to as sheet

    try:
        screen.open_link(command)
    except BadValue as problem:
        screen.show_sheet(sheet(screen.session, refused=(command, str(problem))))
        screen.sheet.narrow(command)


def hint(screen: Instrument, number: int) -> None:
    """Give a hint for a challenge; asked again, tell the solution."""
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


def to_shell(screen: Instrument) -> None:
    """Stop until the shell wakes the program again; the clock does not run meanwhile."""
    driver = screen.app._driver
    if driver is None or not driver.can_suspend:
        screen.say("There is no shell to go back to.")
        return
    screen.player.stop()
    screen.draw_soon()
    screen.app.action_suspend_process()
