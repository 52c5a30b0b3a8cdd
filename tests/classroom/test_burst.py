"""Of many states that come at once, who follows draws the last; counted, not timed."""

import socket
from contextlib import suppress

import pytest
from textual.pilot import Pilot

from tests.waiting import PATIENCE
from tui_transformer.classroom.messages import Away, Drawn, State
from tui_transformer.classroom.wire import write
from tui_transformer.ui.app import TfxApp, build
from tui_transformer.ui.picture import Picture
from tui_transformer.ui.seated import Attend

STATES = 60


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links of all sessions that were drawn."""
    links: list[str] = []
    plain = Picture.draw

    def draw(self, session):
        links.append(session.link)
        plain(self, session)

    monkeypatch.setattr(Picture, "draw", draw)
    return links


def link(number: int) -> str:
    return f"tfx softmax temperature={(11 + number) / 10:g}"


async def comes(pilot: Pilot[None], drawn: list[str], state: str) -> None:
    """Wait until a state is drawn, and nothing more is to be done."""
    for _ in range(int(PATIENCE) * 4):
        await pilot.pause(0.05)
        if drawn and drawn[-1] == state:
            return
    raise TimeoutError(f"{state} is never drawn after {drawn[-3:]}")


@pytest.mark.parametrize("apart", [False, True], ids=["in one piece", "line by line"])
async def test_a_burst_of_states_is_one_picture(drawn: list[str], apart: bool) -> None:
    here, there = socket.socketpair()
    app: TfxApp = build("", "dark", False, None, attend=Attend("physics", connection=here))
    with there:
        async with app.run_test(size=(100, 30)) as pilot:
            there.sendall(write(State(link(0))))
            await comes(pilot, drawn, link(0))
            drawn.clear()
            lines = [write(State(link(number))) for number in range(1, STATES + 1)]
            for part in lines if apart else [b"".join(lines)]:
                there.sendall(part)
            await comes(pilot, drawn, link(STATES))
            assert set(drawn) == {link(STATES)}  # none of those between
            assert len(drawn) <= 2


@pytest.mark.parametrize("away", [False, True], ids=["following", "away"])
async def test_who_follows_says_that_they_have_drawn(drawn: list[str], away: bool) -> None:
    """Once for each picture, and not before; who tries for themselves has none to draw."""
    here, there = socket.socketpair()
    app: TfxApp = build("", "dark", False, None, attend=Attend("physics", connection=here))
    said = b""
    with there:
        there.setblocking(False)
        async with app.run_test(size=(100, 30)) as pilot:
            there.sendall(write(State(link(0))))
            await comes(pilot, drawn, link(0))
            if away:
                await pilot.press("f")
            for number in (1, 2):
                there.sendall(write(State(link(number))))
                if not away:
                    await comes(pilot, drawn, link(number))
                for _ in range(int(PATIENCE) * 4):
                    with suppress(BlockingIOError):
                        said += there.recv(1000)
                    if said.count(write(Drawn())) == number + 1:
                        break
                    await pilot.pause(0.05)
            expected = [write(Drawn())] * 3
            assert said == b"".join(
                [expected[0], write(Away()), *expected[1:]] if away else expected
            )
