"""An account that anyone may log in to, set up word for word as the README says: the way out."""

import getpass
import itertools
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.pty_terminal import Terminal
from tests.ssh_server import SSHD, Server, free_port, none_left, processes, serve
from tests.waiting import until
from tui_transformer.ui.commands import BY_KEY

pytestmark = pytest.mark.skipif(SSHD is None, reason="no sshd on this machine (.ci/run gets one)")

README = Path(__file__).parent.parent / "README.md"
TFX = Path(sys.executable).parent / "tfx"
READY = "y over the plane"
# What a visitor would set if they could, and what this account's environment has already.
WICKED = {
    "TEXTUAL_SCREENSHOT": "1",
    "TEXTUAL_LOG": "{home}/textual.log",
    "TEXTUAL_PRESS": "q",
    "TEXTUAL_DEBUG": "1",
    "TEXTUAL_DRIVER": "antigravity:Driver",
    "TFX_STATE": "{home}/state",
    "TFX_DEBUG": "1",
    "TFX_SUPERVISOR": "0",
    "XDG_STATE_HOME": "{home}",
    "HF_HOME": "{home}",
    "PYTHONINSPECT": "1",
    "PYTHONSTARTUP": "{home}/startup.py",
    "LANGUAGE": "../../{home}",
    "BROWSER": "touch {home}/browser",
    "COLUMNS": "9",
    "LINES": "2",
}
_unique = itertools.count(1)


class Kiosk(NamedTuple):
    """A public account: how to come in, where its files would be, and how to tell its processes."""

    server: Server
    home: Path
    mark: str

    def visit(self, *asked: str, options: tuple[str, ...] = ("-t",)) -> Terminal:
        return Terminal(self.server.command(*asked, options=("-e", "none", *options)))

    def run(self, command: list[str], seconds: float = 20) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL
        )

    def is_ours(self, process: Path) -> bool:
        return self.mark.encode() in (process / "cmdline").read_bytes().split(b"\0")

    def untouched(self) -> bool:
        """Whether nothing was left behind: no file, no process."""
        return not list(self.home.iterdir()) and none_left(self.is_ours)


def documented(home: Path, keys: Path, idle: str) -> str:
    """The README's block for this user, this key and this program, in a wicked environment."""
    block = README.read_text(encoding="utf-8").split("<!-- the sshd configuration -->\n```\n")[1]
    wicked = {name: value.format(home=home) for name, value in WICKED.items()}
    variables = {"HOME": str(home), "TMPDIR": str(home)} | wicked
    set_up = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    for theirs, ours in {
        "Match User demo": f"Match User {getpass.getuser()}",
        "/usr/local/bin/tfx": f"cd {home} && {set_up} {TFX}",
        "/etc/ssh/tfx_demo_keys": str(keys),
        "SetEnv LANG=C.UTF-8": f"SetEnv LANG=C.UTF-8 HOME={home}",  # whose shell reads nothing
        "--idle 15": f"--idle {idle}",
    }.items():
        assert theirs in block
        block = block.replace(theirs, ours)
    return block.split("```")[0]


@contextmanager
def kiosk(folder: Path, minutes: float) -> Iterator[Kiosk]:
    """The account on an sshd that else allows everything."""
    home, keys = folder / "home", folder / "keys"
    for made in (home, keys):
        made.mkdir()
    idle = f"{minutes}{next(_unique):05}{os.getpid()}"

    def configure(keys: Path) -> str:
        included = keys / "tfx.conf"
        included.write_text(documented(home, keys / "authorized", idle))
        return (
            f"Include {included}\nAcceptEnv *\nAllowTcpForwarding yes\nX11Forwarding yes\n"
            "PermitTunnel yes\nGatewayPorts yes\nSubsystem sftp internal-sftp"
        )

    with serve(keys, configure) as server:
        yield Kiosk(server, home, idle)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    with kiosk(tmp_path_factory.mktemp("kiosk"), 10.0) as account:
        yield account


def test_a_visitor_sees_the_map_works_and_leaves_nothing(account: Kiosk) -> None:
    with account.visit() as tfx:
        tfx.wait_for("Linear unit")
        tfx.key("enter")
        tfx.wait_for("lesson")
        tfx.key("escape")
        tfx.wait_for("y over the plane")
        tfx.send("l")
        tfx.wait_for("w₀ = 2.1")
        tfx.send("y")
        tfx.wait_for("copied")
        tfx.send("q")
        assert tfx.exit_status() == 0
        assert tfx.attributes_restored()
    assert account.untouched()


def test_what_is_written_behind_ssh_is_a_state_to_open(account: Kiosk) -> None:
    for asked in (["softmax", "temperature=2"], ["tfx", "softmax", "temperature=2"]):
        with account.visit(*asked) as tfx:
            tfx.wait_for("0.501688")  # e^(2/2) / (e^(2/2) + e^(1/2) + e^(0.1/2))
            tfx.send("q")
            assert tfx.exit_status() == 0


@pytest.mark.parametrize(
    "asked",
    [
        "/bin/sh",
        "; touch escaped",
        "$(touch escaped)",
        "`touch escaped`",
        "neuron; touch escaped",
        "neuron && touch escaped",
        "neuron | touch escaped",
        "neuron\ntouch escaped",
        "neuron > escaped",
        "neuron --svg escaped",
        " --kiosk --svg escaped",
        "help neuron",
        "tokenizer text='never closed",
        "neuron w1=" + "1" * 20_000,
        "scp -t .",
        "rsync --server . .",
    ],
    ids=range(16),
)
@pytest.mark.parametrize("terminal", ["-tt", "-T"])
def test_no_command_is_ever_run(account: Kiosk, asked: str, terminal: str) -> None:
    done = account.run(account.server.command(asked, options=(terminal,)))
    said = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 2
    assert len(said) == 1
    assert said[0].startswith("tfx: ")
    assert account.untouched()


def test_without_a_terminal_there_is_a_sentence(account: Kiosk) -> None:
    done = account.run(account.server.command("neuron", options=("-T",)))
    assert done.returncode == 2
    assert "ssh -t" in done.stderr


def test_no_file_comes_in_or_goes_out(account: Kiosk, tmp_path: Path) -> None:
    flags = account.server.flags("-P")
    (tmp_path / "there").write_text("mine")
    for command in (
        ["scp", *flags, str(tmp_path / "there"), "127.0.0.1:here"],
        ["scp", "-O", *flags, str(tmp_path / "there"), "127.0.0.1:here"],
        ["scp", *flags, "127.0.0.1:/etc/passwd", str(tmp_path / "passwd")],
        ["sftp", *flags, "-b", "/dev/null", "127.0.0.1"],
    ):
        assert account.run(command).returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert account.untouched()


def test_no_port_is_forwarded(account: Kiosk) -> None:
    server, port = account.server, free_port()
    there = f"{port}:127.0.0.1:{server.port}"
    client = subprocess.Popen(server.command(options=("-N", "-L", there)), stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    probe.settimeout(10)
                    assert probe.recv(100) == b""  # where sshd would have said its name
                    break
            time.sleep(0.05)
        else:
            pytest.fail("the client does not listen")
    finally:
        client.terminate()
        client.communicate()
    backwards = ("-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{server.port}")
    assert account.run(server.command(options=backwards)).returncode == 255


def test_the_configuration_says_the_same(account: Kiosk) -> None:
    who = f"user={getpass.getuser()},host=x,addr=127.0.0.1"
    file = account.server.folder / "sshd_config"
    said = account.run([str(SSHD), "-T", "-f", str(file), "-C", who]).stdout.splitlines()
    for line in (
        "acceptenv none",
        "allowagentforwarding no",
        "allowstreamlocalforwarding no",
        "allowtcpforwarding no",
        "permittunnel no",
        "permituserenvironment no",
        "permituserrc no",
        "x11forwarding no",
    ):
        assert line in said


def test_no_variable_comes_along(account: Kiosk) -> None:
    smuggled = {"PYTHONPATH": "{home}", "PYTHONHOME": "{home}", "LD_PRELOAD": "{home}/x.so"}
    values = {name: value.format(home=account.home) for name, value in (WICKED | smuggled).items()}
    settings = " ".join(f'{name}="{value}"' for name, value in values.items())
    options = ("-tt", "-o", f"SetEnv={settings}")
    with account.visit("neuron", options=options) as tfx:
        tfx.wait_for(READY)
        tfx.settle(quiet=1.5)  # a screenshot would be taken, a key pressed, by now
        programs = processes(account.is_ours)
        assert len(programs) >= 2  # the program and its supervisor, perhaps a shell
        for program in programs:
            known = Path(f"/proc/{program}/environ").read_bytes()
            isolated = b"-I" in Path(f"/proc/{program}/cmdline").read_bytes().split(b"\0")
            assert not (isolated and re.search(rb"TEXTUAL|TFX_|XDG_|HF_|PYTHON|HOME=/[^\0]", known))
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert account.untouched()


def interrupted(tfx: Terminal) -> bool:
    """Press ctrl+c; one that comes while the terminal changes hands is thrown away by it."""
    tfx.send("\x03")
    tfx.settle(quiet=0.3)
    return not tfx.running


@pytest.mark.parametrize("early", [True, False], ids=["at the start", "in the program"])
def test_keys_that_interrupt_leave_no_shell(account: Kiosk, early: bool) -> None:
    """At the start the terminal still makes signals of them; afterwards they are keys."""
    for key in ("\x1a", "\x1c", "\x03"):
        with account.visit("neuron") as tfx:
            if not early:
                tfx.wait_for(READY)
            tfx.send(key * 3)
            if early or key == "\x03":
                assert until(partial(interrupted, tfx))
            else:
                tfx.send("l")
                tfx.wait_for("w₀ = 1.1")
                tfx.send("q")
                assert tfx.exit_status() == 0
            assert tfx.attributes_restored()
        assert account.untouched()


FUNCTION_KEYS = [f"\x1bO{letter}" for letter in "PQRS"] + [
    f"\x1b[{number}{modifier}~"
    for number in range(1, 35)
    for modifier in ("", ";2", ";5", ";6")
    if (number, modifier) != (21, "")  # F10, which leaves
]
CONTROL_KEYS = [chr(code) for code in range(1, 32) if chr(code) not in "\x03\x11"]


def test_no_key_leads_out(account: Kiosk) -> None:
    with account.visit("neuron") as tfx:
        tfx.wait_for(READY)
        letters = [key for key in BY_KEY if len(key) == 1 and key != "q"]
        for key in [*FUNCTION_KEYS, *CONTROL_KEYS, *letters]:
            tfx.send(key)
            tfx.send("\x1b[27~")  # nothing: it ends an escape that is waiting for more
        tfx.settle(quiet=0.5)
        assert tfx.running
        assert b"root:" not in tfx.raw
        tfx.key("ctrl+q")
        assert tfx.exit_status() == 0
    assert account.untouched()


@pytest.mark.parametrize(
    "typed",
    [
        "/etc/passwd",
        "tfx real-model model=/etc/passwd",
        "real-model model=../../../../etc/passwd",
        "tfx tokenizer text=$(cat${IFS}/etc/passwd)",
        "!sh",
        ":!sh",
        "\x1b]52;c;Y2F0\x07\x1b]50;?\x07\x1b[21t",
        "\x1b[200~\x1b[201~;sh\r",
    ],
)
def test_nothing_typed_is_a_path_or_a_command(account: Kiosk, typed: str) -> None:
    with account.visit("neuron") as tfx:
        tfx.wait_for(READY)
        tfx.key("ctrl+p")
        tfx.wait_for("Go to")
        tfx.paste(typed)
        tfx.key("enter")
        tfx.settle(quiet=0.5)
        assert tfx.running
        assert b"root:" not in tfx.raw
        assert b"\x1b]50" not in tfx.raw
        tfx.key("ctrl+q")
        assert tfx.exit_status() == 0
    assert account.untouched()


def test_a_connection_that_drops_ends_the_visit(account: Kiosk) -> None:
    with account.visit("neuron") as tfx:
        tfx.wait_for(READY)
        assert processes(account.is_ours)
        tfx.hang_up()
        assert account.untouched()


def test_an_idle_visit_ends_with_a_sentence(tmp_path: Path) -> None:
    with kiosk(tmp_path, 0.06) as account, account.visit("neuron") as tfx:  # 3.6 seconds
        tfx.wait_for(READY)
        tfx.settle(quiet=2)
        tfx.send("l")
        tfx.wait_for("w₀ = 1.1")
        tfx.settle(quiet=2)  # more than 3.6 since the start, but not since the key
        assert tfx.running
        assert tfx.exit_status() == 0
        assert "nobody typed" in "\n".join(tfx.text())
        assert tfx.attributes_restored()
        assert account.untouched()
