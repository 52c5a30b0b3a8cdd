"""Plots: exact geometry, points in the right cells, and nothing that makes them fail."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui_transformer.panels import Plot
from tui_transformer.pieces import Arrow, Axis, Columns, Line, Note, Points, Rule
from tui_transformer.render.axes import lay_out
from tui_transformer.render.board import Board
from tui_transformer.render.canvas import Lines
from tui_transformer.render.marks import gather, in_order, rulers
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN, Palette
from tui_transformer.render.plot import PlotBoard, draw_plot

ASCII = Palette("ascii", colors="none", ascii=True)
PALETTES = (DARK, LIGHT, ANSI, PLAIN, ASCII, Palette("both", ascii=True))
ROLES = st.sampled_from(["first", "second", "muted", "query", "target"])
BARE = Axis("", 0, 1)


@pytest.fixture(autouse=True)
def _strict_numpy():
    with np.errstate(all="raise"):
        yield


def text(lines: Lines) -> list[str]:
    return ["".join(segment.text for segment in line) for line in lines]


def assert_exact(lines: Lines, width: int, height: int) -> None:
    assert len(lines) == height
    for line in text(lines):
        assert cell_len(line) == width


def frame_of(panel: Plot, width: int, height: int, header: int = 0):
    with np.errstate(all="ignore"):
        x, y = rulers(panel.x, panel.y, gather(in_order(panel.marks)))
    return lay_out(x, y, width, height, panel.x.label, panel.y.label, header)


def plane(
    panel: Plot, width: int, height: int, palette: Palette = DARK, header: int = 0
) -> list[str]:
    """The text of the plane alone; say how many lines of a legend are above."""
    frame = frame_of(panel, width, height, header)
    lines = text(draw_plot(panel, width, height, palette))
    return [line[frame.left :] for line in lines[frame.top : frame.top + frame.rows]]


def dots(rows: list[str]) -> set[tuple[int, int]]:
    """The braille dots of a plane, counted from the top left."""
    bits = {
        (0, 0): 1,
        (0, 1): 2,
        (0, 2): 4,
        (1, 0): 8,
        (1, 1): 16,
        (1, 2): 32,
        (0, 3): 64,
        (1, 3): 128,
    }
    return {
        (2 * c + dx, 4 * r + dy)
        for r, row in enumerate(rows)
        for c, char in enumerate(row)
        if "\u2800" <= char <= "\u28ff"
        for (dx, dy), bit in bits.items()
        if ord(char) - 0x2800 & bit
    }


def style_at(lines: Lines, column: int, row: int) -> Style:
    for segment in lines[row]:
        column -= cell_len(segment.text)
        if column < 0:
            return segment.style
    raise AssertionError("outside")


# ── whatever the data ──────────────────────────────────────────────────────────────────

numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 1.7e308, 5e-324, 1e-300, math.nan, math.inf]),
    st.floats(-5, 5),
)
series = st.lists(numbers, max_size=30)
words = st.text(max_size=12)
dims = st.booleans()
marks = st.one_of(
    st.builds(Line, series, series, ROLES, words, dims),
    st.builds(
        Points,
        series,
        series,
        ROLES,
        words,
        st.sampled_from(["●", "★", "漢", "", "ab"]),
        st.lists(words, max_size=4).map(tuple),
        dims,
    ),
    st.builds(Columns, series, series, ROLES, words, dims),
    st.builds(Rule, numbers, dims, ROLES, words, dims),
    st.builds(Arrow, numbers, numbers, numbers, numbers, ROLES, words, dims),
    st.builds(Note, numbers, numbers, words, ROLES, dims),
)
limits = st.one_of(st.none(), numbers)
axes = st.builds(Axis, words, limits, limits, st.booleans())
plots = st.builds(Plot, st.just("t"), st.lists(marks, max_size=5).map(tuple), axes, axes)
widths, heights = st.integers(1, 90), st.integers(1, 30)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(plots, widths, heights, st.sampled_from(PALETTES))
def test_any_plot_fills_its_panel_exactly(panel, width, height, palette):
    lines = draw_plot(panel, width, height, palette)
    assert_exact(lines, width, height)
    if palette.ascii:
        assert "".join(text(lines)).isascii()


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 5), (5, 2), (30, 8), (54, 15), (500, 200)])
@pytest.mark.parametrize("palette", PALETTES, ids=lambda p: p.name)
def test_every_size_is_filled_exactly(size, palette):
    x = np.linspace(-3, 3, 50)
    panel = Plot(
        "t",
        (
            Line(x, np.sin(x), label="a"),
            Line(x, x, "second", "b"),
            Columns(range(3), (1, -2, 3)),
            Rule(0, label="zero"),
            Arrow(0, 0, 1, 1, label="w"),
            Points([0], [0], label="o"),
            Note(1, 1, "here"),
        ),
        Axis("x"),
        Axis("y"),
    )
    assert_exact(draw_plot(panel, *size, palette), *size)


@pytest.mark.parametrize(
    "data",
    [
        [],
        [math.nan],
        [math.inf, -math.inf],
        [1e308, -1e308],
        [5e-324, 0],
        [1e16, 1e16 + 2],
        [7.0] * 5,
        [None, "x", 2],
        [10**400, 1],
        [[1, 2], [3, 4]],
    ],
)
@pytest.mark.parametrize("log", [False, True])
def test_hostile_data(data, log):
    panel = Plot(
        "t",
        (Line(data, data), Points(data, data), Columns(data, data)),
        Axis("x", log=log),
        Axis("y", log=log),
    )
    assert_exact(draw_plot(panel, 40, 12, DARK), 40, 12)


def test_text_cannot_reach_the_terminal_as_a_command():
    panel = Plot(
        "t",
        (
            Line([0, 1], [0, 1], label="\x1b]52;evil\x07"),
            Line([0, 1], [1, 0], label="b"),
            Note(0.5, 0.5, "\x1b[31m"),
            Points([0], [0], label="\r\n", marker="\x1b"),
        ),
        Axis("\x9b31m"),
        Axis("\x1b[2J"),
    )
    assert not any(
        ord(c) < 32 or 127 <= ord(c) < 160 for c in "".join(text(draw_plot(panel, 60, 15, DARK)))
    )


def test_the_same_plot_is_drawn_the_same():
    x = np.linspace(0, 9, 70)
    make = lambda: Plot("t", (Line(x, np.cos(x)), Points([1, 2], [0, 1])))  # noqa: E731
    assert draw_plot(make(), 50, 14, DARK) == draw_plot(make(), 50, 14, DARK)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(
    "others",
    [
        (Arrow(0, 0, 0.7, 0.7, "query", "q"), Rule(0)),
        (Columns([0, 1], [0, 0.01]), Points([0.5], [0.5], "output")),
        (Columns([0, 1], [0.8, -0.6], "query"),),
        (Line([-1, 1], [-1, 1], "plain"), Note(0, 0.4, "漢")),
    ],
)
def test_a_row_of_curves_is_joined_as_its_cells_are(others, palette, monkeypatch):
    turn = np.linspace(0, 2 * math.pi, 73)
    x, y = np.cos(turn), np.sin(turn)
    circles = (Line(x, y, "muted", dim=True), Line(0.97 * x, 0.95 * y, "muted", dim=True))
    panel = Plot("t", (*circles, Line(0.6 * x, 0.6 * y, "first"), *others))
    for width, height in ((54, 24), (30, 9), (7, 3)):
        by_curves = draw_plot(panel, width, height, palette)
        with monkeypatch.context() as patch:
            patch.setattr(PlotBoard, "paint", Board.paint)
            assert draw_plot(panel, width, height, palette) == by_curves


# ── the right place ────────────────────────────────────────────────────────────────────


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(20, 120), st.integers(3, 40), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_point_lands_in_its_braille_dot(width, height, x, y):
    panel = Plot("t", (Line([x], [y]),), BARE, BARE)
    frame = frame_of(panel, width, height)
    expected = (
        math.floor(x * 2 * frame.columns),
        4 * frame.rows - 1 - math.floor(y * 4 * frame.rows),
    )
    assert dots(plane(panel, width, height)) == {expected}


def test_a_marker_and_a_curve_through_it_share_the_cell():
    for x, y in ((0, 0), (1, 1), (0.5, 0.5), (0.31, 0.77)):
        marker = plane(Plot("t", (Points([x], [y]),), BARE, BARE), 60, 15)
        curve = plane(Plot("t", (Line([x], [y]),), BARE, BARE), 60, 15)
        where = [(r, row.index("●")) for r, row in enumerate(marker) if "●" in row]
        assert where == [
            (r, next(c for c, char in enumerate(row) if char != " "))
            for r, row in enumerate(curve)
            if row.strip()
        ]


@pytest.mark.parametrize("size", [(30, 8), (54, 15), (100, 30)])
def test_ticks_stand_where_points_with_their_numbers_lie(size):
    panel = Plot("t", (Points([2, 4, 6], [10, 20, 30]),), Axis("", 0, 8), Axis("", 0, 40))
    lines = text(draw_plot(panel, *size, DARK))
    frame = frame_of(panel, *size)
    bottom = frame.top + frame.rows
    found = {(line.index("●"), row) for row, line in enumerate(lines) if "●" in line}
    for tick in frame.x_ticks:
        assert lines[bottom][frame.left + tick.cell] == "┬"
        if tick.text in "246":
            assert frame.left + tick.cell in {column for column, _ in found}
    for tick in frame.y_ticks:
        row = bottom - 1 - tick.cell
        assert lines[row].startswith(tick.text.rjust(frame.left - 1) + "┤")
        if tick.text in ("10", "20", "30"):
            assert row in {row for _, row in found}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-6, 1e6),
    st.integers(24, 200),
    st.integers(6, 60),
    st.booleans(),
)
def test_ticks_never_touch_and_there_are_two(low, span, width, height, log):
    low = abs(low) + 1e-3 if log else low
    axis = Axis("label", low, low * (1 + span) if log else low + span, log)
    frame = frame_of(Plot("t", (), axis, axis), width, height)
    if frame.y_ticks:
        assert len(frame.y_ticks) >= 2
    assert all(b.cell - a.cell >= 2 for a, b in pairwise(frame.y_ticks))
    last = text(draw_plot(Plot("t", (), axis, axis), width, height, DARK))[-1]
    for tick in frame.x_ticks:
        assert f" {tick.text} " in f" {last} "


def test_small_plots_shrink_their_axes():
    panel = Plot("t", (Line([0, 1], [0, 1]),), Axis("x"), Axis("y"))
    assert frame_of(panel, 60, 15).rows == 12  # y label, axis, numbers
    assert frame_of(panel, 60, 7).rows == 5  # y label, numbers
    assert frame_of(panel, 60, 5).rows == 4
    assert frame_of(panel, 60, 3).rows == 3
    assert frame_of(panel, 9, 9).y_ticks == ()


def test_log_axes_show_powers_of_ten_and_skip_what_has_no_logarithm():
    panel = Plot("t", (Points([1, 2, 3, 4], [1e-6, 0, -1, 1]),), Axis(), Axis("", log=True))
    lines = text(draw_plot(panel, 60, 15, DARK))
    assert any(line.startswith("10⁻⁶┤") for line in lines)
    assert "".join(lines).count("●") == 2
    plain = text(draw_plot(panel, 60, 15, ASCII))
    assert any(line.startswith("1e-6") for line in plain)


def test_a_curve_that_reaches_zero_on_a_log_axis_goes_down_and_out():
    panel = Plot("t", (Line([0, 1, 2], [1, 0.1, 0]),), Axis("", 0, 2), Axis("", 0.01, 1, True))
    assert any(y == 4 * frame_of(panel, 40, 12).rows - 1 for _, y in dots(plane(panel, 40, 12)))


# ── limits and clipping ────────────────────────────────────────────────────────────────


def test_limits_fit_the_data_with_a_margin_and_given_ones_are_exact():
    x, y = rulers(Axis(), Axis("", None, 3), gather((Line([0, 10], [1, 2]),)))
    assert (x.low, x.high) == pytest.approx((-0.4, 10.4))
    assert (y.low, y.high) == (pytest.approx(0.96), 3)
    assert rulers(BARE, BARE, gather(()))[0].high == 1


def test_rules_do_not_widen_the_limits_and_bars_stand_on_the_floor():
    x, y = rulers(Axis(), Axis(), gather(in_order((Columns([0, 1, 2], [1, 2, 3]), Rule(99)))))
    assert (y.low, x.low) == (0, pytest.approx(-0.5 - 0.04 * 3))
    assert y.high == pytest.approx(3.12)


def test_what_lies_outside_is_cut_and_not_drawn_on_the_edge():
    above = Plot("t", (Line([0, 1], [1.2, 1.3]), Points([0.5], [1.1])), BARE, BARE)
    assert not "".join(plane(above, 40, 12)).strip()
    steep = Plot("t", (Line([0, 1], [-1, 2]),), BARE, BARE)
    found = dots(plane(steep, 40, 12))
    assert min(x for x, _ in found) >= 2 * 10 and max(x for x, _ in found) <= 2 * 26
    huge = Plot("t", (Line([0, 0.5, 1], [0.5, 1e308, 0.5]),), BARE, BARE)
    assert dots(plane(huge, 40, 12))


# ── how marks look ─────────────────────────────────────────────────────────────────────


def test_no_spike_is_lost():
    y = np.zeros(20_000)
    y[12_345] = 1
    panel = Plot("t", (Line(np.linspace(0, 1, len(y)), y),), BARE, BARE)
    top = {x for x, y in dots(plane(panel, 60, 15)) if y == 0}
    columns = frame_of(panel, 60, 15).columns
    assert top == {int(12_345 / 19_999 * 2 * columns)}


def test_dim_marks_lie_behind_and_later_marks_win():
    line, gone = Line([0, 1], [0.5, 0.5], "first"), Line([0, 1], [0.5, 0.5], "second", dim=True)
    lines = draw_plot(Plot("t", (line, gone), BARE, BARE), 40, 12, DARK)
    row = next(
        i
        for i, line in enumerate(text(lines))
        if "⠒" in line or "⠤" in line or "⣀" in line or "⠉" in line
    )
    assert style_at(lines, 20, row) == DARK.role("first")


def test_nan_breaks_a_curve():
    x = [0, 0.3, 0.5, 0.7, 1]
    found = dots(plane(Plot("t", (Line(x, [0.5, 0.5, math.nan, 0.5, 0.5]),), BARE, BARE), 60, 9))
    columns = {x for x, _ in found}
    wide = 2 * frame_of(Plot("t", (), BARE, BARE), 60, 9).columns
    assert not columns & set(range(int(0.31 * wide) + 1, int(0.69 * wide)))
    assert {0, wide - 1} <= columns


def test_bars_are_exact_to_an_eighth():
    panel = Plot("t", (Columns([0.5], [0.5]),), BARE, Axis("", 0, 1))
    rows = plane(panel, 40, 3)
    assert rows[0].strip() == "" and set(rows[1].strip()) == {"▄"} and set(rows[2].strip()) == {"█"}
    down = draw_plot(Plot("t", (Columns([0.5], [-0.25]),), BARE, Axis("", -1, 0)), 40, 3, DARK)
    row = text(down)[0]
    column = row.index("▂")  # the lower quarter in the paper's colour: ¾ of the cell hang
    assert style_at(down, column, 0) == DARK.role("first", reverse=True)


def test_two_series_of_bars_stand_side_by_side():
    x = [0, 1, 2]
    marks = (Columns(x, [1, 1, 1], "first", "a"), Columns(x, [1, 1, 1], "second", "b"))
    lines = draw_plot(Plot("t", marks, Axis(), Axis("", 0, 1)), 60, 9, DARK)
    styles = [style_at(lines, column, 4) for column in range(60)]
    assert styles.count(DARK.role("first")) >= 15 and styles.count(DARK.role("second")) >= 15


def test_rules_and_their_labels():
    panel = Plot("t", (Rule(0.5, label="chance"), Rule(0.25, True, "target", "now")), BARE, BARE)
    rows = plane(panel, 60, 15)
    assert sum("chance" in row and "─" * 20 in row for row in rows) == 1
    assert sum("┊" in row for row in rows) >= len(rows) - 1
    assert "now" in rows[0]


@pytest.mark.parametrize("palette", PALETTES, ids=lambda p: p.name)
def test_an_arrow_points_the_way_it_goes(palette):
    for (x, y), heads in {(1, 0.5): "→>", (0, 0.5): "←<", (0.5, 1): "↑^", (0.5, 0): "↓v"}.items():
        panel = Plot("t", (Arrow(0.5, 0.5, x, y),), BARE, BARE)
        assert heads[palette.ascii] in "".join(plane(panel, 41, 12, palette))


def test_names_stand_beside_points_and_never_over_each_other():
    names = ("alpha", "beta", "gamma", "delta")
    panel = Plot(
        "t", (Points([0.1, 0.15, 0.9, 1], [0.5, 0.5, 0.5, 0.5], labels=names),), BARE, BARE
    )
    shown = "\n".join(plane(panel, 60, 15))
    assert all(name in shown for name in names) and shown.count("●") == 4


def test_a_wide_character_keeps_the_lines_exact():
    panel = Plot(
        "t",
        (Note(0.5, 0.5, "漢字"), Line([0, 1], [0.4, 0.6]), Points([0.51], [0.5], label="字")),
        BARE,
        BARE,
    )
    assert_exact(draw_plot(panel, 40, 5, DARK), 40, 5)
    odd = Plot("t", (Line([0], [0], label="0000"), Rule(0, label="\U0001f3fb")), Axis(), Axis())
    assert_exact(draw_plot(odd, 40, 9, DARK), 40, 9)  # a label of no width
    named = Plot("t", (Line([0], [0], label="0000"),), Axis(), Axis("0\x1f\x1f\x1f⺀"))
    assert_exact(draw_plot(named, 12, 6, DARK), 12, 6)


# ── telling marks apart ────────────────────────────────────────────────────────────────

THREE = tuple(
    Line([0, 1], [i, i + 1], role, name)
    for i, (role, name) in enumerate(
        (("first", "train"), ("second", "validation"), ("third", "test"))
    )
)


def test_the_legend_names_every_curve_in_its_colour():
    lines = draw_plot(Plot("t", THREE, Axis(), Axis("loss")), 60, 15, DARK)
    top = text(lines)[0]
    assert top.startswith("loss") and top.endswith("─t─ train  ─v─ validation  ─e─ test")
    assert style_at(lines, top.index("validation"), 0) == DARK.role("second")
    assert text(draw_plot(Plot("t", THREE), 30, 15, DARK))[0].strip() == (
        "t train  v validation  e test"
    )
    assert "vali…" in text(draw_plot(Plot("t", THREE), 22, 9, DARK))[0]
    assert text(draw_plot(Plot("t", THREE[:1], Axis(), Axis("y")), 40, 15, DARK))[0].endswith(
        "━━ train"
    )


def test_names_that_do_not_fit_on_one_line_have_another_where_the_plane_keeps_enough():
    lines = text(draw_plot(Plot("t", THREE, Axis(), Axis("loss")), 30, 15, DARK))
    assert lines[0].startswith("loss") and lines[0].endswith("t train  v validation")
    assert lines[1].strip() == "─e─ test"
    rows = plane(Plot("t", THREE, Axis(), Axis("loss")), 30, 15, header=2)
    assert sorted(row.rstrip()[-1] for row in rows if row.rstrip()[-1:].isalpha()) == [*"etv"]
    assert "─e─" not in "\n".join(text(draw_plot(Plot("t", THREE), 30, 15, DARK)))  # one will do


def test_every_curve_has_its_letter_at_its_end():
    shown = plane(Plot("t", THREE), 60, 15, header=1)
    ends = [row.rstrip()[-1] for row in shown if row.rstrip()[-1:].isalpha()]
    assert sorted(ends) == ["e", "t", "v"]


@pytest.mark.parametrize("palette", [ANSI, PLAIN])
def test_curves_are_told_apart_without_colour(palette):
    lines = text(draw_plot(Plot("t", THREE), 60, 15, palette))
    assert "─t─ train" in lines[0] and "─v─ validation" in lines[0] and "─e─ test" in lines[0]
    body = "".join(lines[1:])
    assert all(letter in body for letter in "tve")


def test_in_ascii_each_curve_has_its_character():
    lines = text(draw_plot(Plot("t", THREE), 60, 15, ASCII))
    assert lines[0].endswith("* train  o validation  + test")
    assert all("".join(lines[1:]).count(c) > 20 for c in "*o+")


def test_two_sorts_of_points_get_two_markers_where_colours_are_few():
    marks = (Points([0, 1], [0, 1], "first", "cats"), Points([0, 1], [1, 0], "second", "dogs"))
    body = "".join(text(draw_plot(Plot("t", marks), 60, 15, PLAIN)))
    assert body.count("●") == 3 and body.count("○") == 3  # two points and the legend
