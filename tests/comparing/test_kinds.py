"""Each kind of panel by itself: what is new, gone, another or no number at all."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from tui_transformer.compare import compare
from tui_transformer.concepts import load
from tui_transformer.figure import Figure
from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens, Words
from tui_transformer.pieces import NEW, Axis, Bar, Cell, Column, Columns, Line, Points, Token
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import DARK, PLAIN, Palette
from tui_transformer.render.strips import Box
from tui_transformer.render.table_cells import change
from tui_transformer.session import Session
from tui_transformer.terms import Working, n

ASCII = dataclasses.replace(PLAIN, ascii=True)


def figure(*panels: Panel) -> Figure:
    return Figure(tuple((panel,) for panel in panels), "", Working("x", n(1), 1.0), "yours")


def compared(now: Panel, before: Panel) -> Any:
    return compare(figure(now), figure(before)).panels[0]


def drawn(panel: Panel, width: int, height: int, palette: Palette = DARK) -> list[str]:
    box = Box(0, panel, 0, 0, width, height)
    lines = draw_page((box,), width, height, palette, None, PanelCache())
    return ["".join(segment.text for segment in line) for line in lines]


def table(*rows: tuple[Any, ...], titles: tuple[str, ...] = ("row", "x", "")) -> Table:
    columns = tuple(Column(title, bar=title == "bar") for title in titles)
    return Table("A table", columns, tuple(tuple(map(Cell, row)) for row in rows))


# ── numbers ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (0.9999999, 0.99999, "▲1e-05"),  # 9.9e-06: what is left of 1 is what counts
        (1 - 1e-9, 1 - 3e-9, "▲2e-09"),
        (0.659, 0.617, "▲0.042"),
        (24_960_768, 0, "▲2.5e07"),
        (63_082_496, 63_082_495, "▲1"),
        (1_234, 34, "▲1,200"),
        (123_456.0, 0.0, "▲123456"),
        (2.5, NEW, "new"),
        (None, 2.5, "was 2.5"),
        (math.inf, 2.5, "was 2.5"),
        (2.5, math.inf, "was ∞"),
        (2.5, -math.inf, "was −∞"),
        (2.5, math.nan, "was ×"),
        (math.nan, math.nan, ""),
        (-math.inf, -math.inf, ""),
        (2.5, "none", "differs"),
        (10**400, 10**400, ""),
        (10**400, 1.0, "was 1.0"),
    ],
)
def test_a_difference_in_seven_cells(now: Any, before: Any, told: str) -> None:
    cell = Cell(now, before=before)
    assert change(cell) == told and len(told) <= 7
    assert len(change(cell, 1)) == bool(told), "in one cell, a sign"


def test_what_was_not_there_is_new_and_never_a_difference() -> None:
    now = table(("a", 1.0, 5.0), ("b", 2.0, None), ("c", None, 3.0))
    panel = compared(now, table(("c", 7.0, 3.0), ("a", None, 4.0), ("d", 1.0, 1.0)))
    assert [row[1].before for row in panel.rows] == [NEW, NEW, 7.0]
    assert [row[2].before for row in panel.rows] == [4.0, None, 3.0]
    assert panel.outcome == ("differs, 1 new, gone: d", "differs, 1 new, 1 gone", "≠, +1 −1")
    lines = drawn(panel, 40, 5)
    assert "differs, 1 new, gone: d" in lines[0]
    assert lines[2].split() == ["a", "1.000000", "new", "5.000000", "▲1"]
    assert lines[3].split() == ["+b", "2.000000", "new", "–"]
    assert lines[4].split() == ["c", "–", "was", "7.0", "3.000000"]


def test_columns_are_paired_by_name_too() -> None:
    now = table(("a", 1.0, 2.0), titles=("", "new one", "kept"))
    panel = compared(now, table(("a", 5.0, 9.0), titles=("", "kept", "gone")))
    assert [cell.before for cell in panel.rows[0]] == [None, NEW, 5.0]
    assert panel.outcome[0] == "differs, 1 new, gone: gone"


def test_a_key_names_what_a_label_does_not() -> None:
    def view(label: str, title: str, x: float) -> Table:
        rows = ((Cell(label, key="class 0"), Cell(x)),)
        return Table(title, (Column(""), Column(f"at {x}", key="at")), rows, key="table")

    panel = compared(view("0 right", "now", 2.0), view("0", "before", 1.0))
    assert panel.rows[0][1].before == 1.0 and panel.outcome[0] == "differs"


def test_words_say_what_stood_there_where_there_is_room() -> None:
    now, before = table(("a", "sat", 1.0)), table(("a", "cat", 1.0))
    panel = compared(now, before)
    assert "sat≠" in drawn(panel, 30, 3)[2]
    last = compared(table(("a", 1.0, "sat")), table(("a", 1.0, "cat")))
    assert "sat ← cat" in drawn(last, 40, 3)[2]
    assert "sat <- cat" in drawn(last, 40, 3, ASCII)[2]


def test_a_bar_keeps_a_ring_where_it_ended() -> None:
    now, before = (table(("a", Bar(x)), titles=("", "bar")) for x in (0.25, 0.75))
    for palette, ring in ((DARK, "◦"), (ASCII, "^")):
        line = drawn(compared(now, before), 24, 3, palette)[2]
        assert line[3:23].index(ring) == 15, line
    assert "◦" not in drawn(compared(now, now), 24, 3)[2]


def test_signs_do_without_colours_and_without_unicode() -> None:
    panel = compared(table(("a", 2.0), ("b", 1.0)), table(("a", 3.0)))
    text = "\n".join(drawn(panel, 30, 4, ASCII))
    assert text.isascii() and "2.000000 -1" in text and "+b" in text and "new" in text
    narrow = "\n".join(drawn(panel, 17, 4, ASCII))
    assert "2.000000v" in narrow, narrow


# ── matrices ───────────────────────────────────────────────────────────────────────────


def matrix(values: list[list[float]], rows: str, columns: str) -> Heatmap:
    return Heatmap("A matrix", np.array(values), tuple(rows.split()), tuple(columns.split()))


def test_matrices_are_paired_by_the_names_of_rows_and_columns() -> None:
    now = matrix([[1, 2], [3, 4], [5, 6]], "the cat the", "x y")
    before = matrix([[10, 20, 30], [40, 50, 60]], "cat the", "y z x")
    panel = compared(now, before)
    nan = math.nan
    np.testing.assert_array_equal(panel.values, [[1 - 60, 2 - 40], [3 - 30, 4 - 10], [nan, nan]])
    np.testing.assert_array_equal(panel.unmatched, [[False] * 2, [False] * 2, [True] * 2])
    assert panel.outcome[0] == "difference, 1 new, gone: z"
    lines = drawn(panel, 40, 9)
    assert sum(line.count(" new") for line in lines[1:]) == 2 and "0.00" not in "".join(lines)


def test_what_is_no_number_stays_what_it_is() -> None:
    inf, nan = math.inf, math.nan
    now = matrix([[-inf, 0.5, nan, inf, 2.0]], "a", "v w x y z")
    before = matrix([[-inf, -inf, nan, 1.0, 1.0]], "a", "v w x y z")
    panel = compared(now, before)
    np.testing.assert_array_equal(panel.values, [[-inf, nan, nan, inf, 1.0]])
    np.testing.assert_array_equal(panel.unmatched, [[False, True, False, False, False]])


def test_a_difference_that_is_none_keeps_the_numbers_and_says_so() -> None:
    now = matrix([[0.1 + 0.2, 5.0]], "a", "x y")
    panel = compared(now, matrix([[0.3, 5.0]], "a", "x y"))
    assert panel.values is now.values and panel.outcome == ("no difference", "same")
    assert "A matrix · no difference" in drawn(panel, 30, 4)[0]
    assert "A ma…· same" in drawn(panel, 12, 4)[0]
    assert compared(now, matrix([[1.0]], "b", "z")).outcome == ("new",)


# ── planes ─────────────────────────────────────────────────────────────────────────────


def test_what_moved_lies_behind_and_points_leave_rings() -> None:
    x = np.arange(3.0)
    now = Plot("P", (Line(x, x, label="a"), Points([0], [1]), Columns([0, 1], [2, 3])))
    before = Plot("P", (Line(x, 2 * x, label="a"), Points([2], [2]), Columns([0, 1], [2, 1])))
    panel = compared(now, before)
    behind = panel.marks[:-3]
    assert [type(mark) for mark in behind] == [Line, Points, Points]
    assert behind[0].dim and not behind[0].label and np.array_equal(behind[0].y, 2 * x)
    rings = [(mark.marker, list(mark.x), list(mark.y)) for mark in behind[1:]]
    assert rings == [("◦", [2.0], [2.0]), ("◦", [1.0], [1.0])], "of bars, those that changed"
    assert panel.outcome == ("before: dim, ◦", "◦")
    same = compared(now, dataclasses.replace(now, title="P"))
    assert same.marks == now.marks and same.outcome == ("no difference", "same")


def test_curves_come_and_go_by_name() -> None:
    def view(*levels: int) -> Plot:
        return Plot("P", tuple(Line([0, 1], [0, level], label=f"{level}") for level in levels))

    now, before = view(1, 2), view(2, 3, 4)
    assert compared(now, before).outcome[1] == "before: dim, ◦, 1 gone"
    plane = Field("F", np.zeros((2, 2)), Axis("", 0, 1), Axis("", 0, 1))
    other = dataclasses.replace(plane, values=np.ones((2, 2)))
    assert compared(plane, other).outcome == ("shades differ", "≠")


# ── texts ──────────────────────────────────────────────────────────────────────────────


def tokens(*texts: str, shade: float = 0.5) -> Tokens:
    return Tokens("T", tuple(Token(text, strength=shade) for text in texts))


def test_tokens_are_aligned() -> None:
    panel = compared(tokens("the", "big", "cat", "the"), tokens("the", "cat", "the", "end"))
    assert [token.sign for token in panel.tokens] == ["", "+", "", ""]
    assert panel.outcome == ("1 new, gone: end", "1 new, 1 gone", "+1 −1")
    assert "the+big│cat│the" in drawn(panel, 30, 3)[1]
    shaded = compared(tokens("a", shade=0.7), tokens("a", shade=0.2))
    assert shaded.tokens[0].sign == "▲" and shaded.outcome[0] == "shades differ"
    assert compared(tokens("a"), tokens("a")).outcome[0] == "no difference"


def test_lines_of_text_are_aligned() -> None:
    panel = compared(Words("W", ("one", "two", "three")), Words("W", ("one", "three")))
    assert panel.lines == ("  one", "+ two", "  three") and panel.outcome[0] == "1 new"
    assert compared(Words("W", ("a",)), Words("W", ("b",))).lines == ("a",)


# ── panels ─────────────────────────────────────────────────────────────────────────────


def test_panels_that_come_and_go_are_told() -> None:
    kept, new, gone = (Words(name, (name,)) for name in ("kept", "new", "gone"))
    panels = compare(figure(new, kept), figure(kept, gone)).panels
    assert [panel.outcome for panel in panels[:2]] == [("new",), ("no difference", "same")]
    assert panels[2].title.startswith("Gone") and panels[2].lines == ("gone",)  # type: ignore[union-attr]


def test_nothing_is_compared_where_nothing_is_held() -> None:
    session = Session.open(load("softmax"))
    assert session.figure is session.pictures.look(session.concept, session.model), "no copy"
    assert all(not panel.outcome for panel in session.figure.panels)
    held = session.compare().nudge(2)
    assert all(panel.outcome for panel in held.figure.panels)
