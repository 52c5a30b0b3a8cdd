"""A prompt at which news come in: lines are read while others speak."""

from __future__ import annotations

import asyncio
import gc
import os
import selectors
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tui_transformer.classroom.hub import GONE
from tui_transformer.lines.idle import heard
from tui_transformer.lines.loop import BEGIN, LONGEST, TOO_LARGE, TOO_LONG, spoken

if TYPE_CHECKING:
    from tui_transformer.cli.following import Following
    from tui_transformer.progress import Keeper

QUIET: Final = 0.3
"""Seconds without news after which they are told: a key that is held gives many states."""
OFTEN: Final = 3.0
"""Seconds after which they are told though more come: something may play for long."""
WAIT: Final = 0.5
"""Seconds for the first state, before it is said that there is none."""

NOTHING: Final = "Nothing is shown there yet."


class Typed:
    """Lines from a file descriptor, read when somebody wants one and no sooner."""

    def __init__(self, fileno: int) -> None:
        self._fileno = fileno
        self._rest = b""
        self._lines: list[bytes] = []
        self._over = False

    async def next(self) -> str | None:
        """Wait for a line; None stands for one that is too long. Raises EOFError at the end."""
        while not self._lines and not self._over:
            await self._readable()
            self._take(os.read(self._fileno, 65536))
        if not self._lines:
            raise EOFError
        line = self._lines.pop(0)
        return None if len(line) > LONGEST else line.decode(errors="replace")

    def _take(self, data: bytes) -> None:
        self._over = not data
        end = b"\n" if self._over and self._rest else b""
        *lines, rest = (self._rest + data + end).split(b"\n")
        self._lines += lines
        self._rest = rest[: LONGEST + 1]

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._fileno, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._fileno)


def follow(options: Any, keeper: Keeper) -> int:
    """Follow line by line; in a kiosk nothing else is reached from then on."""
    from tui_transformer import kiosk
    from tui_transformer.cli.attended import attendance
    from tui_transformer.cli.following import Following
    from tui_transformer.cli.stream import speller

    spell, how = speller(options.ascii), attendance(options)
    if kiosk.is_on():
        kiosk.allow_class(how.socket, presents=False)
        kiosk.arm()
    return hear(Following(keeper, how, spell is not str), spell)


def hear(prompt: Following, spell: Callable[[str], str]) -> int:
    """Answer lines and tell news until there are no more lines; returns the exit status."""
    gc.enable()  # it was left out while everything was loaded
    with asyncio.Runner(loop_factory=_loop) as runner:
        try:
            runner.run(_Hearing(prompt, spell).run())
        except KeyboardInterrupt:
            print()
            return 130
    return 0


def _loop() -> asyncio.AbstractEventLoop:
    """A loop that waits for a file as well, which epoll does not."""
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


class _Hearing:
    """One person at a line, and a class that speaks in between."""

    def __init__(self, prompt: Following, spell: Callable[[str], str]) -> None:
        self._prompt, self._spell = prompt, spell
        self._asks = bool(sys.stdin and sys.stdin.isatty())
        self._typed = Typed(sys.stdin.fileno() if sys.stdin else os.open(os.devnull, os.O_RDONLY))
        self._asked = False  # whether the last line is a prompt with nothing behind it

    async def run(self) -> None:
        """Take part until the person leaves."""
        prompt = self._prompt
        await prompt.seat.open()
        self._write([BEGIN, prompt.where] if self._asks else [prompt.where])
        try:
            if not await self._woken(WAIT):
                self._write([NOTHING])
            with suppress(EOFError):
                await self._converse()
        finally:
            prompt.seat.close(GONE)
            await asyncio.sleep(0)  # so that it is closed

    async def _converse(self) -> None:
        prompt = self._prompt
        line = asyncio.ensure_future(self._typed.next())
        await self._tell()
        while not prompt.ended:
            if self._asks and not self._asked:
                print("> ", end="", flush=True)
                self._asked = True
            news = asyncio.ensure_future(prompt.woken.wait())
            await asyncio.wait({line, news}, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if not line.done():
                await self._calm(line)
            if line.done():
                heard()
                text = line.result()
                self._asked = False  # what was typed ends its line
                self._write([TOO_LONG] if text is None else prompt.answer(text))
                line = asyncio.ensure_future(self._typed.next())
            if not prompt.ended:
                await self._tell()
        line.cancel()

    async def _woken(self, patience: float) -> bool:
        """Wait for news; False where there are none."""
        try:
            await asyncio.wait_for(self._prompt.woken.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def _calm(self, line: asyncio.Future[str | None]) -> None:
        """Wait until the news have come to an end, or have gone on for long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + OFTEN
        while loop.time() < until and not line.done():
            self._prompt.woken.clear()
            if not await self._woken(QUIET):
                return

    async def _tell(self) -> None:
        """Tell what is new, once it is computed."""
        prompt = self._prompt
        heard()
        prompt.open_what_came()
        while not prompt.settled():
            await asyncio.sleep(0.05)
            prompt.open_what_came()
        prompt.woken.clear()
        try:
            self._write(prompt.tell())
        except MemoryError:
            prompt.step_back()
            self._write([TOO_LARGE])

    def _write(self, lines: list[str]) -> None:
        if lines and self._asked:
            print()
            self._asked = False
        for line in lines:
            print(spoken(line, self._spell), flush=True)
