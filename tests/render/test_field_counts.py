"""What a plane of which every shade has changed makes the program do, counted."""

from typing import Any

import numpy as np
import pytest
from rich.segment import Segment

from tui_transformer.panels import Field
from tui_transformer.pieces import Axis
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.field import draw_field, field_frame
from tui_transformer.render.palette import DARK, Palette

WIDTH, HEIGHT = 40, 14


def plane(values: np.ndarray) -> Field:
    axes = Axis("x", 0, 1), Axis("y", 0, 1)
    return Field("A plane", values, *axes, low=0.0, high=1.0)


def shades(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((2 * HEIGHT, WIDTH))


def test_no_style_is_made_for_shades_that_were_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mirrored, each cell has the two shades of another one: to paint it again makes no style."""
    values = shades(0)
    draw_field(plane(values), WIDTH, HEIGHT, DARK)
    painted: list[object] = []
    paint = Palette.paint
    monkeypatch.setattr(Palette, "paint", lambda *given: painted.append(given) or paint(*given))
    draw_field(plane(values[:, ::-1]), WIDTH, HEIGHT, DARK)
    assert painted == []


def test_there_is_no_more_than_a_segment_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the plane; around it each row has the axis, and the rows above and below have texts."""
    made = [0]
    draw_field(plane(shades(1)), WIDTH, HEIGHT, DARK)  # what is made once
    new = Segment.__new__

    def counting(*given: Any, **named: Any) -> Any:
        made[0] += 1
        return new(*given, **named)

    monkeypatch.setattr(Segment, "__new__", counting)
    lines = draw_field(plane(shades(2)), WIDTH, HEIGHT, DARK)
    frame = field_frame(plane(shades(2)), WIDTH, HEIGHT)
    whole = sum(map(len, lines))
    assert frame.columns * frame.rows // 2 < whole <= (frame.columns + 1) * frame.rows + 40
    assert made[0] <= 4 * frame.rows  # by a call: those of a plane are made in one go


def test_the_scale_is_written_in_three_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number at its lower end, all of its colours, the number at its upper end."""
    draw_field(plane(shades(3)), WIDTH, HEIGHT, DARK)
    written: list[str] = []
    put = Canvas.put

    def counting(canvas: Canvas, x: int, y: int, text: str, *style: Any) -> int:
        written.append(text)
        return put(canvas, x, y, text, *style)

    monkeypatch.setattr(Canvas, "put", counting)
    draw_field(plane(shades(4)), WIDTH, HEIGHT, DARK)
    assert written == ["0 ", " " * 10, "1"]
