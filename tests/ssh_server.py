"""A loopback sshd with throwaway keys, run by whoever runs the tests."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.waiting import until

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
# The usual one withstands computers that nobody has yet, and takes as much processor time as all
# the rest of a connection.
KEY_EXCHANGE = "KexAlgorithms=curve25519-sha256"


class Server(NamedTuple):
    """How to reach an sshd of these tests."""

    port: int
    folder: Path

    def command(self, *remote: str, options: tuple[str, ...] = ("-t",)) -> list[str]:
        """The client's command line that runs something there, on a terminal of its own."""
        return ["ssh", *options, *self.flags("-p"), "127.0.0.1", *filter(None, [" ".join(remote)])]

    def flags(self, port: str) -> list[str]:
        """What ssh, scp and sftp need to come in; they differ in how they call the port."""
        settings = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            KEY_EXCHANGE,
        ]
        return [
            *(port, str(self.port)),
            *("-F", "none"),
            *("-i", str(self.folder / "user")),
            *(flag for setting in settings for flag in ("-o", setting)),
        ]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(folder: Path, configure: Callable[[Path], str] = lambda folder: "") -> Iterator[Server]:
    """Run an sshd; `configure` is given the folder of its keys and says what comes first."""
    port = free_port()
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True
        )
    shutil.copy(folder / "user.pub", folder / "authorized")
    configuration = folder / "sshd_config"
    configuration.write_text(
        f"{configure(folder)}\nPort {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
        f"UsePAM no\nAuthorizedKeysFile {folder}/authorized\nStrictModes no\nPidFile {folder}/pid\n"
        f"SetEnv HOME={folder}\n"  # else a shell reads first what somebody likes to have in theirs
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(configuration)], stderr=subprocess.DEVNULL
    )
    try:
        assert until(lambda: _listens(port))
        yield Server(port, folder)
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def state(process: Path) -> str:
    """What a process or a thread does, by its folder: R, S, D, T or Z as Linux writes it; X when it
    is gone."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def processes(ours: Callable[[Path], bool]) -> list[int]:
    """The processes of which something is true, told by their folder in /proc."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if ours(process):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def none_left(ours: Callable[[Path], bool]) -> bool:
    """Say whether the processes of which something is true come to an end."""
    return until(lambda: not processes(ours))
