"""Texts that are cut keep their numbers whole or leave them out; wrapped texts lose nothing."""

import dataclasses
import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure
from tui_transformer.numbers import within
from tui_transformer.panels import Heatmap
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.compact import box
from tui_transformer.render.fit import _SINGLE, fit, is_single, short, wrap
from tui_transformer.render.heatmap import draw_heatmap
from tui_transformer.render.heatmap_plan import plan
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import PLAIN
from tui_transformer.render.spelled import spelled

IDS = [entry.id for entry in entries()]
ASCII = dataclasses.replace(PLAIN, ascii=True)
WHOLE = re.compile(r"[₀-₉]+|[0-9⁰¹²³⁴-⁹.,e−^-]*[0-9⁰¹²³⁴-⁹]%?")  # with what joins digits

words = st.lists(
    st.one_of(
        st.sampled_from(["rows", "k", "=", "·", "from", "(", ")", "→", "und", "日本"]),
        st.integers(-(10**9), 10**9).map(str),
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        st.sampled_from(
            ["1,024", "x₁₂", "10⁻¹²", "−0.125", "1e-07", "99 %", "5%", "A₁₀→C", "10^-12"]
        ),
    ),
    min_size=1,
    max_size=8,
)
texts = st.tuples(words, st.sampled_from([" ", "=", "→", " · "])).map(
    lambda pair: pair[1].join(pair[0])
)


def numbers(text: str) -> list[str]:
    return [m.strip(".,") for m in WHOLE.findall(text)]


@given(texts, st.integers(0, 30))
def test_a_number_is_shown_whole_or_not_at_all(text: str, width: int) -> None:
    there = numbers(text)
    for cut in (short(text, width), fit(text, width), box(text, width)):
        assert cell_len(cut) <= width
        seen = numbers(cut)
        assert seen == there[: len(seen)], f"{text!r} in {width}: {cut!r}"
        assert not re.search(r"[0-9₀-₉⁰-⁹]…", cut), "an ellipsis would make a number longer"


@given(texts, st.integers(6, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    if all(cell_len(word) <= width for word in text.split()):
        assert " ".join(" ".join(lines).split()) == " ".join(text.split())


@given(st.floats(-1e300, 1e300), st.integers(1, 14))
def test_a_number_is_rounded_as_far_as_its_room_asks(x: float, room: int) -> None:
    text = within(x, room)
    assert len(text) <= room
    if text:
        assert float(text.replace("−", "-").lstrip(">")) == pytest.approx(x, rel=0.5)
    if room >= 7 and (abs(x) >= 1e-99 or x == 0) and abs(x) < 1e99:
        assert text, "a control's number always has room"


# ── nothing is cut at an edge either ───────────────────────────────────────────────────


@cache
def figures(concept: str) -> tuple[Figure, ...]:
    one = load(concept)
    return tuple(one.view(one.preset(name)) for name in one.presets)


@pytest.mark.parametrize("palette", [PLAIN, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("concept", IDS)
def test_no_number_runs_over_the_edge_of_a_panel(
    concept: str, palette: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Canvas.put

    def checked(canvas: Canvas, x: int, y: int, text: str, *style: object) -> int:
        end = put(canvas, x, y, text, *style)
        if 0 <= y < canvas.height and (x < 0 or end > canvas.width):
            for number in WHOLE.finditer(text):
                start, stop = x + number.start(), x + number.end()
                whole = start >= 0 and stop <= canvas.width
                assert whole or stop <= 0 or start >= canvas.width, f"{text!r} at {x}"
        return end

    monkeypatch.setattr(Canvas, "put", checked)
    for figure in figures(concept):
        figure = spelled(figure) if palette is ASCII else figure
        for width, height in [(33, 12), (53, 18), (93, 30), (17, 9)]:
            for page in arrange(figure, width, height):
                draw_page(page, width, height, palette, None, PanelCache())


def assert_labelled(panel: Heatmap, size: tuple[int, int], pin: tuple[int, int] | None) -> None:
    """Each row that is shown has its number whole before it, and each column its own or none."""
    grid = plan(panel, *size, pin).grid
    if grid is None:
        return
    lines = ["".join(s.text for s in line) for line in draw_heatmap(panel, *size, PLAIN, pin)]
    for i in range(grid.rows):
        row = grid.row + i
        named = panel.rows[row] if panel.rows else str(row) * grid.window
        text = lines[grid.y + i * grid.tall + (grid.tall - 1) // 2][grid.x - grid.margin : grid.x]
        wanted = [*[str(row)] * grid.numbered, *numbers(named)]
        wanted = wanted if grid.margin > 1 else []  # one column is the mark's: no row has a name
        assert numbers(text) == wanted, f"{panel.title} {row}: {text!r}"
    if grid.head == "across":
        for i in range(grid.columns):
            column = grid.column + i
            named = panel.columns[column] if panel.columns else str(column) * grid.window
            start = grid.x + i * grid.wide
            text = lines[grid.y - 1][start : start + grid.wide]
            assert numbers(text) == numbers(named), f"{panel.title} {column}: {text!r}"
    if grid.head == "numbers":
        known = {*panel.columns, *map(str, range(panel.values.shape[-1]))}
        assert set(numbers(lines[grid.y - 1][grid.x :])) <= known


@pytest.mark.parametrize("concept", IDS)
def test_labels_of_a_matrix_keep_their_numbers(concept: str) -> None:
    for figure in figures(concept):
        for panel in figure.panels:
            if isinstance(panel, Heatmap):
                bare = dataclasses.replace(panel, values=np.zeros_like(panel.values), style="text")
                rows, columns = panel.values.shape
                for size in [(24, 8), (30, 9), (40, 12), (53, 17), (90, 30)]:
                    assert_labelled(bare, size, None)
                    assert_labelled(bare, size, (rows - 1, columns - 1))


def test_what_is_counted_at_once_takes_a_cell_each() -> None:
    singles = [chr(code) for code in range(0x3000) if _SINGLE.fullmatch(chr(code))]
    assert len(singles) > 150
    assert {cell_len(character) for character in singles} == {1}


def test_a_text_is_single_where_each_character_takes_a_cell() -> None:
    """However rare it is: a single ∇ made a whole picture be painted line by line."""
    for code in range(0x80, 0x3000):
        assert is_single(f"−{chr(code)}─") == (cell_len(chr(code)) == 1), hex(code)
    assert not is_single("e\u0301") and not is_single("日") and not is_single("❤\ufe0f")
