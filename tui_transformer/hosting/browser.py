"""One session in a browser: a websocket that speaks as textual-serve's page does, and a kiosk."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

from tui_transformer.hosting.nursery import PATIENCE
from tui_transformer.hosting.terminal import ROOM, Terminal, Wish

if TYPE_CHECKING:
    from tui_transformer.hosting.house import House

LONGEST: Final = 1 << 18  # bytes of a message: what is pasted comes in one
_MESSAGES: Final = 1000  # in a second
_LOOK_AGAIN: Final = 0.5  # seconds, while there is no room for keys
_ALIVE: Final = 30.0  # seconds after which a silent browser is asked whether it is there


class BrowserSession:
    """A visitor's session; it ends with the kiosk, the page or the host."""

    def __init__(self, house: House, transport: asyncio.Transport) -> None:
        self._terminal = Terminal(house, self)
        self._transport = transport
        self._socket = web.WebSocketResponse(
            timeout=PATIENCE, heartbeat=_ALIVE, max_msg_size=LONGEST, compress=False
        )
        self._pictures = bytearray()
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()
        self._is_over = False
        self._messages, self._second = 0, 0.0

    async def run(self, request: web.BaseRequest, words: str) -> web.WebSocketResponse:
        """Serve one page until it is closed, or its kiosk has ended."""
        await self._socket.prepare(request)
        sender = asyncio.create_task(self._send())
        self._terminal.resize(*(_number(request.query.get(side)) for side in ("width", "height")))
        colours = {"COLORTERM": "truecolor"}
        if said := self._terminal.begin(Wish(words, "xterm-256color", colours)):
            self.write(f"{said}\r\n".encode())
            self.over(1)
        try:
            async for message in self._socket:
                if message.type is not WSMsgType.TEXT or not self._take(message.data):
                    break
                await self._wait_for_room()
        finally:
            self.hang_up()
            self._terminal.close()
            if self._is_over:
                await sender
            else:
                sender.cancel()
        return self._socket

    def hang_up(self) -> None:
        """Ask the kiosk to go."""
        self._terminal.hang_up()

    def end(self, status: int) -> None:
        """Hear how the kiosk ended."""
        self._terminal.end(status)

    def write(self, data: bytes) -> None:
        """Send what is drawn."""
        self._pictures += data
        self._news.set()

    def is_behind(self) -> bool:
        """Whether the page has not taken what is on its way."""
        return len(self._pictures) + self._transport.get_write_buffer_size() > ROOM

    def hold(self, held: bool) -> None:
        """Take no more keys for a while, or take them again."""
        if held:
            self._room.clear()
        else:
            self._room.set()

    def over(self, status: int) -> None:
        """Close the page's connection once it has the last picture, and in any way soon."""
        self._is_over = True
        self._news.set()
        self._room.set()
        asyncio.get_running_loop().call_later(PATIENCE, self._transport.abort)

    async def _wait_for_room(self) -> None:
        """Take no more keys until there is room; nothing else tells that a page has gone then."""
        while not (self._room.is_set() or self._transport.is_closing()):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), _LOOK_AGAIN)

    async def _send(self) -> None:
        with suppress(ConnectionError):
            while self._pictures or not self._is_over:
                await self._news.wait()
                self._news.clear()
                data = bytes(self._pictures)
                self._pictures.clear()
                if data:
                    await self._socket.send_bytes(data)
            await self._socket.close()

    def _take(self, text: str) -> bool:
        """Do what a message asks for; False where it is none of the page's, or comes in a flood."""
        now = monotonic()
        if now - self._second > 1:
            self._messages, self._second = 0, now
        self._messages += 1
        if self._messages > _MESSAGES:
            return False
        try:
            message: Any = json.loads(text)
        except (ValueError, RecursionError):
            return False
        match message:
            case ["stdin", str(typed)]:
                self._terminal.type(typed.encode("utf-8", "ignore"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                return self._terminal.resize(width, height)
            case ["ping", *_] | ["focus"] | ["blur"]:
                pass
            case _:
                return False
        return True


def _number(text: str | None) -> int:
    """Read a side of the page in cells; nothing is one that the kiosk takes for unknown."""
    plain = text is not None and text.isascii() and text.isdecimal() and len(text) < 5
    return int(text) if text is not None and plain else 0
