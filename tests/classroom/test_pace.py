"""When states are sent: counted on a clock of the test's own, which only moves when it is told."""

import os
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from tui_transformer.classroom import pace as paces
from tui_transformer.classroom.messages import Chalk, Hello, Message, Raise, State
from tui_transformer.classroom.pace import EACH, PACE, QUIET, Paced, pace
from tui_transformer.classroom.room import OWNER, Room
from tui_transformer.ui.attendance import Attendance
from tui_transformer.ui.seated import Attend

KEYS = 60  # a second


class Clock:
    """The time, and what is to be called when."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._calls: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> "Clock.Timer":
        entry = self.now + seconds, call
        self._calls.append(entry)
        return Clock.Timer(self, entry)

    class Timer:
        """What can be called off."""

        def __init__(self, clock: "Clock", entry: tuple[float, Callable[[], None]]) -> None:
            self._clock, self._entry = clock, entry

        def cancel(self) -> None:
            if self._entry in self._clock._calls:
                self._clock._calls.remove(self._entry)

    def to(self, moment: float) -> None:
        """Let time pass, and call what is due on the way."""
        while due := [entry for entry in self._calls if entry[0] <= moment + 1e-9]:
            entry = min(due, key=lambda entry: entry[0])
            self._calls.remove(entry)
            self.now = entry[0]
            entry[1]()
        self.now = moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    it = Clock()
    monkeypatch.setattr(paces.time, "monotonic", lambda: it.now)
    monkeypatch.setattr(paces.asyncio, "get_running_loop", lambda: it)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    yield it


def held(
    clock: Clock, following: int, keys: int, rate: float, each: float = EACH
) -> list[tuple[float, Message]]:
    """Each key gives a state; what is sent of them, and how long after the first key."""
    sent: list[tuple[float, Message]] = []
    begun = clock.now
    paced = Paced(
        lambda message: sent.append((clock.now - begun, message)),
        lambda: following,
        lambda: each,
    )
    for key in range(keys):
        clock.to(begun + key / rate)
        paced.send(State(f"tfx descent steps={key}"))
    clock.to(begun + keys / rate + 10)
    return sent


@pytest.mark.parametrize("following", [0, 1, 10, 30, 100])
def test_a_held_key_sends_few_and_the_last_soon(clock: Clock, following: int) -> None:
    sent = held(clock, following, KEYS + 1, KEYS)
    last, state = sent[-1]
    assert state == State(f"tfx descent steps={KEYS}")
    assert 1.0 <= last <= 1.0 + max(PACE, QUIET) + 1e-9
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(sent)]
    assert min(gaps) >= PACE - 1e-9
    assert len(sent) <= 2 + 1 / pace(following)


def test_who_follows_is_given_twice_the_time_for_a_picture(clock: Clock) -> None:
    """Two processors; what a picture takes of one of them is measured where it is presented."""
    assert pace(0) == pace(1) == PACE
    assert pace(30, 0.006) == pytest.approx(30 * 0.006)
    assert len(held(clock, 30, KEYS + 1, KEYS, 0.006)) in (7, 8)
    assert len(held(clock, 30, KEYS + 1, KEYS, 0.012)) in (4, 5)
    assert len(held(clock, 3, KEYS + 1, KEYS)) in (16, 17)


def test_a_picture_that_shows_nothing_new_measures_nothing() -> None:
    """The title counts who is there anew, which is soon done."""
    seat = Attendance(None, Attend("physics"))  # type: ignore[arg-type]
    seat.presents = True
    seat._send = lambda message: None  # type: ignore[method-assign]
    for state, each in (("tfx softmax", 0.02), ("tfx softmax", 0.001)):
        seat.share(State(state), None, each)
        assert seat.each == 0.02
    seat.share(State("tfx neuron"), None, 0.003)
    assert seat.each == 0.003


def test_who_is_handed_the_chalk_hears_for_how_many(clock: Clock) -> None:
    """They draw for all as whoever opened the class does, so they send as seldom."""
    room = Room()
    for number in range(1, 31):
        room.enter(number, Hello())
        room.take(number)
    room.hear(OWNER, Chalk(7))
    assert room.take(7)[-1] == Chalk(7, True, 30)
    room.take_back()
    assert room.take(7)[-1] == Chalk(7, False)
    seat = Attendance(None, Attend("physics"))  # type: ignore[arg-type]
    seat.presents = True
    sent: list[Message] = []
    seat._paced = seat._pacing(sent.append)
    seat._chalk(Chalk(7, True, 30))
    begun = clock.now
    for key in range(KEYS + 1):
        clock.to(begun + key / KEYS)
        seat.share(State(f"tfx descent steps={key}"), None, 0.012)
    clock.to(clock.now + 10)
    assert len(sent) in (4, 5)


@pytest.mark.parametrize("following", [1, 30, 100])
def test_single_keys_wait_for_nothing(clock: Clock, following: int) -> None:
    sent = held(clock, following, 10, 2)
    assert [moment for moment, _ in sent] == pytest.approx([key / 2 for key in range(10)])


def test_keys_that_are_pressed_quickly_wait_no_longer_than_they_did(clock: Clock) -> None:
    sent = held(clock, 100, 20, 10)
    assert len(sent) == 20
    assert all(moment - key / 10 <= QUIET + 1e-9 for key, (moment, _) in enumerate(sent))


def test_what_is_no_state_goes_at_once_and_the_state_before_it(clock: Clock) -> None:
    sent: list[Message] = []
    paced = Paced(sent.append, lambda: 30)
    first, second = State("tfx softmax"), State("tfx neuron")
    paced.send(first)
    paced.send(second)
    assert sent == [first]
    paced.send(Raise(True))
    assert sent == [first, second, Raise(True)]
    paced.send(first)
    paced.stop()
    clock.to(clock.now + 10)
    assert len(sent) == 3
