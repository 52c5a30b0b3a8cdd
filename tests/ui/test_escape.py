"""Escape closes what was opened last, and never more: whatever was opened, at every size."""

import random

import pytest

from tests.ui.test_instrument import app, press
from tui_transformer.concepts import entries

IDS = [entry.id for entry in entries() if entry.id != "real-model"]
SIZES = [(60, 18), (80, 24), (100, 30), (120, 36), (200, 50)]
OVER = {"?": "sheet", "c": "sheet", "t": "sheet", "E": "sheet", "ctrl+p": "sheet", "enter": "entry"}
HARMLESS = (".", "right", "left", "down", "b", "o", "pagedown")  # they open and close nothing


def opened(screen):
    """What is open now."""
    session = screen.session
    there = {
        "zoom": screen.zoomed,
        "explained": screen.explained,
        "pin": session.pin is not None,
        "fold": session.fold is not None,
        "sheet": screen.sheet.display,
        "entry": screen.entry.display,
    }
    return {name for name, is_there in there.items() if is_there}


async def open_one(pilot, thing):
    """Open something with the keys that do; False where there is nothing of the kind."""
    screen = pilot.app.instrument
    if thing != "fold":
        await press(pilot, {"zoom": "z", "explained": "e", "pin": "tab"}[thing])
        return thing in opened(screen)
    for _ in screen.session.rows:
        if screen.session.closed:
            await press(pilot, "enter")
            return "fold" in opened(screen)
        await press(pilot, "down")
    return False


@pytest.mark.parametrize("seed", range(40))
async def test_each_escape_closes_exactly_the_last(seed):
    draw = random.Random(seed)
    concept, size = draw.choice(IDS), draw.choice(SIZES)
    things = ["zoom", "explained", "pin", "fold"]
    draw.shuffle(things)
    if "pin" in things and things.index("pin") < things.index("fold"):
        things.remove("fold")  # arrows walk the numbers then, and no row is chosen
    async with app(f"tfx {concept}").run_test(size=size) as pilot:
        await press(pilot)
        screen, order = pilot.app.instrument, []
        for thing in things[: draw.randint(1, len(things))]:
            before = opened(screen)
            if await open_one(pilot, thing):
                assert opened(screen) == before | {thing}
                order.append(thing)
            elif screen.sheet.display:
                order.append("sheet")  # at 60×18 the explanation has no room beside the figure
                break
            if draw.random() < 0.3 and "fold" not in order:
                await press(pilot, draw.choice(HARMLESS))
        if "sheet" not in order and draw.random() < 0.5:
            key = draw.choice([*OVER][: 5 if "fold" in order or screen.session.closed else 6])
            await press(pilot, key)
            order.append(OVER[key])
        if draw.random() < 0.3:
            size = draw.choice(SIZES)
            await pilot.resize_terminal(*size)
            await press(pilot)
        assert opened(screen) == set(order), (concept, size, order)
        here = screen.session.concept.id
        while order:
            await press(pilot, "escape")
            order.pop()
            assert screen.session is not None and screen.session.concept.id == here
            assert opened(screen) == set(order), (concept, size, order)
        await press(pilot, "escape")
        assert screen.sheet.display, "what is left is left for the map"
