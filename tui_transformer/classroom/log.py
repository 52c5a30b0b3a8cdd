"""What a teacher takes home: each question, what is true, how often what was answered. No names."""

import json
import os
import socket
from collections.abc import Sequence
from typing import Final, Protocol

from tui_transformer.controls import BadValue
from tui_transformer.text import visible

_PATIENCE: Final = 5.0  # seconds for who keeps a line to say so
_LONGEST: Final = 1 << 17  # bytes of a line that somebody else keeps
_NOT_KEPT: Final = "This question is not in the log: the host does not answer."

keeper: socket.socket | None = None
"""In a host's session that presents: to whom a line is sent that is to be kept."""


class Kept(Protocol):
    """Where questions are kept."""

    def told(self, link: str, question: str, truth: str, counts: Sequence[tuple[str, int]]) -> str:
        """Add a question; returns a sentence where that cannot be."""


class Log:
    """A file to which one line of JSON is added for each question that was told."""

    def __init__(self, path: str) -> None:
        """Raises BadValue where nothing can be written there."""
        self.path = path
        if why := _add(path, b""):
            raise BadValue(f"{visible(path)} cannot be written: {why}.")

    def told(self, link: str, question: str, truth: str, counts: Sequence[tuple[str, int]]) -> str:
        """Add a question; returns a sentence where that cannot be."""
        return keep(self.path, _line(link, question, truth, counts))


class Posted:
    """A log that is kept by somebody else, who may write where this process may not."""

    def __init__(self, keeper: socket.socket) -> None:
        self._keeper = keeper

    def told(self, link: str, question: str, truth: str, counts: Sequence[tuple[str, int]]) -> str:
        """Have a question added; returns a sentence where that cannot be."""
        before = self._keeper.gettimeout()
        self._keeper.settimeout(_PATIENCE)
        try:
            self._keeper.send(_line(link, question, truth, counts))
            answer = self._keeper.recv(_LONGEST)
        except OSError:
            answer = b""
        finally:
            self._keeper.settimeout(before)
        return answer[1:].decode() if answer else _NOT_KEPT


def opened(path: str | None) -> Kept | None:
    """Open the log that was asked for, or the host's; None where nothing is kept.

    Raises BadValue where nothing can be written there.
    """
    if keeper is not None:
        return Posted(keeper)
    return Log(path) if path else None


def keep(path: str, line: bytes) -> str:
    """Add a question's line to a file; returns a sentence where that cannot be."""
    why = _add(path, line)
    return f"This question is not in the log: {why}." if why else ""


def _add(path: str, line: bytes) -> str:
    """Add a line to a file as a whole, or nothing; returns why that cannot be.

    The file is the person's own from its beginning.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY
    try:
        # A pipe that nobody reads is waited for by nobody.
        file = os.open(path, flags | os.O_NONBLOCK, 0o600)
        try:
            _write(file, line)
        finally:
            os.close(file)
    except (OSError, ValueError) as problem:  # ValueError for a path with a zero in it
        return str(problem.strerror) if isinstance(problem, OSError) else "no such path"
    return ""


def _line(link: str, question: str, truth: str, counts: Sequence[tuple[str, int]]) -> bytes:
    record = {"state": link, "question": question, "truth": truth, "answers": dict(counts)}
    return (json.dumps(record, ensure_ascii=False) + "\n").encode(errors="replace")


def _write(file: int, line: bytes) -> None:
    """Write a line at a file's end; of one that has not room as a whole nothing is left."""
    at = os.fstat(file).st_size
    try:
        written = os.write(file, line)
        while written < len(line):
            written += os.write(file, line[written:])
    except OSError:
        if os.fstat(file).st_size > at:
            os.ftruncate(file, at)
        raise
