"""`tfx --kiosk`, for an account that anyone may use: what is ignored, limited and refused there.

Nothing that a visitor types is ever run, opened or saved, with or without this module. It is the
second wall, for the fault that nobody has found yet: an environment of a few harmless variables,
limits that the system enforces, and a hook that hears of every file, process and connection
before it is opened, and refuses. Standard library only, and nothing slow.
"""

import errno
import os
import re
import signal
import site
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

PATIENCE: Final = 20
"""Seconds of computing after which a picture is given up."""

_MEMORY: Final = 1 << 30  # bytes; the largest pictures take a tenth
_SESSION: Final = 3600  # seconds of computing
# For each limit what is enforced, and what it could be raised to. There is none for processes
# (RLIMIT_NPROC), which would count those of all visitors together.
_LIMITS: Final = {
    "RLIMIT_DATA": (_MEMORY, _MEMORY),
    "RLIMIT_CPU": (_SESSION, _SESSION + 5),  # first a signal that gets a sentence
    "RLIMIT_FSIZE": (0, 0),
    "RLIMIT_CORE": (0, 0),
    "RLIMIT_NOFILE": (256, 256),
}
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,63}")
_KEPT: Final = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE")
_ASKED: Final = "SSH_ORIGINAL_COMMAND"
_PACKAGE: Final = Path(__file__).parent

UNCOMPILED: Final = (
    "tfx: every visit starts three times as slowly as it could: Python's files are not compiled. "
    "The README says how, under a public account."
)

_on = False
idle: float | None = None
"""Seconds without input after which a session ends; None where it never does."""


def is_on() -> bool:
    """Say whether this program may touch nothing but itself."""
    return _on


# ── the environment ────────────────────────────────────────────────────────────────────


def isolate(arguments: Sequence[str]) -> None:
    """Start the program anew, deaf to Python's variables and with few others; return in that one.

    Before anything is read from the environment: Textual's variables write files and import
    modules, and even a parser of arguments looks for translations where LANGUAGE says.
    """
    harmless = _harmless(os.environ)
    if not (sys.flags.isolated and sys.flags.dont_write_bytecode):
        command = [sys.executable, "-I", "-B", "-m", _PACKAGE.name, *arguments]
        os.execve(sys.executable, command, harmless)
    os.environ.clear()
    os.environ.update(harmless)


def _harmless(variables: Mapping[str, str]) -> dict[str, str]:
    """Keep what says how to draw, and what the visitor asked for, which only `asked` reads."""
    kept = {name: variables[name] for name in _KEPT if name in variables}
    result = {name: value for name, value in kept.items() if _PLAIN.fullmatch(value)}
    if _ASKED in variables:
        result[_ASKED] = variables[_ASKED]
    # With a home, nobody has to look it up among the accounts of the host.
    return result | {"HOME": "/", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def advise() -> None:
    """Tell whoever set this up that every visit starts slowly, where it does.

    Other accounts keep what Python has compiled beside the program; a kiosk writes nothing.
    """
    specs = (find_spec(name) for name in (_PACKAGE.name, "numpy", "textual"))
    if not all(spec and spec.cached and Path(spec.cached).exists() for spec in specs):
        print(UNCOMPILED, file=sys.stderr)


def asked() -> str:
    """Take what the visitor wrote behind `ssh host`: a state to open, never a command to run."""
    return os.environ.pop(_ASKED, "")


# ── limits ─────────────────────────────────────────────────────────────────────────────


def switch_on(minutes: float) -> None:
    """Limit this process and its children; sessions end after so many minutes without input."""
    import resource  # which only such systems have as can be a kiosk

    global _on, idle
    _on, idle = True, minutes * 60
    for name, limits in _LIMITS.items():
        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        unlimited = most == resource.RLIM_INFINITY
        soft, hard = (limit if unlimited else min(limit, most) for limit in limits)
        resource.setrlimit(kind, (soft, hard))
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.chdir("/")  # so that a relative path leads nowhere


def computed() -> None:
    """Note that a picture is finished: the next one has PATIENCE seconds of computing from now.

    What takes longer is ended by the system, be it in NumPy or in a thread; the supervisor puts
    the terminal right. Seconds of computing, so that nobody waits less on a busy machine.
    """
    if _on:
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)


def ended_idle() -> str:
    """Say that a session has ended because nobody typed."""
    minutes = (idle or 0) / 60
    return f"tfx has ended because nobody typed for {minutes:g} minute{'s' * (minutes != 1)}."


def computing() -> None:
    """Note that this process makes no pictures, and computes for as long as it is asked to."""
    signal.setitimer(signal.ITIMER_PROF, 0)


def why_ended(number: int) -> str | None:
    """Return a sentence for a signal by which a limit ends the program."""
    if number == signal.SIGPROF:
        return f"tfx gave up a picture that took more than {PATIENCE} seconds to compute."
    if number == signal.SIGXCPU:
        return "tfx has computed for an hour, which is as long as a session may here."
    return None


# ── the hook ───────────────────────────────────────────────────────────────────────────


class Refused(PermissionError):
    """What the hook raises: an OSError, so that whoever opens files has a sentence for it."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "not from an account that anyone may use")


# Whatever Python reports under these names is refused, but for what follows.
_REFUSED: Final = frozenset(
    (
        *("os", "shutil", "tempfile", "subprocess", "pty", "resource", "syslog", "sqlite3", "dbm"),
        *("socket", "webbrowser", "urllib", "http", "ftplib", "smtplib", "imaplib", "poplib"),
        *("pdb", "builtins"),  # a debugger, and questions on the terminal
    )
)
_ALLOWED: Final = frozenset(("os.putenv", "os.unsetenv", "builtins.id"))
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_readable: tuple[str, ...] = ()
_listable: frozenset[str] = frozenset()
_writable: frozenset[str] = frozenset()
_worker: tuple[str, ...] | None = None
_class: str | None = None
_removable: frozenset[str] = frozenset()


def arm() -> None:
    """Refuse, for the rest of this process, what a public account has no business with.

    To read: only the package, Python's library and installed packages. To write: only the
    terminal and the null device. No process but `allow_worker`'s, no signal to any other, no
    connection, no change of any file or limit. There is no way back.
    """
    global _readable, _listable, _writable
    beside = str(_PACKAGE.parent)
    folders = {entry for entry in sys.path if entry}
    _listable = frozenset(folders)
    if beside not in site.getsitepackages():  # a working copy: only the package itself
        folders -= {beside}
    _readable = tuple(f"{folder}/" for folder in (*folders, str(_PACKAGE)))
    terminals = {os.ttyname(stream) for stream in (0, 1, 2) if os.isatty(stream)}
    _writable = frozenset(terminals | {"/dev/tty", os.devnull})
    sys.addaudithook(_hook)
    computed()


def allow_worker(command: Sequence[str]) -> None:
    """Let this very command line be started from now on, in the environment of this process.

    It inherits the limits, but not the hook. It should begin with Python's `-I` and `-B`.
    """
    global _worker
    _worker = tuple(command)


def allow_class(socket: Path, presents: bool) -> None:
    """Let a class be joined at this very socket; who presents may take it and its lock away."""
    global _class, _removable
    _class = _plain(socket)
    _removable = (
        frozenset((_class, _plain(socket.with_suffix(".lock")))) if presents else _removable
    )


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    check = _CHECKS.get(event)
    if check is not None:
        if not check(*arguments):
            raise Refused
    elif event.partition(".")[0] in _REFUSED and event not in _ALLOWED:
        raise Refused


def _may_open(file: Any, mode: str | None, flags: int) -> bool:
    if isinstance(file, int):
        return True  # it is open already
    path = _plain(file)
    return path in _writable or (not flags & _WRITING and path.startswith(_readable))


def _may_list(folder: Any) -> bool:
    if folder is None or isinstance(folder, int):
        return False
    path = _plain(folder)
    return path in _listable or f"{path}/".startswith(_readable)


def _may_import(module: str, file: str | None, *_: object) -> bool:
    return file is None or _plain(file).startswith(_readable)


def _may_load(library: Any) -> bool:
    return library is None or _plain(library).startswith(_readable)


def _may_start(executable: Any, command: Any, folder: Any, environment: Any) -> bool:
    if _worker is None or isinstance(command, str | bytes) or environment is not None:
        return False
    words = tuple(map(os.fsdecode, command))
    return words == _worker and os.fsdecode(executable) == words[0]


def _may_signal(process: int, number: int) -> bool:
    """Only children, which is known by whether they can be waited for."""
    try:
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except (OSError, AttributeError):  # macOS has it only from Python 3.13 on
        return False
    return process > 0


def _may_join(_: object, family: int, *__: object) -> bool:
    return family == 1  # a pair within this process, as asyncio's; to connect is refused


def _may_connect(_: object, address: Any) -> bool:
    return isinstance(address, str | bytes) and _class is not None and _plain(address) == _class


def _may_send(_: object, address: Any) -> bool:
    return address is None  # where it is connected to already


def _may_remove(path: Any, folder: int) -> bool:
    return _plain(path) in _removable


def _plain(path: Any) -> str:
    """Write a path without detours; links are not followed, for a visitor cannot make any."""
    return os.path.normpath(os.fsdecode(path))


_CHECKS: Final[Mapping[str, Callable[..., bool]]] = {
    "open": _may_open,
    "os.listdir": _may_list,
    "os.scandir": _may_list,
    "import": _may_import,
    "ctypes.dlopen": _may_load,
    "subprocess.Popen": _may_start,
    "os.kill": _may_signal,
    "os.remove": _may_remove,
    "socket.__new__": _may_join,
    "socket.connect": _may_connect,
    "socket.sendmsg": _may_send,
}
