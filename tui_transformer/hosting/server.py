"""The SSH server: who comes in, how many, and nothing but sessions."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final, NamedTuple

import asyncssh

from tui_transformer.hosting import CannotHost
from tui_transformer.hosting.guard import Guesses
from tui_transformer.hosting.house import House
from tui_transformer.hosting.session import Session
from tui_transformer.text import visible

_BESIDE: Final = 100  # connections beyond the sessions: they come in, or are told that it is full
_LOGIN: Final = 30  # seconds to say who one is
_SENDING: Final = 1 << 14  # bytes that the system keeps for a client that does not read


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int


class Visitor(asyncssh.SSHServer):
    """One connection: what is not said here is refused by asyncssh."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._guesses = Guesses(house.door, house.pace)
        self._has_session = self._presents = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Count it, and keep little for it."""
        self._connection = conn
        if len(self._house.connections) >= self._house.most + _BESIDE:
            asyncio.get_running_loop().call_soon(conn.abort)
        self._house.connections.add(conn)
        end = conn.get_extra_info("socket")
        if end is not None:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._house.connections.discard(self._connection)
        self._house.used(self._connection)

    def begin_auth(self, username: str) -> bool:
        """Ask for what opens the door; only who presents has a name of their own."""
        door = self._house.door
        self._presents = door.is_for_presenters(username)
        self._connection.set_authorized_keys(door.presenters if self._presents else door.keys)
        return self._presents or not door.is_open

    def auth_completed(self) -> None:
        """Wait a little for a session."""
        self._house.unused(self._connection)

    def password_auth_supported(self) -> bool:
        """Whether there is a password."""
        return bool(self._house.door.password) and not self._presents

    async def validate_password(self, username: str, password: str) -> bool:
        """Say whether it is right; after three that are not, end the connection."""
        right = await self._guesses.right(password)
        if self._guesses.used_up:
            self._connection.abort()
        return right

    def session_requested(self) -> Session | bool:
        """Give one session, and never a second."""
        if self._has_session:
            return False
        self._has_session = True
        self._house.used(self._connection)
        return Session(self._house, self._connection, self._presents)


async def serve(
    house: House,
    address: Address,
    key: asyncssh.SSHKey,
    opened: Callable[[int, int | None], None],
    beside: AbstractAsyncContextManager[int | None],
) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP. Raises CannotHost.

    `beside` is what serves others meanwhile, and where; `opened` is told both ports.
    """
    loop = asyncio.get_running_loop()
    house.parent.attach(loop)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    try:
        acceptor = await asyncssh.create_server(
            lambda: Visitor(house),
            address.host,
            address.port,
            config=None,
            server_host_keys=[key],
            server_version="tfx",
            encoding=None,
            line_editor=False,
            agent_forwarding=False,
            x11_forwarding=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            compression_algs=["none"],
            login_timeout=_LOGIN,
            keepalive_interval=30,
            reuse_address=True,
        )
    except OSError as problem:
        where = f"{visible(address.host)} port {address.port}"
        raise CannotHost(f"{where} cannot be listened on: {problem.strerror}.") from None
    async with beside as port:
        opened(acceptor.get_port(), port)
        await over.wait()
        acceptor.close()
        await house.empty()
