"""The server for browsers: a page, a login where there is a password, a websocket a session."""

import asyncio
import gzip
import hmac
import logging
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import resources
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from tui_transformer.hosting import CannotHost
from tui_transformer.hosting.browser import BrowserSession
from tui_transformer.hosting.guard import Guesses
from tui_transformer.hosting.house import House
from tui_transformer.hosting.terminal import LONGEST_WORDS
from tui_transformer.text import visible

_SERVED: Final = {
    "/page.css": ("tui_transformer.hosting", "page/page.css", "text/css"),
    "/page.js": ("tui_transformer.hosting", "page/page.js", "text/javascript"),
    "/textual.js": ("textual_serve", "static/js/textual.js", "text/javascript"),
    "/xterm.css": ("textual_serve", "static/css/xterm.css", "text/css"),
    "/mono.ttf": ("textual_serve", "static/fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
}
_HEADERS: Final = {
    "Server": "tfx",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src data:; connect-src 'self' ws: wss:; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",  # without any, a form would not say where it is from
    "X-Content-Type-Options": "nosniff",
}
_SESSION: Final = "/session/"
_COOKIE: Final = "tfx"
_LONGEST_FORM: Final = 4096  # bytes: a password, each byte of it as %XX
_EACH: Final = 8  # connections that a browser may use for a page and a session
_BESIDE: Final = 100  # connections beyond those
_UNUSED: Final = 60.0  # seconds a connection may be without a session
_KEPT: Final = 5.0  # seconds it may be without a request
_SENDING: Final = 1 << 14  # bytes that the system keeps for a client that does not read

_log = logging.getLogger(__name__)
# Garbage that comes in is nothing to write about; a fault of ours is.
_log.addFilter(lambda record: not (record.exc_info and _is_garbage(record.exc_info[1])))


class Asset(NamedTuple):
    """A file as it is sent, as it is and packed."""

    kind: str
    plain: bytes
    packed: bytes


def _asset(package: str, path: str, kind: str) -> Asset:
    try:
        data = resources.files(package).joinpath(path).read_bytes()
    except OSError:
        raise CannotHost(f"{package} has no {path}: another version is needed.") from None
    return Asset(kind, data, gzip.compress(data, mtime=0))


class Pages:
    """Answers requests: anybody has the looks, who is known the page and a session."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._token = secrets.token_urlsafe(32)  # whoever has it has shown the password
        self._assets = {path: _asset(*where) for path, where in _SERVED.items()}
        own = "tui_transformer.hosting"
        self._page, self._login = (
            _asset(own, f"page/{name}.html", "text/html") for name in ("index", "login")
        )
        # With a #fragment in the address it would not have the keys by itself.
        again = self._login.plain.replace(b" hidden", b"")
        self._again = Asset(self._login.kind, again, gzip.compress(again, mtime=0))
        self.server = Connections(self.answer, house.most * _EACH + _BESIDE)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        if request.method == "POST" and request.path == "/":
            return await self._let_in(request)
        if request.method not in ("GET", "HEAD"):
            return _said(405, "This is for reading.")
        if request.path in self._assets:
            return _sent(request, self._assets[request.path], "max-age=3600")
        if request.path == "/":
            known = self._is_known(request)
            return _sent(request, self._page if known else self._login, "no-store")
        path = request.rel_url.raw_path
        if not path.startswith(_SESSION):
            return _said(404, "There is nothing here.")
        if not (_is_from_here(request) and self._is_known(request)):
            return _said(403, "A session is opened from its own page.")
        assert isinstance(request.transport, asyncio.Transport)
        self.server.used(request.protocol)
        # The page writes down what stands in its address, which is written down there already.
        words = unquote(unquote(path.removeprefix(_SESSION)))[:LONGEST_WORDS].replace(
            "\0", "\ufffd"
        )
        return await BrowserSession(self._house, request.transport).run(request, words)

    def _is_known(self, request: web.BaseRequest) -> bool:
        if self._house.door.is_open:
            return True
        shown = request.cookies.get(_COOKIE, "").encode("utf-8", "replace")
        return hmac.compare_digest(shown, self._token.encode())

    async def _let_in(self, request: web.BaseRequest) -> web.StreamResponse:
        """Look at a password, as slowly as the guard likes."""
        length = request.content_length
        if not _is_from_here(request) or length is None or length > _LONGEST_FORM:
            return _said(403, "A password is typed on the page that asks for it.")
        try:
            form = (await request.content.readexactly(length)).decode("ascii", "replace")
            (password,) = parse_qs(form, strict_parsing=True, max_num_fields=1)["password"]
        except (ValueError, KeyError, asyncio.IncompleteReadError):
            return _said(400, "That is no password.")
        if not await Guesses(self._house.door, self._house.pace).right(password):
            wrong = _sent(request, self._again, "no-store", 403)
            wrong.force_close()
            return wrong
        # Back to the state that was asked for; relative, so that it leads nowhere else.
        found = _said(303, "", Location=f"?{request.rel_url.raw_query_string}")
        found.set_cookie(_COOKIE, self._token, httponly=True, samesite="Lax")
        return found


class Connections(web.Server):
    """Counts connections, keeps little for each, and ends those that come to nothing."""

    def __init__(self, answer: Any, most: int) -> None:
        super().__init__(answer, access_log=None, logger=_log, keepalive_timeout=_KEPT)
        self._most = most
        self._timers: dict[web.RequestHandler, asyncio.TimerHandle | None] = {}

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        """Count it, or end it."""
        super().connection_made(handler, transport)
        loop = asyncio.get_running_loop()
        if len(self._timers) >= self._most:
            loop.call_soon(transport.abort)
            return
        self._timers[handler] = loop.call_later(_UNUSED, transport.abort)
        end = transport.get_extra_info("socket")
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING)

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        """Count it no more."""
        super().connection_lost(handler, exc)
        self.used(handler)
        self._timers.pop(handler, None)

    def used(self, handler: Any) -> None:
        """Let a connection be: it has a session."""
        if timer := self._timers.get(handler):
            timer.cancel()
            self._timers[handler] = None


@asynccontextmanager
async def served(house: House, host: str, port: int) -> AsyncIterator[int]:
    """Serve browsers; gives the port. Raises CannotHost."""
    pages = Pages(house)
    loop = asyncio.get_running_loop()
    try:
        listening = await loop.create_server(pages.server, host, port, reuse_address=True)
    except OSError as problem:
        where = f"{visible(host)} port {port}"
        raise CannotHost(f"{where} cannot be listened on: {problem.strerror}.") from None
    try:
        yield int(listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        await pages.server.shutdown(1)


def _is_garbage(problem: BaseException | None) -> bool:
    return isinstance(problem, HttpProcessingError)


def _is_from_here(request: web.BaseRequest) -> bool:
    """Say whether a page of this very host sent a request; browsers tell, and cannot be told to."""
    scheme, _, origin = request.headers.get("Origin", "").partition("://")
    return scheme in ("http", "https") and origin != "" and origin == request.headers.get("Host")


def _sent(request: web.BaseRequest, asset: Asset, kept: str, status: int = 200) -> web.Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {"Content-Type": asset.kind, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = asset.packed if packed else asset.plain
    return web.Response(status=status, body=body, headers=headers | _HEADERS)


def _said(status: int, sentence: str, **headers: str) -> web.Response:
    told = {"Cache-Control": "no-store"} | headers | _HEADERS
    return web.Response(status=status, text=sentence, headers=told)
