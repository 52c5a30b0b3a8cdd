"""Comparing as it is seen: the right differences, in sight at 80×24, always as wide."""

import math
from collections.abc import Hashable
from itertools import zip_longest

import numpy as np
import pytest

from tests.comparing.states import column_names, every_concept, opened, title
from tui_transformer.compare import compare
from tui_transformer.concepts.attention import Attention
from tui_transformer.concepts.block import TransformerBlock
from tui_transformer.concepts.softmax import Softmax
from tui_transformer.model import Model
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, is_number
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import DARK
from tui_transformer.render.panel import draw_panel
from tui_transformer.render.strips import natural_height
from tui_transformer.render.table_plan import plan
from tui_transformer.session import Session
from tui_transformer.ui.app import build

SMALL, COMFORTABLE = (51, 18), (85, 30)  # what 80×24 and 120×36 leave for panels
SIZES = (SMALL, COMFORTABLE)


def drawn(concept: str, now: Model, before: Model, size: tuple[int, int]) -> str:
    """All panels of the figure that compares two models, as wide as a page has them, whole."""
    view = opened(concept).view
    figure = compare(view(now), view(before))
    boxes = [box for page in arrange(figure, *size) for box in page]
    panels = [
        draw_panel(
            box.panel, box.width, max(box.height, natural_height(box.panel, box.width) + 1), DARK
        )
        for box in boxes
    ]
    return "\n".join(
        "".join(segment.text for segment in line) for lines in panels for line in lines
    )


def page(concept: str, now: Model, before: Model, size: tuple[int, int]) -> str:
    """Page 1 of the figure that compares two models, as it is seen."""
    view = opened(concept).view
    figure = compare(view(now), view(before))
    lines = draw_page(arrange(figure, *size)[0], *size, DARK, None, PanelCache())
    return "\n".join("".join(segment.text for segment in line) for line in lines)


def told(now: float, before: float, decimals: int) -> str:
    """How a number and its difference have to be written."""
    sign = "▲" if now > before else "▼"
    return f"{now:.{decimals}f} {sign}{abs(now - before):.3g}".replace("-", "−")


def weights(scores: list[float]) -> list[float]:
    powers = [math.exp(z) for z in scores]
    return [power / sum(powers) for power in powers]


def entropy(p: list[float]) -> float:
    return -sum(x * math.log(x) for x in p)


@pytest.mark.parametrize(("size", "decimals"), [(SMALL, 3), (COMFORTABLE, 6)])
def test_softmax_shows_all_its_differences(size: tuple[int, int], decimals: int) -> None:
    z, was = [2.2, 1.0, 0.1], [2.0, 1.0, 0.1]
    both = Softmax(logits=tuple(z)), Softmax(logits=tuple(was))
    seen, text = page("softmax", *both, size), drawn("softmax", *both, size)
    p, q = weights(z), weights(was)
    for i in range(3):
        y = float(i == 0)
        assert f"{told(p[i], q[i], decimals)} " in seen
        assert told(p[i] - y, q[i] - y, min(decimals, 4)) in seen
        assert (
            f"∂L/∂z({('cat', 'dog', 'bird')[i]}) " in text and told(p[i] - y, q[i] - y, 6) in text
        )
    assert told(-math.log(p[0]), -math.log(q[0]), 6) in text
    assert told(entropy(p), entropy(q), 6) in text
    sums = [math.log(sum(math.exp(x) for x in scores)) for scores in (z, was)]
    assert told(*sums, 6) in text
    curve = [line for line in seen.splitlines() if line.lstrip("0123456789 ")[:1] in "┤│"]
    assert any("◦" in line for line in curve), "where the guess was"
    assert "◦" in next(line for line in seen.splitlines() if "A guess costs" in line)


@pytest.mark.parametrize("size", SIZES)
def test_attention_shows_what_dividing_changed(size: tuple[int, int], decimals: int = 4) -> None:
    q, was = (1.5, 0.0, 1.0, 0.0), (1.0, 0.0, 1.0, 0.0)
    m = Attention(query=q)
    seen, text = (look("attention", m, Attention(query=was), size) for look in (page, drawn))
    scores = [[float(np.dot(key, x)) for key in m.keys] for x in (q, was)]
    p, before = (weights([s / 2 for s in row]) for row in scores)
    for now, old in zip(p, before, strict=True):
        assert told(now, old, 3 if size == SMALL else 4) in seen, "each weight, on page 1"
    text = text if size == SMALL else seen
    assert f"largest {told(max(p), max(before), decimals)}" in " ".join(text.split())
    assert f"entropy {told(entropy(p), entropy(before), decimals)}" in " ".join(text.split())
    squares = [np.mean(np.square(row)) / 4 for row in scores]
    assert f"mean sq. {squares[0]:.2f} ▲{squares[0] - squares[1]:.3g}" in " ".join(text.split())
    if size == COMFORTABLE:
        plain, old = (weights(row) for row in scores)
        assert told(entropy(plain), entropy(old), 4) in text


@pytest.mark.parametrize("size", SIZES)
def test_the_two_orders_of_a_block_are_compared_stage_by_stage(size: tuple[int, int]) -> None:
    pre, post = TransformerBlock(norm="pre"), TransformerBlock(norm="post")
    lines = page("block", post, pre, size).splitlines()

    def length(x: np.ndarray) -> float:
        return math.sqrt(sum(float(v) ** 2 for row in x for v in row) / len(x))

    for name, x in post.stages.items():
        line = next(line for line in lines if f" {name} " in line)
        now, before = length(x), length(pre.stages[name])
        if abs(now - before) > 1e-9:
            assert told(now, before, 3) in line
        else:
            assert f"{now:.3f}" in line and "▲" not in line and "▼" not in line
    assert "2.439 ▼0.389" in next(line for line in lines if "feed_forward" in line)
    assert "5.436 ▼0.811" in next(line for line in lines if "hidden" in line)
    assert "+" not in {line[0] for line in lines[:11]}, "all nine stages are in both"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_two_keys_show_it_on_the_whole_screen(size: tuple[int, int]) -> None:
    app = build("tfx block norm=pre", "dark", False, None)
    async with app.run_test(size=size) as pilot:
        await pilot.press("b", "2")
        for _ in range(100):
            strips = app.screen._compositor.render_strips()
            text = "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)
            if "Preset 2" in text and "2.439 ▼0.389" in text:
                break
            await pilot.pause()
    stage = next(line for line in text.splitlines() if "feed_forward " in line and "│" in line)
    assert "2.439 ▼0.389" in stage


def kinds(panel: Table) -> Hashable:
    """What a table writes in its columns: words, bars, or which numbers with which decimals."""
    return tuple(
        (name, *sorted({(cell.style, cell.decimals) for cell in cells if is_number(cell.content)}))
        for name, cells in zip(
            column_names(panel), zip_longest(*panel.rows, fillvalue=Cell("")), strict=False
        )
    )


@every_concept
def test_differences_are_as_wide_in_twenty_states(concept: str) -> None:
    """Which columns say how they differ, and how wide that is, is the same after every key."""
    session = Session.open(opened(concept))
    before, found = session.figure, {}
    for key in range(20):
        session = session.turn(session.knobs[key % len(session.knobs)], 1)
        for panel in compare(session.figure, before).panels:
            if not isinstance(panel, Table) or panel.outcome == ("new",):
                continue
            for size in ((25, 12), SMALL, COMFORTABLE):
                for place in plan(panel, *size, None, 0).places:
                    if place.measure.kind == "number":
                        column = title(panel), size, place.index, kinds(panel)
                        kept = found.setdefault(column, place.measure.change)
                        assert kept in (0, 7) and kept == place.measure.change, (key, column)
