"""A page whose answer takes long to work out is told beside the screen; in memory, gate by gate."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from threading import Event

import pytest
from textual.pilot import Pilot

from tests.lessons.files import ASK, lesson, step
from tests.lessons.test_screen import lines
from tests.waiting import PATIENCE
from tui_transformer.classroom.messages import State
from tui_transformer.classroom.showing import state_of
from tui_transformer.classroom.wire import write
from tui_transformer.lessons import asking
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.run import Run
from tui_transformer.ui.app import TfxApp, build
from tui_transformer.ui.attending import COMPUTING
from tui_transformer.ui.seated import Attend

ASKED = Run.of(parse(lesson(step(ASK), step(ASK, heading="Two"))))
TOLD = ASKED.tell()
ANSWER = "✓ the same"


class Gate:
    """What the answer waits for: whoever works it out stands here until it is opened."""

    def __init__(self) -> None:
        self.opened, self.reached = Event(), Event()
        self.passed = 0

    def wait(self) -> None:
        self.reached.set()
        self.opened.wait(PATIENCE)
        self.passed += 1


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    it, plain = Gate(), asking._answer

    def slow(*given):
        it.wait()
        return plain(*given)

    monkeypatch.setattr(asking, "_answer", slow)
    yield it
    it.opened.set()


class Follower:
    """Somebody who follows, and the other end of their connection."""

    def __init__(self, pilot: Pilot[None], there: socket.socket) -> None:
        self.pilot, self._there = pilot, there

    def sent(self, run: Run, page: int = 0, zoom: bool = False) -> State:
        state = state_of(run.session, run, page, zoom)
        self._there.sendall(write(state))
        return state

    async def waits_for_the_answer(self) -> None:
        """The page is asked, then told, which takes as long as the gate is closed."""
        self.sent(ASKED)
        await self.sees("not asked yet", "One")
        self.sent(TOLD)
        await self.sees(COMPUTING)

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.screen for text in texts))

    async def until(self, condition: Callable[[], object]) -> None:
        for _ in range(int(PATIENCE) * 20):
            if condition():
                return
            await self.pilot.pause(0.05)
        raise AssertionError(self.screen)

    @property
    def screen(self) -> str:
        assert isinstance(self.pilot.app, TfxApp)
        return lines(self.pilot.app)


@asynccontextmanager
async def following() -> AsyncIterator[Follower]:
    here, there = socket.socketpair()
    app = build("", "dark", False, None, attend=Attend("physics", connection=here))
    with there:
        async with app.run_test(size=(100, 30)) as pilot:
            yield Follower(pilot, there)


async def test_keys_are_heard_while_the_answer_is_worked_out(gate: Gate) -> None:
    async with following() as follower:
        await follower.waits_for_the_answer()
        assert gate.reached.is_set() and not gate.passed
        await follower.pilot.press("?")
        await follower.sees("Help")
        await follower.pilot.press("escape", "f")
        await follower.sees("away · f goes back")
        await follower.pilot.press("f")
        await follower.sees("following physics", COMPUTING)
        assert not gate.passed
        gate.opened.set()
        await follower.sees(ANSWER)
        assert COMPUTING not in follower.screen


async def test_who_has_gone_away_is_not_called_back_by_the_answer(gate: Gate) -> None:
    async with following() as follower:
        await follower.waits_for_the_answer()
        await follower.pilot.press("f")
        await follower.sees("away · f goes back")
        gate.opened.set()
        await follower.until(lambda: gate.passed)
        await follower.pilot.pause(0.1)
        assert "away · f goes back" in follower.screen and ANSWER not in follower.screen
        await follower.pilot.press("f")
        await follower.sees(ANSWER)


async def test_the_next_page_does_not_wait_for_the_answer_of_the_one_before(gate: Gate) -> None:
    async with following() as follower:
        await follower.waits_for_the_answer()
        follower.sent(ASKED.next())
        await follower.sees("not asked yet", "Two")
        assert COMPUTING not in follower.screen and not gate.passed
        gate.opened.set()
        await follower.until(lambda: gate.passed)
        await follower.pilot.pause(0.1)
        assert "Two" in follower.screen and ANSWER not in follower.screen


async def test_what_is_sent_of_the_same_page_meanwhile_is_shown_with_its_answer(
    gate: Gate,
) -> None:
    """And the answer is worked out once."""
    async with following() as follower:
        await follower.waits_for_the_answer()
        instrument = follower.pilot.app.screen
        zoomed = follower.sent(TOLD, zoom=True)
        await follower.until(lambda: instrument.seat.state == zoomed)  # type: ignore[attr-defined]
        gate.opened.set()
        await follower.sees(ANSWER)
        await follower.until(lambda: instrument.zoomed)  # type: ignore[attr-defined]
        assert gate.passed == 1


async def test_who_comes_when_it_is_told_waits_with_a_sentence(gate: Gate) -> None:
    async with following() as follower:
        follower.sent(TOLD)
        await follower.sees(COMPUTING)
        gate.opened.set()
        await follower.sees(ANSWER)
        assert COMPUTING not in follower.screen


async def test_an_answer_that_does_not_fit_into_the_memory_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_large(*given):
        raise MemoryError

    async with following() as follower:
        follower.sent(ASKED)
        await follower.sees("not asked yet")
        monkeypatch.setattr(asking, "_answer", too_large)
        follower.sent(TOLD)
        await follower.sees("needs more memory than there is")
