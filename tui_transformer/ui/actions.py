"""What commands do on the screen, beyond changing the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_transformer.concepts import entries
from tui_transformer.text import shorten, visible
from tui_transformer.ui.contents import connections as connections_of
from tui_transformer.ui.contents import contents

if TYPE_CHECKING:
    from tui_transformer.ui.stage import InClass, Stage


def arrow(screen: Stage, rows: int, columns: int, amount: int) -> None:
    """Walk what was opened last, the pinned cells or a grid; else choose or turn a control."""
    session = screen.session
    if session is None:
        return
    last = screen.opened.last("pin", "fold") if abs(amount) < 10 else None
    if last == "pin":
        screen.change(lambda session: session.pin_move(rows, columns))
    elif rows:
        screen.change(lambda session: session.choose(rows))
    elif last == "fold" and session.fold is not None and session.fold.kind == "grid":
        screen.change(lambda session: session.walk(rows, columns))
    else:
        screen.change(lambda session: session.nudge(amount))


def page(screen: Stage, step: int) -> None:
    """Show other panels, or say that there are no others that way."""
    if screen.page(step):
        screen.draw_soon()
    else:
        screen.say("That is the last page." if step > 0 else "That is the first page.")


def pin(screen: Stage, step: int) -> None:
    """Pin in the next panel, in the order in which they are read on the screen."""
    order = screen.reading_order()
    screen.change(lambda session: session.pin_panel(step, order))


def randomise(screen: Stage) -> None:
    """Draw new values; the numbers come from the system, the result is a state like any."""
    import numpy as np

    rng = np.random.default_rng()
    screen.change(lambda session: session.randomise(rng))


def leave(screen: Stage) -> None:
    """Close what was opened last: the panel, the explanation, the pinned cell, the fold.

    At the end, show the map.
    """
    match screen.opened.last():
        case "zoom":
            zoom(screen)
        case "explained":
            screen.explain_beside(False)
        case "pin":
            screen.change(lambda session: session.pin_cell(None))
        case "fold":
            screen.change(lambda session: session.close())
        case _:
            show_map(screen)


def zoom(screen: Stage) -> None:
    """Give the pinned panel (else the main one) the whole screen, or what was there before."""
    if screen.session is not None:
        screen.zoom(not screen.zoomed)
        screen.opened.note()
        screen.draw_soon()


def back(screen: Stage) -> None:
    """Return to the concept before, or to the map."""
    if not screen.back():
        show_map(screen)


def neighbour(screen: Stage, step: int) -> None:
    """Open the concept before or after this one in the syllabus."""
    if screen.session is not None:
        ids = [entry.id for entry in entries()]
        at, here = screen.session.concept.id, -(step > 0)  # beside them all: the first, or the last
        screen.open(ids[((ids.index(at) if at in ids else here) + step) % len(ids)])


def elsewhere(screen: Stage) -> None:
    """Open the same in another concept, where there is one."""
    session = screen.session
    if session is not None and session.concept.elsewhere is not None:
        from tui_transformer.link import link_to

        screen.follow(link_to(*session.concept.elsewhere(session.model)))
    else:
        screen.say("This is here alone: s opens a sentence of self-attention in real-model.")


def copy_link(screen: Stage) -> None:
    """Copy the command for this state, and show it."""
    if screen.session is not None:
        session = screen.session
        screen.program.copy_to_clipboard(session.link)
        shown = session.link
        if screen.palette.ascii:
            from tui_transformer.link import link_to

            shown = link_to(session.concept.id, session.model, ascii=True)
        screen.say(f"copied: {shorten(visible(shown), 300)}")


def show_map(screen: Stage) -> None:
    """The map of all concepts."""
    screen.show_sheet(contents(screen.keeper.progress, screen.session, screen.commands))


def connections(screen: Stage) -> None:
    """What this concept builds on, and what builds on it."""
    if screen.session is not None:
        screen.show_sheet(connections_of(screen.session.concept.id))


def explain(screen: Stage) -> None:
    """The explanation: beside the figure, or below it page by page; else over it."""
    if screen.session is None or screen.read_on():
        return
    again = screen.explained
    screen.explain_beside(not again and (screen.wide or screen.tall))
    if again == screen.wide and not screen.explained:
        explain_all(screen)


def explain_all(screen: Stage) -> None:
    """The whole explanation over the figure, with its links and words to be chosen."""
    from tui_transformer.ui.sheets import explanation

    if screen.session is not None:
        screen.show_sheet(explanation(screen.session, screen.palette))


def challenges(screen: Stage) -> None:
    """What there is to achieve here."""
    if screen.session is not None:
        from tui_transformer.ui.sheets import challenges as sheet

        screen.show_sheet(sheet(screen.session))


def mathematics(screen: Stage) -> None:
    """The code that computed the pinned number."""
    if screen.session is not None:
        from tui_transformer.ui.sheets import mathematics as sheet

        screen.show_sheet(sheet(screen.session))


def record(screen: Stage) -> None:
    """Add the state in sight to the lesson that is recorded, if one is."""
    if screen.recorder is None:
        screen.say("No lesson is recorded: tfx record lesson.md softmax begins one.")
    else:
        screen.player.stop()
        screen.recorder.begin()


def in_class(screen: Stage, does: Callable[[InClass], None]) -> None:
    """Do something in the class that is attended; without one, say how to attend."""
    if screen.seat is None:
        screen.say("No class is attended: tfx follow NAME follows one, tfx present opens one.")
    else:
        does(screen.seat)


def why(screen: Stage) -> None:
    """Walk the pinned number (or the figure's own) down to what it is made of."""
    if screen.session is not None:
        from tui_transformer.ui.why import Walk, content
        from tui_transformer.why import operand_of

        working = screen.session.working
        screen.show_sheet(content(Walk(operand_of(working, working.name))))


def show_help(screen: Stage) -> None:
    """Every key and every control."""
    from tui_transformer.ui.sheets import help_sheet

    screen.show_sheet(help_sheet(screen.session, screen.commands))


def go_to(screen: Stage) -> None:
    """Find any concept, preset or command; from within a lesson, a concept."""
    from tui_transformer.ui.sheets import go_to as sheet

    if screen.learning:
        screen.show_sheet(sheet(None, ()))
    else:
        screen.show_sheet(sheet(screen.session, screen.commands))
