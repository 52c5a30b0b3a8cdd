"""Over a real SSH connection to a loopback sshd with throwaway keys: what people demonstrate on."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.pty_terminal import Terminal

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(SSHD is None, reason="no sshd on this machine (.ci/run gets one)")


class Server(NamedTuple):
    """How to reach the sshd of this test."""

    port: int
    folder: Path

    def command(self, *remote: str) -> list[str]:
        options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "IdentitiesOnly=yes",
        ]
        flags = [flag for option in options for flag in ("-o", option)]
        return [
            "ssh",
            "-t",
            "-p",
            str(self.port),
            "-i",
            str(self.folder / "user"),
            *flags,
            "127.0.0.1",
            " ".join(remote),
        ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("ssh"), free_port()
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True
        )
    shutil.copy(folder / "user.pub", folder / "authorized")
    configuration = folder / "sshd_config"
    configuration.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nPidFile {folder}/pid\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(configuration)], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port, folder)
    finally:
        process.terminate()
        process.wait(10)


def tfx(server: Server, home: Path, *arguments: str) -> Terminal:
    source = Path(__file__).parent.parent
    return Terminal(
        server.command(
            f"cd {source} &&",
            f"XDG_STATE_HOME={home}",
            "LC_ALL=C.UTF-8",
            sys.executable,
            "-m",
            "tui_transformer",
            *arguments,
        )
    )


@pytest.mark.parametrize(
    ("concept", "keys", "shown"),
    [
        ("neuron", "l", "w₁ = 1.1"),
        ("softmax", "l", "0.681103"),
        ("descent", ".", "steps = 11"),
        ("tokenizer", ".", "merges = 1"),
        ("attention", "jl", "scaled = off"),
    ],
)
def test_a_concept_answers_over_ssh(
    server: Server, tmp_path: Path, concept: str, keys: str, shown: str
) -> None:
    with tfx(server, tmp_path, concept) as terminal:
        terminal.wait_for("explain", timeout=20)
        terminal.send(keys)
        terminal.wait_for(shown)
        terminal.send("q")
        assert terminal.exit_status() == 0
        assert terminal.attributes_restored()


def running(home: Path) -> list[int]:
    """Processes of the program that was given this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = b"tui_transformer" in (process / "cmdline").read_bytes()
            if ours and str(home).encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_connection_that_drops_leaves_no_process(server: Server, tmp_path: Path) -> None:
    with tfx(server, tmp_path, "descent") as terminal:
        terminal.wait_for("explain", timeout=20)
        assert running(tmp_path)
        os.kill(terminal.pid, signal.SIGKILL)
        for _ in range(100):
            if not running(tmp_path):
                break
            time.sleep(0.05)
        assert running(tmp_path) == []
