"""What is read from the terminal: whatever arrives, in bounded memory and without waiting."""

import asyncio
import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from tui_transformer.ui.terminal.paste import PasteGate

_AT_ONCE: Final = 1024
_FLOOD_PAUSE: Final = 0.02
# A paste that stops for so long will not go on; until it ends, no key is heard.
_PASTE_PAUSE: Final = 5.0


class Parser(XTermParser):
    """Textual's parser, which here passes over the sequences that it would raise for."""

    @property
    def mouse_pixels(self) -> bool:
        """Whether the mouse is reported in pixels, which is never asked for."""
        return False

    @mouse_pixels.setter
    def mouse_pixels(self, value: bool) -> None:
        pass

    def parse_mouse_code(self, code: str) -> Message | None:
        """Parse a report of the mouse."""
        try:
            return super().parse_mouse_code(code)
        except ArithmeticError:
            return None

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        try:
            return list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, ArithmeticError):
            return []


class Keyboard:
    """Reads a terminal from the event loop, so that an idle one costs nothing.

    Every message is given to `deliver`. While `is_flooded` nothing is read, and the terminal
    holds back whoever is sending; `gone` is called when there is no terminal any more.
    """

    def __init__(
        self,
        fileno: int,
        deliver: Callable[[Message], None],
        is_flooded: Callable[[], bool],
        gone: Callable[[], None],
    ) -> None:
        self._fileno = fileno
        self._deliver = deliver
        self._is_flooded = is_flooded
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._parser = Parser()
        self._paste = PasteGate()
        self._later: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to read."""
        self._loop.add_reader(self._fileno, self._read)

    def stop(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._fileno)
        self._cancel()

    def _read(self) -> None:
        try:
            data = os.read(self._fileno, _AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.stop()
            self._gone()
            return
        text = self._paste.admit(self._decoder.decode(data))
        # An empty text would be the end of input to the parser.
        if text:
            self._pass_on(self._parser.feed(text))
        self._wait()

    def _wait(self) -> None:
        """Wait for more, but not for ever where something has only begun."""
        self._cancel()
        if self._is_flooded():
            self._loop.remove_reader(self._fileno)
            self._later = self._loop.call_later(_FLOOD_PAUSE, self._after_flood)
        elif self._paste.inside:
            self._later = self._loop.call_later(_PASTE_PAUSE, self._end_paste)
        elif (due := self._parser._timeout_time) is not None:
            self._later = self._loop.call_later(due - monotonic() + 0.001, self._end_sequence)

    def _cancel(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _after_flood(self) -> None:
        if not self._is_flooded():
            self.start()
        self._wait()

    def _end_paste(self) -> None:
        self._pass_on(self._parser.feed(self._paste.close()))
        self._wait()

    def _end_sequence(self) -> None:
        """Take an escape that nothing follows as the key of that name."""
        self._paste.pause()
        self._pass_on(self._parser.tick())
        self._wait()

    def _pass_on(self, messages: Iterable[Message]) -> None:
        parsed = iter(messages)
        while True:
            try:
                message = next(parsed, None)
            except Exception:
                # Nobody's typing does this: what is lost is not worth an app's life.
                self._parser = Parser()
                return
            if message is None:
                return
            self._deliver(message)
