"""What a person sees of page 1: how much of it, whole, with scales, names and numbers."""

import re
from collections import defaultdict
from itertools import product

import numpy as np
import pytest

from tests.pages.states import (
    HOME,
    IDS,
    SIZES,
    STRIPS,
    figures,
    first,
    is_plane,
    lost,
    own,
    room,
    seen,
    text,
)
from tests.pages.table import TABLE, written
from tui_transformer.numbers import number
from tui_transformer.panels import Field, Heatmap, Others, Plot, Table, Tokens
from tui_transformer.render.heatmap_plan import plan
from tui_transformer.render.palette import ANSI, PLAIN
from tui_transformer.render.panel import draw_panel
from tui_transformer.render.table_plan import plan as table_plan

# All that is asked of a concept comes together: its pages are laid out and drawn once.
every_concept = pytest.mark.parametrize("concept", IDS, scope="module")

QUARTER = 0.25  # of the screen
LEFT = 0.24  # of the screen without a strip, where one is open: embeddings' map and list
LINES = 18  # for panels at 80×24
LEAST = (60, 18)  # of its 1080 cells 363 are left for panels, 33×11
# States with less to draw than that at 60×18, and how much it is at least: cells are whole, so of
# 33 columns 11 letters take 22, and one letter is a matrix of 1×1.
LITTLE_THERE = {("encoder-decoder", i): 0.23 for i in (8, 9)} | {("encoder-decoder", 5): 0.24}
# A pair with a word cut at 60×18: two tokens that are bytes, written as everywhere in the field,
# <0xF0><0x9F><0x8C> + <0xBF>, and how often they stand there need 35 columns, and 33 are there.
CUT_THERE = {("tokenizer", 9, "Pairs: the first is next")}
TALL = 2.0  # a plot is so many times as wide as high, in cells


def pages(concept, sizes=(*SIZES, *STRIPS)):
    """Every state of a concept on every screen: its number, the screen, the panels of page 1."""
    for (i, figure), size in product(enumerate(figures(concept)), sizes):
        yield i, size, first(figure, room(concept, size))


def panels(concept, kind, sizes=(*SIZES, *STRIPS)):
    """The panels of one kind on page 1."""
    return [(box, size) for _, size, page in pages(concept, sizes) for box in page
            if isinstance(box.panel, kind)]  # fmt: skip


# ── rule 1: how much ───────────────────────────────────────────────────────────────────


@every_concept
def test_what_is_drawn_of_the_main_panels_is_a_quarter_of_the_screen(concept):
    shares = defaultdict(list)
    for i, size, page in pages(concept):
        lines = size[1] - lost(LINES, *size[2:])  # what a strip takes is no screen
        share = sum(seen(box) for box in page if box.panel.main) / (size[0] * lines)
        least = QUARTER if len(size) == 2 else LEFT
        least = LITTLE_THERE.get((concept, i), least) if size == LEAST else least
        assert share >= least, (i, size, share)
        shares[concept, i].append(share)
    little = {key for key in LITTLE_THERE if key[0] == concept}
    assert all(min(shares[key]) < QUARTER for key in little), "what is enough is no exception"


# ── rules 3 and 4: nothing is cut ──────────────────────────────────────────────────────


@every_concept
def test_titles_labels_names_and_numbers_are_whole(concept):
    """Only a text that goes on, and says how far, ends in an ellipsis."""
    for i, size, page in pages(concept):
        for box in page:
            lines = text(box)
            assert not shortened(box.panel, lines), (i, size, shortened(box.panel, lines))
            if size == LEAST and (concept, i, box.panel.title) in CUT_THERE:
                continue
            shown = "\n".join(lines)
            if isinstance(box.panel, Tokens):
                shown = re.sub(r"… [\d,]+ (more|before)", "", shown)
            assert shown.count("…") <= own(box.panel).count("…"), (i, size, shown)
            assert not re.search(r" \+\d+$", shown, re.M), (i, size, shown)


def shortened(panel, lines):
    """The numbers of which a part is there: an ellipsis stands for all of one, and touches none."""
    if not isinstance(panel, Table | Heatmap):
        return []
    found = re.findall(r"\S*(?:\d…|…\d)\S*", "\n".join(lines[1:]))
    return [word for word in found if word not in own(panel)]


@every_concept
def test_a_table_that_does_not_fit_scrolls_and_says_how_far(concept):
    for box, size in panels(concept, Table):
        lines = text(box)
        rows = [next((j for j, line in enumerate(lines) if shows(line, row)), None)
                for row in box.panel.rows]  # fmt: skip
        more = re.search(r"(?:▲ (\d+) ?)?(?:▼ (\d+) )?more(?:  |$)", lines[-1])
        hidden = sum(int(n) for n in more.groups() if n) if more else 0
        if box.panel.of and (
            listed := re.match(rf"(?:▲ \d+ · )?(\d+) of {box.panel.of}", lines[-1])
        ):
            weights = box.panel.others.weights if box.panel.others else [0.0] * len(rows)
            always = [row for row, weight in zip(box.panel.rows, weights, strict=True)
                      if weight == Others.ALWAYS]  # fmt: skip
            hidden = len(rows) - len(always) - int(listed[1])
            names = any(column.title for column in box.panel.columns)
            shown = [line for line in lines[1 + names : -1] if f" {hidden} others " not in line]
            standing = sum(any(shows(line, row) for row in always) for line in shown)
            assert hidden > 0 and int(listed[1]) == len(shown) - standing
        drawn = box.panel.rows[box.panel.row or 0]
        assert len(box.panel.rows) - hidden <= len(lines), (size, box.panel.title)
        assert hidden or box.height >= len(box.panel.rows) + 1, (size, box.panel.title)
        lit = box.panel.row is not None or box.panel.others is None
        assert not (hidden and lit) or any(shows(line, drawn) for line in lines), "it is in sight"
        assert rows


@every_concept
def test_columns_that_wait_are_told_by_their_names(concept):
    """In the title or on the last line; of many the first, and how many more."""
    for box, size in panels(concept, Table, SIZES[1:]):
        waiting = table_plan(box.panel, box.width, box.height - 1, None, 0).hidden
        hidden = [i for i in waiting if not box.panel.columns[i].bar]  # the number is beside it
        lines = text(box)
        key = "z: " if box.width < LEAST[0] else "hidden: "
        told = [line.split(key)[1] for line in (lines[0], lines[-1]) if key in line]
        assert bool(told) == bool(hidden), (size, lines)
        if hidden:
            titles = [box.panel.columns[i].title for i in hidden if box.panel.columns[i].title]
            *names, last = told[0].split(", ")
            more = re.fullmatch(r"(\d+) more", last)
            names += [] if more else [last]
            assert names == titles[: len(names)], (size, lines)
            assert len(names) + int(more[1] if more else 0) == len(hidden), (size, lines)


def shows(line, row):
    """Whether a line begins as the first cell of a row does."""
    content = row[0].content
    return not isinstance(content, str) or line.lstrip("▸ ").startswith(content.strip()[:3])


# ── rule 6: shades with numbers or a scale, matrices with names ────────────────────────


def has_scale(lines, low, high):
    """Whether the numbers at both ends of a scale stand on a line with nothing but it between."""
    ends = (re.escape(number(x, 3)) for x in (low, high))
    pattern = r"(?<!\S){} \s*[ ░▒▓█=−·+#]+ {}$".format(*ends)
    return any(re.search(pattern, line) for line in lines)


def reach(panel):
    """The ends of the colours of a matrix."""
    values = panel.values[np.isfinite(panel.values)]
    low = 0.0 if panel.style == "probability" else float(values.min())
    low = low if panel.low is None else panel.low
    high = float(values.max()) if panel.high is None else panel.high
    far = max(abs(low), abs(high))
    return (-far, far) if panel.scale == "diverging" else (low, max(low, high))


@every_concept
def test_a_matrix_has_numbers_in_its_cells_or_a_scale(concept):
    """Those beside each other whose colours reach as far may have one scale."""
    for _, size, page in pages(concept):
        for box in page:
            if isinstance(box.panel, Heatmap):
                alike = [
                    each for each in page
                    if isinstance(each.panel, Heatmap)
                    and each.y == box.y
                    and reach(each.panel) == reach(box.panel)
                ]  # fmt: skip
                assert any(map(is_measured, alike)), (size, box.panel.title, text(box))


def is_measured(box):
    """Whether a matrix has numbers in half of its cells, or a scale."""
    lines = text(box)
    grid = plan(box.panel, box.width, box.height - 1, None).grid
    numbers = grid is not None and sum(
        len(re.findall(r"\d", line[grid.x :])) for line in lines[1 + grid.y :]
    )
    enough = grid is not None and numbers >= grid.rows * grid.columns / 2
    return enough or has_scale(lines, *reach(box.panel))


@every_concept
def test_shaded_texts_have_a_scale(concept):
    for box, size in panels(concept, Tokens):
        if any(token.strength is not None for token in box.panel.tokens):
            assert has_scale(text(box), 0, 1), (size, box.panel.title)


@every_concept
def test_shaded_planes_have_a_scale(concept):
    for box, size in panels(concept, Field):
        head = text(box)[1]
        assert re.search(r"−?[\d.e−]+ +−?[\d.e]+$", head), (size, box.panel.title, head)


@every_concept
def test_a_matrix_keeps_the_names_of_its_rows_and_columns(concept):
    """Beside and over its cells, even where they are one column wide; those beside each other that
    have the same rows may have their names once. Of a picture that is made smaller, numbers."""
    for _, size, page in pages(concept):
        for box in page:
            if isinstance(box.panel, Heatmap):
                lines = text(box)[1:]
                places = plan(box.panel, box.width, box.height - 1, None)
                if places.grid is None:
                    overview = places.overview
                    assert re.match(r" *▸?0 ", lines[0]) or overview.wide == 1, (size, lines)
                    full = len(box.panel.values[0]) + 2 > box.width  # every cell is a column's
                    named = lines[overview.y][: overview.x].strip("▸ ") == "0"
                    assert full or named, (size, lines)
                elif not named_before(box, page):
                    assert_named(box, places.grid, lines, size)


def named_before(box, page):
    """Whether the first of some matrices beside each other names the same rows, line by line."""
    first = min((each for each in page if each.y == box.y), key=lambda each: each.x)
    if first is box or not isinstance(first.panel, Heatmap) or first.panel.rows != box.panel.rows:
        return False
    ours, theirs = (
        plan(each.panel, each.width, each.height - 1, None).grid for each in (box, first)
    )
    same = [(g.row, g.rows, g.y, g.tall) for g in (ours, theirs) if g is not None]
    return len(same) == 2 and same[0] == same[1] and ours.margin == 1 < theirs.margin


def assert_named(box, grid, lines, size):
    """Names of rows keep four letters, or three where cells are as narrow as they can be."""
    least = 4 if grid.wide > 1 else 3
    for i, name in enumerate(box.panel.rows[grid.row : grid.row + grid.rows]):
        line = lines[grid.y + i * grid.tall + (grid.tall - 1) // 2]
        label = line[grid.x - grid.margin : grid.x].strip(" ▸")
        numbered = not name.strip().startswith(label)
        kept = re.sub(r"^\d+ (?=\S)", "", label) if numbered else label
        enough = min(len(name.strip()), least)
        full = len(box.panel.values[0]) + 1 + enough > box.width  # every column is a number's
        assert full or (name.strip().startswith(kept) and len(kept) >= enough), (size, lines)
    tall = len(box.panel.values) + 1 > len(lines)  # every line is a row's
    assert not box.panel.columns or grid.head != "none" or tall, (size, box.panel.title)


# ── rule 8: plots ──────────────────────────────────────────────────────────────────────


@every_concept
def test_a_plot_is_twice_as_wide_as_high(concept):
    for box, size in panels(concept, Plot):
        if not is_plane(box.panel):
            assert box.width >= TALL * (box.height - 1), (size, box.panel.title)


# ── rule 9: shades as characters ───────────────────────────────────────────────────────


@every_concept
@pytest.mark.parametrize("palette", [ANSI, PLAIN], ids=lambda palette: palette.name)
def test_no_shade_touches_a_digit(concept, palette):
    for box, size in panels(concept, Heatmap | Field, [HOME, (120, 36)]):
        for line in draw_panel(box.panel, box.width, box.height, palette)[1:]:
            shown = "".join(segment.text for segment in line)
            assert not re.search(r"[░▒▓█]\d|\d[░▒▓█]", shown), (size, box.panel.title, shown)


# ── the table ──────────────────────────────────────────────────────────────────────────


def test_the_table_is_fresh():
    assert TABLE.read_text("utf-8") == written(), "run python -m tests.pages"
