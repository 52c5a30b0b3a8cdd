"""Tables: columns that line up, columns that give way, bars, and the mouse."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.compare import compare
from tui_transformer.concepts.softmax import Softmax
from tui_transformer.concepts.softmax.view import class_table, view
from tui_transformer.panels import Table
from tui_transformer.pieces import NEW, Bar, Cell, Column
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN
from tui_transformer.render.table import draw_table, table_cell, table_height
from tui_transformer.render.table_bar import bar_runs, draw_bar
from tui_transformer.render.table_cells import change, is_number, written
from tui_transformer.text import is_clean

ASCII = dataclasses.replace(PLAIN, ascii=True)
LOOKS = (DARK, LIGHT, ANSI, PLAIN, ASCII, dataclasses.replace(DARK, ascii=True))
NASTY = st.sampled_from(["", "a", "日本語", "e\u0301", "\x1b[31m", "👨‍👩‍👧", "☺️", "a\nb", "x" * 90])
FLOATS = st.floats() | st.floats(-2, 2)
EIGHTHS = " ▏▎▍▌▋▊▉█"


def draw(panel, width, height, palette=DARK, pin=None, first=0):
    """Check the size of a drawing in cells, and hand its text over."""
    lines = draw_table(panel, width, height, palette, pin, first)
    assert len(lines) == height
    for line in lines:
        assert sum(segment.cell_length for segment in line) == width
        assert all(is_clean(segment.text) for segment in line)
    text = ["".join(segment.text for segment in line) for line in lines]
    assert not palette.ascii or "".join(text).isascii()
    return text


def numbers(count, **changes):
    """A table of so many rows: a name and a number."""
    rows = tuple((Cell(f"row{i}", "text"), Cell(i / 8, decimals=3)) for i in range(count))
    return dataclasses.replace(Table("", (Column("name"), Column("x")), rows), **changes)


# ── columns ────────────────────────────────────────────────────────────────────────────


def test_the_points_of_a_column_stand_below_each_other():
    found = [0.659001, -12.5, 9.73e-08, 7, "none", math.nan, math.inf, None, 1e7]
    panel = Table("", (Column("x"),), tuple((Cell(x, decimals=4),) for x in found))
    assert draw(panel, 16, 10) == [
        "          x     ",
        "   0.6590       ",
        " −12.5000       ",
        "   9.73e-08     ",
        "   7            ",
        "       none     ",
        "   ×            ",
        "   ∞            ",
        "          –     ",
        "   1e07         ",
    ]


def test_the_softmax_table_at_eighty_columns():
    """What is minded least (z/T, its power) goes first, and p − y stays."""
    assert draw(class_table(Softmax()), 51, 4) == [
        " class     p                p     z  −ln p     p−y ",
        "▸cat right █████▉    0.659001 2.000 0.4170 −0.3410 ",
        " dog       ██▏       0.242433 1.000 1.4170  0.2424 ",
        " bird      ▉         0.098566 0.100 2.3170  0.0986 ",
    ]


def test_the_pinned_column_takes_the_place_of_the_last():
    assert draw(class_table(Softmax()), 54, 4, pin=(1, 5)) == [
        " class     p                  p     z e^(z/T)     p−y ",
        "▸cat right ███████▎    0.659001 2.000  7.3891 −0.3410 ",
        " dog       ██▋         0.242433 1.000 [2.7183] 0.2424 ",
        " bird      █▏          0.098566 0.100  1.1052  0.0986 ",
    ]


def test_without_colour():
    assert draw(class_table(Softmax()), 40, 4, ASCII, pin=(0, 2)) == [
        " class     p                  p     p-y ",
        ">cat right #######:   [0.659001]-0.3410 ",
        " dog       ###         0.242433  0.2424 ",
        " bird      #:          0.098566  0.0986 ",
    ]


@pytest.mark.parametrize("width", range(20, 110, 3))
@pytest.mark.parametrize("model", [{}, {"logits": (0.0, 18.0, -3.0, 2.0)}])
def test_every_number_can_be_reached_at_every_width(width, model):
    panel = class_table(Softmax(**model))
    for r, row in enumerate(panel.rows):
        for c, cell in enumerate(row):
            if is_number(cell.content):
                assert f"[{written(cell)}]" in draw(panel, width, 9, pin=(r, c))[r + 1]


@pytest.mark.parametrize("width", range(10, 60))
def test_columns_go_by_their_rank_and_none_is_cut(width):
    """Of the columns that do not fit, those of the highest rank go, and the last of a rank."""
    ranks = [1, 2, 0, 1, 0]
    columns = tuple(Column(f"c{i}", rank=rank) for i, rank in enumerate(ranks))
    row = tuple(Cell(f"word{i}", "text") for i in range(5))
    panel = Table("", columns, (row,))
    text = draw(panel, width, 2)[1]
    shown = [i for i in range(5) if f"word{i}" in text]
    order = [0, 2, 4, 3, 1]  # the first, then by rank, then from the left
    assert shown == sorted(order[: len(shown)]) and "…" not in text.replace("word0", "")


def test_the_first_column_stays_and_long_text_gives_way():
    panel = Table("", (Column("word"), Column("p")), ((Cell("a" * 40, "text"), Cell(0.25)),))
    assert draw(panel, 24, 2) == [" word                 p ", " aaaaaaaaaaaa… 0.250000 "]


def test_a_number_without_room_is_left_out():
    panel = Table("", (Column("n"),), ((Cell(1234567),),))
    assert draw(panel, 6, 2)[1] == "    … "


def test_colours_are_those_of_the_roles():
    panel = Table("", (Column("p", "output"),), ((Cell(1.0),), (Cell(0.5, role="gradient"),)))
    lines = draw_table(panel, 20, 3, DARK)
    styles = [next(s.style for s in line if s.text.strip()) for line in lines]
    assert styles == [DARK.role("output"), DARK.role("output"), DARK.role("gradient")]


def test_what_is_lit_is_marked_and_bold():
    lines = draw_table(numbers(3, row=1), 20, 4, PLAIN)
    assert lines[2][0].text == "▸" or lines[2][0].text.startswith("▸")
    assert all(s.style.bold for s in lines[2] if s.text.strip())
    assert not any(s.style.bold for s in lines[1])


# ── what is written ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell(0.25, "probability"), "0.250000"),
        (Cell(0.9999999027, "probability"), "0.9999999027"),
        (Cell(9.734543e-08, "probability"), "9.73e-08"),
        (Cell(1.5, "probability", 2), "1.50"),
        (Cell(-0.5, "probability", 2), "−0.50"),
        (Cell(124439808, "integer"), "124,439,808"),
        (Cell(3.0, "integer"), "3"),
        (Cell(2.5, "integer"), "2.5"),
        (Cell(7), "7"),
        (Cell(7.0, decimals=2), "7.00"),
        (Cell(np.float32(0.5), decimals=1), "0.5"),
        (Cell(np.int64(5)), "5"),
        (Cell(True), "yes"),
        (Cell(np.bool_(False)), "no"),
        (Cell(1), "1"),
        (Cell(1.0, decimals=1), "1.0"),
        (Cell(None), "–"),
        (Cell(math.nan), "×"),
        (Cell(-math.inf), "−∞"),
        (Cell(10**400), "∞"),
        (Cell("a\nb\x1b[31m"), "a␊b␛[31m"),
    ],
)
def test_cells_are_written_in_their_style(cell, expected):
    assert written(cell) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (0.659, 0.617, "▲0.042"),
        (0.617, 0.659, "▼0.042"),
        (0.5, 0.5, ""),
        (0.5, None, ""),
        (0.1 + 0.2, 0.3, ""),
        (7, 3, "▲4"),
        (math.nan, math.nan, ""),
        (math.inf, math.inf, ""),
        (0.5, math.nan, "was ×"),
        (1.5, 1.25, "▲0.25"),
        ("a", 1.0, "was 1.0"),
        ("a", "a", ""),
        ("a", "b", "was b"),
        ("a", "something long", "differs"),
        (1.0, NEW, "new"),
        (1e-9, 0.0, "▲1e-09"),
    ],
)
def test_differences_are_written_with_their_direction(now, before, expected):
    assert change(Cell(now, before=before)) == expected


def test_a_comparison_shows_what_differs():
    panel = compare(view(Softmax(temperature=0.9)), view(Softmax())).panels[0]
    lines = draw(panel, 100, 4)
    assert "0.689514 ▲0.0305  2.000" in lines[1] and "0.226983 ▼0.0154  1.000" in lines[2]
    assert "0.689514 +0.0305  2.000" in draw(panel, 100, 4, ASCII)[1]


# ── rows ───────────────────────────────────────────────────────────────────────────────


def test_all_rows_are_shown_at_the_natural_height():
    assert table_height(numbers(12), 54) == 13
    assert draw(numbers(12), 20, 13)[-1].split() == ["row11", "1.375"]
    assert table_height(Table("", (Column(""),), ((Cell(1),),)), 54) == 1


@pytest.mark.parametrize("row", [0, 3, 20, 39])
def test_the_window_follows_what_is_lit_or_pinned(row):
    for lines in (draw(numbers(40, row=row), 24, 8), draw(numbers(40), 24, 8, pin=(row, 1))):
        assert any(f"row{row} " in line for line in lines)
        shown = sum("row" in line for line in lines)
        above = int(lines[1].split()[0].lstrip("▸row"))
        counts = [int(word) for word in lines[-1].split() if word.isdigit()]
        assert shown == 6 and sum(counts) == 34
        assert ("▲" in lines[-1], "▼" in lines[-1]) == (above > 0, above < 34)


def test_a_lit_row_lets_go_when_a_person_scrolls_but_a_pin_does_not():
    panel = numbers(40, row=0)
    assert draw(panel, 24, 8, first=10)[1].split()[0] == "row10"
    assert "row0" in draw(panel, 24, 8, pin=(0, 1), first=10)[1]
    assert draw(panel, 24, 8, first=99)[-2].split()[0] == "row39"


# ── bars ───────────────────────────────────────────────────────────────────────────────


def bar_text(bar, width, palette=DARK):
    parts = draw_bar(bar, width, palette, "output")
    assert len(parts) == width and all(len(character) == 1 for character, _ in parts)
    return "".join(character for character, _ in parts)


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_bar_is_exact_to_an_eighth_of_a_cell(value, width):
    drawn = sum(EIGHTHS.index(c) for c in bar_text(Bar(value), width))
    assert abs(drawn - value * width * 8) <= 0.5 or (drawn == 1 and 0 < value * width * 8 < 1)
    assert (drawn == 0) == (value == 0)


@given(st.floats(-2, 2), st.integers(2, 60))
def test_a_bar_of_a_signed_range_starts_at_zero(value, width):
    parts = draw_bar(Bar(value, -2, 2), width, DARK, "gradient")
    zero = min(max(round(width / 2), 1), width - 1)
    cut = DARK.role("gradient", reverse=True)
    ink = DARK.role("gradient")
    filled = [
        0 if style not in (ink, cut) else EIGHTHS.index(c) if style == ink else 8 - EIGHTHS.index(c)
        for c, style in parts
    ]
    length = min(zero, width - zero) / 2 * 8 * abs(value)
    assert abs(sum(filled) - length) <= 0.5 or (sum(filled) == 1 and 0 < length < 1)
    assert sum(filled[:zero] if value > 0 else filled[zero:]) == 0
    assert value > 0 or parts[zero] == ("▏", DARK.role("muted"))


def test_bars_in_words():
    assert bar_text(Bar(0.5, marks=(0.25, 0.75)), 8) == "██┊█  ┊ "
    assert bar_text(Bar(0.5, marks=(0.25, 0.75)), 8, ASCII) == "##|#  | "
    assert bar_text(Bar(3.0), 6) == "█████▸" and bar_text(Bar(-1), 6) == "◂     "
    assert bar_text(Bar(-3, -2, 2), 8, ASCII) == "<###|   "
    assert bar_text(Bar(math.nan), 6) == "×     " and bar_text(Bar(math.inf), 4) == "███▸"
    assert bar_text(Bar(0.3, 0, 0), 10) == "███       "
    assert bar_text(Bar(-0.5, -1, 0), 8) == "    ████"
    assert [bar_text(Bar(-x / 8, -2, 2), 4, PLAIN) for x in (1, 4, 8)] == [" ▕▏ ", " ▐▏ ", " █▏ "]


@settings(max_examples=300)
@given(
    FLOATS, FLOATS, FLOATS, st.lists(FLOATS, max_size=3), st.integers(0, 40), st.sampled_from(LOOKS)
)
def test_any_bar_is_exactly_as_wide_as_asked(value, low, high, marks, width, palette):
    text = bar_text(Bar(value, low, high, tuple(marks)), width, palette)
    assert not palette.ascii or text.isascii()


@settings(max_examples=500)
@given(
    FLOATS | st.floats(-1, 2),
    st.sampled_from([(0.0, 1.0), (0.0, 0.0), (0.5, 2.0), (-1.0, 1.0), (-2.0, -1.0), (1.0, 0.0)]),
    st.none() | st.just((0.25,)),
    st.none() | st.floats(0, 1),
    st.integers(0, 40),
    st.sampled_from(LOOKS),
    st.booleans(),
)
def test_a_bar_in_a_line_is_the_bar_cell_by_cell(value, ends, marks, before, width, palette, bold):
    bar = Bar(value, *ends, marks or (), before)
    runs = bar_runs(bar, width, palette, "output", bold)
    cells = [(character, style) for text, style in runs for character in text]
    assert cells == draw_bar(bar, width, palette, "output", bold)


def test_a_mark_is_seen_on_the_bar_and_beside_it():
    parts = draw_bar(Bar(0.5, marks=(0.25, 0.75)), 8, DARK, "output")
    assert parts[2][1] == DARK.role("output", reverse=True)
    assert parts[6][1] == DARK.role("muted")


def test_bars_share_the_room_that_is_left():
    panel = Table(
        "",
        (Column("a"), Column("b", bar=True), Column("c", bar=True)),
        ((Cell("x", "text"), Cell(Bar(1.0)), Cell(Bar(1.0))),),
    )
    assert draw(panel, 40, 2)[1] == " x  " + "█" * 16 + "  " + "█" * 17 + " "
    assert draw(panel, 18, 2)[1] == " x " + "█" * 6 + " " + "█" * 7 + " "


# ── mouse ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [(20, 9), (54, 4), (54, 9), (100, 6), (12, 3)])
@pytest.mark.parametrize(("pin", "first"), [(None, 0), ((7, 5), 0), (None, 3)])
def test_the_mouse_finds_the_cell_it_points_at(size, pin, first):
    panel = Table(
        "",
        tuple(Column(f"c{c}") for c in range(6)),
        tuple(tuple(Cell(100 + 10 * r + c) for c in range(6)) for r in range(10)),
    )
    lines = draw(panel, *size, pin=pin, first=first)
    found = {}
    for y in range(size[1]):
        for x in range(size[0]):
            cell = table_cell(panel, *size, x, y, pin, first)
            if cell:
                found.setdefault(cell, []).append(lines[y][x])
    for (r, c), characters in found.items():
        shown = "".join(characters).strip(" []")
        assert shown == str(100 + 10 * r + c)
    assert found and (pin is None or pin in found)


@pytest.mark.parametrize("place", [(5, 0), (-1, 1), (5, -1), (54, 1), (5, 4), (53, 1)])
def test_the_mouse_finds_nothing_beside_the_cells(place):
    assert table_cell(class_table(Softmax()), 54, 4, *place) is None


# ── anything at all ────────────────────────────────────────────────────────────────────

BARS = st.builds(Bar, FLOATS, FLOATS, FLOATS, st.lists(FLOATS, max_size=2).map(tuple))
CELLS = st.builds(
    Cell,
    FLOATS | NASTY | BARS | st.none() | st.integers() | st.booleans(),
    st.sampled_from(["number", "probability", "integer", "text"]),
    st.integers(-1, 20),
    before=st.none() | FLOATS,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_table_in_any_size_fills_it_exactly(data):
    columns = st.builds(Column, NASTY, bar=st.booleans())
    panel = Table(
        "",
        tuple(data.draw(st.lists(columns, max_size=6))),
        tuple(data.draw(st.lists(st.lists(CELLS, max_size=6).map(tuple), max_size=9))),
        data.draw(st.none() | st.integers(-2, 20)),
    )
    width, height = data.draw(st.integers(1, 120)), data.draw(st.integers(1, 20))
    pin = data.draw(st.none() | st.tuples(st.integers(0, 12), st.integers(0, 12)))
    first = data.draw(st.integers(-2, 20))
    draw(panel, width, height, data.draw(st.sampled_from(LOOKS)), pin, first)
    x, y = data.draw(st.integers(-1, width)), data.draw(st.integers(-1, height))
    cell = table_cell(panel, width, height, x, y, pin, first)
    assert cell is None or cell[0] < len(panel.rows)


@pytest.mark.parametrize("size", [(1, 1), (500, 200), (0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("rows", [0, 1, 3000])
def test_the_smallest_and_the_largest(size, rows):
    draw(numbers(rows, row=rows // 2), *size)


def test_a_long_table_is_looked_at_only_where_it_is_shown():
    class Watched(tuple):
        seen = 0

        def __getitem__(self, i):
            Watched.seen += len(range(*i.indices(len(self)))) if isinstance(i, slice) else 1
            return super().__getitem__(i)

    panel = numbers(20_000, row=15_000)
    panel = dataclasses.replace(panel, rows=Watched(panel.rows))
    assert "row15000" in "".join(draw(panel, 54, 15))
    assert Watched.seen < 500
