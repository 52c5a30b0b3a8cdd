"""`tfx-visit SOCKET`: a session of the host that serves this socket, in the terminal one is in.

For the `ForceCommand` of an sshd. The host forks a kiosk on a terminal of its own and sends the
other end of it; this passes bytes between the two, and is all that a visitor costs beside the
fork. So it loads nothing but what is built into Python, and is at work after some 15 ms.
"""

import os
import sys

# The modules in C: those of the same names, without the underscore, take as long as all the rest.
from _signal import SIG_DFL, SIGHUP, SIGINT, SIGTERM, SIGWINCH, signal  # type: ignore[import-not-found]
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_SEQPACKET, SOL_SOCKET, socket

TYPE_CHECKING = False  # as in `typing`, which takes as long
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ROOM = 1 << 14
_KEYS = 1 << 16  # bytes typed and not yet read
_WORDS = 50_000  # bytes; the host takes fewer, and says its sentence
_GONE = "tfx: the host is gone."
_LAST = 5.0  # seconds that a host has to say how a session ended


def main() -> None:
    """Visit the host, and end with the status of the session."""
    signal(SIGINT, SIG_DFL)  # until there is a session an interrupt needs no traceback
    status, said = _visited(sys.argv[1:])
    try:
        if said:
            os.write(2, f"{said}\r\n".encode())
    finally:
        os._exit(status)  # whatever PYTHONINSPECT says


def _visited(arguments: list[str]) -> tuple[int, str]:
    if len(arguments) != 1:
        return 2, "tfx-visit takes the socket that tfx host --socket serves."
    if not (os.isatty(0) and os.isatty(1)):
        return 2, "tfx: tfx draws on a terminal: ask for one, as in: ssh -t HOST softmax"
    import termios
    from fcntl import ioctl
    from tty import setraw

    host = socket(AF_UNIX, SOCK_SEQPACKET)
    try:
        host.connect(arguments[0])
        size = ioctl(0, termios.TIOCGWINSZ, bytes(8))
        known = [os.environb.get(name, b"") for name in (b"TERM", b"COLORTERM", b"NO_COLOR")]
        words = os.environb.get(b"SSH_ORIGINAL_COMMAND", b"")[:_WORDS]
        host.send(size + b"\0".join([*known, words]))
        reset, passed, *_ = host.recvmsg(_ROOM, 64)
    except OSError:
        return 1, "tfx: nobody serves here at the moment. Please try again later."
    if not passed or passed[0][:2] != (SOL_SOCKET, SCM_RIGHTS):
        return _told(reset)
    terminal = int.from_bytes(passed[0][2][:4], sys.byteorder)

    def pass_size(*_: object) -> None:
        ioctl(terminal, termios.TIOCSWINSZ, ioctl(0, termios.TIOCGWINSZ, bytes(8)))

    before = termios.tcgetattr(0)
    setraw(0)
    signal(SIGWINCH, pass_size)
    for number in (SIGHUP, SIGTERM):
        signal(number, _leave)
    pass_size()  # which may have changed since it was told
    try:
        _pass_bytes(terminal)
        host.settimeout(_LAST)
        return _told(host.recv(_ROOM))
    except OSError:  # then nobody knows whether the session has put the terminal right
        return 1, reset.decode() + _GONE
    finally:
        termios.tcsetattr(0, termios.TCSANOW, before)


def _leave(number: int, _: object) -> None:
    """Go without a word: the terminal is gone, and the session hears that from the system."""
    os._exit(128 + number)


def _told(packet: bytes) -> tuple[int, str]:
    """Read how a session ended, or why there is none."""
    status, _, said = packet.decode("utf-8", "replace").partition(" ")
    return (int(status), said) if status.isdecimal() else (1, _GONE)


def _pass_bytes(terminal: int) -> None:
    """Pass keys there and pictures here until the session has ended, or this terminal is gone.

    Keys that the session does not read yet wait, so that pictures never wait for them.
    """
    from select import POLLIN, POLLOUT, poll

    os.set_blocking(terminal, False)
    watched, typed = poll(), b""
    while True:
        watched.register(0, POLLIN if len(typed) < _KEYS else 0)
        watched.register(terminal, POLLOUT | POLLIN if typed else POLLIN)
        for fileno, event in watched.poll():
            if fileno == 0:
                typed += _own(os.read, 0, _ROOM)
                continue
            if event & ~POLLOUT:
                try:
                    drawn = os.read(terminal, _ROOM)
                except OSError:  # nobody holds the other end any more
                    return
                while drawn:
                    drawn = drawn[_own(os.write, 1, drawn) :]
            if event & POLLOUT:
                try:  # noqa: SIM105, for what suppresses would have to be loaded
                    typed = typed[os.write(terminal, typed) :]
                except OSError:  # no room now, or nobody there, which reading tells
                    pass


def _own(call: "Callable[..., Any]", *arguments: object) -> "Any":
    """Use our own terminal; where it is gone, so are we."""
    try:
        result = call(*arguments)
    except OSError:
        result = 0
    return result or os._exit(128 + SIGHUP)


if __name__ == "__main__":
    main()
