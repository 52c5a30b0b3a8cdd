"""What is read from the terminal: whatever arrives, in bounded memory and without waiting."""

import asyncio
import os
import re
import select
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from tui_transformer.ui.terminal.background import typed_ahead
from tui_transformer.ui.terminal.pace import ANSWERS
from tui_transformer.ui.terminal.paste import END, START
from tui_transformer.ui.terminal.sequences import Sequences

_AT_ONCE: Final = 1024
_FLOOD_PAUSE: Final = 0.02
# Bytes that are no UTF-8, as Python decodes them to find them again.
_STRAY: Final = re.compile("[\udc80-\udcff]+")


class Parser(XTermParser):
    """Textual's parser, which here passes over the sequences that it would raise for.

    What is pasted does not go through it, character by character: there are no sequences in that.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pasted: list[str] | None = None

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

    def hear(self, piece: str) -> list[Message]:
        """Return what a whole piece says; nothing where Textual knows no such sequence."""
        if piece == START:
            self._pasted = []
            return []
        if self._pasted is not None:
            return self._paste(self._pasted, piece)
        messages = list(self.feed(piece))
        if self._timeout_time is not None:
            # It would wait for more, and then take what there is for keys. Which is right for an
            # escape with or without a character, and wrong for everything longer.
            self._timeout_time = 0.0
            keys = list(self.tick())
            messages += keys if len(piece) < 3 else []
        return messages

    def _paste(self, pasted: list[str], piece: str) -> list[Message]:
        """Keep a piece of what is pasted; it is a message once its end has come."""
        body, end, _ = piece.partition(END)
        pasted.append(body)
        if not end:
            return []
        self._pasted = None
        return [events.Paste("".join(pasted).replace("\x00", ""))]


class Keyboard:
    """Reads a terminal from the event loop, so that an idle one costs nothing.

    Every message is given to `deliver`. While `is_flooded` nothing is read, and the terminal
    holds back whoever is sending; `gone` is called when there is no terminal any more, `answered`
    when it says that it has got so far.
    """

    def __init__(
        self,
        fileno: int,
        deliver: Callable[[Message], None],
        is_flooded: Callable[[], bool],
        gone: Callable[[], None],
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        self._fileno = fileno
        self._deliver = deliver
        self._is_flooded = is_flooded
        self._gone = gone
        self._answered = answered
        self._loop = asyncio.get_running_loop()
        self._decoder = getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._sequences = Sequences(self._loop.time)
        self._parser = Parser()
        self._later: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to read, with what was typed before anybody listened."""
        if typed := typed_ahead():
            self._loop.call_soon(self._hear, typed)
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
        self._hear(data)

    def _hear(self, data: bytes) -> None:
        text = _STRAY.sub(_control, self._decoder.decode(data))
        if text:
            self._pass_on(self._sequences.admit(text))
        self._wait()

    def _wait(self) -> None:
        """Wait for more, but not for ever where something has only begun."""
        self._cancel()
        if self._is_flooded():
            self._loop.remove_reader(self._fileno)
            self._later = self._loop.call_later(_FLOOD_PAUSE, self._after_flood)
        elif (pause := self._sequences.pause) is not None:
            self._later = self._loop.call_later(pause, self._end_pause)

    def _cancel(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _after_flood(self) -> None:
        if not self._is_flooded():
            self.start()
        self._wait()

    def _end_pause(self) -> None:
        """Take what has begun as all there is, unless it was us who were busy."""
        poll = select.poll()
        poll.register(self._fileno, select.POLLIN)
        if poll.poll(0):
            self._read()
        else:
            self._pass_on(self._sequences.expire())
            self._wait()

    def _pass_on(self, pieces: Iterable[str]) -> None:
        for piece in pieces:
            if piece in ANSWERS:
                self._answered()
                continue
            try:
                messages = self._parser.hear(piece)
            except Exception:
                # Nobody's typing does this: what is lost is not worth an app's life.
                self._parser = Parser()
            else:
                for message in messages:
                    self._deliver(message)


def _control(stray: re.Match[str]) -> str:
    """Return what bytes that are no UTF-8 stand for: one alone may be a control of eight bits."""
    code = ord(stray[0][0]) - 0xDC00
    return chr(code) if len(stray[0]) == 1 and code < 0xA0 else "\ufffd" * len(stray[0])
