"""What stands on the first page is whole: a table waits, or is split, before it is cut."""

import dataclasses

import numpy as np
import pytest

from tui_transformer.figure import Figure
from tui_transformer.panels import Heatmap, Plot, Table, main, parted
from tui_transformer.pieces import Cell, Column, Line
from tui_transformer.render.heatmap_plan import plan
from tui_transformer.render.layout import arrange
from tui_transformer.render.palette import DARK
from tui_transformer.render.table import draw_table
from tui_transformer.terms import Working

CURVE = Plot("curve", (Line([0, 1], [0, 1], "first"),))


def numbers(rows, columns=("name", "x"), **changes):
    """A table of so many rows: a name, and a number in each other column."""
    found = tuple((Cell(f"row{i}", "text"), *(Cell(i / 8, decimals=3) for _ in columns[1:]))
                  for i in range(rows))  # fmt: skip
    return dataclasses.replace(Table("numbers", tuple(map(Column, columns)), found), **changes)


def pages(*rows, size=(51, 18)):
    """The titles on each page of a figure."""
    found = arrange(Figure(rows, "", Working("", "", 0.0), ""), *size)
    return [[box.panel.title for box in page] for page in found]


@pytest.mark.parametrize("rows", range(1, 20))
def test_a_table_beside_the_main_picture_is_whole_or_waits(rows):
    """Under a curve of ten lines or more there are eight: a title, names of columns, six rows."""
    assert ("numbers" in pages((main(CURVE),), (numbers(rows),))[0]) == (rows <= 6)


def test_a_table_whose_titles_alone_have_no_room_waits():
    wide = numbers(2, tuple(f"a column {i}" for i in range(9)))
    assert pages((main(CURVE),), (wide,), size=(51, 18))[0] == ["curve"]
    assert pages((main(CURVE),), (wide,), size=(140, 30))[0] == ["curve", "numbers"]


def test_a_main_table_has_its_rows_before_the_curve_under_it_is_there():
    for rows, shown in ((9, ["numbers", "curve"]), (15, ["numbers"])):
        first = pages((main(numbers(rows)),), (main(CURVE),))[0]
        assert first == shown


def test_of_a_list_without_an_end_as_many_rows_are_shown_as_there_is_room_for():
    panel = numbers(12, of="256 tokens")
    assert pages((main(CURVE),), (panel,))[0] == ["curve", "numbers"]

    def foot(height, first=0):
        lines = draw_table(panel, 30, height, DARK, None, first)
        return "".join(segment.text for segment in lines[-1]).rstrip()

    assert foot(8) == "6 of 256 tokens"
    assert foot(8, 4) == "▲ 4 · 6 of 256 tokens"
    assert foot(13).split() == ["row11", "1.375"]  # all that are listed


def test_a_table_is_parted_by_the_names_of_its_columns():
    columns = ("name", "x", "x²", "x³")
    table = numbers(3, columns, row=1, row_control="at", main=True)
    kept, moved = parted(table, ("x²", "x³"), "Powers", 20)
    assert [c.title for c in kept.columns] == ["name", "x"]
    assert [c.title for c in moved.columns] == ["name", "x²", "x³"]
    assert (kept.main, moved.main, moved.title, moved.key) == (True, False, "Powers", "Powers")
    assert kept.row == moved.row == 1 and moved.row_control == "at"
    for i, row in enumerate(table.rows):
        assert kept.rows[i] == row[:2] and moved.rows[i] == (row[0], *row[2:])


def test_a_matrix_is_drawn_whole_before_a_part_of_it_is():
    """Stripes that no smaller picture would be true to: a column for each of their columns."""
    stripes = np.zeros((6, 32))
    stripes[:, ::3] = 1.0
    panel = Heatmap("stripes", stripes, tuple("abcdef"))
    narrow = plan(panel, 40, 14, None)
    assert narrow.grid is not None and (narrow.grid.rows, narrow.grid.columns) == (6, 32)
    assert plan(panel, 40, 14, (2, 20)).grid.window  # of a pinned number, its neighbours' too
    assert plan(panel, 24, 14, None).grid.window  # no room for 32 columns
