"""Where the socket of a class lies, and who may reach it.

In `$TFX_CLASS_DIR`, else in `/run/tfx` if that is there and safe, else in a folder of the user's
own runtime directory. Folder and socket are the user's own, or open to one group.
"""

import os
import re
import socket
import stat
from pathlib import Path
from typing import Final

from tui_transformer.classroom.messages import NoClass
from tui_transformer.text import shorten, visible

SHARED: Final = Path("/run/tfx")
NAME: Final = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)

only: list[Path] | None = None
"""Where a host's visitors may meet, and nowhere else; None where anybody may look around."""
home: Path | None = None
"""The folder in which a host lets its presenter open the class; None for everybody else."""


def checked(name: str) -> str:
    """Pass a class's name on. Raises NoClass for what is none."""
    if not NAME.fullmatch(name):
        shown = visible(shorten(name, 40)) or "''"
        raise NoClass(f"{shown} is no name for a class: it has letters, digits and -, up to 32.")
    return name


def default_name() -> str:
    """Name a class after the user."""
    return re.sub("[^A-Za-z0-9-]", "-", account(os.getuid()))[:32] or "class"


def account(user: int) -> str:
    """The name of an account, or its number."""
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _own() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    usual = Path("/run/user") / str(os.getuid())
    if runtime.startswith("/"):
        return Path(runtime) / "tfx"
    if usual.is_dir():
        return usual / "tfx"
    return Path(os.environ.get("TMPDIR") or "/tmp") / f"tfx-{os.getuid()}"


def _asked() -> Path | None:
    if home is not None:
        return home
    given = os.environ.get("TFX_CLASS_DIR", "")
    return Path(given).absolute() if given else None


def folders() -> list[Path]:
    """List where classes may be found, in order."""
    asked = _asked()
    return [asked] if asked else [SHARED, _own()]


def problem_with(folder: Path) -> str:
    """Say why a folder is not safe to meet in; nothing where it is."""
    shown = visible(str(folder))
    try:
        found = folder.lstat()
    except OSError as problem:
        return f"{shown} cannot be used: {problem.strerror}."
    if not stat.S_ISDIR(found.st_mode):
        return f"{shown} is no folder."
    if found.st_uid not in (0, os.getuid()):
        return f"{shown} belongs to somebody else."
    others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if others_write and not found.st_mode & stat.S_ISVTX:
        return f"{shown} can be changed by others: chmod +t makes it safe."
    return ""


def folder_for(group: int | None) -> Path:
    """Choose the folder to open a class in; made where it is the user's own."""
    asked = _asked()
    if asked is None and not problem_with(SHARED) and os.access(SHARED, os.W_OK | os.X_OK):
        return SHARED
    folder = asked or _own()
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        pass
    except OSError as problem:
        raise NoClass(f"{visible(str(folder))} cannot be made: {problem.strerror}.") from None
    else:
        if group is not None:
            os.chown(folder, -1, group)
            folder.chmod(0o750)
    if unsafe := problem_with(folder):
        raise NoClass(unsafe)
    if group is not None and asked is None:
        raise NoClass("--group needs a folder that others reach: $TFX_CLASS_DIR or /run/tfx.")
    return folder


class Door:
    """The listening socket of a class, and the lock that says that its presenter lives."""

    def __init__(self, name: str, group: str = "") -> None:
        """Raises NoClass where another one has it."""
        from tui_transformer.classroom.listening import Listening, group_called

        number = group_called(group) if group else None
        self.name = checked(name)
        taken = f"there is a class {name} already: choose another name."
        path = folder_for(number) / f"{name}.sock"
        self._listening = Listening(path, number, socket.SOCK_STREAM, taken)
        self.path, self.socket = path, self._listening.socket

    def close(self) -> None:
        """Take the socket away."""
        self._listening.close()


def classes() -> list[Path]:
    """List the sockets of classes in sight, dead ones too."""
    if only is not None:
        return [path for path in only if path.exists()][:1]
    found: dict[str, Path] = {}
    for folder in folders():
        try:
            paths = sorted(folder.glob("*.sock"))
        except OSError:
            continue
        for path in paths:
            if NAME.fullmatch(path.stem):
                found.setdefault(path.stem, path)
    return list(found.values())


def connected(path: Path) -> socket.socket | None:
    """Connect to a socket; None where nobody listens or it is not for this user."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(5)
    try:
        connection.connect(os.fspath(path))
    except OSError:
        connection.close()
        return None
    return connection
