"""What is kept of a class, where it cannot be kept, and by whom for whom."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from tui_transformer.classroom import log
from tui_transformer.classroom.log import Log, Posted
from tui_transformer.controls import BadValue

TOLD = ("softmax", "What becomes of p?", "larger", (("larger", 2), ("smaller", 1)))


def test_each_question_is_a_line_and_the_file_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "log"
    kept = Log(str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept.told(*TOLD) == kept.told(*TOLD) == ""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == 2 * [
        {
            "state": "softmax",
            "question": "What becomes of p?",
            "truth": "larger",
            "answers": {"larger": 2, "smaller": 1},
        }
    ]


def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadValue, match="cannot be written"):
        Log(str(tmp_path / "pipe"))


def test_a_full_disk_is_said_at_once() -> None:
    with pytest.raises(BadValue, match="No space left"):
        Log("/dev/full")


FULL = """
import resource, sys
from tui_transformer.classroom.log import Log
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
print(Log(sys.argv[1]).told("softmax", "q" * 100, "larger", ()))
"""


@pytest.mark.parametrize("room", [0, 20])
def test_of_a_line_without_room_nothing_is_left(tmp_path: Path, room: int) -> None:
    """A disk fills up in the midst of a line: what was there is whole, and can be read."""
    path = tmp_path / "log"
    Log(str(path)).told(*TOLD)
    before = path.read_text()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(len(before.encode()) + room)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "is not in the log: File too large" in done.stdout
    assert path.read_text() == before


def answering(keeper: socket.socket, answer: bytes | None, lines: list[bytes]) -> Thread:
    """Somebody who hears one line and answers, or is gone."""

    def keep() -> None:
        with keeper:
            lines.append(keeper.recv(1 << 17))
            if answer is not None:
                keeper.send(answer)

    thread = Thread(target=keep)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "answer, said",
    [(b".", ""), (b".It is full.", "It is full."), (None, "is not in the log")],
)
def test_who_may_not_write_has_it_written(answer: bytes | None, said: str) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    lines: list[bytes] = []
    thread = answering(theirs, answer, lines)
    with ours:
        assert said in Posted(ours).told(*TOLD)
        assert ours.gettimeout() is None
    thread.join()
    (line,) = lines
    assert json.loads(line)["answers"] == {"larger": 2, "smaller": 1}


def test_what_is_kept_elsewhere_opens_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert log.opened(None) is None
    ours, theirs = socket.socketpair()
    with ours, theirs:
        monkeypatch.setattr(log, "keeper", ours)
        assert isinstance(log.opened(str(tmp_path / "log")), Posted)
    assert not list(tmp_path.iterdir())
