"""Letting other processes go first. Standard library only, at the bottom, for all to ask."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_OF_SESSION: Final = Path("/proc/self/autogroup")


def step_back(much: int) -> None:
    """Step back for others, as a process and, where it leads a session of its own, as that.

    Linux shares its time out by session before it looks at processes: a process that is alone in
    its session steps back for nobody by being nice. It is told of sessions ten times a second at
    most, by whoever is not root; who comes too soon after another goes without.
    """
    os.nice(much)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            _OF_SESSION.write_text(str(os.getpriority(os.PRIO_PROCESS, 0)))
