"""A class whose presenter goes line by line: its hub has an event loop in a thread beside."""

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from tui_transformer.classroom.hub import Hub
from tui_transformer.classroom.messages import Message
from tui_transformer.classroom.place import Door

Found = TypeVar("Found")


class Beside:
    """Runs a hub until it is closed."""

    def __init__(self, door: Door) -> None:
        self._loop = asyncio.new_event_loop()
        self.heard: Callable[[Hub, Message], None] = lambda hub, message: None
        """Called, in the thread, with what who opened the class comes to see."""
        self._hub = Hub(door, lambda message: self.heard(self._hub, message))
        self._thread = Thread(target=self._loop.run_forever, name="class", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._hub.open(), self._loop).result()

    def send(self, message: Message) -> None:
        """Say something to everybody who follows."""
        self._loop.call_soon_threadsafe(self._hub.send, message)

    def at(self, look: Callable[[Hub], Found]) -> Found:
        """Ask the hub something, where it runs."""

        async def looked() -> Found:
            return look(self._hub)

        return asyncio.run_coroutine_threadsafe(looked(), self._loop).result()

    def close(self) -> None:
        """Say goodbye, and wait until that is sent."""

        async def ended() -> None:
            self._hub.close()
            for _ in range(3):  # so that what is closed has been sent
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(ended(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
