"""A visitor whose terminal places no text: line by line, within the walls of a kiosk."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.screens import everybody_reads
from tests.hosting.served import TFX, Host, serving
from tests.pty_terminal import Terminal
from tests.waiting import until

DUMB = {"TERM": "dumb"}


@pytest.fixture
def classes(tmp_path: Path) -> dict[str, str]:
    return {"TFX_CLASS_DIR": str(tmp_path / "classes"), "XDG_STATE_HOME": str(tmp_path)}


@pytest.fixture
def host(tmp_path: Path, classes: dict[str, str]) -> Iterator[Host]:
    with serving(tmp_path, "--class", "physics", env=classes) as host:
        yield host


def come(host: Host, *words: str) -> Terminal:
    command = host.ssh(*words, options=("-e", "none", "-tt"))
    return Terminal(command, columns=120, rows=60, env=DUMB)


def says(tfx: Terminal, line: str, answer: str) -> None:
    tfx.send(f"{line}\n")
    tfx.wait_for(answer)


def test_who_comes_in_gets_a_prompt_and_reaches_no_file(host: Host, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\n## s3cr3t\n\nwords\n")
    with come(host, "softmax") as tfx:
        tfx.wait_for("p 0.659001")
        says(tfx, "temperature=2", "p 0.501688")
        says(tfx, f"learn {secret}", "There is no lesson called")
        says(tfx, f"view {secret}", "> ")
        says(tfx, f"tfx view {secret}", "> ")
        says(tfx, f"real-model model={secret}", "> ")
        says(tfx, "softmax", "p 0.659001")
        assert b"s3cr3t" not in tfx.raw and b"Traceback" not in tfx.raw
        assert not re.search(rb"\x1b", tfx.raw)
        says(tfx, "quit", "quit")
        assert tfx.exit_status() == 0
    assert host.empty()


def test_who_follows_hears_and_raises_a_hand(host: Host, classes: dict[str, str]) -> None:
    command = [str(TFX), "present", "physics", "softmax"]
    with Terminal(command, env=classes) as teacher:
        teacher.wait_for("0 following")
        with come(host, "follow", "physics") as ada:
            ada.wait_for("∂L/∂z(bird)")
            teacher.send("l")

            def heard() -> bool:
                everybody_reads(teacher, ada)
                return "logits = 2.1,1,0.1" in "\n".join(ada.text())

            assert until(heard)
            says(ada, "hand", "Your hand is up")
            says(ada, "temperature=2", "You follow the class")
            says(ada, "away", "You try for yourself")
            says(ada, "temperature=2", "temperature = 2")
            says(ada, "quit", "quit")
            assert ada.exit_status() == 0


@pytest.mark.parametrize("words", [("softmax",), ()], ids=["a-concept", "nothing"])
def test_who_types_nothing_is_sent_off(words: tuple[str, ...], tmp_path: Path) -> None:
    with serving(tmp_path, "--idle", "0.02") as host, come(host, *words) as tfx:
        tfx.wait_for("nobody typed for 0.02 minutes")
        assert tfx.exit_status() == 0


def test_without_a_host_a_kiosk_does_the_same() -> None:
    command = [str(TFX), "--kiosk", "--idle", "0.05"]
    with Terminal(command, env=DUMB | {"SSH_ORIGINAL_COMMAND": "softmax temperature=2"}) as tfx:
        tfx.wait_for("p 0.501688")
        tfx.wait_for("nobody typed for 0.05 minutes")
        assert tfx.exit_status() == 0


def test_who_comes_by_themselves_presents_nowhere() -> None:
    with Terminal([str(TFX), "--kiosk", "present"], columns=120, env=DUMB) as tfx:
        tfx.wait_for("a class is opened from an account of your own.")
        assert tfx.exit_status() == 2
