"""A program in a real terminal that is forked and not started: see `tests/forking.py`."""

import os
from collections.abc import Mapping

from tests.forking import server
from tests.pty_terminal import Terminal


class ForkedTerminal(Terminal):
    """A program, told as `python -m MODULE …`, that is forked.

    In the end everything that had been loaded is left to the system.
    """

    whole = False

    def _spawn(self, command: list[str], env: Mapping[str, str], terminal: str) -> int:
        stream = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
        try:
            return server().fork(command, env, [stream], self.whole)
        finally:
            os.close(stream)

    def _poll(self) -> int | None:
        if self._status is None:
            self._status = server().status(self.pid)
        return self._status


class LeavingTerminal(ForkedTerminal):
    """One of which it matters how it ends, to the last object."""

    whole = True
