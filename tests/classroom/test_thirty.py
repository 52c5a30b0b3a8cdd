"""Thirty follow on screens of all sizes, each a fork of one host: what is counted, not timed."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.hosted import SIZES, Hosted, answered, follower, held, hosted
from tests.classroom.screens import TFX, Running, everybody_reads
from tests.forked_terminal import ForkedTerminal
from tests.ssh_server import state
from tests.waiting import until

KEYS = ("left", "right", "up", "down", "shift+right", "tab", "*", "1", "2", "u", "b", "z", ".")
MORE = ("]", "[", "pagedown", "pageup", "r", "shift+tab")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Hosted]:
    with hosted(tmp_path, "softmax") as it:
        yield it


def place(folder: Path) -> dict[str, str]:
    return {"TFX_CLASS_DIR": str(folder / "classes"), "XDG_STATE_HOME": str(folder)}


@pytest.mark.parametrize("seed", range(2))
def test_everybody_agrees_after_random_keys(room: Hosted, seed: int) -> None:
    """Those of one size see the same cells, and so does who comes late and gets one line."""
    draw = random.Random(seed)
    for _ in range(60):
        room.presenter.key(draw.choice((*KEYS, *MORE)))
        everybody_reads(room.presenter, *room.followers)
    assert room.agree()
    late = [follower(room.house, size) for size in SIZES]
    room.followers += late
    try:
        assert room.all_show("following physics")
        assert room.agree()
    finally:
        for one in late:
            room.followers.remove(one)
            one.kill()


def test_keys_that_are_held_are_coalesced_and_all_end_at_the_last_state(
    room: Hosted, tmp_path: Path
) -> None:
    text = Running(place(tmp_path), "follow", "physics", "--json")
    assert until(lambda: text.lines)
    began = time.monotonic()
    held(room.presenter, "right", room.followers, 3, 60)
    answered(time.perf_counter(), [room.presenter, *room.followers])
    passed = time.monotonic() - began
    assert room.agree()
    logit = next(line for line in room.presenter.text() if "logits" in line)
    assert "20" in logit, logit  # 180 tenths from 2 on
    assert until(lambda: text.state()["controls"].get("logits", [0])[0] == 20)
    assert 2 <= len(text.lines) <= 15 * passed + 2
    text.process.kill()
    text.end()


def test_whoever_is_killed_loses_nothing_of_the_others(room: Hosted) -> None:
    """A third of those who follow, then who presents, then the host: nobody is left over."""
    room.presenter.key("right")
    assert room.agree()
    for one in room.followers[::3]:
        one.kill()
    room.followers = [one for at, one in enumerate(room.followers) if at % 3]
    room.presenter.wait_for(f"{len(room.followers)} following")
    room.presenter.key("right")
    assert room.all_show(" 2.2 ")
    away = room.followers[0]
    away.key("f")
    away.wait_for("away · f goes back")
    away.key("right")
    away.wait_for(" 2.3 ")
    os.killpg(room.presenter.pid, signal.SIGKILL)
    assert room.all_show("the presenter is gone")
    assert all(" 2.2 " in "\n".join(one.text()) for one in room.followers[1:])
    assert " 2.3 " in "\n".join(away.text())  # what was tried is still there
    left = [room.house.nursery, *room.house.sessions(), *room.house.visitors()]
    assert len(left) == 1 + 2 * len(room.followers)
    room.house.process.kill()
    assert until(lambda: not any(_lives(process) for process in left))


def test_a_presenter_who_is_killed_at_any_moment_finds_everybody_again(tmp_path: Path) -> None:
    """Before the class is open, while it opens, between the halves of a key and of a line."""
    with hosted(tmp_path, "softmax", 3) as room:
        command = [*TFX, "present", "physics", "softmax", "logits=5,1,1"]
        room.presenter.kill()
        for moment in range(0, 24, 3):
            with ForkedTerminal(command, env=place(tmp_path)) as again:
                for _ in range(moment):
                    again.listen(0.05)
                    again.key("right")
                    everybody_reads(*room.followers)
        with ForkedTerminal(command, env=place(tmp_path)) as last:
            room.presenter = last
            last.wait_for("3 following")
            last.key("right")
            assert room.all_show(" 5.1 ")
            assert room.agree()


def _lives(process: int) -> bool:
    return state(Path(f"/proc/{process}")) not in "ZX"
