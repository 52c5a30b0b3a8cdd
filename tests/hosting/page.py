"""A page of `tfx host --web` without a browser: what it sends, and the terminal in it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.bench.screen import Screen
from tests.hosting.served import Host
from tests.waiting import PATIENCE

# What the terminal in the page says of itself.
_ANSWERS = {
    b"\x1b]11;?": "\x1b]11;rgb:0000/0000/0000\x1b\\",
    b"\x1b[c": "\x1b[?1;2c",
    b"\x1b[5n": "\x1b[0n",
}


def origin(host: Host) -> dict[str, str]:
    """What a browser says of a page that came from the host itself."""
    return {"Origin": host.page.rstrip("/")}


def address(host: Host, words: str, columns: int = 80, rows: int = 24) -> str:
    """Where the page opens its websocket: what stands in its own address is written once more."""
    asked = quote(quote(words, safe="=,&?/"), safe="")
    return f"{host.page}session/{asked}?width={columns}&height={rows}"


class Page:
    """A page that is open, and the terminal in it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.screen = Screen(80, 24)
        self.closed: int | None = None

    async def type(self, text: str) -> None:
        await self.socket.send_json(["stdin", text])

    async def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(columns, rows)
        await self.socket.send_json(["resize", {"width": columns, "height": rows}])

    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.text())

    async def wait_for(self, wanted: str | Callable[[Screen], bool]) -> None:
        """Read until the terminal shows something."""

        def there() -> bool:
            return wanted in self.shown() if isinstance(wanted, str) else wanted(self.screen)

        try:
            async with asyncio.timeout(PATIENCE):
                while not there():
                    assert await self._read(), f"closed before {wanted}:\n{self.shown()}"
        except TimeoutError:
            raise AssertionError(f"never saw {wanted}:\n{self.shown()}") from None

    async def wait_until_closed(self) -> int:
        """Read until the host closes the connection; the code that it gives."""
        async with asyncio.timeout(PATIENCE):
            while await self._read():
                pass
        assert self.socket.close_code is not None
        return self.socket.close_code

    async def _read(self) -> bool:
        message = await self.socket.receive()
        if message.type is not aiohttp.WSMsgType.BINARY:
            return False
        self.screen.feed(message.data)
        for question, answer in _ANSWERS.items():
            if question in message.data and not self.socket.closed:
                with suppress(ConnectionError):  # it has gone meanwhile
                    await self.type(answer)
        return True


@asynccontextmanager
async def visit(
    host: Host, words: str = "", cookies: Any = None, **headers: str
) -> AsyncIterator[Page]:
    """Open a page at a state until the block ends."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), cookies=None) as client,
        client.ws_connect(
            address(host, words),
            headers=origin(host) | headers | ({"Cookie": cookies} if cookies else {}),
            max_msg_size=0,
        ) as socket,
    ):
        yield Page(socket)
