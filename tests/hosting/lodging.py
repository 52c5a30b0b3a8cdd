"""A host behind a socket, and the system's sshd before it, set up as the README says."""

import getpass
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.hosting.served import Process, Start, children, forked
from tests.pty_terminal import Terminal
from tests.ssh_server import Server, processes, serve
from tests.waiting import until

README = Path(__file__).parent.parent.parent / "README.md"
VISIT = (sys.executable, "-I", "-m", "tui_transformer.hosting.visit")


def block(name: str) -> str:
    """What the README has behind a comment of this name."""
    text = README.read_text(encoding="utf-8").split(f"<!-- {name} -->\n```")[1]
    return text.partition("\n")[2].split("```")[0]


def configuration(keys: Path, command: str) -> str:
    """The README's block for an account, with the ForceCommand of this section for this user."""
    usual, ours = block("the sshd configuration"), block("the command of sshd")
    text = re.sub(r" +ForceCommand .*\n", ours, usual)
    for theirs, ours in {
        "Match User demo": f"Match User {getpass.getuser()}",
        "/usr/local/bin/tfx-visit /run/tfx/host.sock": command,
        "/etc/ssh/tfx_demo_keys": str(keys / "authorized"),
        "SetEnv LANG=C.UTF-8": f"SetEnv LANG=C.UTF-8 HOME={keys}",  # whose shell reads nothing
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


class Lodging(NamedTuple):
    """A host that serves a socket, and how its visitors come in."""

    process: Process
    socket: Path
    server: Server | None

    def visit(self, *asked: str, options: tuple[str, ...] = ("-tt",)) -> Terminal:
        assert self.server is not None
        return Terminal(self.server.command(*asked, options=("-e", "none", *options)))

    def direct(self, *asked: str) -> Terminal:
        """Come in without any ssh."""
        env = {"SSH_ORIGINAL_COMMAND": " ".join(asked)} if asked else {}
        return Terminal([*VISIT, str(self.socket)], env=env)

    def run(self, *asked: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        assert self.server is not None
        return run(self.server.command(*asked, options=options))

    @property
    def nursery(self) -> int:
        return children(self.process.pid)[0]

    def sessions(self) -> list[int]:
        return children(self.nursery)

    def visitors(self) -> list[int]:
        """The processes that stand between an sshd and a session."""

        def is_ours(process: Path) -> bool:
            words = (process / "cmdline").read_bytes().split(b"\0")
            return VISIT[-1].encode() in words and str(self.socket).encode() in words

        return processes(is_ours)

    def empty(self) -> bool:
        """Whether nobody is left, here or there."""
        return until(lambda: not self.visitors() and not self.sessions())


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL
    )


@contextmanager
def hosting(
    socket: Path, *options: str, env: dict[str, str] | None = None, start: Start = forked
) -> Iterator[Process]:
    """A host of this socket."""
    process = start(["--socket", str(socket), *options], os.environ | (env or {}))
    assert process.stdout is not None
    try:
        said = process.stdout.readline() + process.stdout.readline()
        assert f"ForceCommand tfx-visit {socket}\n" in said and "at a time" in said
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(90)
        process.stdout.close()


@contextmanager
def lodging(folder: Path, *options: str) -> Iterator[Lodging]:
    """A host, and an sshd that sends everybody to it and else allows everything."""
    socket, home = folder / "host.sock", folder / "home"
    home.mkdir()
    wicked = "PYTHONSTARTUP=x PYTHONINSPECT=1 TEXTUAL_PRESS=q BROWSER=x"

    def configure(keys: Path) -> str:
        command = f"cd {home} && {wicked} {' '.join(VISIT)} {socket}"
        (keys / "tfx.conf").write_text(configuration(keys, command))
        return (
            f"Include {keys / 'tfx.conf'}\nAcceptEnv *\nAllowTcpForwarding yes\n"
            "Subsystem sftp internal-sftp"
        )

    keys = folder / "keys"
    keys.mkdir()
    with hosting(socket, *options) as process, serve(keys, configure) as server:
        yield Lodging(process, socket, server)
    assert not list(home.iterdir())
    assert not socket.exists()


@contextmanager
def alone(
    socket: Path, *options: str, env: dict[str, str] | None = None, start: Start = forked
) -> Iterator[Lodging]:
    """A host without any sshd before it."""
    with hosting(socket, *options, env=env, start=start) as process:
        yield Lodging(process, socket, None)
