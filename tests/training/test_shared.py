"""Several who want the same run have each of its steps computed once, and harm nobody."""

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from tests.training.test_live_training import SMALL, same
from tests.waiting import PATIENCE, until
from tui_transformer.nn.training import Run
from tui_transformer.training import beside, shared
from tui_transformer.training.beside import Beside
from tui_transformer.training.course import Course, Stretch, advance, trainer
from tui_transformer.training.kept import Kept

END = 120


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each stretch took that was computed."""
    counted: list[int] = []

    def count(course: Course, run: Run, steps: int, seconds: float) -> Stretch:
        stretch = advance(course, run, min(steps, 7))
        counted.append(len(stretch.losses))
        return stretch

    monkeypatch.setattr(shared, "advance", count)
    return counted


@pytest.fixture
def nursery(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that serves all, as a nursery forks it: here a thread."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    served = Thread(target=shared.serve_all, args=(theirs,))
    served.start()
    monkeypatch.setattr(beside, "nursery", ours)
    yield
    ours.close()
    served.join(PATIENCE)
    assert not served.is_alive()
    theirs.close()


def reach(guest: Beside, kept: Kept, step: int) -> None:
    """Come to a step as a session does, stretch by stretch."""
    while (found := kept.nearest(step))[0] < kept.last(step):
        kept.add(found[0], guest.advance(kept.course, found[1], step - found[0], 1.0))


def test_six_who_come_together_and_six_who_come_late(nursery: None, taken: list[int]) -> None:
    guests = [Beside() for _ in range(12)]
    runs = [Kept(SMALL) for _ in guests]
    early = [
        Thread(target=reach, args=pair) for pair in zip(guests[:6], runs, [END] * 6, strict=False)
    ]
    for one in early:
        one.start()
    for one in early:
        one.join(PATIENCE)
    assert sum(taken) == END
    for guest, run in zip(guests[6:], runs[6:], strict=True):
        reach(guest, run, END)
    assert sum(taken) == END  # all was there
    reach(guests[-1], runs[-1], END - 3)  # a place in between is not far from one that is kept
    assert sum(taken) <= END + 7
    whole = advance(SMALL, trainer(SMALL).start(), END)
    for run in runs:
        assert same(run.at(END), whole.run)
        assert np.array_equal(run.losses, whole.losses)
        assert np.array_equal(run.norms, whole.norms)
        assert len(run.seconds) == END
        assert {one.step for one in whole.checks} <= run.checks.keys()
    assert not any(guest._alone for guest in guests)
    for guest in guests:
        guest.stop()


def test_nobody_gets_a_run_that_somebody_else_sent(nursery: None, taken: list[int]) -> None:
    """A state that no training leads to helps its sender alone, wherever the others are."""
    start = trainer(SMALL).start()
    wrong = advance(SMALL, start, 40).run
    weights = wrong.state.weights * 3
    wrong = dataclasses.replace(wrong, state=dataclasses.replace(wrong.state, weights=weights))
    liar, honest, run = Beside(), Beside(), Kept(SMALL)
    ahead = liar.advance(SMALL, wrong, 20, 1.0)
    assert same(ahead.run, advance(SMALL, wrong, 7).run)
    reach(honest, run, END)
    liar.advance(SMALL, wrong, 20, 1.0)
    reach(late := Beside(), other := Kept(SMALL), END)
    whole = advance(SMALL, start, END)
    assert same(run.at(END), whole.run) and same(other.at(END), whole.run)
    for guest in (liar, honest, late):
        guest.stop()


def test_a_run_that_breaks_off_does_so_for_everybody(nursery: None) -> None:
    wild = dataclasses.replace(SMALL, learning_rate=1e30, optimizer="sgd", warmup=0)
    first, second = Kept(wild), Kept(wild)
    reach(one := Beside(), first, END)
    reach(other := Beside(), second, END)
    assert first.end is not None and first.end < END
    assert second.end == first.end and second.note(END) == first.note(END)
    assert not one._alone and not other._alone
    one.stop()
    other.stop()


@pytest.mark.parametrize("said", [b"\n", b"{}\n", b'{"course": 3}\n', b"\xff\n", b"x" * 100_000])
def test_garbage_ends_who_said_it_and_nobody_else(nursery: None, said: bytes) -> None:
    guest, run = Beside(), Kept(SMALL)
    reach(guest, run, 10)
    into, out = beside._forked(beside.nursery, SMALL)  # type: ignore[arg-type]
    into.write(said)
    into.flush()
    into.close()
    assert out.read() == b""
    out.close()
    reach(guest, run, 20)
    assert not guest._alone
    guest.stop()


def test_who_stops_in_the_middle_keeps_nobody_waiting(nursery: None) -> None:
    """One who has said half of what they want, one who does not take the answer."""
    half, silent = (beside._forked(beside.nursery, SMALL) for _ in range(2))  # type: ignore[arg-type]
    half[0].write(b'{"course"')
    half[0].flush()
    large = dataclasses.replace(SMALL, d_model=64, layers=2)  # more than a pipe takes
    record = {"course": dataclasses.asdict(large), "steps": 1, "seconds": 1.0}
    beside._send(silent[0], record, trainer(large).start())
    guest, run = Beside(), Kept(SMALL)
    reach(guest, run, 30)
    assert not guest._alone
    guest.stop()
    for end in (*half, *silent):
        end.close()


def test_where_there_are_too_many_the_last_ones_train_alone(
    nursery: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "MOST", 2)
    guests = [Beside() for _ in range(3)]
    for guest in guests:
        run = Kept(SMALL)
        reach(guest, run, 10)
    assert [guest._alone for guest in guests] == [False, False, True]
    guests[0].stop()
    assert until(lambda: _finds_room())
    for guest in guests[1:]:
        guest.stop()


def _finds_room() -> bool:
    guest, run = Beside(), Kept(SMALL)
    reach(guest, run, 10)
    guest.stop()
    return not guest._alone


def test_another_course_is_asked_for_anew(nursery: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever trains it already is found: by what is asked, the same for the same."""
    asked: list[bytes] = []
    send = socket.send_fds

    def noted(to: socket.socket, said: list[bytes], files: list[int]) -> int:
        asked.extend(said)
        return send(to, said, files)

    monkeypatch.setattr(socket, "send_fds", noted)
    other = dataclasses.replace(SMALL, seed=8)
    before = _opened()
    guest = Beside()
    for course in (SMALL, SMALL, other, SMALL):
        guest.advance(course, trainer(course).start(), 1, 1.0)
    guest.stop()
    assert asked[0] == asked[2] != asked[1] and len(asked) == 3
    assert all(len(one) == 32 for one in asked)
    assert until(lambda: _opened() <= before)  # nothing stays open of those before


def _opened() -> set[Path]:
    files = Path("/proc/self/fd")
    return set(files.iterdir()) if files.is_dir() else set()
