"""What a host refuses browsers, and whoever pretends to be one."""

import asyncio
import base64
import json
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from tests.hosting.page import address, origin, visit
from tests.hosting.served import Host, serving
from tests.waiting import PATIENCE, still, until
from tui_transformer.hosting import web
from tui_transformer.hosting.guard import Door
from tui_transformer.hosting.house import House

PASSWORD = "chalk & talk = 100 % é"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with serving(tmp_path_factory.mktemp("web"), "--web", "0", "--max", "10") as host:
        yield host


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("locked")
    (folder / "password").write_text(f"{PASSWORD}\nand a second line\n")
    with serving(folder, "--web", "0", "--password-file", str(folder / "password")) as host:
        assert "with the password" in host.said
        yield host


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # of addresses that are numbers, as browsers keep them
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        yield client


def raw(host: Host) -> socket.socket:
    """A connection of which nothing is known yet."""
    port = int(host.page.rsplit(":", 1)[1].rstrip("/"))
    return socket.create_connection(("127.0.0.1", port))


async def tried(client: aiohttp.ClientSession, host: Host, password: str, **headers: str) -> str:
    """Where a password leads, or the status of a refusal."""
    async with client.post(
        f"{host.page}?softmax%20temperature=2",
        data={"password": password},
        headers=origin(host) | headers,
        allow_redirects=False,
    ) as answer:
        return answer.headers["Location"] if answer.status == 303 else str(answer.status)


async def test_the_password_opens_the_page_and_nothing_else_does(
    locked: Host, client: aiohttp.ClientSession
) -> None:
    async def shown() -> str:
        async with client.get(f"{locked.page}?softmax") as answer:
            return await answer.text()

    asked = await shown()
    assert "password" in asked and "textual" not in asked
    for wrong in ("chalk", PASSWORD + "!", PASSWORD.upper(), "and a second line", "x" * 3000):
        assert await tried(client, locked, wrong) == "403"
        assert await shown() == asked
    for cookie in ("", "tfx=", "tfx=x", "tfx=\u00e9"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with visit(locked, cookies=cookie):
                pass
        assert refused.value.status == 403
    assert not locked.sessions()
    assert await tried(client, locked, PASSWORD) == "?softmax%20temperature=2"
    (cookie,) = client.cookie_jar
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and PASSWORD not in cookie.value
    assert len(cookie.value) >= 43  # 256 bits
    assert "textual-terminal" in await shown()
    async with visit(locked, "softmax", cookies=f"tfx={cookie.value}") as tfx:
        await tfx.wait_for("probabilities")
    assert locked.empty()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with visit(
            locked, "softmax", cookies=f"tfx={cookie.value}", Origin="http://elsewhere.example"
        ):
            pass


async def test_what_is_no_form_of_the_page_is_no_guess(
    locked: Host, client: aiohttp.ClientSession
) -> None:
    assert await tried(client, locked, PASSWORD, Origin="http://elsewhere.example") == "403"
    assert await tried(client, locked, PASSWORD, Origin="null") == "403"
    assert await tried(client, locked, "x" * 5000) == "403"
    for body in (b"", b"\xff\0", b"password", b"a=b", b"password=x&" * 300):
        async with client.post(locked.page, data=body, headers=origin(locked)) as answer:
            assert answer.status == 400, body


async def test_many_hands_guess_no_faster(locked: Host) -> None:
    """Sixty at once: twenty a second are looked at, and each is answered a second later."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        begun = time.monotonic()
        led = await asyncio.gather(*(tried(client, locked, f"{n}") for n in range(60)))
        assert time.monotonic() - begun > 60 / 20
        assert led == ["403"] * 60


@pytest.mark.parametrize(
    "sent",
    ["", "x", "{}", "[]", "[1]", '["stdin"]', '["stdin", 1]', '["stdin", {}]', '["resize", 1]',
     '["resize", {"width": 80}]', '["resize", {"width": "80", "height": 24}]', '["quit"]',
     '["resize", {"width": 1e9, "height": NaN}]', "[" * 100_000, f'["stdin", {"9" * 9000}]',
     b"stdin", b"\xff" * 1000],
    ids=lambda sent: str(sent[:40]),
)  # fmt: skip
async def test_garbage_ends_the_session_that_sends_it(host: Host, sent: str | bytes) -> None:
    async with visit(host) as other, visit(host, "softmax") as tfx:
        await tfx.wait_for("probabilities")
        send = tfx.socket.send_bytes if isinstance(sent, bytes) else tfx.socket.send_str
        await send(sent)  # type: ignore[operator]
        await tfx.wait_until_closed()
        await other.wait_for("Linear unit")
        await other.type("\x03")
        assert await other.wait_until_closed() == 1000
    assert host.empty()


async def test_a_message_that_is_too_large_is_not_kept(host: Host) -> None:
    async with visit(host, "softmax") as tfx:
        await tfx.wait_for("probabilities")
        await tfx.type("l" * 2_000_000)
        # Too large; or broken off, where that was said while much was still on its way.
        assert await tfx.wait_until_closed() in (1009, 1006)
    assert host.empty()


@pytest.mark.parametrize("flood", ['["resize", {"width": 80, "height": 24}]', '["ping", "1"]'])
async def test_a_flood_ends_the_session(host: Host, flood: str) -> None:
    async with visit(host, "softmax") as tfx:
        await tfx.wait_for("probabilities")
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    await tfx.socket.send_str(flood)
    assert host.empty()


def resident(process: int) -> int:
    """Memory of a process, in kB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def frame(message: str) -> bytes:
    """A message as a websocket sends it, under a mask that changes nothing."""
    return struct.pack(">BBQI", 0x81, 0x80 | 127, len(message), 0) + message.encode()


@contextmanager
def deaf(host: Host, words: str) -> Iterator[socket.socket]:
    """A page that opens a session and reads nothing of it."""
    path = address(host, words, 200, 60).removeprefix(host.page.rstrip("/"))
    key = base64.b64encode(b"0" * 16).decode()
    lines = (f"GET {path} HTTP/1.1", f"Host: {host.page[7:-1]}", f"Origin: {host.page[:-1]}",
             "Connection: Upgrade", "Upgrade: websocket", f"Sec-WebSocket-Key: {key}",
             "Sec-WebSocket-Version: 13", "", "")  # fmt: skip
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", int(host.page.rsplit(":", 1)[1].rstrip("/"))))
        slow.sendall("\r\n".join(lines).encode())
        assert until(lambda: len(host.sessions()) == 1)
        yield slow
    assert host.empty()


async def others_go_on(host: Host) -> None:
    async with visit(host, "softmax") as quick:
        await quick.wait_for("probabilities")
        await quick.type("q")
        assert await quick.wait_until_closed() == 1000


async def test_a_page_that_never_reads_is_drawn_for_no_further(host: Host) -> None:
    with deaf(host, "descent") as slow:
        (session,) = host.sessions()

        def computed() -> str:
            return Path(f"/proc/{session}/schedstat").read_text().split()[0]

        def written() -> int:
            return int(Path(f"/proc/{session}/io").read_text().split("wchar:")[1].split()[0])

        assert still(computed)
        before = resident(host.process.pid)
        for width in range(200, 240):  # each time everything is to be drawn anew
            slow.sendall(frame(json.dumps(["resize", {"width": width, "height": 60}])))
            assert still(computed, quiet=0.1)
        assert written() < 700_000
        assert resident(host.process.pid) - before < 3000
        await others_go_on(host)


async def test_what_is_typed_faster_than_it_is_read_is_not_kept(host: Host) -> None:
    with deaf(host, "descent") as slow:
        before = resident(host.process.pid)
        typed = frame(json.dumps(["stdin", "l" * 200_000]))
        slow.settimeout(1)
        with pytest.raises(TimeoutError):
            for _ in range(200):  # 40 MB
                slow.sendall(typed)
        assert resident(host.process.pid) - before < 5000
        await others_go_on(host)


def test_garbage_disturbs_nobody(host: Host) -> None:
    for sent in (
        b"",
        b"\0" * 100_000,
        b"SSH-2.0-x\r\n" + b"\xff" * 100_000,
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100_000,
        b"GET /" + b"x" * 100_000,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        b"GET /session/%zz%ff HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n\r\n",
    ):
        with raw(host) as connection:
            connection.settimeout(1)
            try:
                connection.sendall(sent)
                connection.recv(100)
            except OSError:
                continue
    assert host.process.poll() is None


async def test_two_hundred_connections_keep_nobody_out(host: Host) -> None:
    with ExitStack() as stack:  # ten sessions with eight connections each, and a hundred beside
        idle = [stack.enter_context(raw(host)) for _ in range(179)]
        async with visit(host, "softmax") as tfx:
            await tfx.wait_for("probabilities")
            more = [stack.enter_context(raw(host)) for _ in range(40)]
            for connection in more:
                connection.settimeout(PATIENCE)
                assert connection.recv(1) == b""
            await tfx.type("q")
            await tfx.wait_until_closed()
        idle[0].setblocking(False)
        with pytest.raises(BlockingIOError):  # who came first is not sent off for it
            idle[0].recv(1)
    assert host.empty()


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHo", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"]
)
async def test_a_connection_that_comes_to_nothing_is_ended(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(web, "_UNUSED", 0.3)
    house = House(cast(Any, None), Door(), 10)
    async with web.served(house, "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(PATIENCE):
            await reader.read()
        writer.close()
