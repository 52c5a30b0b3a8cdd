"""What a session that a host has forked still has to import, for each state.

    python -I -B tests/hosting/forked.py STATE …

prints a line for each: the modules, in the order in which they were asked for. Isolated and
without bytecode, as a host runs it: else a kiosk starts itself anew.
"""

import os
import pty
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from select import select
from types import ModuleType

from tui_transformer.cli import hosted
from tui_transformer.concepts import find

PATIENCE = 60  # seconds
ANSWERS = {b"\x1b[5n": b"\x1b[0n", b"\x1b[c": b"\x1b[?62;22c"}  # what terminals are asked
STEPS = ((b"", ""), (b"\x1b[C\t\x1b[B\x1bOP", "close"), (b"\x03", None))
"""What is typed, and what comes then: the title; after a control has moved and a number is pinned
the keys of the help; and the end."""


class Spy:
    """Stands before all that finds modules, finds none, and writes down what is asked for."""

    def __init__(self, wire: int) -> None:
        self._wire = wire

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        os.write(self._wire, f"{name} ".encode())


def imported(state: str) -> str:
    """Fork a session at a state, press some keys, end it; the modules that it asked for."""
    told, wire = os.pipe()
    process, terminal = pty.fork()
    if process == 0:
        sys.meta_path.insert(0, Spy(wire))  # type: ignore[arg-type]
        request = {"colours": {"COLORTERM": "truecolor"}, "term": "xterm-256color"}
        visit = hosted.visitor("15", hosted.Teaching(), [])
        try:
            visit(request | {"words": state, "presents": False}, socket.socket())
        finally:
            os._exit(0)
    os.close(wire)
    entry = find(state)
    for keys, mark in STEPS:
        with suppress(OSError):  # it has ended
            os.write(terminal, keys)
        heard(terminal, mark if mark is None or mark else entry.title if entry else "Neurons")
    os.waitpid(process, 0)
    os.close(terminal)
    with os.fdopen(told) as lines:
        return lines.read()


def heard(terminal: int, mark: str | None) -> None:
    """Read until something was written, or until there is no more to come."""
    drawn = b""
    while mark is None or mark.encode() not in drawn:
        if not select([terminal], [], [], PATIENCE)[0]:
            raise TimeoutError(f"{mark!r} never came after {drawn!r}")
        try:
            new = os.read(terminal, 65536)
            for question, answer in ANSWERS.items():
                os.write(terminal, answer * new.count(question))
        except OSError:  # it has ended
            return
        drawn += new


def main() -> None:
    """Prepare once, as a host does, then fork for each state."""
    hosted.prepare()
    for state in sys.argv[1:]:
        print(f"{state}: {imported(state)}", flush=True)


if __name__ == "__main__":
    main()
