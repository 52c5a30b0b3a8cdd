"""The parent of programs that tests look at: loads everything once, and forks one when asked.

    python -m tests.fork_server DESCRIPTOR [MODULE …]

with what else is to be loaded first. A program so begun has the terminal (or the streams), the
folder, the arguments, the environment and the signals of one that was started, and ends as one
does (`test_forked_terminal.py` holds them together). What differs: its modules are there, as in a
session of `tfx host`, whose parent this is made like.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from fcntl import ioctl
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

LONGEST = 1 << 17  # bytes of a request, with its arguments and its environment

_status: int | None = None
"""In a program that ends: its exit status, if that is known."""


def _leave() -> None:
    """End where everything has been done, and only what was loaded would be taken down."""
    if _status is not None:
        for written in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                written.flush()
        os._exit(_status & 0xFF)


atexit.register(_leave)  # before anybody else, so that it comes after them


def serve(connection: socket.socket) -> dict[str, Any] | None:
    """Fork for each request and tell how each ended; returns in a child what it is to be, and
    None where nobody asks any more.
    """
    while True:
        data, files, _, _ = socket.recv_fds(connection, LONGEST, 3)
        if not data:
            return None
        request: dict[str, Any] = json.loads(data)
        if "of" in request:
            pid, status = os.waitpid(request["of"], os.WNOHANG)
            ended = os.waitstatus_to_exitcode(status) if pid else None
            connection.send(json.dumps(ended).encode())
        elif os.fork() == 0:
            _take(files if len(files) > 1 else _lead(*files))
            connection.send(json.dumps(os.getpid()).encode())  # now that it can be killed
            connection.close()
            return request
        for file in files:
            os.close(file)


def _lead(terminal: int) -> list[int]:
    """Lead a session on a terminal, which is all three streams."""
    os.setsid()
    ioctl(terminal, termios.TIOCSCTTY, 0)
    return [terminal] * 3


def _take(streams: list[int]) -> None:
    """Have these for standard input, output and errors."""
    for stream, file in enumerate(streams):
        os.dup2(file, stream)
    for file in {*streams}:
        os.close(file)


def become(
    module: str, arguments: list[str], environment: dict[str, str], folder: str, whole: bool
) -> None:
    """Be `python -m module …` from here to its end, or to the whole of it with all taken down."""
    global _status
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not sys.flags.isolated:
        sys.path[: 1 + len(_listed())] = [folder, *_listed(environment)]
    os.environ.clear()
    os.environ.update(environment)
    show(environment)
    os.chdir(folder)
    sys.argv = [module, *arguments]
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.write_through:
        sys.stdout.reconfigure(line_buffering=os.isatty(1))
    gc.enable()
    if whole:
        atexit.unregister(_leave)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        _status = 0
    except SystemExit as end:
        _status = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
    except Exception:
        _status = 1
        raise


def _listed(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Where else an environment has Python look for modules."""
    return [folder for folder in environment.get("PYTHONPATH", "").split(os.pathsep) if folder]


def show(environment: dict[str, str]) -> None:
    """Have the system tell this environment to who asks it for that of a process (Linux)."""
    with suppress(FileNotFoundError), Path("/proc/self/mem").open("r+b", 0) as memory:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        first, last = map(int, fields[47:49])
        block = b"".join(os.fsencode(f"{name}={value}\0") for name, value in environment.items())
        assert len(block) <= last - first, "there is no room for so large an environment"
        memory.seek(first)
        memory.write(block.ljust(last - first, b"\0"))


def main(fileno: str, *more: str) -> None:
    """Load what there is, say so, and serve until nobody asks."""
    for module in more:
        import_module(module)
    from tui_transformer.cli import hosted

    hosted.prepare()
    connection = socket.socket(fileno=int(fileno))
    connection.send(b"true")
    if request := serve(connection):
        become(**request)


if __name__ == "__main__":
    main(*sys.argv[1:])
