"""A socket at a path on which one program listens, and the lock that says that it still does."""

import fcntl
import os
import socket
import time
from pathlib import Path
from typing import Final

from tui_transformer.classroom.messages import NoClass
from tui_transformer.text import shorten, visible

_LONGEST: Final = 103  # bytes, which every system takes for a socket's path
_ENDING: Final = 1.0  # seconds that a program which is just ending may still hold a lock


def group_called(name: str) -> int:
    """Find a group. Raises NoClass where there is none."""
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        shown = visible(shorten(name, 30)) or "''"
        raise NoClass(f"there is no group called {shown}.") from None


class Listening:
    """A socket of the user's own, or open to one group; one whose program is dead is taken over."""

    def __init__(self, path: Path, group: int | None, kind: socket.SocketKind, taken: str) -> None:
        """Raises NoClass where that cannot be, with `taken` where somebody else listens there."""
        self.path = path
        self._lock_path = path.with_suffix(".lock")
        if len(os.fsencode(path)) > _LONGEST:
            raise NoClass(f"the path {visible(str(path))} is too long for a socket.")
        self._lock = self._locked(taken)
        try:
            path.unlink(missing_ok=True)  # whoever made it is gone
            self.socket = socket.socket(socket.AF_UNIX, kind)
            before = os.umask(0o177)
            try:
                self.socket.bind(os.fspath(path))
            finally:
                os.umask(before)
            if group is not None:
                os.chown(path, -1, group)
                path.chmod(0o660)
            self.socket.listen(256)
            self.socket.setblocking(False)
        except OSError as problem:
            os.close(self._lock)
            raise NoClass(f"{visible(str(path))}: {problem.strerror}.") from None

    def _locked(self, taken: str) -> int:
        """Take the lock; one of a program that is just ending is waited for."""
        end = time.monotonic() + _ENDING
        while True:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            try:
                lock = os.open(self._lock_path, flags, 0o600)
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                if time.monotonic() > end:
                    raise NoClass(taken) from None
                time.sleep(0.01)
                continue
            except PermissionError:
                raise NoClass(taken) from None
            except OSError as problem:
                raise NoClass(f"{visible(str(self._lock_path))}: {problem.strerror}.") from None
            try:
                if os.path.samestat(os.fstat(lock), self._lock_path.stat()):
                    return lock
            except FileNotFoundError:
                pass
            os.close(lock)  # it was taken away meanwhile

    def close(self) -> None:
        """Take the socket away; nobody else can have come in between."""
        self.socket.close()
        self.path.unlink(missing_ok=True)
        self._lock_path.unlink(missing_ok=True)
        os.close(self._lock)
