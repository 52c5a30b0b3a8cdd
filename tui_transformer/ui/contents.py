"""The map of all concepts: chapters, one line each, and how far the person has come.

It needs neither NumPy nor any concept, so that it can be on the screen at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_transformer.concepts import entries, find
from tui_transformer.concepts.edges import builds_on, leads_to
from tui_transformer.concepts.syllabus import SYLLABUS, Entry
from tui_transformer.lessons.library import title_of, tours
from tui_transformer.progress import Progress
from tui_transformer.text import shorten, visible
from tui_transformer.ui.search import Candidate, concepts, here, looks, orders, ranked
from tui_transformer.ui.stage import Action, Command, Content, Row, Text

if TYPE_CHECKING:
    from tui_transformer.session import Session

# What a name has not: an assignment, the program's name, an option, a prompt.
_LINK = r"=|(?:^|[\s/])tfx\s|\s--\w|^\s*[$%#>❯➜λ»]\s"
INTRODUCTION = "Enter opens a lesson that asks first; esc plays freely. ✓ learnt, ○ opened."


def opens(concept: str) -> Action:
    """Make the action that opens a concept."""
    return lambda screen: screen.open(concept)


def begins(concept: str) -> Action:
    """Make the action that opens a concept's lesson, or the concept once that is learnt."""
    return lambda screen: screen.open(concept, asking=True)


def contents(
    progress: Progress, session: Session | None = None, commands: Sequence[Command] = ()
) -> Content:
    """The map as a sheet; the concept that lies behind it is held at first.

    Typing searches the concepts, and whatever there is on the screen behind.
    """
    at = session.concept.id if session else ""
    more = [*here(session), *orders(commands if session else ()), *looks()]
    ids = [entry.id for entry in entries()]
    start = ids.index(at) if at in ids else 0
    return Content(
        "tfx · contents",
        lambda width, typed: _rows(progress, width, typed, more),
        filterable=True,
        start=start,
        first=not at,
    )


def links(typed: str, width: int) -> list[Row]:
    """Offer to open what was typed, if it looks like a link rather than a name."""
    if not re.search(_LINK, typed):
        return []
    line = f"open  {visible(shorten(typed.strip(), width))}"
    return [(Text(line[:width], action=lambda screen: screen.follow(typed)),)]


def _rows(progress: Progress, width: int, typed: str, more: Sequence[Candidate]) -> list[Row]:
    if typed.strip():
        known = concepts(lambda entry: _entry(entry, progress, width))
        led = [Candidate((name, title), "tour", _tour(name, progress)) for name, title in _tours()]
        return [*links(typed, width), *ranked(typed, [*known, *led, *more])]
    rows: list[Row] = [(Text(INTRODUCTION, "output"),), ()]
    for number, (chapter, listed) in enumerate(SYLLABUS.items(), 1):
        rows.append((Text(f"{number}  {chapter}", "key", bold=True),))
        rows += [row for entry in listed for row in _entry(entry, progress, width)]
    rows.append((Text("Tours", "key", bold=True),))
    return rows + [row for name, _ in _tours() for row in _tour(name, progress)]


def _tours() -> list[tuple[str, str]]:
    """List the guided tours: their names and titles."""
    return [(name, title_of(name)) for name in tours()]


def _tour(name: str, progress: Progress) -> tuple[Row, Row]:
    """A tour: whether it was taken to its end, its title, and how it is opened elsewhere."""
    mark = "✓" if name in progress.learnt else "·"
    title = Text(f"{mark} {title_of(name)}", action=begins(name))
    return (title,), (Text(f"  A guided tour: tfx learn {name}", "muted", along=True),)


def _entry(entry: Entry, progress: Progress, width: int) -> list[Row]:
    """A concept: whether it was opened or learnt, its title and line, what it builds on."""
    solved = progress.solved_in(entry.id)
    learnt, opened = entry.id in progress.learnt, entry.id in progress.visited
    mark = "✓" if learnt else "○" if opened else "·"
    stars = f" {'★' * solved}" if solved else ""
    title = Text(f"{mark} {entry.title}{stars}", action=begins(entry.id))
    before = ", ".join(builds_on(entry.id))
    built = f"builds on {before}" if before else ""
    aside = Text(f"  {built}", "muted")
    room = width - len(title.text)
    rows: list[Row] = [(title, aside) if built and len(aside.text) <= room else (title,)]
    rows.append((Text("  " + entry.line, "muted", along=True),))
    return rows


def connections(concept: str) -> Content:
    """What a concept builds on and what builds on it."""

    def rows(width: int, typed: str) -> list[Row]:
        return [
            *_list("Builds on", builds_on(concept), "Nothing: you can start here."),
            (),
            *_list("Leads to", leads_to(concept), "Nothing here builds on it yet."),
            (),
            (Text("Backspace brings you back here.", "muted"),),
        ]

    return Content("Connections", rows)


def _list(heading: str, why: dict[str, str], none: str) -> list[Row]:
    rows: list[Row] = [(Text(heading, "key", bold=True),)]
    for concept, reason in why.items():
        entry = find(concept)
        if entry:
            rows += [
                (Text(entry.title, action=opens(concept)),),
                (Text("  " + reason, "muted", along=True),),
            ]
    return rows if why else [*rows, (Text(none, "muted"),)]


def connection_words(concept: str) -> str:
    """The same as text, for the title's tooltip."""
    before = [f"builds on {name}: {why}" for name, why in builds_on(concept).items()]
    after = [f"leads to {name}: {why}" for name, why in leads_to(concept).items()]
    return "\n".join([*(before or ["builds on nothing"]), *(after or ["leads to nothing yet"])])
