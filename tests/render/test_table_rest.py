"""Columns that wait for more room: what is tried before one has to, and how they are told of."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from tests.render.test_table import draw
from tui_transformer.concepts.softmax import Softmax
from tui_transformer.concepts.softmax.view import class_table
from tui_transformer.later import Later
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column
from tui_transformer.render.palette import DARK
from tui_transformer.render.panel import draw_panel
from tui_transformer.render.table import table_cell, table_height

PINS = st.none() | st.tuples(st.integers(0, 2), st.integers(0, 7))


def waiting(panel, width, pin):
    """The columns of numbers and words that a mouse does not find: a bar repeats a number."""
    seen = {cell[1] for x in range(width) if (cell := table_cell(panel, width, 4, x, 1, pin))}
    return [c.title for i, c in enumerate(panel.columns) if i not in seen and not c.bar]


def told(words):
    """The names that are told, and of how many more there is only the number."""
    *names, last = words.removeprefix("z: ").removeprefix("hidden: ").split(", ")
    more = int(last.split()[0]) if last.endswith(" more") else 0
    return (names, more) if more else ([*names, last], 0)


@given(st.integers(8, 120), PINS)
def test_they_are_told_by_name_on_a_line_to_spare(width, pin):
    panel = dataclasses.replace(class_table(Softmax()), title="x" * width)
    tight, roomy = (draw(panel, width, height, pin=pin) for height in (4, 5))
    assert not any("+" in line for line in tight)
    names, words = waiting(panel, width, pin), roomy[4].strip()
    assert roomy[:4] == tight
    assert bool(words) == bool(names) or width < 19
    if words and width > 19:
        assert words.startswith("z: " if width < 60 else "hidden: ")
        found, more = told(words)
        assert found and found + names[len(names) - more :] == names


@given(st.integers(20, 120), PINS)
def test_or_in_the_title_if_all_of_both_has_room(width, pin):
    panel = class_table(Softmax())
    title, *lines = (
        "".join(segment.text for segment in line) for line in draw_panel(panel, width, 6, DARK, pin)
    )
    names = waiting(panel, width, pin)
    key = "z: " if width < 60 else "hidden: "
    if key in title:
        assert panel.title in title and told(title[title.index(key) :]) == (names, 0)
        assert not lines[4].strip()
    elif names:
        assert lines[4].startswith(key)


@given(st.integers(20, 120))
def test_a_table_asks_for_a_line_only_where_it_names_something_there(width):
    """Its columns' titles alone tell; so none of its rows is made for that."""
    panel = class_table(Softmax())
    made = []
    unseen = dataclasses.replace(panel, rows=Later(lambda: made.append(1) or panel.rows, 3))
    lines = table_height(unseen, width) - 4
    assert not made
    title = "".join(segment.text for segment in draw_panel(panel, width, 9, DARK)[0])
    key = "z: " if width < 60 else "hidden: "
    assert not lines or (key not in title and draw(panel, width, 5)[4].startswith(key))


def test_without_a_line_to_spare_the_title_gives_up_clauses_for_a_name():
    panel = dataclasses.replace(class_table(Softmax()), title="Scores: from logits to shares")
    for width in range(24, 52):
        title = "".join(segment.text for segment in draw_panel(panel, width, 5, DARK)[0])
        assert title.startswith("Scores") and "z: " in title


def test_columns_stand_closer_and_titles_are_shorter_before_one_has_to_wait():
    columns = (Column("word"), Column("as it was", short="was"), Column("now"))
    panel = Table(
        "", columns, ((Cell("a", "text"), Cell(0.25, decimals=2), Cell(0.5, decimals=2)),)
    )
    heads = {width: draw(panel, width, 2)[0] for width in range(14, 27)}
    assert heads[24] == " word  as it was   now  "
    assert heads[22] == " word as it was  now  "
    assert heads[20] == " word as it was  now"
    assert heads[17] == " word  was  now  "
    assert heads[15] == " word  was  now"
