"""A small parent process that outlives the app, and puts the terminal right whatever ends it.

Standard library only, and nothing slow: this runs before anything else is imported.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from mmap import mmap
from typing import Final

from tui_transformer import kiosk
from tui_transformer.ui.terminal import restore

_DEADLY: Final = {signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT}
_WATCHED: Final = _DEADLY | {signal.SIGCHLD, signal.SIGALRM, signal.SIGTSTP, signal.SIGCONT}
# The app restores the terminal itself within three seconds of a signal, if it still can.
_PATIENCE: Final = 3.5

needless = False
"""Whether somebody else puts the terminal right, as a host does for its sessions."""

lifelines: tuple[int, ...] = ()
"""In the app: what can be read from once its supervisor ends, or the shell that started it."""


def supervise(app: Callable[[], int]) -> int:
    """Run an app in a child process and return its exit status, or 128 and the signal's number.

    Both processes return from this, each with its status. They are in one process group: job
    control and signals work as for one process. `TFX_SUPERVISOR=0` in the environment runs the
    app without a child.
    """
    if restore.is_closed():
        return restore.HUNG_UP
    if (problem := restore.problem()) is not None:
        _say(problem)
        return 2
    if needless or os.environ.get("TFX_SUPERVISOR") == "0":
        return app()
    terminal = restore.Terminal()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    restore.owed = mmap(-1, 1)  # what the child is owed when it ends is known here too
    report, reports = os.pipe()
    ours, theirs = os.pipe()
    shell = _handle(os.getppid())
    # Blocked, signals wait until they are asked for; none can come too early.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(report)
        os.close(theirs)
        _be_supervised((ours, *shell), reports)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return app()
    for unused in (reports, ours, *shell):
        os.close(unused)
    for number in (signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(number, signal.SIG_IGN)  # sent to both of us, and the child's to answer
    status = _wait_for(child)
    taken = _last(report) == b"+"
    terminal.restore(screen=taken)
    code = _exit_status(status, taken)
    for number in _DEADLY if code > 128 else ():
        # What has ended because of a signal is not to be disturbed by another.
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return code


def _handle(process: int) -> tuple[int, ...]:
    """Open what tells of the end of a process, where the system has that (Linux)."""
    with suppress(AttributeError, OSError):
        return (os.pidfd_open(process),)
    return ()


def _be_supervised(others: tuple[int, ...], reports: int) -> None:
    global lifelines
    lifelines = others
    restore.report_to(reports)
    # Until the app answers it, an interrupt needs no traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_for(child: int) -> int:
    """Pass signals on to the child until it ends; stop whenever it does, for the shell to see.

    A child that is to end is not left stopped: woken by the shell together with the signal that
    ends it, it may have asked for a terminal that is the shell's before it heard of that.
    """
    ending = False
    while True:
        number = signal.sigwait(_WATCHED)
        if number == signal.SIGALRM:
            os.kill(child, signal.SIGKILL)
        elif number != signal.SIGCHLD:
            os.kill(child, number)
            if number in _DEADLY:
                ending = True
                signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
        while True:
            changed, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
            if not changed:
                break
            if not os.WIFSTOPPED(status):
                signal.setitimer(signal.ITIMER_REAL, 0)
                return status
            if ending or signal.sigpending() & _DEADLY:
                os.kill(child, signal.SIGCONT)
            elif os.WSTOPSIG(status) == signal.SIGTSTP:
                # It was asked to, so whoever started us in the same job is to stop as well.
                os.killpg(0, signal.SIGSTOP)
            else:
                os.kill(os.getpid(), signal.SIGSTOP)


def _last(report: int) -> bytes:
    """Return the last note in a pipe; not waiting, for the child's own children may hold it."""
    os.set_blocking(report, False)
    try:
        return os.read(report, 1 << 16)[-1:]
    except BlockingIOError:
        return b""


def _exit_status(status: int, taken: bool) -> int:
    """Return the exit status for a child's, with a sentence if it had no time to say one."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0 and -code not in _DEADLY:
        plain = f"tfx was ended by signal {-code} ({signal.strsignal(-code)})."
        _say(kiosk.why_ended(-code) or plain)
    elif code >= 0 and taken and code - 128 not in _DEADLY:
        _say(f"tfx ended without a word (exit status {code}).")
    return 128 - code if code < 0 else code


def _say(sentence: str) -> None:
    with suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)
