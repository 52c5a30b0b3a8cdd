"""Commands of line mode that look closer or elsewhere: a panel as a whole, a preset by its name,
what is compared, where somebody was."""

from collections.abc import Sequence

from tui_transformer.controls import BadValue
from tui_transformer.lines.figures import panel_lines
from tui_transformer.lines.heard import prose
from tui_transformer.lines.typed import Prompt, whole
from tui_transformer.link import link_to
from tui_transformer.text import did_you_mean, shorten, visible

HELD = "This state is held: from now on what was is told beside what is. compare lets it go."
ALONE = "This is here alone: elsewhere opens a sentence of self-attention in real-model."


def show(prompt: Prompt, rest: str) -> None:
    """Tell all of the state, or one panel with every number."""
    session = prompt.here()
    if not rest:
        prompt.enter(session)
        return
    titles = [prose(panel.title) for panel in session.figure.panels]
    panel = session.figure.panels[_meant(rest, titles, "panel", "panels lists them.")]
    prompt.say(*panel_lines(panel, whole=True))


def panels(prompt: Prompt, rest: str) -> None:
    """Name the panels."""
    shown = enumerate(prompt.here().figure.panels, 1)
    prompt.say(*(f"{i}  {prose(panel.title)}" for i, panel in shown))


def preset(prompt: Prompt, rest: str) -> None:
    """Open a preset, by number or by name, or name them."""
    session = prompt.here()
    names = [*session.concept.presets]
    if not rest:
        prompt.say(*(f"{i}  {name}" for i, name in enumerate(names, 1)))
    elif rest.isdecimal() or not names:
        prompt.session = session.preset(whole(rest, "preset 1"))
    else:
        at = _meant(rest, names, "preset", "preset lists them.")
        prompt.session = session.preset(at + 1)


def _meant(rest: str, names: Sequence[str], what: str, lists: str) -> int:
    """Find which of some names is meant: by its number, its words, or how these begin."""
    folded = [" ".join(name.casefold().split()) for name in names]
    typed = " ".join(rest.casefold().split())
    begun = [i for i, name in enumerate(folded) if name.startswith(typed)]
    if typed in folded:
        return folded.index(typed)
    if rest.isdecimal() and 1 <= whole(rest, f"{what} 1") <= len(names):
        return int(rest) - 1
    if len(begun) != 1:
        shown = visible(shorten(rest, 40))
        several = "several" if begun else "no"
        raise BadValue(f"{shown} begins {several} {what}. {lists}{did_you_mean(typed, folded)}")
    return begun[0]


def compare(prompt: Prompt, rest: str) -> None:
    """Hold the state to compare others with it, or let it go."""
    session = prompt.here().compare()
    prompt.session = session.say(HELD if session.pinned is not None else "No longer comparing.")


def elsewhere(prompt: Prompt, rest: str) -> None:
    """Open the same in another concept, where there is one."""
    session = prompt.here()
    if session.concept.elsewhere is None:
        raise BadValue(ALONE)
    prompt.follow(link_to(*session.concept.elsewhere(session.model)))


def previous(prompt: Prompt, rest: str) -> None:
    """Go back to the concept before, as it was left."""
    if not prompt.visits.back():
        raise BadValue("There is no concept before this one.")
    prompt.session = prompt.here().say("")  # what was said there is long ago
