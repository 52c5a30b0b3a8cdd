"""Who computes for whom: a session has one helper of its own, and those who want the same share.

Standard library only, as the nursery. What is wanted is a few bytes here, and nothing else.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple


class _Wish(NamedTuple):
    """What a session wants computed, and the process that does it."""

    wanted: bytes
    helper: int


class Helpers:
    """The processes that compute, and the sockets by which they get the pipes of sessions."""

    def __init__(self, forked: Callable[[socket.socket], int | None]) -> None:
        """`forked` makes a helper that has this end of a socket; None where that cannot be."""
        self._forked = forked
        self._doors: dict[int, socket.socket] = {}
        self._owners: dict[int, int] = {}  # for which session each was made
        self._wishes: dict[int, _Wish] = {}  # by session

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._doors))

    def help(self, session: int, wanted: bytes, pipes: Sequence[int]) -> None:
        """Pass pipes to who computes what is wanted, else to the session's own helper."""
        self._wishes.pop(session, None)
        same = (wish.helper for wish in self._wishes.values() if wish.wanted == wanted)
        helper = next(same, None) or self._own(session)
        if helper is not None:
            self._wishes[session] = _Wish(wanted, helper)
            with suppress(OSError):  # where they are not taken the session notices by itself
                socket.send_fds(self._doors[helper], [b"help"], pipes, socket.MSG_DONTWAIT)

    def _own(self, session: int) -> int | None:
        """Find a session's own helper, or make it."""
        for helper, owner in self._owners.items():
            if owner == session:
                return helper
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            made = self._forked(theirs)
        if made is None:
            ours.close()
        else:
            self._doors[made], self._owners[made] = ours, session
        return made

    def left(self, session: int) -> list[int]:
        """Note that a session is gone; returns the helpers that nobody has any more."""
        self._wishes.pop(session, None)
        for helper, owner in self._owners.items():
            if owner == session:
                self._owners[helper] = 0  # its guests still have it
        needed = {wish.helper for wish in self._wishes.values()}
        return [one for one, owner in self._owners.items() if not owner and one not in needed]

    def ended(self, helper: int) -> bool:
        """Note that a process has ended; False where it was none of these."""
        door = self._doors.pop(helper, None)
        if door is None:
            return False
        door.close()
        del self._owners[helper]
        self._wishes = {one: wish for one, wish in self._wishes.items() if wish.helper != helper}
        return True
