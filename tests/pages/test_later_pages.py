"""What waits for another page says there what it is: no name of a panel or of a row is cut, and no
table stands there without its numbers."""

from itertools import product

import pytest

from tests.pages.states import IDS, figures, room, text
from tests.pages.table import SCREENS
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell
from tui_transformer.render.fit import clauses
from tui_transformer.render.layout import arrange
from tui_transformer.render.strips import TITLE, Box
from tui_transformer.render.table_plan import plan

# Of eight squares side by side each has ten columns for its title, and a table names them in full.
NARROW = {"heads": ("7 three ba…", "7~three ba…")}


LEADS = ["and", "below", "or", "with", "(·)"]  # these lead to what comes next


@pytest.mark.parametrize("concept", IDS)
def test_a_panel_that_waits_is_named_and_has_its_numbers(concept: str) -> None:
    found = set()
    for figure, size in product(figures(concept), SCREENS):
        for page in arrange(figure, *room(concept, size))[1:]:
            found |= {(size, wrong) for box in page for wrong in missing(box)}
    assert {(size, wrong) for size, wrong in found if wrong not in NARROW.get(concept, ())} == set()


@pytest.mark.parametrize("concept", IDS)
def test_a_title_that_gives_up_its_last_clauses_still_says_something(concept: str) -> None:
    """What is left names a thing: it does not end on a word that leads to what is gone."""
    titles = {panel.title for figure in figures(concept) for panel in figure.panels}
    heads = {head for title in titles for head in clauses(title)[:-1]}
    assert {head for head in heads if head.split()[-1] in LEADS} == set()


def missing(box: Box) -> list[str]:
    """The title or the names of rows that are cut, and a table of which no number is there."""
    title, *lines = text(box)
    found = [title.rstrip("─ ")] if "…" in title.replace(box.panel.title, "") else []
    if isinstance(box.panel, Table):
        empty = [row[0].content for row in box.panel.rows if is_empty(row)]
        found += [f"{box.panel.title}: nothing in the row {name}" for name in empty]
        names = [str(row[0].content) for row in box.panel.rows]
        shown = plan(box.panel, box.width, box.height - TITLE, None, 0)
        own = sum(name.count("…") for name in names)
        width = next((place.width for place in shown.places if place.index == 0), 0)
        cut = [line for line in lines if "…" in line[: width + 2]]
        found += [f"{box.panel.title}: {line}" for line in cut[own:]]
        if {place.index for place in shown.places} == {0}:
            found.append(f"{box.panel.title}: names alone")
    return found


def is_empty(row: tuple[Cell, ...]) -> bool:
    """Whether a row of a table has a name and nothing else; one that says how many more is none."""
    named = bool(row[0].content) and not str(row[0].content).startswith("+ ")
    return named and len(row) > 1 and all(c.content == "" for c in row[1:])
