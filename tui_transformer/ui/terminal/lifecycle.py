"""Everything around an app's run: into the terminal, out of it, and what is said at the end."""

import asyncio
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from tui_transformer.text import shorten, visible
from tui_transformer.ui.terminal import restore, supervisor

if TYPE_CHECKING:
    from textual.app import App

_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
_PATIENCE: Final = 1.5
_LONGEST_MESSAGE: Final = 200


def run(app: "App[Any]", *, mouse: bool = True) -> int:
    """Run an app on the terminal and return the exit status: 128 and the number for a signal.

    Whatever happens, the terminal is afterwards as it was; a fault is told in one sentence.
    Threads that are still computing are not waited for: then the process ends here.
    """
    if restore.is_closed():
        return restore.HUNG_UP
    if (problem := restore.problem()) is not None:
        print(problem, file=sys.stderr)
        return 2
    # Textual's own report of a fault shows the values of local variables.
    app._fatal_error = app._close_messages_no_wait  # type: ignore[method-assign]
    terminal = restore.Terminal()
    leaving = _Leaving(app, terminal)
    status = 0
    fault: BaseException | None = None
    try:
        with leaving.on_signals():
            asyncio.run(_run(app, mouse))
        status, fault = app.return_code or 0, app._exception
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        fault = error
    finally:
        terminal.restore()
    if leaving.signal:
        status = 128 + leaving.signal
    elif fault is not None:
        _tell(fault)
        status = status or 1
    _leave_threads(status)
    return status


async def _run(app: "App[Any]", mouse: bool) -> None:
    loop = asyncio.get_running_loop()
    for lifeline in supervisor.lifelines:
        loop.add_reader(lifeline, _alone, lifeline)
    try:
        await app.run_async(mouse=mouse)
    finally:
        # The loop would wait for every thread of this executor, however long it computes.
        executor = getattr(loop, "_default_executor", None)
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
            loop.set_default_executor(ThreadPoolExecutor(1))


def _alone(lifeline: int) -> None:
    """Leave as if the terminal had been hung up: nobody would give it back any more."""
    asyncio.get_running_loop().remove_reader(lifeline)
    restore.alone()
    signal.raise_signal(signal.SIGHUP)


class _Leaving:
    """Leaves an app in an orderly way at the first signal, and in any way a little later."""

    def __init__(self, app: "App[Any]", terminal: restore.Terminal) -> None:
        self.signal = 0
        self._app = app
        self._terminal = terminal

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Answer the signals that end a process; a hang-up too where it was to be ignored."""
        handlers = dict.fromkeys(_SIGNALS, self._leave)
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        alarm = signal.signal(signal.SIGALRM, self._give_up)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, alarm)
            for number, handler in before.items():
                # What is ending because of a signal is not to be disturbed by another.
                signal.signal(number, signal.SIG_IGN if self.signal else handler)

    def _leave(self, number: int, frame: FrameType | None) -> None:
        if self.signal:
            return
        self.signal = number
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
        loop = self._app._loop
        if loop is None:
            raise SystemExit(128 + number)
        loop.call_soon_threadsafe(self._app.exit, None, 128 + number)

    def _give_up(self, number: int, frame: FrameType | None) -> None:
        self._terminal.restore()
        os._exit(128 + self.signal)


def _tell(fault: BaseException) -> None:
    """Say what went wrong, without the values of variables, which may be anybody's."""
    fault = getattr(fault, "error", fault)
    what = shorten(visible(f"{type(fault).__name__}: {fault}"), _LONGEST_MESSAGE)
    with suppress(OSError):
        if os.environ.get("TFX_DEBUG") == "1":
            for line in "".join(traceback.format_exception(fault)).splitlines():
                print(visible(line), file=sys.stderr)
        print(
            f"tfx has stopped because of a fault of its own ({what}); "
            "TFX_DEBUG=1 in the environment shows where.",
            file=sys.stderr,
            flush=True,
        )


def _leave_threads(status: int) -> None:
    """End the process if threads would keep it alive."""
    end = monotonic() + 0.2
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join(max(0.0, end - monotonic()))
            if thread.is_alive():
                for stream in (sys.stdout, sys.stderr):
                    with suppress(OSError):
                        stream.flush()
                os._exit(status)
