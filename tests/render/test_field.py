"""Fields: shades, contours and marks in the same cells, and clicks that find them again."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tests.render.pixels import SHADED, halves
from tui_transformer.panels import Field
from tui_transformer.pieces import Arrow, Axis, Line, Note, Points, Rule
from tui_transformer.render import shades
from tui_transformer.render.canvas import Lines
from tui_transformer.render.contrast import ratio
from tui_transformer.render.field import draw_field, field_frame, field_point
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN, Palette

ASCII = Palette("ascii", colors="none", ascii=True)
PALETTES = (DARK, LIGHT, ANSI, PLAIN, ASCII, Palette("both", ascii=True))
X, Y = Axis("x₁", -3, 3), Axis("x₂", -3, 3)
GRID = np.linspace(-3, 3, 41)
GX, GY = np.meshgrid(GRID, GRID)
SIZES = [(30, 8), (54, 15), (60, 15), (100, 30), (23, 7), (41, 12)]


@pytest.fixture(autouse=True)
def _strict_numpy():
    with np.errstate(all="raise"):
        yield


def text(lines: Lines) -> list[str]:
    return ["".join(segment.text for segment in line) for line in lines]


def style_at(lines: Lines, column: int, row: int) -> Style:
    for segment in lines[row]:
        column -= cell_len(segment.text)
        if column < 0:
            return segment.style
    raise AssertionError("outside")


def plane(panel: Field, width: int, height: int, palette: Palette = DARK) -> list[str]:
    frame = field_frame(panel, width, height)
    return [
        line[frame.left :]
        for line in text(draw_field(panel, width, height, palette))[
            frame.top : frame.top + frame.rows
        ]
    ]


def assert_exact(lines: Lines, width: int, height: int) -> None:
    assert len(lines) == height
    assert all(cell_len(line) == width for line in text(lines))


# ── whatever the data ──────────────────────────────────────────────────────────────────

numbers = st.one_of(
    st.floats(-5, 5),
    st.floats(),
    st.sampled_from([0.0, 1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf]),
)
shapes = st.sampled_from([(0, 0), (1, 1), (1, 5), (3, 1), (2, 2), (7, 4), (0, 3)])
arrays = shapes.flatmap(
    lambda shape: st.lists(numbers, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
        lambda values: np.array(values, float).reshape(shape)
    )
)
limits = st.one_of(st.none(), numbers)
axes = st.builds(Axis, st.text(max_size=8), limits, limits, st.booleans())
series = st.lists(numbers, max_size=8)
marks = st.one_of(
    st.builds(Line, series, series),
    st.builds(Points, series, series),
    st.builds(Arrow, numbers, numbers, numbers, numbers, label=st.just("w")),
    st.builds(Rule, numbers, st.booleans(), label=st.text(max_size=9)),
    st.builds(Note, numbers, numbers, st.text(max_size=9)),
)
fields = st.builds(
    Field,
    st.just("t"),
    arrays,
    axes,
    axes,
    st.lists(marks, max_size=3).map(tuple),
    st.sampled_from(["sequential", "diverging"]),
    limits,
    limits,
    st.lists(numbers, max_size=3).map(tuple),
    legend=st.text(max_size=8),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(fields, st.integers(1, 90), st.integers(1, 30), st.sampled_from(PALETTES))
def test_any_field_fills_its_panel_exactly(panel, width, height, palette):
    lines = draw_field(panel, width, height, palette)
    assert_exact(lines, width, height)
    if palette.ascii:
        assert "".join(text(lines)).isascii()
    field_point(panel, width, height, width // 2, height // 2)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 5), (5, 2), (30, 8), (54, 15), (500, 200)])
@pytest.mark.parametrize("palette", PALETTES, ids=lambda p: p.name)
def test_every_size_is_filled_exactly(size, palette):
    panel = Field(
        "t",
        GX * GY,
        X,
        Y,
        (Line(GRID, np.sin(GRID), label="sin"),),
        "diverging",
        levels=(0, 1),
        legend="value",
    )
    assert_exact(draw_field(panel, *size, palette), *size)


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((2, 2, 2)), np.float64(3), [[1, 2]]])
def test_odd_shapes_are_drawn_too(values):
    assert_exact(draw_field(Field("t", values, X, Y), 40, 10, DARK), 40, 10)


def test_what_is_not_a_number_is_a_cross():
    values = np.ones((5, 5))
    values[:3] = math.nan
    rows = plane(Field("t", values, X, Y), 40, 12)
    assert set(rows[-1]) == {"×"} and set(rows[0]) == {" "}  # one shade, which is an even one


# ── shades ─────────────────────────────────────────────────────────────────────────────


def test_samples_lie_on_the_edges_and_between_is_bilinear():
    values = np.array([[0.0, 1.0], [2.0, 5.0]])
    found = shades.sample(values, np.array([0, 0.25, 1]), np.array([0, 0.5, 1]))
    assert found == pytest.approx(np.array([[0, 0.25, 1], [1, 1.5, 3], [2, 2.75, 5]]))


@pytest.mark.parametrize("size", SIZES)
def test_each_pixel_has_the_shade_of_its_middle(size):
    panel = Field("t", GX + 2 * GY, X, Y, low=-9, high=9)
    lines = draw_field(panel, *size, DARK)
    frame = field_frame(panel, *size)
    for row in range(frame.rows):
        for column in range(0, frame.columns, 5):
            at = frame.left + column, frame.top + row
            style = style_at(lines, *at)
            seen = halves(text(lines)[at[1]][at[0]], style.color, style.bgcolor)
            for half, color in enumerate(seen):
                x = -3 + 6 * (column + 0.5) / frame.columns
                y = 3 - 6 * (2 * row + half + 0.5) / (2 * frame.rows)
                share = (x + 2 * y + 9) / 18
                steps = shades.SHADES - 1
                nearest = {round((share + e) * steps) for e in (-1e-9, 1e-9)}
                wanted = {DARK.color("sequential", step / steps) for step in nearest}
                assert tuple(color.triplet) in wanted


def test_zero_is_in_the_middle_of_a_diverging_scale():
    panel = Field("t", np.array([[-1.0, -1.0], [4.0, 4.0]]), X, Y, scale="diverging")
    reach = shades.value_range(panel, panel.values)
    assert (reach.low, reach.high) == (-4, 4)
    flat = Field("t", np.zeros((2, 2)), X, Y, scale="diverging", low=-1, high=1)
    lines = draw_field(flat, 40, 10, DARK)
    style = style_at(lines, 30, 5)
    for color in halves(text(lines)[5][30], style.color, style.bgcolor):
        assert tuple(color.triplet) == DARK.color("diverging", 0.5)


@pytest.mark.parametrize("down", [-1, -0.3, 0.4, 1])
@pytest.mark.parametrize("across", [-1, -0.5, 0.1, 1])
def test_along_a_slope_one_colour_changes_at_a_time(across, down):
    """Each costs nineteen bytes: over a network they are most of what a picture is."""
    panel = Field("t", across * GX + down * GY, X, Y, low=-12, high=12)
    lines = draw_field(panel, 60, 30, DARK)
    frame = field_frame(panel, 60, 30)
    changes = 0
    for line in lines[frame.top : frame.top + frame.rows]:
        styles = [s.style for s in line if s.style.bgcolor != DARK.base.bgcolor]
        for here, there in pairwise(styles):
            assert (here.color != there.color) + (here.bgcolor != there.bgcolor) == 1
        changes += len(styles) - 1
    assert 0 < changes <= frame.rows * (6 * abs(across) / 24 * shades.SHADES + 1)


def test_without_colour_the_sign_can_be_seen():
    panel = Field("t", GX, X, Y, scale="diverging", low=-3, high=3)
    for palette, minus, plus in ((PLAIN, "≡=-", "░▒▓"), (ASCII, "=~-", "+*#")):
        row = plane(panel, 60, 12, palette)[3]
        half = len(row) // 2
        assert set(row[: half - 6]) == set(minus) and set(row[half + 6 :]) == set(plus)


def test_the_legend_says_what_the_shades_mean():
    panel = Field(
        "t", GX, X, Y, (Points([0, 1], [0, 1], "good", "class 1"),), low=-3, high=3, legend="score"
    )
    top = text(draw_field(panel, 70, 12, DARK))[0]
    assert top.startswith("x₂") and "● class 1" in top and top.endswith(" 3")
    assert "score  −3 " in top
    assert text(draw_field(panel, 24, 12, DARK))[0].endswith(" 3")


# ── contours and marks ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("holes", [0, 3])
def test_a_dot_lies_on_a_contour_where_its_corners_lie_on_both_sides(holes: int) -> None:
    columns, rows, where = 7, 4, (-0.4, 0.1, 0.5)
    values = np.random.default_rng(holes).uniform(-1, 1, (6, 5))
    values.ravel()[:holes] = (np.nan, np.inf, -np.inf)[:holes]
    x, y = np.linspace(0, 1, 2 * columns + 1), np.linspace(1, 0, 4 * rows + 1)
    with np.errstate(all="ignore"):
        corners = shades.sample(values, x, y)
        dots = shades.contours(values, where, columns, rows)
    bits = ((1, 8), (2, 16), (4, 32), (64, 128))  # of braille: by row, then column
    wanted = [[0] * columns for _ in range(rows)]
    for down in range(4 * rows):
        for along in range(2 * columns):
            around = [float(corners[down + i, along + j]) for i in (0, 1) for j in (0, 1)]
            sides = {sum(value > level for level in where) for value in around}
            if all(map(math.isfinite, around)) and len(sides) > 1:
                wanted[down // 4][along // 2] += bits[down % 4][along % 2]
    assert dots.tolist() == wanted and sum(map(sum, wanted)) > 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at", [-2.513, -0.7771, 0.3333, 1.2345, 2.9])
def test_a_contour_runs_through_the_cells_of_a_rule_at_its_level(size, at):
    for values, upright in ((GX - at, True), (GY - at, False)):
        contour = Field("t", values, X, Y, levels=(0.0,))
        rule = Field("t", values, X, Y, (Rule(at, upright),))
        drawn = plane(contour, *size)
        ruled = plane(rule, *size)
        cells = {
            (r, c)
            for r, row in enumerate(drawn)
            for c, char in enumerate(row)
            if "\u2800" < char <= "\u28ff"
        }
        assert cells == {
            (r, c) for r, row in enumerate(ruled) for c, char in enumerate(row) if char in "┊─"
        }


@pytest.mark.parametrize("size", SIZES)
def test_a_slanted_contour_and_the_line_on_it_agree(size):
    """The decision line of a neuron: w·x + b = 0, as a contour and as a curve."""
    values = 1.0 * GX + 0.6 * GY - 0.37
    x = np.array([-3, 3.0])
    line = Field("t", values, X, Y, (Line(x, (0.37 - x) / 0.6),))
    contour = Field("t", values, X, Y, levels=(0.0,))

    def dots(rows):
        bits = ((1, 8), (2, 16), (4, 32), (64, 128))
        return {
            (2 * c + dx, 4 * r + dy)
            for r, row in enumerate(rows)
            for c, char in enumerate(row)
            if "\u2800" < char <= "\u28ff"
            for dy in range(4)
            for dx in range(2)
            if ord(char) - 0x2800 & bits[dy][dx]
        }

    ours, theirs = dots(plane(line, *size)), dots(plane(contour, *size))
    assert ours and theirs
    for a, b in ((ours, theirs), (theirs, ours)):
        assert all(any(abs(x - u) <= 1 and abs(y - v) <= 1 for u, v in b) for x, y in a)


def test_no_contour_where_the_level_is_met_by_a_whole_region():
    flat = np.maximum(GX, 0)  # ReLU: zero on the whole left half
    rows = plane(Field("t", flat, X, Y, levels=(0.0,)), 60, 15)
    columns = {c for row in rows for c, char in enumerate(row) if char not in SHADED}
    assert len(columns) <= 2


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(8, 120), st.integers(3, 40), st.floats(-2.99, 2.99), st.floats(-2.99, 2.99))
def test_a_click_on_a_mark_finds_its_point(width, height, x, y):
    panel = Field("t", GX, X, Y, (Points([x], [y]),))
    frame = field_frame(panel, width, height)
    lines = text(draw_field(panel, width, height, PLAIN))
    where = [(line.index("●"), row) for row, line in enumerate(lines) if "●" in line]
    assert len(where) == 1
    found = field_point(panel, width, height, *where[0])
    assert abs(found[0] - x) <= 6 / frame.columns and abs(found[1] - y) <= 6 / frame.rows
    assert frame.cell(*found) == (where[0][0] - frame.left, where[0][1] - frame.top)


@pytest.mark.parametrize("size", [*SIZES, (1, 1), (7, 3)])
@pytest.mark.parametrize(
    "axis", [X, Axis("t", 1e-4, 1e3, True), Axis("t", 5, 5), Axis("t", 1e8, 1e8 + 1)]
)
def test_every_cell_of_the_plane_is_its_own_point(size, axis):
    panel = Field("t", GX, axis, axis)
    frame = field_frame(panel, *size)
    for column in range(-1, size[0] + 1):
        for row in range(-1, size[1] + 1):
            point = field_point(panel, *size, column, row)
            inside = 0 <= column - frame.left < frame.columns and 0 <= row - frame.top < frame.rows
            assert (point is not None) == inside
            if point:
                assert frame.cell(*point) == (column - frame.left, row - frame.top)


def test_clicked_numbers_are_short():
    panel = Field("t", GX, X, Y)
    x, y = field_point(panel, 60, 15, 20, 5)
    assert len(str(x)) <= 5 and len(str(y)) <= 5


@pytest.mark.parametrize("palette", [DARK, LIGHT])
@pytest.mark.parametrize("scale", ["sequential", "diverging"])
def test_marks_can_be_seen_on_every_shade(palette, scale):
    for role in ("plain", "first", "second", "third", "target", "gradient", "bad", "muted"):
        styles = shades.mark_styles(palette, scale, role, False)
        for level in range(shades.SHADES):
            style = styles[level]
            ink, paper = style.color.triplet, style.bgcolor.triplet
            assert tuple(paper) == palette.color(scale, level / (shades.SHADES - 1))
            assert ratio(tuple(ink), tuple(paper)) >= 2.9


def test_a_mark_keeps_the_shade_behind_it():
    panel = Field(
        "t", np.zeros((2, 2)), X, Y, (Points([0], [0]), Line([-3, 3], [1, 1])), low=0, high=1
    )
    lines = draw_field(panel, 60, 15, DARK)
    for row, line in enumerate(text(lines)):
        for column, char in enumerate(line):
            if char == "●" or "\u2800" < char <= "\u28ff":
                style = style_at(lines, column, row)
                assert tuple(style.bgcolor.triplet) == DARK.color("sequential", 0)


def test_the_same_field_is_drawn_the_same():
    make = lambda: Field("t", GX * GY, X, Y, (Line(GRID, GRID),), levels=(1,))  # noqa: E731
    assert draw_field(make(), 50, 14, DARK) == draw_field(make(), 50, 14, DARK)


def test_it_looks_like_this():
    panel = Field(
        "t",
        1 / (1 + np.exp(-2 * (GX + GY))),
        X,
        Y,
        (Arrow(0, 0, 1.5, 1.5, "gradient", "w"), Points([2], [-1], "target", "probe")),
        low=0,
        high=1,
        levels=(0.5,),
        legend="y",
    )
    assert text(draw_field(panel, 36, 10, PLAIN)) == LOOK.strip("\n").split("\n")


LOOK = """
x₂                 y  0    ░░▒▒▓▓▓ 1
  │⠉⠓⠦⢤⣀▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
 2┤    ⠈⠙⠒⠦⣄⡀▒▓▓▓▓▓▓▓▓▓▓▓▓⣀↗▓w▓▓▓▓▓▓
  │         ⠉⠙⠲⢤⣀⡀▓▓▓⢀⡠⠤⠒⠉▓▓▓▓▓▓▓▓▓▓
 0┤              ⠉⠓⠐⠊⠁▒▓▓▓▓▓▓▓▓▓▓▓▓▓
  │                  ⠈⠉⠓probe▓●▓▓▓▓▓
−2┤                       ⠈⠙⠲⠤⣄⡀▓▓▓▓
  │                            ⠉⠓⠲⢤⣀
  └┬────┬─────┬────┬─────┬────┬── x₁
  −3   −2    −1    0     1    2    3
"""


@pytest.mark.parametrize("values", [GX, np.where(GX > 2.9, np.nan, GX)], ids=["whole", "a hole"])
def test_a_wide_character_takes_two_cells_of_a_plane(values: np.ndarray) -> None:
    """Also where a shade is not a number; half of one that is written over becomes a blank."""
    marks = Note(-2, 1, "漢字"), Note(-2, -1, "漢字"), Note(-1.85, -1, "over")
    lines = draw_field(Field("t", values, X, Y, marks), 60, 15, DARK)
    assert_exact(lines, 60, 15)
    drawn = "\n".join(text(lines))
    assert drawn.count("漢字") == 1 and re.search("[▀▄█ ] over", drawn)
    assert drawn.count("漢") == drawn.count("字") == 1
