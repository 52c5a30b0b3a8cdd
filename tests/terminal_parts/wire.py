"""A terminal at the other end of a pipe, for whoever reads keys; its pauses take no time.

async with Wire() as wire:
    await wire.send(b"\\x1b", b"[C", pause=0.3)
    assert wire.keys == ["right"]
"""

import asyncio
import functools
import inspect
import os
import selectors
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from textual import events
from textual.message import Message

from tui_transformer.ui.terminal.keyboard import Keyboard


class _Selector(selectors.DefaultSelector):
    """Instead of waiting for a time to come, it moves the clock there."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            ready = super().select(None)
        elif not ready and timeout:
            self.clock += timeout
            ready = super().select(0)
        return ready


class TimelessLoop(asyncio.SelectorEventLoop):
    """An event loop in which nothing takes time but sleeping, which takes none of ours."""

    def __init__(self) -> None:
        self._own = _Selector()
        super().__init__(self._own)

    def time(self) -> float:
        return self._own.clock


class Wire:
    """What a terminal sends to a Keyboard, and what that hears."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self._reading, self._writing = os.pipe()

    async def __aenter__(self) -> Self:
        self._keyboard = Keyboard(self._reading, self.heard.append, lambda: False, lambda: None)
        self._keyboard.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._keyboard.stop()
        for fileno in (self._reading, self._writing):
            os.close(fileno)

    async def send(self, *parts: bytes, pause: float = 0.3) -> None:
        """Send some bytes after others, and wait after each."""
        for part in parts:
            os.write(self._writing, part)
            await asyncio.sleep(pause)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    @property
    def keys(self) -> list[str]:
        """The names of the keys that were heard."""
        return [message.key for message in self.heard if isinstance(message, events.Key)]


def timeless(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Let a test that is a coroutine run in a loop without waiting."""

    @functools.wraps(test)
    def run(**arguments: Any) -> None:
        with asyncio.Runner(loop_factory=TimelessLoop) as runner:
            runner.run(test(**arguments))

    # Or pytest would run the coroutine in a loop of its own.
    del run.__wrapped__  # type: ignore[attr-defined]
    run.__signature__ = inspect.signature(test)  # type: ignore[attr-defined]
    return run
