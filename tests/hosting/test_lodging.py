"""The system's sshd before a host: `tfx-visit` as its ForceCommand, and nothing else."""

import grp
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosting.lodging import VISIT, Lodging, alone, hosting, lodging, run
from tests.hosting.served import TFX, gone
from tests.pty_terminal import Terminal
from tests.ssh_server import SSHD
from tests.waiting import PATIENCE, until

needs_sshd = pytest.mark.skipif(SSHD is None, reason="no sshd on this machine (.ci/run gets one)")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lodging]:
    assert SSHD is not None
    with lodging(tmp_path_factory.mktemp("house")) as house:
        yield house


@needs_sshd
def test_a_visitor_sees_works_and_leaves_nothing(house: Lodging) -> None:
    with house.visit("softmax", "temperature=2") as tfx:
        tfx.wait_for("0.501688")  # e^(2/2) / (e^(2/2) + e^(1/2) + e^(0.1/2))
        assert len(house.visitors()) == len(house.sessions()) == 1
        tfx.resize(120, 40)
        tfx.wait_for(lambda screen: "quit" in screen.text()[39])
        tfx.send("l")
        tfx.wait_for("2.1")
        tfx.send("q")
        assert tfx.exit_status() == 0
        assert tfx.attributes_restored()
        assert tfx.modes.private == {7, 25}
    with house.visit() as tfx:
        tfx.wait_for("Linear unit")
        tfx.key("ctrl+c")
        assert tfx.exit_status() == 0
    assert house.empty()


@needs_sshd
@pytest.mark.parametrize("terminal", ["-tt", "-T"])
@pytest.mark.parametrize(
    "asked", ["/bin/sh", "; touch escaped", "neuron\ntouch escaped", "neuron --svg x", "scp -t ."]
)
def test_nothing_else_is_run(house: Lodging, asked: str, terminal: str) -> None:
    done = house.run(asked, options=(terminal,))
    assert done.returncode == 2
    (said,) = (done.stdout + done.stderr).splitlines()
    assert said.startswith("tfx: ")
    assert house.empty()


@needs_sshd
def test_no_file_comes_in_or_goes_out_and_no_port(house: Lodging, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    flags = house.server.flags("-P")
    for command in (
        ["scp", *flags, str(tmp_path / "there"), "127.0.0.1:here"],
        ["scp", "-O", *flags, "127.0.0.1:/etc/passwd", str(tmp_path / "passwd")],
        ["sftp", *flags, "-b", "/dev/null", "127.0.0.1"],
    ):
        assert run(command).returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    back = ("-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{house.server.port}")
    assert house.run(options=back).returncode == 255


@needs_sshd
def test_words_that_are_too_many_get_a_sentence(house: Lodging) -> None:
    with house.visit("neuron", "w1=" + "1" * 60_000) as tfx:
        tfx.wait_for("tfx: that is too long")
        assert tfx.exit_status() == 2


@needs_sshd
@pytest.mark.parametrize("killed", ["the client", "its line", "tfx-visit", "the session"])
def test_whoever_is_killed_leaves_no_process(house: Lodging, killed: str) -> None:
    with house.visit("softmax") as tfx:
        tfx.wait_for("probabilities")
        (visitor,), (session,) = house.visitors(), house.sessions()
        other = house.visit("neuron")
        other.wait_for("y over the plane")
        match killed:
            case "the client":
                tfx.kill()
            case "its line":
                tfx.hang_up()
            case "tfx-visit":
                os.kill(visitor, signal.SIGKILL)
            case _:
                os.kill(session, signal.SIGKILL)
                tfx.wait_for("tfx was ended by signal 9")
                assert tfx.exit_status() == 128 + signal.SIGKILL
                assert tfx.modes.private == {7, 25}
                assert tfx.attributes_restored()
        assert until(lambda: len(house.visitors()) == len(house.sessions()) == 1)
        other.send("l")
        other.wait_for("w₀ = 1.1")
        other.send("q")
        assert other.exit_status() == 0
        other.kill()
    assert house.empty()


@pytest.mark.parametrize("asked", ["softmax", "training steps=20000 seed=3"])
def test_killed_at_any_moment(house: Lodging, asked: str) -> None:
    """From before it has said a word to well after its first picture; several at a time."""
    killed = []
    for moment in range(24):
        tfx = house.direct(*asked.split())
        killed.append(tfx)
        for _ in range(moment):
            tfx.listen(0.02)
        match moment % 3:
            case 0:
                tfx.hang_up()
            case 1:
                os.kill(tfx.pid, signal.SIGKILL)
            case _:
                for session in house.sessions()[-1:]:
                    os.kill(session, signal.SIGKILL)
                tfx.hang_up()
    assert house.empty()
    for tfx in killed:
        tfx.kill()
    with house.direct("softmax") as tfx:
        tfx.wait_for("probabilities")
    assert house.empty()


def test_keys_that_interrupt_are_keys_or_end_it(house: Lodging) -> None:
    """At the start the terminal still makes a signal of ctrl+c."""
    for early in (True, False):
        with house.direct("neuron") as tfx:
            if not early:
                tfx.wait_for("y over the plane")
                tfx.send("\x1a\x1cl")
                tfx.wait_for("w₀ = 1.1")

            def ended(tfx: Terminal = tfx) -> bool:
                tfx.send("\x03")
                tfx.settle(quiet=0.3)
                return not tfx.running

            assert until(ended)
            assert tfx.attributes_restored()
    assert house.empty()


def test_a_flood_of_keys_holds_up_nobody(house: Lodging) -> None:
    with house.direct("descent") as slow, house.direct("softmax") as quick:
        slow.wait_for("loss")
        quick.wait_for("probabilities")
        slow.paste("l" * 300_000)  # more than waits anywhere on the way
        quick.send("q")
        assert quick.exit_status() == 0
        slow.send("\x03")
        assert slow.exit_status() == 0
    assert house.empty()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_host_that_ends_puts_every_terminal_right(tmp_path: Path, number: int) -> None:
    at = tmp_path / "host.sock"
    with alone(at) as house:
        process = house.process
        visitors = [house.direct("softmax") for _ in range(3)]
        try:
            for tfx in visitors:
                tfx.wait_for("probabilities")
            left = [house.nursery, *house.sessions(), *house.visitors()]
            assert len(left) == 7
            process.send_signal(number)
            for tfx in visitors:  # even where nobody is left to say how it ended
                assert tfx.exit_status() == (128 + signal.SIGHUP if number == signal.SIGTERM else 1)
                assert tfx.modes.private == {7, 25}
                assert tfx.attributes_restored()
            assert all(gone(process) for process in left)
        finally:
            for tfx in visitors:
                tfx.kill()
    with Terminal([*VISIT, str(at)]) as tfx:
        tfx.wait_for("nobody serves here")
        assert tfx.exit_status() == 1
    with alone(at) as house, house.direct("softmax") as tfx:  # what a dead one left is taken over
        tfx.wait_for("probabilities")


def test_a_full_house_says_so(tmp_path: Path) -> None:
    at = tmp_path / "host.sock"
    with alone(at, "--max", "1") as house:
        with house.direct("softmax") as first:
            first.wait_for("probabilities")
            with house.direct("softmax") as second:
                second.wait_for("everybody's place is taken (1)")
                assert second.exit_status() == 1
                assert second.attributes_restored()
            first.send("q")
            assert first.exit_status() == 0
        assert house.empty()
        with house.direct("softmax") as third:
            third.wait_for("probabilities")


def test_whoever_does_nothing_is_sent_off(tmp_path: Path) -> None:
    at = tmp_path / "host.sock"
    with alone(at, "--idle", "0.02") as house, house.direct("softmax") as tfx:
        tfx.wait_for("nobody typed for 0.02 minutes")
        assert tfx.exit_status() == 0


# ── the socket ─────────────────────────────────────────────────────────────────────────


def connected(house: Lodging) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    made.settimeout(PATIENCE)
    made.connect(str(house.socket))
    return made


SIZE = b"\x18\0\x50\0" + bytes(4)
GARBAGE = (
    b"x",
    SIZE,
    b"\xff" * 200,
    SIZE + b"\0\0",
    b"\xff" * 8 + b"\0\0\0",
    SIZE + b"xterm\0\0\0softmax \xff\xfe\0\0 x",
    SIZE + b"\x1b]52;c;aGk=\x07\0" + b"\x1b" * 30_000 + b"\0=\0softmax",
)


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_disturbs_nobody(house: Lodging, sent: bytes) -> None:
    with house.direct("softmax") as tfx:
        tfx.wait_for("probabilities")
        with connected(house) as connection:
            connection.send(sent)
            while connection.recv(100):  # where it begins, it ends: nobody reads what it draws
                pass
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert house.empty()


def test_those_who_ask_for_nothing_keep_nobody_out(house: Lodging) -> None:
    idle = [connected(house) for _ in range(160)]  # 50 sessions and 100 beside them
    try:
        for connection in idle[150:]:
            assert not connection.recv(100)
        for connection in idle[:50]:
            connection.close()
        with house.direct("softmax") as tfx:
            tfx.wait_for("probabilities")
    finally:
        for connection in idle:
            connection.close()
    assert house.empty()


def test_who_may_connect(tmp_path: Path) -> None:
    at = tmp_path / "host.sock"
    with hosting(at):
        assert stat.S_IMODE(at.stat().st_mode) == 0o600
        again = run([str(TFX), "host", "--socket", str(at)])
        assert (again.returncode, again.stderr) == (2, f"tfx: another tfx host serves {at}.\n")
    assert not list(tmp_path.iterdir())
    group = grp.getgrgid(os.getgid()).gr_name
    with hosting(at, "--group", group):
        assert stat.S_IMODE(at.stat().st_mode) == 0o660
    for options, said in (
        (["--socket", str(at), "--port", "1"], "the system's sshd lets people in: no --port"),
        (["--socket", str(at), "--class", "a", "--log", "x"], "--log is for who presents by SSH"),
        (["--socket", str(at), "--group", "no-such"], "there is no group called no-such"),
        (["--socket", str(tmp_path / "none" / "x")], "cannot be used"),
        (["--socket", str(tmp_path / ("x" * 100))], "too long for a socket"),
    ):
        done = run([str(TFX), "host", *options])
        assert done.returncode == 2
        assert said in done.stderr
    tmp_path.chmod(0o777)
    done = run([str(TFX), "host", "--socket", str(at)])
    assert "can be changed by others" in done.stderr


def test_who_asks_wrongly_gets_a_sentence() -> None:
    for arguments in ([], ["a", "b"]):
        done = run([*VISIT, *arguments])
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    done = run([*VISIT, "/nonexistent"])
    assert done.returncode == 2 and "ssh -t" in done.stderr


def test_a_visitor_loads_next_to_nothing() -> None:
    """What is loaded is what it costs: no Textual, no NumPy, not even what parses JSON."""
    code = (
        "import sys; before = set(sys.modules); import tui_transformer.hosting.visit;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    ours = {"tui_transformer", "tui_transformer.hosting", "tui_transformer.hosting.visit"}
    assert set(done.stdout.split()) == ours | {"_socket"}
