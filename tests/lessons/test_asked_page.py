"""While it is asked, the page is the opening state: no cell of it depends on the change."""

from dataclasses import replace

import pytest
from rich.segment import Segment

from tui_transformer.lessons import library
from tui_transformer.lessons.records import Ask, Lesson
from tui_transformer.lessons.run import Run
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import DARK
from tui_transformer.ui import lesson as page
from tui_transformer.ui.column import column
from tui_transformer.ui.measure import EDGE, controls_width

SIZES = [(80, 24), (120, 36)]
AROUND = 8  # lines of title, strip and footer


def drawn(run: Run, width: int, height: int) -> list[list[Segment]]:
    """Every line of a page of a lesson but the footer."""
    left, tall = controls_width(width), height - AROUND
    pages = arrange(run.session.figure, width - left - EDGE - 1, tall)
    return [
        *page.title(run, width, DARK),
        *column(run.session, left, tall, DARK).lines,
        *draw_page(pages[0], width - left - EDGE - 1, tall, DARK, run.session.pin, PanelCache()),
        *page.strip(run, width, DARK),
    ]


def without_the_change(lesson: Lesson, at: int) -> Lesson:
    """The lesson with everything taken out of a step that only an answer may bring to light."""
    step = lesson.steps[at]
    assert isinstance(step.task, Ask)
    task = replace(step.task, changes=(), replies=(), within=None)
    bare = replace(step, task=task, after=(), expects=())
    return replace(lesson, steps=(*lesson.steps[:at], bare, *lesson.steps[at + 1 :]))


@pytest.mark.parametrize("name", library.shipped())
def test_no_cell_depends_on_the_change(name: str) -> None:
    lesson = library.load(name)
    asked = [i for i, s in enumerate(lesson.steps) if isinstance(s.task, Ask) and not s.skipped]
    for at in asked:
        run, bare = Run.of(lesson, at), Run.of(without_the_change(lesson, at), at)
        assert run.phase == bare.phase == "ask"
        for width, height in SIZES:
            assert drawn(run, width, height) == drawn(bare, width, height), lesson.steps[at].heading
