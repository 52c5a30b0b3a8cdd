"""A key goes straight to the screen, and the picture is drawn right after it.

Textual puts a key into the queue of the app, whose task looks for bindings and puts it into that of
the screen, whose task asks every class that the screen is made of. What is called later goes
through that queue once more, and whoever has done something is told that there is no more to do:
together a fifth of what the app of one label spends on a key. Where nothing waits in either queue,
nobody is at work on what was in it, and no part of the screen has a click to see to, there is
nothing that the key could overtake.
"""

import asyncio
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from textual import events
from textual._queue import Queue
from textual.app import App, ReturnType
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen


class Turns(Queue[Any]):
    """A queue that knows whether whoever takes from it has done with what it took."""

    def __init__(self) -> None:
        super().__init__()
        self._waits = False

    @property
    def is_free(self) -> bool:
        """Whether nothing is in it, and nothing of it is being worked at."""
        return self._waits and self.empty()

    async def get(self) -> Any:
        """Take what came first, once something has come."""
        self._waits = True
        try:
            return await super().get()
        finally:
            self._waits = False


class _Pump(MessagePump):
    """Whoever has such a queue."""

    @cached_property
    def _message_queue(self) -> Turns:  # type: ignore[override]  # Textual's is the same, a Queue
        return Turns()

    @property
    def is_free(self) -> bool:
        """Whether a message would be dealt with at once."""
        return self._message_queue.is_free


class AtOnceScreen(_Pump, Screen[None]):
    """A screen that hears a key when it comes."""

    def on_key(self, event: events.Key) -> None:
        """Hear a key."""

    def soon(self, call: Callable[[], None]) -> None:
        """Call something when everything that has come until now was heard."""
        asyncio.get_running_loop().call_soon(self.now, call)

    def now(self, call: Callable[[], None]) -> None:
        """Call something as if a message had asked for it, whoever it is that calls."""
        if self._closing or self._closed:
            return
        try:
            with self.app._context(), self._context():
                call()
        except Exception as error:
            self.app._handle_exception(error)


class AtOnceApp(_Pump, App[ReturnType]):
    """An app whose screen hears keys when they come."""

    _others = False  # whether there was something else, which a part of the screen may not know yet

    def hear(self, key: Message) -> bool:
        """Give a key to the screen; False where it has to wait, or is not the screen's."""
        if not isinstance(key, events.Key):
            self._others = True
            return False
        screen = self.screen if self._running and self._screen_stack else None
        if not (isinstance(screen, AtOnceScreen) and self.is_free and screen.is_free):
            return False
        self._others = self._others and any(
            part.message_queue_size for part in screen.walk_children()
        )
        if self._others:
            return False
        if screen.focused or screen.maximized or not self.app_focus:
            return False
        bound = (node._bindings.key_to_bindings.get(key.key, ()) for node in (self, screen))
        if any(binding.priority for bindings in bound for binding in bindings):
            return False
        screen.now(partial(screen.on_key, key))
        return True
