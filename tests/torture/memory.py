"""The program with a terminal in memory: the same bytes in and out, and no process to start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from textual import events
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

from tests.torture.inputs import Input
from tui_transformer.ui.app import TfxApp, build
from tui_transformer.ui.terminal.driver import LARGEST
from tui_transformer.ui.terminal.keyboard import Parser
from tui_transformer.ui.terminal.sequences import Sequences


class MemoryDriver(Driver):
    """A terminal that keeps what is sent to it and is never slow."""

    keeps_pen = True

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.sent: list[str] = []
        self._parser = Parser()
        self._sequences = Sequences(monotonic)

    def take(self) -> str:
        """Hand over what was sent since the last time."""
        sent, self.sent = "".join(self.sent), []
        return sent

    def type(self, text: str) -> None:
        """Send what a terminal sends."""
        if text:
            self._hear(self._sequences.admit(text))

    def pause(self) -> None:
        """Let time pass: an escape with nothing after it is a key, half a paste is a paste."""
        while self._sequences.pause is not None:
            self._hear(self._sequences.expire())

    def _hear(self, pieces: list[str]) -> None:
        for piece in pieces:
            for message in self._parser.hear(piece):
                self.process_message(message)

    def resize(self, width: int, height: int) -> None:
        """Take another size."""
        self._size = min(width, LARGEST.width), min(height, LARGEST.height)
        size = Size(*self._size)
        self._app.post_message(events.Resize(size, size))
        self._app.redraw()

    def write(self, data: str) -> None:
        """Keep it."""
        self.sent.append(data)

    def send_message(self, message: Message) -> None:
        """Post a message to the app, as TerminalDriver does."""
        self._app.post_message(message)

    def start_application_mode(self) -> None:
        """Say how large it is."""
        self.resize(*(self._size or (80, 24)))

    def disable_input(self) -> None:
        """Nothing is read here."""

    def stop_application_mode(self) -> None:
        """Nothing was switched on."""


class Program:
    """A running program."""

    def __init__(self, app: TfxApp) -> None:
        self.app = app
        self.driver: MemoryDriver = app._driver  # type: ignore[assignment]

    @property
    def running(self) -> bool:
        """Whether it is neither ended nor on its way."""
        return self.app._running and not self.app._exit and self.app._exception is None

    def send(self, one: Input) -> None:
        """Give it an input, without waiting for an answer."""
        if one.size is not None:
            self.driver.resize(*one.size)
        else:
            self.driver.type(one.sent)

    async def rest(self) -> None:
        """Wait until everything that was sent has been heard."""
        quiet = 0
        while quiet < 4 and self.running:
            await asyncio.sleep(0)
            screen = self.app.screen
            pumps = self.app, screen, *screen.walk_children()
            busy = screen._waiting or any(pump.message_queue_size for pump in pumps)
            quiet = 0 if busy else quiet + 1


@asynccontextmanager
async def started(link: str, *, theme: str = "dark", ascii: bool = False) -> AsyncIterator[Program]:
    """Run the program; a fault of its own is raised at the end."""
    app = build(link, theme, ascii, None)
    app.driver_class = MemoryDriver
    app._fatal_error = app._close_messages_no_wait  # type: ignore[method-assign]
    task = asyncio.create_task(app.run_async(size=(80, 24)))
    while not app._running and not task.done():
        await asyncio.sleep(0)
    program = Program(app)
    try:
        yield program
    finally:
        app.exit()
        await task
    if app._exception is not None:
        raise app._exception
