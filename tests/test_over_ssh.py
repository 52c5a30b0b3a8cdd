"""Over a real SSH connection to a loopback sshd with throwaway keys: what people demonstrate on."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tests.ssh_server import SSHD, Server, none_left, processes, serve

pytestmark = pytest.mark.skipif(SSHD is None, reason="no sshd on this machine (.ci/run gets one)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("ssh")) as server:
        yield server


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
        ("neuron", "l", "w₀ = 1.1"),
        ("softmax", "l", "0.681103"),
        ("descent", ".", "steps = 1"),
        ("tokenizer", ".", "merges = 1"),
        ("attention", "jl", "scaled = off"),
    ],
)
def test_a_concept_answers_over_ssh(
    server: Server, tmp_path: Path, concept: str, keys: str, shown: str
) -> None:
    with tfx(server, tmp_path, concept) as terminal:
        terminal.wait_for("? help")
        terminal.send(keys)
        terminal.wait_for(shown)
        terminal.send("q")
        assert terminal.exit_status() == 0
        assert terminal.attributes_restored()


def test_a_connection_that_drops_leaves_no_process(server: Server, tmp_path: Path) -> None:
    def ours(process: Path) -> bool:
        program = b"tui_transformer" in (process / "cmdline").read_bytes()
        return program and str(tmp_path).encode() in (process / "environ").read_bytes()

    with tfx(server, tmp_path, "descent") as terminal:
        terminal.wait_for("? help")
        assert processes(ours)
        os.kill(terminal.pid, signal.SIGKILL)
        assert none_left(ours)
