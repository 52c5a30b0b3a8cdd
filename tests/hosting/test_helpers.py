"""What sessions compute beside themselves: in forks of the nursery's, which they share."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.memory import processor_time
from tests.hosting.lodging import Lodging, alone
from tests.hosting.served import children, gone
from tests.pty_terminal import Terminal
from tests.waiting import PATIENCE, until

PLAYING = "a second"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lodging]:
    with alone(tmp_path_factory.mktemp("house") / "host.sock") as house:
        yield house


def trained(house: Lodging, tfx: Terminal) -> tuple[int, int]:
    """Let a session train, and tell its process and its helper's."""
    tfx.wait_for("step")
    (session,) = house.sessions()
    tfx.send(" ")
    tfx.wait_for(PLAYING)
    (helper,) = set(house.sessions()) - {session}
    return session, helper


def steps(tfx: Terminal) -> int:
    row = next((line for line in tfx.text() if PLAYING in line), "steps = 0,")
    return int(row.split("steps = ")[1].split(",")[0])


def goes_on(tfx: Terminal) -> bool:
    before = steps(tfx)
    tfx.wait_for(lambda _: steps(tfx) > before)
    return True


def test_a_session_trains_in_a_fork_that_ends_with_it(house: Lodging) -> None:
    with house.direct("training") as tfx:
        session, helper = trained(house, tfx)
        # It is none of the interpreters that are started anew, and has a kiosk's limits.
        assert (
            Path(f"/proc/{helper}/cmdline").read_text()
            == Path(f"/proc/{session}/cmdline").read_text()
        )
        limits = Path(f"/proc/{helper}/limits").read_text()
        assert "Max file size             0" in limits
        opened = {str(file.readlink()) for file in Path(f"/proc/{helper}/fd").iterdir()}
        assert {name.split(":")[0] for name in opened} == {"pipe", "socket", os.devnull}
        assert goes_on(tfx)
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert house.empty()


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_a_session_that_is_killed_takes_its_helper_along(house: Lodging, how: str) -> None:
    with house.direct("training") as tfx:
        session, helper = trained(house, tfx)
        if how == "stopped":  # so that it does not notice that nobody asks any more
            os.kill(helper, signal.SIGSTOP)
        os.kill(session, signal.SIGKILL)
        assert tfx.exit_status() == 128 + signal.SIGKILL
    assert house.empty()


def test_those_who_want_the_same_run_share_a_helper(house: Lodging) -> None:
    """It stays as long as anybody needs it, and who comes late finds what is computed."""
    words = ("training", "seed=7", "steps=80")
    with ExitStack() as stack:
        come = [stack.enter_context(house.direct(*words)) for _ in range(4)]
        for tfx in come:
            tfx.wait_for(lambda screen: at(screen) == 80)
        assert len(house.sessions()) == 4 + 1
        (helper,) = (one for one in house.sessions() if hears_nobody(one))
        come[0].send("q")  # for whom it was made
        assert come[0].exit_status() == 0
        assert until(lambda: len(house.sessions()) == 3 + 1)
        spent = processor_time(helper)
        late = stack.enter_context(house.direct(*words))
        late.wait_for(lambda screen: at(screen) == 80)
        assert late.text()[4:12] == come[1].text()[4:12]
        assert processor_time(helper) - spent < spent / 4
        late.send("l")  # another run, and so its own
        late.wait_for(lambda _: len(house.sessions()) == 4 + 2)
    assert house.empty()


def test_a_host_that_is_killed_takes_helpers_and_guests_along(tmp_path: Path) -> None:
    with alone(tmp_path / "host.sock") as house, ExitStack() as stack:
        words = ("training", "seed=7", "steps=20000")
        come = [stack.enter_context(house.direct(*words)) for _ in range(3)]
        for tfx in come:
            tfx.wait_for(lambda screen: 0 < at(screen) < 20_000)
        left = [house.nursery, *house.sessions(), *house.visitors()]
        assert len(left) == 1 + 3 + 1 + 3
        house.process.kill()
        assert all(gone(process) for process in left)


def at(screen: Terminal) -> int:
    """The step that is in sight."""
    found = re.search(r"steps◷? +(\d+)", "\n".join(line[:40] for line in screen.text()))
    return int(found[1]) if found else -1


def hears_nobody(process: int) -> bool:
    """Whether a process has no terminal, as helpers have none."""
    return str(Path(f"/proc/{process}/fd/0").readlink()) == os.devnull


def test_a_helper_that_is_killed_costs_nothing_but_time(house: Lodging) -> None:
    with house.direct("training") as tfx:
        _, helper = trained(house, tfx)
        os.kill(helper, signal.SIGKILL)
        assert until(lambda: len(house.sessions()) == 1)
        assert goes_on(tfx)  # in a thread of the session's own
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert house.empty()


def test_a_nursery_that_is_killed_leaves_the_session_training(house: Lodging) -> None:
    with house.direct("training") as tfx:
        before = house.nursery
        trained(house, tfx)
        os.kill(before, signal.SIGKILL)
        assert until(lambda: set(children(house.process.pid)) - {before})
        assert goes_on(tfx)
        tfx.kill()
    with house.direct("softmax") as tfx:
        tfx.wait_for("probabilities")
    assert house.empty()


ASKING = """
import os, socket, sys
from tui_transformer.hosting.nursery import Nursery

def child(request, asked):
    for turn in range(3):
        ours, theirs = os.pipe(), os.pipe()
        files = [ours[0], theirs[1]] if turn != 1 else [ours[0]]  # one is half of a question
        wanted = (b"own %d" % os.getpid(), b"half", request["words"].encode())[turn]
        socket.send_fds(asked, [wanted], files)
        os.close(ours[0]), os.close(theirs[1])
        answer = os.read(theirs[0], 100)
        os.write(1, f"{turn} {answer.decode()}\\n".encode())
    os.read(0, 1)
    return 7

def helper(door):
    while True:
        data, files, _, _ = socket.recv_fds(door, 100, 2)
        os.write(files[1], b"by %d" % os.getpid())
        for file in files:
            os.close(file)

Nursery(socket.socket(fileno=int(sys.argv[1])), child, helper).run()
"""


KEEPING = """
import socket, sys
from tui_transformer.hosting.nursery import Nursery

def child(request, asked):
    asked.settimeout(0.5 if request["words"] == "unheard" else None)
    asked.send(request["words"].encode())
    try:
        return asked.recv(100)[0]
    except TimeoutError:
        return 7

def keep(line):
    print(line.decode(), flush=True)
    return ""

Nursery(socket.socket(fileno=int(sys.argv[1])), child, lambda: None, keep).run()
"""


def test_lines_of_who_presents_are_kept_and_of_nobody_else() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(PATIENCE)
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPING, str(theirs.fileno())],
        pass_fds=(theirs.fileno(),),
        stdout=subprocess.PIPE,
    )
    theirs.close()
    try:
        assert json.loads(ours.recv(1000)) == {"ready": True}
        for number, (words, status) in enumerate((("unheard", 7), ("kept", ord(".")))):
            request = {"number": number, "presents": words == "kept", "words": words}
            master, slave = os.openpty()
            socket.send_fds(ours, [json.dumps(request).encode()], [slave])
            os.close(slave)
            assert json.loads(ours.recv(1000)) == {"number": number, "status": status}
            os.close(master)
    finally:
        ours.close()
        written, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, written) == (0, b"kept\n")


def test_a_session_has_one_helper_and_shares_what_others_want(tmp_path: Path) -> None:
    """Each wants something of their own first; then two want the same, and a third another."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(PATIENCE)
    process = subprocess.Popen(
        [sys.executable, "-c", ASKING, str(theirs.fileno())], pass_fds=(theirs.fileno(),)
    )
    theirs.close()
    try:
        assert json.loads(ours.recv(1000)) == {"ready": True}
        heard: list[list[str]] = []
        masters = []
        for number, words in enumerate(("same", "same", "other")):
            master, slave = os.openpty()
            request = {"number": number, "presents": False, "words": words}
            socket.send_fds(ours, [json.dumps(request).encode()], [slave])
            os.close(slave)
            masters.append(os.fdopen(master, "r+b", 0))
            written = b""
            while written.count(b"\n") < 3:
                written += masters[-1].read(1000)
            heard.append([line.partition(" ")[2] for line in written.decode().splitlines()])
        # Who comes later finds somebody who computes it; half of a question gets no answer.
        (first, _, alone), (own, _, shares), (third, _, other) = heard
        assert len({first, own, third, ""}) == 4 and [half for _, half, _ in heard] == [""] * 3
        assert (alone, shares, other) == (first, first, third)
        assert len(children(process.pid)) == 3 + 3
        for number, master in enumerate(masters):
            master.write(b"\n")
            assert json.loads(ours.recv(1000)) == {"number": number, "status": 7}
            master.close()
        assert until(lambda: not children(process.pid))  # the last guest takes it along
    finally:
        ours.close()
        assert process.wait(PATIENCE) == 0
