"""Heatmaps: what stands in the cells, what is marked, and where the mouse finds it."""

import dataclasses
import math
import re
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from rich.cells import cell_len

from tui_transformer.panels import Heatmap
from tui_transformer.render import heatmap_pool
from tui_transformer.render.compact import Digits, box, digits, plain
from tui_transformer.render.fit import cells
from tui_transformer.render.heatmap import draw_heatmap, heatmap_cell
from tui_transformer.render.heatmap_plan import plan
from tui_transformer.render.heatmap_pool import pool, way
from tui_transformer.render.heatmap_shades import LOST, MASKED, Range
from tui_transformer.render.palette import ANSI, DARK, LEVELS, LIGHT, PLAIN
from tui_transformer.text import is_clean

ASCII = dataclasses.replace(PLAIN, ascii=True)
LOOKS = (DARK, LIGHT, ANSI, PLAIN, ASCII, dataclasses.replace(DARK, ascii=True))
SENTENCE = (
    "The",
    "animal",
    "didn't",
    "cross",
    "the",
    "street",
    "because",
    "it",
    "was",
    "too",
    "wide",
    ".",
)
WORDS = ("the", "animal", "it", "was")
MIXED = np.array(
    [[0.001, 0.88, 0, 0.119], [0.25] * 4, [1, 0, 0, 0], [0.9999, 0.0001, math.nan, -math.inf]]
)
SIZES = st.tuples(st.integers(1, 120), st.integers(1, 40))
NASTY = st.sampled_from(["", "a", "日本語", "e\u0301", "\x1b[31m", "👨‍👩‍👧", "☺️", "a\nb", "x" * 90])
FLOATS = st.floats() | st.floats(-2, 2)


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def text(lines):
    return ["".join(segment.text for segment in line) for line in lines]


def exact(lines, width, height, palette=DARK):
    """Check the size of a drawing in cells, and hand its text over."""
    assert len(lines) == height
    for line in lines:
        assert sum(segment.cell_length for segment in line) == width
        assert all(is_clean(segment.text) for segment in line)
    assert not palette.ascii or "".join(text(lines)).isascii()
    return text(lines)


def style_at(lines, x, y):
    for segment in lines[y]:
        if x < segment.cell_length:
            return segment.style
        x -= segment.cell_length
    raise IndexError(x)


def draw(panel, width, height, palette=DARK, pin=None):
    return exact(draw_heatmap(panel, width, height, palette, pin), width, height, palette)


def attention(**changes):
    rng = np.random.default_rng(1)
    weights = rng.dirichlet(np.ones(12) / 4, 12)
    return dataclasses.replace(
        Heatmap("attention", weights, SENTENCE, SENTENCE, style="probability"), **changes
    )


# ── numbers in cells ───────────────────────────────────────────────────────────────────


def test_every_number_stands_in_its_cell():
    panel = Heatmap("", MIXED, WORDS, WORDS, style="probability", low=0, high=1, row=2, column=1)
    assert draw(panel, 40, 6) == [
        "          the  ▾animal    it      was   ",
        "   the   <0.01    0.88       0    0.12  ",
        "animal    0.25    0.25    0.25    0.25  ",
        "    it▸      1       0       0       0  ",
        "   was   >0.99   <0.01       ×      −∞  ",
        "0              1                        ",
    ]


def test_where_room_is_short_the_leading_zero_goes_first():
    panel = Heatmap("", MIXED, WORDS, WORDS, style="probability", low=0, high=1, row=2, column=1)
    assert draw(panel, 24, 6, PLAIN) == [
        "animal  the▾ani it  was ",
        "   the   ≈0 .88   0 .12 ",
        "animal  .25 .25 .25 .25 ",
        "    it▸█  1   0   0   0 ",
        "   was █ ≈1  ≈0   ×  −∞ ",
        "0    ░░▒▒▓▓███ 1        ",
    ]


@given(
    st.floats(0, 1, exclude_min=True, exclude_max=True),
    st.integers(1, 6),
    st.integers(2, 9),
    st.booleans(),
)
@example(0.995, 2, 3, False)
@example(0.004999, 2, 4, False)
@example(5e-324, 1, 2, True)
def test_a_probability_never_looks_like_never_or_always(p, decimals, room, zero):
    written = Digits("probability", decimals, zero).write(p, room)
    assert len(written) <= room
    assert written not in ("0", "1") and not (written.strip("0.") == "" and written)
    if written[0] == "<":
        assert p < float(written[1:])
    elif written[0] == ">":
        assert p > float(written[1:])
    elif written[0] == "≈":
        assert abs(p - float(written[1:])) <= 0.5 * 10**-decimals
    elif written != "…":
        shown = len(written.partition(".")[2])
        assert 0 < float(written) < 1 and abs(float(written) - p) <= 0.5000001 * 10**-shown


@given(st.floats(-1e300, 1e300), st.integers(0, 6), st.integers(1, 10), st.booleans())
@example(-0.004, 2, 4, True)
@example(999999.5, 0, 9, True)
def test_a_number_is_rounded_and_nothing_else(x, decimals, room, zero):
    written = Digits("number", decimals, zero).write(x, room)
    assert len(written) <= room
    if written == "≈0":
        assert 0 < abs(x) <= 0.5
    elif written != "…":
        value = float(written.replace("−", "-"))
        mantissa, _, exponent = written.partition("e")
        last = -len(mantissa.partition(".")[2]) + int(exponent or 0)
        if not exponent:  # whole numbers of up to two digits that were meant are exact
            last = max(last, 0) if "." not in mantissa else last
        assert abs(value - x) <= 0.5000001 * 10.0**last and (x == 0) == (written == "0")


@given(
    st.lists(FLOATS, min_size=1, max_size=8),
    st.sampled_from(["number", "probability"]),
    st.integers(0, 4),
    st.integers(1, 8),
    st.booleans(),
)
def test_a_row_is_written_as_its_numbers_are(values, style, decimals, room, zero):
    way = Digits(style, decimals, zero)
    assert way.row(values, room) == [way.write(x, room) for x in values]


def test_whole_numbers_are_written_as_such():
    assert digits(np.array([[0.0, 1.0], [-3.0, 2.0]]), "number", 2, 3) == Digits("integer", 0)
    assert draw(Heatmap("", np.array([[1, 0], [0, -12]])), 12, 2)[1].split() == ["0", "−12"]


def test_a_mask_shows_what_it_forbids_without_colour():
    mask = np.where(np.tril(np.ones((3, 3))) > 0, 0.5, -math.inf)
    lines = draw(Heatmap("", mask, style="probability"), 18, 3)
    assert [line.split() for line in lines] == [
        ["0.50", "−∞", "−∞"],
        ["0.50", "0.50", "−∞"],
        ["0.50"] * 3,
    ]


def test_numbers_are_left_out_where_the_style_says_so():
    assert not "".join(draw(Heatmap("", MIXED, style="text", high=1), 40, 4)).strip(" ×")


def test_every_number_can_be_read_on_its_shade():
    def luminance(color):
        linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for palette in (DARK, LIGHT):
        for scale in ("sequential", "diverging"):
            panel = Heatmap("", np.linspace(-1, 1, 40)[None], scale=scale)
            for segment in draw_heatmap(panel, 400, 1, palette)[0]:
                ink, paper = (
                    luminance(c.triplet) for c in (segment.style.color, segment.style.bgcolor)
                )
                assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 4.5


# ── labels and marks ───────────────────────────────────────────────────────────────────


def test_twelve_tokens_in_forty_columns_can_be_read():
    lines = draw(attention(row=7, column=5), 40, 14)
    assert lines[0].rstrip() == "    street  0   2    ▾5 6   8  10"
    assert [line[:10].strip() for line in lines[1:13]] == [
        f"{i} {word}" for i, word in enumerate(SENTENCE)
    ]
    assert lines[8][10] == "▸"


def test_twelve_tokens_in_fifty_four_columns_have_numbers_and_labels():
    panel = attention(row=7, column=5)
    lines = draw(panel, 54, 14)
    assert lines[0].rstrip() == "stree  The ani did cro the▾str bec it  was too wid  ."
    expected = Digits("probability", 2, zero=False)
    for row, line in enumerate(lines[1:13]):
        numbers = [line[6 + 4 * c : 10 + 4 * c].strip() for c in range(12)]
        assert numbers == [expected.write(x, 3) for x in panel.values[row]]


def test_labels_run_downwards_where_there_are_lines_for_them():
    lines = draw(Heatmap("", np.eye(4) / 3, WORDS, WORDS, column=1), 20, 9)
    assert [line[7:].rstrip() for line in lines[:5]] == [
        "    a",
        "    n",
        " t  i     w",
        " h  m  i  a",
        " e ▾…  t  s",
    ]


@pytest.mark.parametrize("palette", LOOKS, ids=str)
@pytest.mark.parametrize("size", [(26, 8), (40, 14), (54, 14), (100, 29)])
def test_what_is_lit_is_marked_without_colour(palette, size):
    lines = draw(attention(row=7, column=5), *size, palette)
    arrow, over = ">" if palette.ascii else "▸", "|" if palette.ascii else "▾"
    assert sum(line.count(arrow) for line in lines) == 1
    assert over in lines[0]


def test_what_is_lit_has_the_colour_of_its_role_and_is_bold():
    lines = draw_heatmap(attention(row=7, column=5), 54, 14, DARK)
    row, column = style_at(lines, 5, 8), style_at(lines, 27, 0)
    assert row == DARK.role("query", bold=True) and column == DARK.role("key", bold=True)
    assert style_at(lines, 8, 8).bold and not style_at(lines, 8, 7).bold


@pytest.mark.parametrize("palette", LOOKS, ids=str)
def test_the_pinned_cell_is_reversed_between_brackets(palette):
    lines = draw_heatmap(attention(), 54, 14, palette, (7, 11))
    line = text(lines)[8]
    assert line.index("[") == 6 + 4 * 11
    style = style_at(lines, line.index("["), 8)
    assert style == palette.role("cursor", bold=True, reverse=True)


def test_the_right_bracket_stands_in_the_next_gap_where_the_number_fills_its_cell():
    line = draw(attention(values=np.full((12, 12), 0.25)), 54, 14, pin=(7, 5))[8]
    assert line == "   it▸ .25 .25 .25 .25 .25[.25].25 .25 .25 .25 .25 .25"


def test_a_sign_is_visible_where_numbers_are_not():
    values = np.array([[-2.5, -0.9, 0.0, 0.9, 2.5]])
    panel = Heatmap("", np.tile(values, (2, 4)), scale="diverging")
    assert draw(panel, 40, 2, PLAIN)[0] == "==−−··++##" * 4
    assert draw(panel, 40, 2, ASCII)[0] == "==--..++##" * 4
    assert draw(panel, 40, 2, DARK)[0] == " − −      " * 4


def test_a_ramp_tells_shades_where_colour_cannot():
    panel = Heatmap("", np.tile(np.linspace(0, 1, 5), (1, 4)), style="text")
    assert draw(panel, 40, 1, PLAIN)[0] == "  ░░▒▒▓▓██" * 4


def test_the_scale_is_drawn_only_on_a_line_to_spare():
    panel = Heatmap("", np.array([[-1.5, 0.5], [0.25, 1.0]]), scale="diverging")
    assert draw(panel, 30, 3)[2].split() == ["−1.5", "1.5"]
    assert "1.5 " not in draw(panel, 30, 2)[1]


# ── shades ─────────────────────────────────────────────────────────────────────────────


def test_zero_is_the_middle_of_a_diverging_scale():
    panel = Heatmap("", np.array([[-1.0, 3.0]]), scale="diverging")
    assert Range.of(panel) == Range(-3.0, 3.0)
    assert Range.of(dataclasses.replace(panel, low=-1, high=2)) == Range(-2, 2)
    levels = Range(-3.0, 3.0).levels(np.array([[-3.0, 0.0, 3.0]])).tolist()[0]
    assert levels[0] == 0 and levels[2] == LEVELS - 1
    assert abs(levels[1] - (LEVELS - 1) / 2) <= 0.5


def test_what_is_no_number_has_no_shade():
    levels = Range(0, 1).levels(np.array([[math.nan, -math.inf, math.inf, 0.0, 1.0]]))
    assert levels.tolist() == [[LOST, MASKED, LEVELS - 1, 0, LEVELS - 1]]


def test_probabilities_are_shaded_from_zero():
    assert Range.of(Heatmap("", np.array([[0.2, 0.4]]), style="probability")) == Range(0.0, 0.4)
    assert Range.of(Heatmap("", np.array([[0.2, 0.4]]))) == Range(0.2, 0.4)


@given(arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=FLOATS))
def test_larger_numbers_are_never_shaded_lower(values):
    levels = Range.of(Heatmap("", values)).levels(values).ravel()
    known = np.isfinite(values).ravel()
    order = np.argsort(values.ravel()[known], kind="stable")
    assert (np.diff(levels[known][order]) >= 0).all()


# ── large matrices ─────────────────────────────────────────────────────────────────────


@given(
    arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=FLOATS),
    st.integers(1, 5),
    st.integers(1, 5),
    st.booleans(),
)
def test_pooling_takes_the_strongest_of_every_block(values, tall, wide, signed):
    pooled = pool(values, tall, wide, signed)
    rows, columns = values.shape
    assert pooled.shape == (-(-rows // tall), -(-columns // wide))
    for r in range(pooled.shape[0]):
        for c in range(pooled.shape[1]):
            block = [
                x
                for line in values[r * tall : (r + 1) * tall].tolist()
                for x in line[c * wide : (c + 1) * wide]
                if x == x
            ]
            if not block:
                assert math.isnan(pooled[r, c])
            elif signed:
                assert abs(pooled[r, c]) == max(map(abs, block)) and pooled[r, c] in block
            else:
                assert pooled[r, c] == max(block)


def large(**changes):
    values = np.zeros((200, 200))
    values[range(100), range(100)] = np.random.default_rng(0).random(100) * 0.9
    values[137, 42] = 0.97
    return dataclasses.replace(Heatmap("", values, style="probability"), **changes)


def test_a_large_matrix_is_a_picture_beside_a_window():
    lines = draw(large(row=100), 54, 14)
    assert lines[-1].startswith("max over 9×9 · rows 94–105, columns ")
    assert "▀" in lines[5] and "100▸" in lines[7]


def test_where_there_is_no_room_for_both_a_pin_chooses_the_window():
    assert draw(large(), 26, 8)[-1].startswith("max over 17×8 of 200×200")
    assert "[.97]" in draw(large(), 26, 8, pin=(137, 42))[4]
    assert draw(large(), 26, 8, pin=(137, 42))[-1].startswith("134–139 × 40–44 of 200×200")


def test_a_click_on_the_picture_finds_the_number_that_is_seen_there():
    panel = large()
    where = plan(panel, 54, 14, None).overview
    x, y = where.x + 42 // where.wide, where.y + 137 // (2 * where.tall)
    assert heatmap_cell(panel, 54, 14, x, y) == (137, 42)


def test_the_picture_says_what_it_pools_in_every_palette():
    panel = Heatmap("", np.arange(6400.0).reshape(80, 80) - 3200, scale="diverging")
    assert "max |x| over 4×4" in draw(panel, 54, 14)[-1]
    assert "max |x| over 8x4" in draw(panel, 54, 14, ASCII)[-1]


@pytest.mark.parametrize("palette", [ANSI, PLAIN])
def test_no_shade_touches_a_digit(palette):
    panel = attention(row=7, column=5)
    small = dataclasses.replace(panel, values=panel.values[:4, :4], rows=WORDS, columns=WORDS)
    for each, width in product((panel, small), range(20, 100, 3)):
        for line in draw(each, width, 15, palette)[1:-1]:
            assert not re.search(r"[░▒▓█][\d.−<>≈]|[\d.][░▒▓█]", line), line


def lit(values, high):
    """The share of numbers above a quarter of the largest, by counting."""
    return sum(abs(x) >= high / 4 for row in values.tolist() for x in row) / values.size


def test_a_picture_is_as_full_as_its_matrix_or_there_is_none():
    """A strided mask of 14 % is cropped, a single stripe kept, and waves are sampled."""
    i, j = np.indices((64, 64))
    strided = np.where(((i - j) % 8 == 0) | (abs(i - j) < 1), 1.0, 0.0)
    waves = np.sin(i / (1 + j / 4))
    masks = {"none": strided, "strongest": np.eye(64), "sampled": waves}
    for expected, values in masks.items():
        panel = Heatmap("", values, scale="diverging" if values is waves else "sequential")
        places = plan(panel, 54, 14, None)
        found = draw(panel, 54, 14)[-1]
        if expected == "none":
            assert places.overview is None and "rows" in found and "of 64×64" in found
            continue
        where = places.overview
        assert where.sampled == (expected == "sampled")
        small = np.array(
            [
                [
                    values[r, c]
                    if where.sampled
                    else np.max(values[r : r + where.tall, c : c + where.wide])
                    for c in range(0, 64, where.wide)
                ]
                for r in range(0, 64, where.tall)
            ]
        )
        assert abs(lit(small, 1.0) - lit(values, 1.0)) <= 0.1
        assert ("one of" if where.sampled else "max over") in found


@given(st.integers(0, 59), st.integers(0, 59), st.sampled_from([(26, 8), (40, 12), (54, 15)]))
def test_the_pinned_cell_of_a_large_matrix_is_always_in_the_window(row, column, size):
    values = np.arange(3600.0).reshape(60, 60) / 7
    lines = draw(Heatmap("", values, decimals=0), *size, pin=(row, column))
    number = Digits("number", 0).write(values[row, column], 4)
    assert any(f"[{number}]" in line for line in lines)


# ── mouse ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [(26, 8), (40, 12), (54, 15), (60, 6), (100, 30), (7, 5)])
@pytest.mark.parametrize("side", [3, 8, 26])
@pytest.mark.parametrize("pin", [None, (2, 1), (25, 25), (13, 20)])
def test_the_mouse_finds_the_cell_whose_number_it_points_at(size, side, pin):
    values = 100 + np.arange(side * side).reshape(side, side)
    pin = pin and (min(pin[0], side - 1), min(pin[1], side - 1))
    panel = Heatmap("", values, style="integer")
    lines, grid = draw(panel, *size, pin=pin), plan(panel, *size, pin).grid
    found = {}
    for y in range(size[1]):
        for x in range(size[0]):
            cell = heatmap_cell(panel, *size, x, y, pin)
            if grid is None or grid.cell(x, y) is None:
                continue
            assert cell == grid.cell(x, y)
            found.setdefault(cell, []).append(lines[y][x])
    for cell, characters in found.items():
        shown = "".join(characters).replace("[", "").replace("]", "").strip()
        assert shown in ("", str(values[cell]))
    if grid is not None and grid.wide >= 4:
        assert len(found) == grid.rows * grid.columns


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (54, 0), (0, 14), (0, 0), (2, 5), (53, 13)])
def test_the_mouse_finds_nothing_beside_the_cells(place):
    assert heatmap_cell(attention(row=7, column=5), 54, 14, *place) is None


# ── anything at all ────────────────────────────────────────────────────────────────────


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_matrix_in_any_size_fills_it_exactly(data):
    values = data.draw(
        arrays(
            float, st.tuples(st.integers(0, 40), st.integers(0, 40)), elements=FLOATS, fill=FLOATS
        )
    )
    labels = st.lists(NASTY, max_size=40).map(tuple)
    index = st.none() | st.integers(-2, 60)
    panel = Heatmap(
        "",
        values,
        data.draw(labels),
        data.draw(labels),
        data.draw(st.sampled_from(["sequential", "diverging"])),
        data.draw(st.none() | FLOATS),
        data.draw(st.none() | FLOATS),
        data.draw(st.sampled_from(["number", "probability", "integer", "text"])),
        data.draw(st.integers(-1, 20)),
        data.draw(index),
        data.draw(index),
    )
    width, height = data.draw(SIZES)
    pin = data.draw(st.none() | st.tuples(st.integers(0, 60), st.integers(0, 60)))
    draw(panel, width, height, data.draw(st.sampled_from(LOOKS)), pin)
    x, y = data.draw(st.integers(-1, width)), data.draw(st.integers(-1, height))
    cell = heatmap_cell(panel, width, height, x, y, pin)
    assert cell is None or (cell[0] < values.shape[0] and cell[1] < values.shape[1])


@pytest.mark.parametrize("dtype", [int, bool, np.float32, np.int8])
@pytest.mark.parametrize("shape", [(0,), (5,), (0, 5), (3, 3), (300, 300)])
def test_any_kind_of_numbers_is_drawn(dtype, shape):
    draw(Heatmap("", np.ones(shape, dtype), scale="diverging"), 54, 10)


@pytest.mark.parametrize("size", [(1, 1), (500, 200), (0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("side", [1, 2048])
def test_the_smallest_and_the_largest(size, side):
    draw(Heatmap("", np.zeros((side, side)), row=side - 1), *size)


def test_an_empty_matrix_says_so():
    assert draw(Heatmap("", np.zeros((0, 5))), 20, 2)[0].strip() == "empty (0×5)"


@given(NASTY, st.integers(0, 12), st.booleans())
def test_a_box_is_exactly_as_wide_as_asked(words, width, ascii):
    boxed = box(words, width, ascii)
    assert cell_len(boxed) == cells(boxed) == width
    assert plain(boxed, ascii) == boxed and is_clean(boxed)


def test_a_matrix_is_looked_at_whole_once_for_all_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    values, sizes = np.random.default_rng(0).random((12, 12)), list[int]()
    lit = heatmap_pool.lit

    def counting(x: np.ndarray, *given: Any) -> np.ndarray:
        sizes.append(x.size)
        return lit(x, *given)

    monkeypatch.setattr(heatmap_pool, "lit", counting)
    panel = Heatmap("A matrix", values)
    for tall, wide in product((1, 2, 3), repeat=2):
        assert way(panel, tall, wide)
    assert sizes == [144]


@given(st.data(), st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_how_blocks_are_made_one_is_as_the_shades_of_the_smaller_picture_say(
    data: st.DataObject, tall: int, wide: int, signed: bool
) -> None:
    """Asked of each picture itself: how many of its cells are a quarter of the way or farther."""
    numbers = st.floats(-3, 3) | st.sampled_from([0.0, 0.75, -0.75, math.nan, math.inf, -math.inf])
    values = data.draw(
        arrays(float, st.tuples(st.integers(2, 9), st.integers(2, 9)), elements=numbers)
    )
    panel = Heatmap("", values, scale="diverging" if signed else "sequential")

    def share(picture: np.ndarray) -> float:
        levels = [
            Range.of(panel).levels(np.array([[x]]))[0, 0] / (LEVELS - 1) for x in picture.flat
        ]
        far = [abs(2 * level - 1) if signed else level for level in levels]
        return sum(f >= 0.25 and level >= 0 for f, level in zip(far, levels, strict=True)) / len(
            far
        )

    true = share(values)
    strongest, sampled = pool(values, tall, wide, signed), values[::tall, ::wide]
    wanted = (
        "strongest" if tall == wide == 1 or abs(share(strongest) - true) <= 0.1
        else "sampled" if true > 0.5 and abs(share(sampled) - true) <= 0.1
        else "none"
    )  # fmt: skip
    assert way(panel, tall, wide) == wanted
