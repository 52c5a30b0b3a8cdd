"""Sessions over SSH with OpenSSH's client: what is drawn, and how they end, whoever ends them."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosting.served import TFX, Host, gone, serving, started
from tests.pty_terminal import Terminal
from tests.waiting import until


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with serving(tmp_path_factory.mktemp("host"), "--max", "60", start=started) as host:
        yield host


def test_a_session_draws_and_answers_keys_and_sizes(host: Host) -> None:
    with host.visit("softmax", "temperature=2") as tfx:
        tfx.wait_for("0.501688")  # e^(2/2) / (e^(2/2) + e^(1/2) + e^(0.1/2))
        tfx.resize(120, 40)
        tfx.wait_for(lambda screen: "quit" in screen.text()[39])
        tfx.send("q")
        assert tfx.exit_status() == 0
        assert tfx.attributes_restored()
        assert tfx.modes.private == {7, 25}
    assert host.empty()


def test_without_words_there_is_the_map(host: Host) -> None:
    with host.visit() as tfx:
        tfx.wait_for("Linear unit")
        tfx.key("ctrl+c")
        assert tfx.exit_status() == 0
    assert host.empty()


def test_a_key_changes_what_is_seen(host: Host) -> None:
    with host.visit("neuron") as tfx:
        tfx.wait_for("y over the plane")
        tfx.send("l")
        tfx.wait_for("w₀ = 1.1")


def test_colours_are_those_of_the_client(host: Host) -> None:
    for value, painted in (("truecolor", True), ("x", False)):
        with host.visit("softmax", options=("-tt", "-o", f"SetEnv=COLORTERM={value}")) as tfx:
            tfx.wait_for("probabilities")
            assert (b"38;2;" in tfx.raw) == painted


def test_whoever_does_nothing_is_sent_off(tmp_path: Path) -> None:
    with serving(tmp_path, "--idle", "0.02") as host, host.visit("softmax") as tfx:
        tfx.wait_for("nobody typed for 0.02 minutes")
        assert tfx.exit_status() == 0


def test_who_comes_in_can_follow_the_class_that_is_named(tmp_path: Path) -> None:
    meeting = {"TFX_CLASS_DIR": str(tmp_path / "classes")}
    with serving(tmp_path, "--class", "physics", env=meeting) as host:
        assert "follow physics" in host.said
        with host.visit("follow", "physics") as early:
            assert early.exit_status() == 2
        with Terminal([str(TFX), "present", "physics", "softmax"], env=meeting) as presenter:
            presenter.wait_for("probabilities")
            with host.visit("follow", "physics") as tfx:
                tfx.wait_for("probabilities")
                presenter.wait_for("1 following")
                presenter.send("l")
                shown = "\n".join(presenter.text())
                presenter.wait_for(lambda screen: "\n".join(screen.text()) != shown)
                presenter.settle()
                logits = next(line for line in presenter.text() if "logits" in line)
                tfx.wait_for(lambda screen: any(logits[:30] in line for line in screen.text()))
            presenter.wait_for("0 following")
            with host.visit("present", "physics") as other:
                assert other.exit_status() == 2


def test_a_session_knows_nothing_of_the_host(host: Host) -> None:
    with host.visit("softmax", options=("-tt", "-o", "SetEnv=TEXTUAL_PRESS=q PYTHONPATH=/")) as tfx:
        tfx.wait_for("probabilities")
        (session,) = host.sessions()
        open_files = Path(f"/proc/{session}/fd")
        targets = [str(file.readlink()) for file in open_files.iterdir()]
        # Its terminal, what asyncio made for itself (a pair of sockets and an event poll), and the
        # socket by which it may ask the nursery for one helper.
        assert {target for target in targets if target.startswith("/dev/")} <= {
            target for target in targets if target.startswith("/dev/pts/")
        }
        assert len([target for target in targets if target.startswith("socket:")]) <= 3
        assert os.getpgid(session) == os.getsid(session) == session
        limits = Path(f"/proc/{session}/limits").read_text()
        assert "Max file size             0" in limits


def test_fifty_at_once(host: Host) -> None:
    visitors = [host.visit("softmax", "temperature=2") for _ in range(50)]
    try:
        for tfx in visitors:
            tfx.wait_for("0.501688")
        assert len(host.sessions()) == 50
        for tfx in visitors:
            tfx.send("q")
        assert [tfx.exit_status() for tfx in visitors] == [0] * 50
    finally:
        for tfx in visitors:
            tfx.kill()
    assert host.empty()


def test_a_client_that_is_killed_leaves_no_process(host: Host) -> None:
    with host.visit("softmax") as tfx:
        tfx.wait_for("probabilities")
        assert len(host.sessions()) == 1
    assert host.empty()


def test_clients_that_are_killed_at_any_moment_leave_no_process(host: Host) -> None:
    """From the first byte of the handshake to well after the first picture."""
    for moment in range(16):
        with host.visit("softmax") as tfx:
            for _ in range(moment):
                tfx.listen(0.05)
    assert host.empty()
    assert until(lambda: len(list(Path(f"/proc/{host.process.pid}/fd").iterdir())) < 25)
    with host.visit("softmax") as tfx:
        tfx.wait_for("probabilities")
    assert host.empty()


def test_a_session_that_is_killed_leaves_a_terminal_as_it_was(host: Host) -> None:
    with host.visit("softmax") as tfx:
        tfx.wait_for("probabilities")
        os.kill(host.sessions()[0], signal.SIGKILL)
        assert tfx.exit_status() == 128 + signal.SIGKILL
        assert "signal 9" in "\n".join(tfx.text())
        assert tfx.modes.private == {7, 25}


def test_a_client_that_reads_nothing_holds_up_nobody(host: Host) -> None:
    with host.visit("descent") as slow, host.visit("softmax") as quick:
        slow.wait_for("loss")
        quick.wait_for("probabilities")
        os.kill(slow.pid, signal.SIGSTOP)
        slow.send("l" * 200)
        quick.send("q")
        assert quick.exit_status() == 0
        os.kill(slow.pid, signal.SIGCONT)
        slow.settle(quiet=0.5)
        slow.send("q")
        assert slow.exit_status() == 0


def test_another_nursery_takes_over_and_sessions_go_on(host: Host) -> None:
    with host.visit("neuron") as tfx:
        tfx.wait_for("y over the plane")
        (session,) = host.sessions()
        before = host.nursery
        os.kill(before, signal.SIGKILL)
        assert gone(before)
        tfx.send("l")
        tfx.wait_for("w₀ = 1.1")
        with host.visit("softmax") as other:
            other.wait_for("probabilities")
        tfx.send("q")
        tfx.exit_status()
        assert gone(session)
    assert host.nursery != before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_host_that_ends_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, start=started) as host:
        visitors = [host.visit("softmax") for _ in range(3)]
        try:
            for tfx in visitors:
                tfx.wait_for("probabilities")
            left = [host.nursery, *host.sessions()]
            assert len(left) == 4
            host.process.send_signal(number)
            for tfx in visitors:
                status = tfx.exit_status()
                if number != signal.SIGKILL:  # after that nobody is there to put it right
                    assert status == 128 + signal.SIGHUP
                    assert tfx.modes.private == {7, 25}
            assert all(gone(process) for process in left)
        finally:
            for tfx in visitors:
                tfx.kill()
        assert host.process.wait(90) == (-9 if number == signal.SIGKILL else 0)


def test_a_client_that_is_slow_hears_how_it_ended(tmp_path: Path) -> None:
    """Stopped while the host ends, it finds its status before the connection's own end."""
    with serving(tmp_path) as host, host.visit("softmax") as tfx:
        tfx.wait_for("probabilities")
        os.kill(tfx.pid, signal.SIGSTOP)
        host.process.send_signal(signal.SIGTERM)
        assert host.empty()
        os.kill(tfx.pid, signal.SIGCONT)
        assert tfx.exit_status() == 128 + signal.SIGHUP
        assert tfx.modes.private == {7, 25}


def test_a_full_house_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, "--max", "1") as host, host.visit("softmax") as first:
        first.wait_for("probabilities")
        with host.visit("softmax") as second:
            second.wait_for("everybody's place is taken (1)")
            assert second.exit_status() == 1
        first.send("q")
        assert first.exit_status() == 0
        assert until(lambda: not host.sessions())
        with host.visit("softmax") as third:
            third.wait_for("probabilities")


def test_the_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    with serving(tmp_path) as host:
        first = host.said.split("SHA256:")[1]
    key = tmp_path / "data" / "tfx" / "host_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with serving(tmp_path) as host:
        assert host.said.split("SHA256:")[1] == first
        assert "from this machine alone" in host.said
        assert "without a password" in host.said
