"""What is displayed past Textual's compositor is, cell for cell, what the compositor would show."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.pilot import Pilot
from textual.strip import Strip

from tui_transformer.ui.app import TfxApp, build
from tui_transformer.ui.terminal.painter import pieces

KEYS = (
    *("right", "left", "down", "up", ".", ",", "w", "enter", "escape", "c", "z", "e", "1", "2"),
    *("pagedown", "pageup", "question_mark", "t", "u", "plus", "full_stop", "home", "end", "r"),
)
Cell = tuple[str, Style | None]


def cells(strip: Strip) -> Iterator[Cell]:
    """One entry a cell; what a wide character covers is empty."""
    for segment in Segment.adjust_line_length(list(strip), strip.cell_length):
        for character in segment.text:
            yield character, segment.style


class Terminal:
    """What a terminal shows of all updates that were displayed, and how many of each kind came."""

    def __init__(self, app: TfxApp) -> None:
        self.rows: dict[tuple[int, int], Cell] = {}
        self.kinds: Counter[str] = Counter()
        self._display, app._display = app._display, self.display  # type: ignore[method-assign]

    def display(self, screen: Any, update: Any) -> None:
        """Take an update as a terminal does."""
        if update is not None:
            self.kinds[type(update).__name__] += 1
            for y, x, strip in pieces(update):
                self.rows |= {(y, x + i): cell for i, cell in enumerate(cells(strip))}
        self._display(screen, update)


def wanted(pilot: Pilot[None]) -> dict[tuple[int, int], Cell]:
    """What the compositor makes of the widgets, all of it anew."""
    strips = pilot.app.screen._compositor.render_strips()
    return {(y, x): cell for y, line in enumerate(strips) for x, cell in enumerate(cells(line))}


@pytest.mark.parametrize("link", ["tfx softmax", "tfx descent", "tfx attention", "tfx training"])
@pytest.mark.parametrize("size", [(80, 24), (130, 40)])
async def test_after_every_key_the_terminal_shows_what_the_compositor_has(
    link: str, size: tuple[int, int]
) -> None:
    app, chosen = build(link, "dark", False, None), random.Random(f"{link}{size}")
    terminal = Terminal(app)
    async with app.run_test(size=size) as pilot:
        for number in range(40):
            key = chosen.choice(KEYS)
            await pilot.press(key)
            if chosen.random() < 0.1:
                await pilot.hover(offset=(chosen.randrange(size[0]), chosen.randrange(size[1])))
            await pilot.pause()
            assert terminal.rows == wanted(pilot), f"key {number}, {key}"


async def test_keys_that_come_at_once_and_a_new_size_leave_nothing_behind() -> None:
    app = build("tfx softmax", "dark", False, None)
    terminal = Terminal(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "z", "right", "z", "e", "right", "question_mark", "escape", "e")
        await pilot.pause()
        assert terminal.rows == wanted(pilot)
        await pilot.resize_terminal(130, 40)
        await pilot.press("right", "w", "right")
        await pilot.pause()
        assert terminal.rows == wanted(pilot)


async def test_a_key_that_moves_numbers_asks_nothing_of_the_compositor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from textual._compositor import Compositor

    asked: list[str] = []
    for name in ("render_partial_update", "render_full_update"):
        plain = getattr(Compositor, name)
        monkeypatch.setattr(
            Compositor,
            name,
            lambda self, *a, _plain=plain, _name=name, **k: (
                asked.append(_name) or _plain(self, *a, **k)
            ),
        )
    app = build("tfx softmax", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right")
        await pilot.pause()
        terminal = Terminal(app)
        asked.clear()
        for _ in range(5):
            await pilot.press("right")
            await pilot.pause()
        assert terminal.kinds == {"ChopsUpdate": 5}
        assert not asked


async def test_what_lies_over_the_figure_sends_its_lines_the_long_way() -> None:
    app = build("tfx softmax", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        terminal = Terminal(app)
        app.instrument.change(lambda session: session.nudge(1))
        await pilot.pause()
        terminal.rows = wanted(pilot) | terminal.rows
        assert terminal.rows == wanted(pilot)


@pytest.mark.parametrize("size", [(60, 18), (130, 40)])
async def test_what_is_drawn_between_a_new_size_and_its_layout_goes_the_long_way(
    size: tuple[int, int],
) -> None:
    app = build("tfx softmax", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right")
        await pilot.pause()
        terminal, was = Terminal(app), app.size
        app._size = Size(*size)  # as Textual does it, before any widget hears of it
        app.instrument.session = app.instrument.session.nudge(1)
        app.instrument._draw_now()
        assert not terminal.kinds
        app._size = was
        await pilot.pause()
        terminal.rows = wanted(pilot) | terminal.rows
        assert terminal.rows == wanted(pilot)
