"""What the last line offers in a class does something there; help and search are always offered."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory

import pytest

from tests.ui.test_instrument import press
from tests.ui.test_offered import (
    HOME,
    assert_always,
    come_back,
    does_something,
    hear,
    reach,
    standing,
)
from tests.waiting import PATIENCE
from tui_transformer.classroom.place import Door
from tui_transformer.classroom.seat import join
from tui_transformer.configuration import Configuration
from tui_transformer.ui.app import build
from tui_transformer.ui.footer import called, tokens
from tui_transformer.ui.keyboard import shown as offered
from tui_transformer.ui.seated import Attend

NO_OTHERS: dict[str, tuple[str, ...]] = {}


async def until(pilot, condition):
    """Let both screens work until something is so."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "never so"
        await pilot.pause(0.01)


@pytest.fixture(autouse=True)
def _place(monkeypatch) -> Iterator[None]:
    """Classes meet where the path is short enough for a socket."""
    with TemporaryDirectory(prefix="tfx") as folder:
        monkeypatch.setenv("TFX_CLASS_DIR", folder)
        yield


@asynccontextmanager
async def a_class(monkeypatch, lesson="", keys=NO_OTHERS) -> AsyncIterator[tuple]:
    """Somebody who presents and somebody who follows, in one process."""
    door, link = Door("physics"), "" if lesson else "tfx softmax"
    liked = Configuration(keys=keys)
    attend = Attend("physics", door)
    teaching = build(link, "dark", False, None, lesson, liked, attend=attend)
    async with teaching.run_test(size=HOME) as teacher:
        await press(teacher)
        loop = asyncio.get_running_loop()
        connection = await loop.run_in_executor(None, join, door.path, "Ada")
        how = Attend("physics", connection=connection, path=door.path, called="Ada")
        following = build("", "dark", False, None, "", liked, attend=how)
        async with following.run_test(size=HOME) as pupil:
            for pilot in (teacher, pupil):
                monkeypatch.setattr(pilot.app, "exit", lambda *a, p=pilot: setattr(p, "gone", 1))
            await until(pupil, lambda: pupil.app.instrument.session is not None)
            yield teacher, pupil


async def hand_up(teacher, pupil):
    """The pupil's hand is up, and the presenter knows."""
    await hear(pupil, "a")
    await until(teacher, lambda: teacher.app.instrument.seat._hub.room.hands)
    await press(teacher)


async def away(teacher, pupil):
    """The pupil tries for themselves."""
    await hear(pupil, "f")
    await press(pupil)


async def chalked(teacher, pupil):
    """The pupil has the chalk."""
    await hand_up(teacher, pupil)
    await hear(teacher, "C")
    await until(pupil, lambda: pupil.app.instrument.seat.presents)
    await until(teacher, lambda: not teacher.app.instrument.seat.presents)
    await press(pupil)
    await press(teacher)


# What has happened, and whose last line is read.
SCENES = {
    "presents": (None, 0),
    "a hand is up": (hand_up, 0),
    "gave the chalk": (chalked, 0),
    "follows": (None, 1),
    "is away": (away, 1),
    "has the chalk": (chalked, 1),
}
OPEN = {"plain": (), "pinned": ("tab",), "explained": ("e",), "zoomed": ("z",), "help": ("?",),
        "tasks": ("t",), "search": ("ctrl+p",), "map": ("g",)}  # fmt: skip
OF_CLASS = {"f", "a", "P", "C"}  # what these do cannot be taken back: they come last


@pytest.mark.parametrize("scene", SCENES)
async def test_every_key_that_is_offered_in_a_class_does_something(scene, monkeypatch):
    before, whose = SCENES[scene]
    async with a_class(monkeypatch) as both:
        if before:
            await before(*both)
        pilot, pilot.gone = both[whose], 0
        screen = pilot.app.instrument
        session, last = screen.session, []
        ways = OPEN if scene in ("presents", "follows") else {"plain": ()}
        for mode, way in ways.items():
            await come_back(pilot, session)
            assert await reach(pilot, way)
            hints = offered(screen)
            assert_always(screen, [word for _, word in hints])
            for written, word in hints:
                keys = [key for key in map(called, tokens(written)) if key]
                if set(keys) & OF_CLASS:
                    last += [key for key in keys if key not in last]
                elif word != "to filter":
                    found = [await does_something(pilot, session, mode, key) for key in keys]
                    assert any(found), (mode, written, word)
        await come_back(pilot, session)
        assert last, "the class has keys of its own"
        for key in last:
            seen = standing(pilot)
            await hear(pilot, key)
            await press(pilot)
            assert standing(pilot) != seen, key
            assert screen.session is not None


@pytest.mark.parametrize("whose", [0, 1], ids=["presents", "follows"])
@pytest.mark.parametrize("phase", ["ask", "asked", "told"])
async def test_and_in_a_lesson(phase, whose, monkeypatch):
    async def opened(both):
        await press(both[0])
        for _ in range(9):
            if both[0].app.instrument.teacher.run.phase == "ask":
                break
            await hear(both[0], "n")
        if phase != "ask":
            await hear(both[0], "P")
            await until(both[1], lambda: both[1].app.instrument.seat.asked is not None)
        if phase == "told":
            await hear(both[0], "P")
        run = both[0].app.instrument.teacher.run
        await until(both[1], lambda: getattr(both[1].app.instrument.teacher.run, "phase", "")
                    == run.phase)  # fmt: skip
        await press(both[1])

    async with a_class(monkeypatch, "softmax") as both:
        await opened(both)
        hints = offered(both[whose].app.instrument)
        assert_always(both[whose].app.instrument, [word for _, word in hints])
    for written, word in hints:
        keys = [key for key in map(called, tokens(written)) if key]
        for key in keys:
            async with a_class(monkeypatch, "softmax") as both:
                pilot, pilot.gone = both[whose], 0
                await opened(both)
                before = standing(pilot)
                await hear(pilot, key)
                await press(pilot)
                after = standing(pilot)
            if after != before:
                break
        else:
            raise AssertionError((phase, written, word, after))


async def test_what_is_said_in_a_lesson_is_seen_until_the_next_key(monkeypatch):
    async with a_class(monkeypatch, "softmax") as (teacher, pupil):
        await hear(teacher, "C")
        assert "No hand is up." in await press(teacher)
        await hear(teacher, "z")
        assert "No hand is up." not in await press(teacher)
        await hear(pupil, "n")
        assert "f lets you try" in await press(pupil)
        await hear(pupil, "a")
        said = await press(pupil)
        assert "your hand is up" in said.split("\n")[0] and "f lets you try" not in said
        await hear(pupil, "P")
        assert "Only who has the chalk can ask." in await press(pupil)


async def test_sentences_name_the_keys_that_somebody_has(monkeypatch):
    keys = {"away": ("f2",), "hand": ("f3",), "ask": ("f4",), "chalk": ("f5",), "pin": ("f6",)}
    async with a_class(monkeypatch, keys=keys) as (teacher, pupil):
        await hear(teacher, "f4")
        assert "Pin a number first (f6); f4 then asks" in await press(teacher)
        await hear(pupil, "right")
        assert "f2 lets you try" in await press(pupil)
        await hear(pupil, "f3")
        assert "f3 takes it down" in await press(pupil)
        await until(teacher, lambda: teacher.app.instrument.seat._hub.room.hands)
        await hear(pupil, "f2")
        assert "away · f2 goes back" in await press(pupil)
        assert "f2 back" in offered_words(pupil)


def offered_words(pilot):
    """What the last line offers, as it is written."""
    return [f"{keys} {word}" for keys, word in offered(pilot.app.instrument)]
