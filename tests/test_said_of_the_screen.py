"""What a text says of a place on the screen is so: the panel it speaks of stands where it says.

A picture moves when pages are laid out anew, and a sentence about it does not move along.
"""

import re

import pytest

from tests.pages.states import HOME, IDS, SIZES, STRIPS, figures, first, room
from tui_transformer.concepts import load
from tui_transformer.lessons import library
from tui_transformer.panels import Field, Heatmap, Plot, Table
from tui_transformer.render.strips import Box, Page

# What can be said of a place, and of a thing that has one.
THING = r"(?:tables?|pictures?|plots?|panels?|maps?|matrix|matrices|squares?)"
PLACE = r"(?:below|above|beside|underneath|further down|(?:on|at) the (?:left|right))"
SAYS = re.compile(
    rf"\bthe (?:{THING} shows|picture is)\b|\bread the {THING}\b"
    rf"|\b{THING}\s+{PLACE}(?=[ ,.:;])|\b{PLACE},? the {THING}\b"
    rf"|\b(?:shown|drawn|stands?|listed)\s+{PLACE}(?=[,.:;])|\bbeside it,|\bblocks below\b"
    rf"|\b(?:right|left)-hand {THING}\b|, further down\b|\bpages? \d\b|\bnext page\b",
    re.IGNORECASE,
)

# Every such passage: the panel it is about, and where it stands from another one (None: on page 1).
ABOUT = {
    ("xor", "right-hand picture"): ("Hidden layer", "right of", "Inputs"),
    ("depth", "the picture is"): ("What the stack makes of x", None, ""),
    ("self-attention", "the picture is"): ("Attention: query", None, ""),
    ("receptive-field", "read the table"): ("Layers until d meet", None, ""),
}


def passages(concept: str) -> list[str]:
    """What the explanation, the tasks and their hints say of places."""
    found = load(concept)
    said = [found.prose, *(text for task in found.challenges for text in (task.goal, task.hint))]
    return [match[0] for text in said for match in SAYS.finditer(" ".join(text.split()))]


@pytest.mark.parametrize("concept", IDS)
def test_a_panel_stands_where_the_explanation_says(concept: str) -> None:
    known = {said for name, said in ABOUT if name == concept}
    assert set(passages(concept)) == known
    for said in known:
        title, where, other = ABOUT[concept, said]
        for size in (*SIZES, *STRIPS):  # an explanation is read in one of them
            page = first(figures(concept)[0], room(concept, size))
            if size >= HOME:
                it = named(page, title)
                assert stands(it, where, named(page, other) if where else it), (said, size)


def named(page: Page, title: str) -> Box:
    """The panel of a page whose title begins so."""
    (found,) = (box for box in page if box.panel.title.startswith(title))
    return found


def stands(it: Box, where: str | None, other: Box) -> bool:
    """Whether a panel stands to the right of another one, or below it."""
    match where:
        case "right of":
            return it.x >= other.x + other.width and it.y < other.y + other.height
        case "below":
            return it.y >= other.y + other.height
    return True


KINDS = {"table": Table, "picture": (Field, Heatmap, Plot), "plot": Plot, "curve": Plot}


@pytest.mark.parametrize("name", library.shipped())
def test_a_table_that_a_lesson_speaks_of_is_there(name: str) -> None:
    """While it is asked, among the panels that the step leaves on the screen."""
    for step in library.load(name).steps:
        if step.skipped:
            continue
        panels = step.concept.look(step.model).panels
        left = [p for p in panels if not step.panels or {p.title, p.key} & set(step.panels)]
        for text in step.before:
            for thing in re.findall(r"\bin the (table|picture|plot|curve)\b", text.text):
                assert any(isinstance(panel, KINDS[thing]) for panel in left), (step, thing)
