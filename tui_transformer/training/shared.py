"""Training for several at once, in one process: what all of them want is computed once.

A run is kept here from its first step on, by whoever asked for it. Who comes late gets what is
known already, and what is nowhere known is computed from where they stand, for them alone: no
state that somebody sends is ever shown to somebody else.
"""

import os
import socket
import threading
from contextlib import suppress
from functools import lru_cache, partial
from typing import Final

from tui_transformer.nn.training import Run
from tui_transformer.training.beside import serve
from tui_transformer.training.course import Course, Stretch, advance
from tui_transformer.training.kept import Kept

RUNS: Final = 4  # that are kept, those that were asked for last
ROOM: Final = 8_000_000  # bytes for the checkpoints of each
LONGEST: Final = 0.25  # seconds that one of them keeps the others waiting
MOST: Final = 256  # who are served at a time


class Shared:
    """Runs that are taken further by whoever asks first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept = lru_cache(RUNS)(partial(Kept, room=ROOM))

    def advance(self, course: Course, run: Run, steps: int, seconds: float) -> Stretch:
        """Take a stretch as `course.advance` does, or find one that was taken already."""
        start = run.state.step
        with self._lock:
            kept = self._kept(course)
            at, here = kept.nearest(kept.last(start + steps))
            if at > start:
                return kept.stretch(start, at, here)
            stretch = advance(course, here if at == start else run, steps, min(seconds, LONGEST))
            if at == start:
                kept.add(start, stretch)
            return stretch


def serve_all(door: socket.socket) -> None:
    """Serve those whose two pipes come in by a socket, until it is closed and they are gone."""
    shared, guests = Shared(), list[threading.Thread]()
    while True:
        data, files, _, _ = socket.recv_fds(door, 1024, 2)
        guests = [one for one in guests if one.is_alive()]
        if not data:
            break
        if len(files) == 2 and len(guests) < MOST:
            guests.append(threading.Thread(target=_serve, args=(*files, shared), daemon=True))
            guests[-1].start()
        else:
            for file in files:
                os.close(file)
    for one in guests:
        one.join()


def _serve(asks: int, answers: int, shared: Shared) -> None:
    """Serve one; whatever is wrong with what they say ends it, and is nobody else's concern."""
    with suppress(Exception), os.fdopen(asks, "rb") as into, os.fdopen(answers, "wb") as out:
        serve(into, out, shared.advance)
