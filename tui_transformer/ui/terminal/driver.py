"""Textual's driver for a terminal, made to survive what terminals do."""

import os
import shutil
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, BinaryIO, Final, TextIO

from rich.text import Text
from textual import events
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size, clamp
from textual.message import Message
from textual.messages import InBandWindowResize

from tui_transformer import kiosk
from tui_transformer.ui.terminal import restore
from tui_transformer.ui.terminal.idle import Idle
from tui_transformer.ui.terminal.keyboard import Keyboard
from tui_transformer.ui.terminal.output import Output
from tui_transformer.ui.terminal.pace import Pace, is_far

LARGEST: Final = Size(500, 200)
_LONGEST_QUEUE: Final = 200


class TerminalDriver(LinuxDriver):
    """A driver without threads: the event loop reads keys and sends frames, and never waits.

    It reads no more than the app can handle, says when the terminal is `behind` (and calls the
    app's `catch_up` once it is not, its `redraw` when the screen may be lost), clamps the size,
    and leaves when there is no terminal any more. Sizes and pixels in band are not asked for: the
    signal says the same on every terminal, and a mouse then sends less.
    """

    keeps_pen = True

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._output: Output | None = None
        self._keyboard: Keyboard | None = None
        self._idle: Idle | None = None
        self._pace: Pace | None = None
        self._suspended = False
        self._started = 0.0
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if not self.can_suspend:
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self._size = self._get_terminal_size()

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell to go back to for a while: one that started us as a job."""
        return not kiosk.is_on() and os.getpgrp() != os.getsid(0)

    @property
    def behind(self) -> bool:
        """Whether the terminal has not taken all that was sent, or not answered enough of it."""
        waits = self._output is not None and self._output.behind
        return waits or (self._pace is not None and self._pace.full)

    @property
    def slow(self) -> bool:
        """Whether every byte counts."""
        return self._pace is not None and self._pace.slow

    def ask_after(self, frame: str) -> str:
        """Return what asks a terminal far away to say when it has come to the end of a frame."""
        return "" if self._pace is None else self._pace.ask(len(frame))

    def _answered(self) -> None:
        if self._pace is not None:
            self._pace.answered()

    def _go_on(self) -> None:
        if not self.behind:
            self._call_app("catch_up")

    @property
    def _writer_thread(self) -> Any:
        """Stand in the place of Textual's writing thread, which would wait for the terminal."""
        return self._output

    @_writer_thread.setter
    def _writer_thread(self, thread: WriterThread | None) -> None:
        if thread is not None and sys.__stdout__ is not None:
            self._output = Output(
                sys.__stdout__.fileno(),
                sys.__stdout__.encoding,
                self._go_on,
            )

    def start_application_mode(self) -> None:
        """Take the terminal, unless it is another's: then this comes again."""
        self._output = None
        restore.take()
        if not self._started:  # what Textual finds, it gives back to a shell
            restore.as_found(self.fileno)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._suspended = self._output is None
        if self._suspended:
            restore.give_back()
            return
        resumed = self._started > 0
        self._started = monotonic()
        signal.signal(
            signal.SIGWINCH, lambda *_: self._loop.call_soon_threadsafe(self._size_changed)
        )
        self._keyboard = Keyboard(
            self.fileno, self.process_message, self._is_flooded, self._gone, self._answered
        )
        self._keyboard.start()
        if is_far():
            self._pace = Pace(self._loop, self._go_on)
            self.write(self.ask_after(""))  # whether it answers at all
        if kiosk.idle is not None:
            self._idle = Idle(kiosk.idle, self._leave_idle)
        if resumed:
            self._call_app("redraw")

    def _run_input_thread(self) -> None:
        """Leave Textual's reading thread with nothing to do."""

    def disable_input(self) -> None:
        """Read no more."""
        if self._keyboard is not None:
            self._keyboard.stop()
            self._keyboard = None
            super().disable_input()
        if self._idle is not None:
            self._idle.stop()
            self._idle = None
        if self._pace is not None:
            self._pace.stop()
            self._pace = None

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was found, unless it has been given back before."""
        if self._suspended:
            return
        self.disable_input()
        if self._output is not None:
            restore.leave(self.fileno, self._output.finish)
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def send_message(self, message: Message) -> None:
        """Post a message to the app; a key goes straight to the screen, if nothing is before it."""
        hear = getattr(self._app, "hear", None)
        if hear is None or not hear(message):
            self._app.post_message(message)

    def process_message(self, message: Message) -> None:
        """Pass on what was read, but for sizes in band: nobody asked for them."""
        if self._idle is not None:
            self._idle.heard()
        if not isinstance(message, InBandWindowResize | events.Resize):
            super().process_message(message)

    def _query_in_band_window_resize(self) -> None:
        pass

    def _get_terminal_size(self) -> tuple[int, int]:
        try:
            width, height = os.get_terminal_size(self.fileno)
        except OSError:
            width = height = 0
        if not (width and height):
            width, height = shutil.get_terminal_size()
        return clamp(width, 1, LARGEST.width), clamp(height, 1, LARGEST.height)

    def _size_changed(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))
        # A terminal that grows back to the size it had has lost what it cut off.
        self._call_app("redraw")

    def _is_flooded(self) -> bool:
        """Say whether the app has more to do than it should be given."""
        app = self._app
        if not app._running or not app._screen_stack:
            return False
        pumps = [app, app.screen, app.focused]
        return any(pump.message_queue_size > _LONGEST_QUEUE for pump in pumps if pump is not None)

    def _gone(self) -> None:
        """Leave as if the terminal had been hung up, which it was if its input has ended."""
        if callable(signal.getsignal(signal.SIGHUP)):
            signal.raise_signal(signal.SIGHUP)
        else:
            self._app.exit(return_code=restore.HUNG_UP)

    def _leave_idle(self) -> None:
        self._app.exit(message=Text(kiosk.ended_idle()))

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Open nothing: a browser would start on the wrong side of a connection."""

    def deliver_binary(self, binary: BinaryIO | TextIO, **_: Any) -> None:
        """Save nothing: what is worth keeping is printed by a command."""

    def _call_app(self, name: str) -> None:
        method = getattr(self._app, name, None)
        if method is not None:
            method()

    def _sigtstp_application(self, *_: Any) -> None:
        if self._auto_restart:
            self._soon(self._suspend)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _suspend(self) -> None:
        """Give the terminal back and stop; the supervisor stops all that the shell knows as us."""
        # The signal may come twice: to the group, and from the supervisor.
        if self._suspended or self._app._exit:
            return
        self.suspend_application_mode()
        self._suspended = self._must_signal_resume = True
        # The system stops nobody by this signal whom no shell could wake again.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})
        signal.signal(signal.SIGTSTP, handler)
        self._loop.call_soon(self._resume)

    def _sigcont_application(self, *_: Any) -> None:
        if self._auto_restart:
            self._soon(self._resume)

    def _soon(self, call: Callable[[], None]) -> None:
        """Call it from the loop; whoever is ending hears of nothing any more."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _resume(self) -> None:
        """Take the terminal again after a stop, even one that came without a warning."""
        if self._app._exit:
            return
        if not self._suspended:
            # This signal too may come twice.
            if monotonic() - self._started < 0.5:
                return
            self.suspend_application_mode()
        self.resume_application_mode()
