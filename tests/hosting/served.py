"""A host of these tests, on a loopback port, and OpenSSH's client to come in by."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.forking import ForkedProcess, isolated
from tests.pty_terminal import Terminal
from tests.ssh_server import processes, state
from tests.waiting import until

TFX = Path(sys.executable).parent / "tfx"
FORKED = (sys.executable, "-m", "tests.hosting.forked_host")
SETTINGS = (
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "LogLevel=ERROR",
    "IdentityAgent=none",
)


Process = subprocess.Popen[str] | ForkedProcess
Start = Callable[[list[str], Mapping[str, str]], Process]


def started(options: list[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
    """A host that is started, as everybody starts one."""
    return subprocess.Popen(
        [TFX, "host", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env,
    )  # fmt: skip


def forked(options: list[str], env: Mapping[str, str]) -> ForkedProcess:
    """A host that is forked with everything loaded, in a tenth of the time."""
    return ForkedProcess([*FORKED, *options], env, isolated())


class Host(NamedTuple):
    """A `tfx host` that serves, and how to reach it."""

    process: Process
    port: int
    said: str

    def ssh(self, *words: str, options: tuple[str, ...] = ("-tt",)) -> list[str]:
        """The client's command line."""
        return ["ssh", *options, *self.flags("-p"), "tfx@127.0.0.1", *words]

    def flags(self, port: str) -> list[str]:
        """What ssh, scp and sftp take."""
        settings = [flag for setting in SETTINGS for flag in ("-o", setting)]
        return ["-F", "none", port, str(self.port), *settings]

    def visit(self, *words: str, options: tuple[str, ...] = ("-tt",), rows: int = 24) -> Terminal:
        return Terminal(self.ssh(*words, options=("-e", "none", *options)), rows=rows)

    def run(self, *words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return run(self.ssh(*words, options=(*options, "-o", "BatchMode=yes")))

    @property
    def page(self) -> str:
        """Where browsers are served."""
        found = re.search(r"In a browser: (http://[^/\s]+/)", self.said)
        assert found, self.said
        return found[1]

    @property
    def nursery(self) -> int:
        """The process that forks."""
        return children(self.process.pid)[0]

    def sessions(self) -> list[int]:
        """The processes that are sessions."""
        return children(self.nursery)

    def empty(self) -> bool:
        """Whether all sessions come to an end."""
        return until(lambda: not self.sessions())


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL
    )


def make_key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)


def children(process: int) -> list[int]:
    """The processes that a process has started."""

    def is_child(folder: Path) -> bool:
        return (folder / "stat").read_text().rpartition(")")[2].split()[1] == str(process)

    return processes(is_child)


def gone(process: int) -> bool:
    """Whether a process ends (or waits to be reaped by whoever adopted it)."""
    return until(lambda: state(Path(f"/proc/{process}")) in "ZX")


@contextmanager
def serving(
    folder: Path, *options: str, env: dict[str, str] | None = None, start: Start = forked
) -> Iterator[Host]:
    """Run a host until the block ends."""
    variables = os.environ | {"XDG_DATA_HOME": str(folder / "data")} | (env or {})
    process = start(["--port", "0", *options], variables)
    assert process.stdout is not None
    said = ""
    try:
        while "The key" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        port = re.search(r"-p (\d+)", said)
        assert port
        yield Host(process, int(port[1]), said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(90)
        process.stdout.close()
