"""The explanation is read while the picture moves: beside the figure, or page by page below it."""

import re

import pytest

from tests.ui.test_instrument import app, lines, press
from tui_transformer.concepts import entries, load
from tui_transformer.render.palette import DARK
from tui_transformer.ui.beside import ROWS, pages

IDS = [entry.id for entry in entries()]
HOME, WIDE = (80, 24), (120, 36)


def told(concept: str) -> str:
    """An explanation without its marks and blanks."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", load(concept).prose)
    return "".join(re.sub(r"[*`]", "", text).split())


@pytest.mark.parametrize("concept", IDS)
async def test_below_the_figure_e_turns_its_pages_and_ends(concept: str) -> None:
    async with app(f"tfx {concept}").run_test(size=HOME) as pilot:
        await press(pilot)
        body = pilot.app.instrument.figure_view.size.height
        many = len(pages(pilot.app.instrument.session, HOME[0], DARK))
        read = ""
        for at in range(1, many + 1):
            await press(pilot, "e")
            screen = lines(pilot)
            rule = next(y for y, line in enumerate(screen) if f" explanation {at}/{many} " in line)
            read += "".join("".join(screen[rule + 1 : rule + 1 + ROWS]).split())
            assert body - pilot.app.instrument.figure_view.size.height <= 3
            assert not pilot.app.instrument.sheet.display
        assert re.sub(r"[*`]", "", read) == told(concept)
        await press(pilot, "e")
        assert not pilot.app.instrument.explained and not pilot.app.instrument.sheet.display
        assert pilot.app.instrument.figure_view.size.height == body


@pytest.mark.parametrize(("size", "part"), [(HOME, "#reading"), (WIDE, "#prose")])
async def test_the_picture_moves_while_it_is_read(size: tuple[int, int], part: str) -> None:
    async with app("tfx descent").run_test(size=size) as pilot:
        text = await press(pilot, "e")
        assert pilot.app.instrument.query_one(part).display and "Learning is walking" in text
        assert "step 3" in await press(pilot, "full_stop", "full_stop", "full_stop")
        assert "Learning is walking" in "\n".join(lines(pilot))
        await press(pilot, "escape")
        assert not pilot.app.instrument.query_one(part).display


async def test_it_stands_where_there_is_room_however_the_window_changes() -> None:
    async with app("tfx softmax").run_test(size=HOME) as pilot:
        await press(pilot, "e", "e")
        await pilot.resize_terminal(*WIDE)
        await press(pilot)
        screen = pilot.app.instrument
        assert screen.query_one("#prose").display and not screen.query_one("#reading").display
        await pilot.resize_terminal(*HOME)
        await press(pilot)
        assert screen.query_one("#reading").display and not screen.query_one("#prose").display
        assert " explanation 2/" in "\n".join(lines(pilot))


async def test_a_low_window_lays_it_over_the_figure() -> None:
    async with app("tfx softmax").run_test(size=(80, 20)) as pilot:
        await press(pilot, "e")
        assert pilot.app.instrument.sheet.display


async def test_all_of_it_comes_with_a_capital() -> None:
    async with app("tfx softmax").run_test(size=HOME) as pilot:
        assert "Softmax" in await press(pilot, "e", "E")
        assert pilot.app.instrument.sheet.display and pilot.app.instrument.sheet.choices
        await press(pilot, "escape")
        assert pilot.app.instrument.explained, "what was opened before stays"
        await press(pilot, "escape")
        assert not pilot.app.instrument.explained
