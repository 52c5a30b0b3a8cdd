"""When states are sent: counted on a clock of the test's own, which only moves when it is told."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from tui_transformer.classroom import pace as paces
from tui_transformer.classroom.messages import Message, Raise, State
from tui_transformer.classroom.pace import PACE, Paced

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
    yield it


def held(clock: Clock, keys: int, rate: float) -> list[tuple[float, Message]]:
    """Each key gives a state; what is sent of them, and how long after the first key."""
    sent: list[tuple[float, Message]] = []
    begun = clock.now
    paced = Paced(lambda message: sent.append((clock.now - begun, message)))
    for key in range(keys):
        clock.to(begun + key / rate)
        paced.send(State(f"tfx descent steps={key}"))
    clock.to(begun + keys / rate + 10)
    return sent


def test_a_held_key_sends_few_and_the_last_soon(clock: Clock) -> None:
    sent = held(clock, KEYS + 1, KEYS)
    last, state = sent[-1]
    assert state == State(f"tfx descent steps={KEYS}")
    assert 1.0 <= last <= 1.0 + PACE + 1e-9
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(sent)]
    assert min(gaps) >= PACE - 1e-9
    assert len(sent) in (16, 17)


@pytest.mark.parametrize("rate", [2, 10])
def test_single_keys_wait_for_nothing(clock: Clock, rate: int) -> None:
    sent = held(clock, 20, rate)
    assert [moment for moment, _ in sent] == pytest.approx([key / rate for key in range(20)])


def test_what_is_no_state_goes_at_once_and_the_state_before_it(clock: Clock) -> None:
    sent: list[Message] = []
    paced = Paced(sent.append)
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
