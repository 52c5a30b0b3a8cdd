"""A class over real sockets: what everybody sees, whatever one of them does."""

import asyncio
import json
import os
import socket
import stat
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE
from tui_transformer.classroom import hub as hubs
from tui_transformer.classroom import messages, seat, turns
from tui_transformer.classroom import place as places
from tui_transformer.classroom.messages import Bye, Chalk, Message, NoClass, State, Tally
from tui_transformer.classroom.pace import Paced
from tui_transformer.classroom.place import Door
from tui_transformer.classroom.seat import Seat
from tui_transformer.classroom.wire import write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TFX_CLASS_DIR", str(tmp_path / "classes"))
    return tmp_path / "classes"


@dataclass
class Class:
    """A hub with what its owner heard."""

    heard: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = Door("physics")
        self.hub = hubs.Hub(self.door, self.heard.append)

    def show(self, step: int, **more: Any) -> None:
        self.hub.send(State(f"tfx descent steps={step}", **more))


@pytest.fixture
async def room() -> AsyncIterator[Class]:
    it = Class()
    await it.hub.open()
    yield it
    it.hub.close()
    while EVERYONE:
        EVERYONE.pop().seat.close()
    async with asyncio.timeout(PATIENCE):
        while it.hub._connections:  # until every transport has heard of it
            await asyncio.sleep(0.002)


@dataclass
class Pupil:
    """A follower with what they heard."""

    heard: list[Message] = field(default_factory=list)

    async def follow(self, name: str = "") -> "Pupil":
        loop = asyncio.get_running_loop()
        path = seat.found("physics")
        connection = await loop.run_in_executor(None, seat.join, path, name)
        self.seat = Seat(self.heard.append)
        await self.seat.open(connection)
        EVERYONE.append(self)
        return self

    def last(self, kind: type[Message]) -> Any:
        return next((one for one in reversed(self.heard) if isinstance(one, kind)), None)

    @property
    def link(self) -> str:
        state = self.last(State)
        return state.link if state else ""


EVERYONE: list[Pupil] = []


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


async def test_everybody_gets_the_last_state_and_late_joiners_the_present_one(room: Class) -> None:
    pupils = [await Pupil().follow() for _ in range(20)]
    for step in range(200):
        room.show(step)
        if step % 10 == 0:
            await asyncio.sleep(0)
    await until(lambda: all(one.link == "tfx descent steps=199" for one in pupils))
    late = await Pupil().follow()
    await until(lambda: late.link == "tfx descent steps=199")
    assert len([m for m in late.heard if isinstance(m, State)]) == 1


async def test_two_hundred_follow_and_the_next_gets_a_sentence(room: Class) -> None:
    pupils = [await Pupil().follow() for _ in range(messages.MOST)]
    room.show(7)
    await until(lambda: all(one.link == "tfx descent steps=7" for one in pupils))
    one_more = await Pupil().follow()
    await until(lambda: one_more.last(Bye))
    assert "full" in one_more.last(Bye).why and not one_more.link
    room.show(8)
    await until(lambda: all(one.link == "tfx descent steps=8" for one in pupils))
    pupils[0].seat.close()
    await until(lambda: room.hub.room.count.following == messages.MOST - 1)
    again = await Pupil().follow()
    await until(lambda: again.link == "tfx descent steps=8")


async def test_strangers_beyond_what_fits_are_turned_away_and_silent_ones_too(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST", 3)
    monkeypatch.setattr(hubs, "STRANGERS", 1)
    monkeypatch.setattr(hubs, "PATIENCE", 0.3)
    silent = [await _raw(room) for _ in range(6)]
    ends = [await asyncio.wait_for(reader.read(), PATIENCE) for reader, _ in silent]
    said = [json.loads(end.splitlines()[-1])["why"] for end in ends]
    assert sum("full" in why for why in said) == 2
    assert sum("Nothing was said" in why for why in said) == 4
    for _, writer in silent:
        writer.close()


async def _raw(room: Class) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_unix_connection(room.door.path)


HELLO = write(messages.Hello())
VOTE = write(messages.Vote(1, 0))
GARBAGE = (
    b"\x00\xff\x1b]52;c;aGk=\x07\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"x" * 70_000,
    b"{" * 1000 + b"\n",
    HELLO + HELLO,
    VOTE,  # before hello
    HELLO + b'{"type": "greeting"}\n',
    HELLO + write(messages.Bye("go")),
    HELLO + write(messages.Tally(1, (("larger", 200),))),
    HELLO + VOTE * 10_000,
    (HELLO + b"\n") * 10_000,
)


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_ends_the_one_who_sent_it(room: Class, sent: bytes) -> None:
    pupil = await Pupil().follow()
    reader, writer = await _raw(room)
    writer.write(sent)
    try:
        said = await asyncio.wait_for(reader.read(), PATIENCE)
        assert json.loads(said.splitlines()[-1])["type"] == "bye"
    except ConnectionError:
        assert len(sent) > 70_000  # they were still talking when it was closed
    writer.close()
    room.show(3)
    await until(lambda: pupil.link == "tfx descent steps=3")
    await until(lambda: room.hub.room.count.following == 1)


async def test_connections_that_break_anywhere_break_nothing(room: Class) -> None:
    """Each sends a part of what is right, to the byte, and is gone; some are reset."""
    pupil = await Pupil().follow()
    room.hub.send(messages.Ask(1, "What becomes of it?", ("larger", "smaller")))
    whole = HELLO + write(messages.Raise()) + VOTE + write(messages.Away())
    for cut in range(len(whole) + 1):
        room.show(cut)
        _, writer = await _raw(room)
        writer.write(whole[:cut])
        if cut % 3 == 0:
            await asyncio.sleep(0)
        if cut % 2:
            writer.transport.abort()
        else:
            writer.close()
    await until(lambda: pupil.link == f"tfx descent steps={len(whole)}")
    await until(lambda: list(room.hub._connections) == [1])
    assert room.hub.room.count == (1, 0, 0, 0) and room.hub.room.hands == []
    await until(lambda: _tally(room.heard) == {"larger": 0, "smaller": 0})


async def test_only_who_has_the_chalk_is_seen(room: Class) -> None:
    good, bad = await Pupil().follow(), await Pupil().follow()
    room.show(1)
    room.hub.send(messages.Ask(1, "What becomes of it?", ("larger", "smaller")))
    await until(lambda: bad.last(messages.Ask))
    for said in (
        State("tfx softmax"), messages.Ask(2, "?"), messages.Tell(1, "no"), Chalk(2)
    ):  # fmt: skip
        bad.seat.send(said)
    bad.seat.send(messages.Raise())
    await until(lambda: room.hub.room.count.hands == 1)
    assert good.link == "tfx descent steps=1" and good.last(messages.Tell) is None
    assert good.last(messages.Ask).id == 1 and room.hub.room.chalk == 0


async def test_a_slow_follower_costs_the_others_nothing_and_ends_at_the_last_state(
    room: Class,
) -> None:
    pupil = await Pupil().follow()
    reader, writer = await _raw(room)
    writer.write(HELLO)
    writer.transport.pause_reading()
    await until(lambda: room.hub.room.count.following == 2)
    for step in range(200):  # 60 KB each: more than any socket holds
        room.show(step, compare="x" * 60_000)
        await until(lambda step=step: pupil.link == f"tfx descent steps={step}")
    (slow,) = (c for c in room.hub._connections.values() if c._full)
    assert slow._transport is not None
    assert slow._transport.get_write_buffer_size() < 2 * messages.LONGEST
    writer.transport.resume_reading()
    last = b""
    while b"steps=199" not in last:
        last = await asyncio.wait_for(reader.readline(), PATIENCE)
        assert last
    writer.close()


async def test_votes_are_counted_and_shown_without_names(room: Class) -> None:
    names = ["Ada", "Ben", "\x1b[31mEve\n", "Zoë"]
    pupils = [await Pupil().follow(name) for name in names]
    room.hub.send(messages.Ask(1, "What becomes of it?", ("larger", "smaller")))
    await until(lambda: all(one.last(messages.Ask) for one in pupils))
    for pupil, answer in zip(pupils, (0, 1, 0, 7), strict=True):
        pupil.seat.send(messages.Vote(1, answer))
    pupils[0].seat.send(messages.Vote(1, 1))  # the last one counts
    pupils[1].seat.send(messages.Vote(9, 0))  # of another question
    await until(lambda: room.hub.room.count.answers == 3)
    await until(lambda: _tally(room.heard) == {"larger": 1, "smaller": 2})
    assert all(one.last(Tally) is None for one in pupils)
    room.hub.send(messages.Tell(1, "larger"))
    pupils[0].seat.send(messages.Vote(1, 0))  # too late
    await until(lambda: all(one.last(Tally) for one in pupils))
    for pupil in pupils:
        assert dict(pupil.last(Tally).counts) == {"larger": 1, "smaller": 2}
        said = b"".join(map(write, pupil.heard)).decode()
        assert not any(name in said for name in ("Ada", "Ben", "Eve", "Zoë"))
    late = await Pupil().follow()
    await until(lambda: late.last(Tally) and late.last(messages.Tell))


def _tally(heard: list[Message]) -> dict[str, int]:
    return dict(next((one.counts for one in reversed(heard) if isinstance(one, Tally)), ()))


async def test_who_comes_late_sees_what_was_asked_told_and_answered(room: Class) -> None:
    early = await Pupil().follow()
    room.show(1)
    room.hub.send(messages.Ask(1, "What becomes of it?", ("larger", "smaller")))
    await until(lambda: early.last(messages.Ask))
    early.seat.send(messages.Vote(1, 1))
    await until(lambda: room.hub.room.count.answers == 1)
    asked = await Pupil().follow()
    await until(lambda: asked.last(messages.Ask))
    assert asked.last(Tally) is None
    room.hub.send(messages.Tell(1, "smaller"))
    late = await Pupil().follow()
    for one in (early, asked, late):
        await until(lambda one=one: one.last(Tally))
        said = [one for one in one.heard if isinstance(one, messages.Ask | messages.Tell)]
        assert [type(one) for one in said] == [messages.Ask, messages.Tell]
        assert dict(one.last(Tally).counts) == {"larger": 0, "smaller": 1}


async def test_numbers_are_counted_by_what_they_are(room: Class) -> None:
    pupils = [await Pupil().follow() for _ in range(4)]
    room.hub.send(messages.Ask(1, "How large?"))
    await until(lambda: all(one.last(messages.Ask) for one in pupils))
    for pupil, answer in zip(pupils, (0.5, -2, 0.5, 1e250), strict=True):
        pupil.seat.send(messages.Vote(1, answer))
    await until(lambda: _tally(room.heard) == {"-2": 1, "0.5": 2, "1e+250": 1})


async def test_who_presents_hears_of_those_who_are_counted_and_of_no_state(room: Class) -> None:
    """What changes on their screen is drawn anew; that a state was sent changes nothing there."""
    counted: list[Any] = []
    room.hub.changed_to = lambda: counted.append(room.hub.room.count)
    ada, ben = await Pupil().follow(), await Pupil().follow()
    await until(lambda: counted and counted[-1].following == 2)
    for step in range(5):
        before = len(counted)
        room.show(step)
        await until(lambda step=step: ada.link == ben.link == f"tfx descent steps={step}")
        assert len(counted) == before
    for said, seen in ((messages.Away(), (2, 1, 0, 0)), (messages.Raise(), (2, 1, 1, 0))):
        ada.seat.send(said)
        await until(lambda seen=seen: counted[-1] == seen)
    ben.seat.close()
    await until(lambda: counted[-1] == (1, 1, 1, 0))


async def test_the_chalk_is_given_and_comes_back(room: Class) -> None:
    ada, ben = await Pupil().follow("Ada"), await Pupil().follow("Ben")
    room.show(1)
    ben.seat.send(messages.Raise())
    await until(lambda: room.hub.room.hands)
    ada.seat.send(messages.Raise())
    await until(lambda: len(room.hub.room.hands) == 2)
    first = room.hub.room.hands[0]
    assert first.name == "Ben"
    room.hub.send(Chalk(first.number))
    await until(lambda: ben.last(Chalk))
    assert ben.last(Chalk).yours and room.hub.room.count.hands == 1
    ben.seat.send(State("tfx softmax"))
    await until(lambda: ada.link == "tfx softmax")
    room.show(2)  # who opened it has not the chalk, and shows nothing
    await until(lambda: isinstance(room.heard[-1], State) and room.heard[-1].link == "tfx softmax")
    room.hub.take_back()
    await until(lambda: not ben.last(Chalk).yours)
    room.show(3)
    await until(lambda: ada.link == ben.link == "tfx descent steps=3")
    room.hub.send(Chalk(first.number))
    await until(lambda: ben.last(Chalk).yours)
    ben.seat.close()  # it does not go with them
    await until(lambda: room.hub.room.chalk == 0)
    room.show(4)
    await until(lambda: ada.link == "tfx descent steps=4")


async def test_a_state_that_is_too_long_to_go_on_ends_who_sent_it(room: Class) -> None:
    """Read it fits, and written anew it does not: it must not stand in the way of the others."""
    pupil = await Pupil().follow()
    reader, writer = await _raw(room)
    writer.write(HELLO + b'{"type":"raise"}\n')
    await until(lambda: room.hub.room.hands)
    room.show(1)
    room.hub.send(Chalk(room.hub.room.hands[0].number))
    await until(lambda: room.hub.room.chalk)
    line = b'{"type":"state","compare":"x","link":"%s"}'
    writer.write(line % (b"y" * (messages.LONGEST - len(line) + 2)) + b"\n")
    await until(lambda: not room.hub.room.chalk)
    assert b"too long" in await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    room.show(2)
    await until(lambda: pupil.link == "tfx descent steps=2")


async def test_states_are_sent_at_a_pace_and_the_last_always(room: Class) -> None:
    pupil = await Pupil().follow()
    loop = asyncio.get_running_loop()
    paced, began = Paced(room.hub.send), loop.time()
    for step in range(120):
        paced.send(State(f"tfx descent steps={step}"))
        await asyncio.sleep(1 / 120)
    await until(lambda: pupil.link == "tfx descent steps=119")
    states = [one for one in pupil.heard if isinstance(one, State)]
    assert len(states) <= (loop.time() - began) * 15 + 2


@dataclass
class Drawing(Pupil):
    """A follower who says when they have drawn."""

    drawn: int = 0

    @property
    def states(self) -> list[int]:
        """The steps of all states that they were sent."""
        links = [one.link for one in self.heard if isinstance(one, State)]
        return [int(link.rpartition("=")[2]) for link in links]

    @property
    def draws(self) -> bool:
        return len(self.states) > self.drawn

    def draw(self) -> None:
        self.drawn = len(self.states)
        self.seat.send(messages.Drawn())


async def drawing(room: Class, count: int) -> list[Drawing]:
    """Followers who have drawn the first state, and have said so."""
    pupils = [Drawing() for _ in range(count)]
    for pupil in pupils:
        await pupil.follow()
    await given(room, pupils, 0)
    for pupil in pupils:
        pupil.draw()
    await until(lambda: len(room.hub._turns._say) == count)
    return pupils


async def all_draw(
    room: Class, monkeypatch: pytest.MonkeyPatch, count: int, at_once: int
) -> list[Drawing]:
    """Followers who are in the midst of state 1, where so many draw at a time later on."""
    monkeypatch.setattr(turns, "AT_ONCE", at_once)
    monkeypatch.setattr(turns, "LONGEST", PATIENCE)
    pupils = await drawing(room, count)
    await given(room, pupils, 1)
    return pupils


async def given(room: Class, pupils: list[Drawing], step: int) -> None:
    """Show a state that all are sent at once."""
    room.show(step)
    await until(lambda: all(one.states[-1:] == [step] for one in pupils))


async def heard_all(room: Class) -> None:
    """Wait until the hub has heard and sent what is on its way: a late joiner has been served."""
    late = await Pupil().follow()
    await until(lambda: late.last(State))
    late.seat.close()
    await until(lambda: len(room.hub._connections) == room.hub.room.count.following)


async def test_a_state_that_comes_while_another_is_drawn_goes_to_a_few_at_a_time(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At rest everybody is sent it at once; and nobody is sent one that is not the last."""
    pupils = await all_draw(room, monkeypatch, 10, 3)
    room.show(2)
    await heard_all(room)
    assert all(one.states == [0, 1] for one in pupils)  # all of them draw
    for pupil in pupils:
        pupil.draw()
    await until(lambda: sum(one.draws for one in pupils) == 3)
    room.show(3)
    await heard_all(room)
    assert sum(one.draws for one in pupils) == 3
    while pupil := next((one for one in pupils if one.draws), None):
        pupil.draw()
        await heard_all(room)
        assert sum(one.draws for one in pupils) <= 3
    assert sum(one.states == [0, 1, 2, 3] for one in pupils) == 3
    assert sum(one.states == [0, 1, 3] for one in pupils) == 7


async def test_of_those_who_draw_all_are_served_alike(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupils = await all_draw(room, monkeypatch, 6, 2)
    for step in range(2, 40):  # a new state whenever one has drawn
        room.show(step)
        min((one for one in pupils if one.draws), key=lambda one: one.states[-1]).draw()
        await heard_all(room)
    counts = [len(one.states) for one in pupils]
    assert max(counts) - min(counts) <= 1, counts
    while pupil := next((one for one in pupils if one.draws), None):
        pupil.draw()
        await heard_all(room)
    assert all(one.states[-1] == 39 for one in pupils)


async def test_who_does_not_say_that_they_have_drawn_is_not_waited_for(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither who never does nor who has stopped; and those wait for nobody."""
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    monkeypatch.setattr(turns, "LONGEST", 0.05)
    pupils, mute = await drawing(room, 3), await Pupil().follow()
    for step in range(1, 4):
        room.show(step)
        await until(lambda step=step: mute.link == f"tfx descent steps={step}")
    await until(lambda: all(one.states[-1] == 3 for one in pupils))
    pupils[0].draw()  # who goes on is one of them again
    await until(lambda: len(room.hub._turns._say) == 1)
    await given(room, pupils, 4)


async def test_what_is_asked_comes_with_its_state_whosever_turn_it_is(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupils = await all_draw(room, monkeypatch, 4, 1)
    room.show(2)
    await heard_all(room)
    room.hub.send(messages.Ask(1, "What becomes of it?", ("larger", "smaller")))
    await until(lambda: all(one.last(messages.Ask) for one in pupils))
    kinds = [[type(one) for one in pupil.heard[-2:]] for pupil in pupils]
    assert kinds == [[State, messages.Ask]] * 4
    assert all(one.states == [0, 1, 2] for one in pupils)


async def test_who_is_gone_makes_room(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    pupils = await all_draw(room, monkeypatch, 4, 1)
    room.show(2)
    for pupil in pupils[1:]:
        pupil.seat.close()
    await until(lambda: room.hub.room.count.following == 1)
    pupils[0].draw()
    await until(lambda: pupils[0].states == [0, 1, 2])


async def test_the_last_word_is_heard_by_who_is_just_saying_something() -> None:
    here, there = socket.socketpair()
    heard: list[Message] = []
    pupil = seat.Seat(heard.append)
    await pupil.open(here)
    there.sendall(write(Bye("The class is over.")))
    there.close()
    pupil.send(messages.Drawn())
    await until(lambda: heard)
    assert heard == [Bye("The class is over.")]


async def test_who_follows_is_told_when_the_class_is_closed(room: Class) -> None:
    pupil = await Pupil().follow()
    room.show(1)
    await until(lambda: pupil.link)
    room.hub.close()
    await until(lambda: pupil.last(Bye))
    assert pupil.last(Bye).why == hubs.GONE and not room.door.path.exists()


async def test_what_a_class_sends_is_not_trusted_either(folder: Path) -> None:
    heard: list[Message] = []
    here, there = socket.socketpair()
    sitting = Seat(heard.append)
    await sitting.open(here)
    there.sendall(write(State("tfx softmax")) + b'{"type": "state", "link": 3}\n')
    await until(lambda: heard and isinstance(heard[-1], Bye))
    assert "cannot be read" in heard[-1].why  # type: ignore[attr-defined]
    there.close()


class Mute:
    """A socket in the folder of classes that somebody else listens on; none is answered."""

    def __init__(self, folder: Path, name: str, said: bytes = b"") -> None:
        folder.mkdir(exist_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(folder / f"{name}.sock"))
        self._socket.listen(0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._drip, args=(said,))
        self._thread.start()

    def _drip(self, said: bytes) -> None:
        """Say something again and again, and never to its end."""
        with self._socket.accept()[0] as guest, suppress(OSError):
            while not self._ended.wait(0.02):
                guest.sendall(said)

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.mark.parametrize("said", [b"", b"x"], ids=["nothing", "letter by letter"])
async def test_who_says_nothing_to_its_end_keeps_nobody_waiting(
    room: Class, folder: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many who would each be waited for stand before and behind the class in the list."""
    monkeypatch.setattr(seat, "PATIENCE", 0.5)
    mute = [Mute(folder, f"{side}{at}", said) for side in "az" for at in range(8)]
    together = threading.Barrier(len(mute) + 1)
    ask = seat._greeting

    def all_ask(connection: socket.socket) -> messages.Greeting | None:
        together.wait(PATIENCE)  # for the others, who are asked at the same time
        return ask(connection)

    try:
        loop = asyncio.get_running_loop()
        with monkeypatch.context() as counting:
            counting.setattr(seat, "_greeting", all_ask)
            found = await loop.run_in_executor(None, seat.listed)
        assert [one.name for one in found] == ["physics"]
        with pytest.raises(NoClass, match=r"a0 does not answer|a0 is no class"):
            await loop.run_in_executor(None, seat.join, folder / "a0.sock")
        assert (await loop.run_in_executor(None, seat.found)).stem == "physics"
    finally:
        for one in mute:
            one.close()


def test_who_is_gone_before_hello_is_no_class(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows looks for a presenter again and again, and must not end by it."""
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "physics.sock"))
        listening.listen()
        greet = seat._greeting

        def greeted(connection: socket.socket) -> messages.Greeting | None:
            with listening.accept()[0] as guest:
                guest.sendall(write(messages.Greeting("physics")))
            return greet(connection)

        monkeypatch.setattr(seat, "_greeting", greeted)
        with pytest.raises(NoClass, match="there is no class physics here"):
            seat.join(folder / "physics.sock")


# ── the place ──────────────────────────────────────────────────────────────────────────


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_socket_are_the_users_own(folder: Path) -> None:
    door = Door("physics")
    assert _mode(folder) == 0o700 and _mode(door.path) == 0o600
    assert stat.S_ISSOCK(door.path.stat().st_mode)
    door.close()
    assert list(folder.iterdir()) == []


def test_a_group_can_be_let_in(folder: Path) -> None:
    door = Door("physics", _own_group())
    assert _mode(folder) == 0o750 and _mode(door.path) == 0o660
    assert door.path.stat().st_gid == os.getgid()
    door.close()
    with pytest.raises(NoClass, match="no group"):
        Door("physics", "no-such-group-here")


def test_a_living_presenter_is_not_pushed_away_and_a_dead_one_is(folder: Path) -> None:
    door = Door("physics")
    with pytest.raises(NoClass, match="already"):
        Door("physics")
    Door("chemistry").close()
    door.socket.close()  # as when it is killed: socket and lock are there, nobody has them
    os.close(door._listening._lock)
    assert door.path.exists()
    again = Door("physics")
    again.close()


def test_who_comes_back_while_the_one_before_is_still_ending_is_let_in(folder: Path) -> None:
    door = Door("physics")
    ending = threading.Timer(0.2, door.close)
    ending.start()
    Door("physics").close()
    ending.join()


def test_a_folder_that_others_can_change_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with pytest.raises(NoClass, match="changed by others"):
        Door("physics")
    folder.chmod(0o1777)
    Door("physics").close()
    folder.rmdir()
    folder.symlink_to(folder.parent)
    with pytest.raises(NoClass, match="no folder"):
        Door("physics")


@pytest.mark.parametrize("name", ("", "a b", "../x", "a/b", "x" * 33, "ä", "a.sock", "a\n"))
def test_a_name_is_letters_digits_and_dashes(name: str) -> None:
    with pytest.raises(NoClass):
        Door(name)


def test_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the runtime directory where there is one, and never in what belongs to somebody else."""
    monkeypatch.delenv("TFX_CLASS_DIR")
    monkeypatch.setattr(places, "SHARED", tmp_path / "shared")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    door = Door("physics")
    assert door.path == tmp_path / "tfx" / "physics.sock" and places.classes() == [door.path]
    door.close()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert places.folders()[1].is_relative_to("/run/user") or (
        places.folders()[1] == tmp_path / f"tfx-{os.getuid()}"
    )
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(NoClass, match="--group needs"):
        Door("physics", _own_group())
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    door = Door("physics", _own_group())  # where others reach it
    assert door.path.parent == tmp_path / "shared" and _mode(door.path) == 0o660
    door.close()


def _own_group() -> str:
    import grp

    return grp.getgrgid(os.getgid()).gr_name
