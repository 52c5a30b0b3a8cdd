"""One session over SSH: a channel that asks for a terminal, and the terminal of a forked kiosk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import asyncssh

from tui_transformer.hosting.terminal import LONGEST_WORDS, ROOM, Terminal, Wish

if TYPE_CHECKING:
    from tui_transformer.hosting.house import House

_NO_TERMINAL: Final = "tfx draws on a terminal: ask for one, as in: ssh -t HOST softmax"
_ELSEWHERE: Final = "tfx: the class is presented from another terminal now."


class Colours(dict[bytes, bytes]):
    """What a client says of its terminal's colours; other variables are not even kept."""

    def __setitem__(self, name: bytes, value: bytes) -> None:
        """Keep what is short and wanted."""
        if name in (b"NO_COLOR", b"COLORTERM") and value.isalnum() and len(value) <= 64:
            super().__setitem__(name, value)


class Session(asyncssh.SSHServerSession[bytes]):
    """A visitor's session; it ends with the kiosk, the connection or the host."""

    def __init__(
        self, house: House, connection: asyncssh.SSHServerConnection, presents: bool
    ) -> None:
        self._house, self._connection, self._presents = house, connection, presents
        self._term: str | None = None
        self._words = ""
        self._terminal = Terminal(house, self)

    # ── what asyncssh calls ────────────────────────────────────────────────────────────

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Note the channel."""
        self._channel = chan
        self._colours = chan._env = Colours()  # asyncssh would keep whatever comes

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Any) -> bool:
        """Note what the terminal is called, and its size."""
        self._term = term_type[:64].replace("\0", "")
        self._terminal.resize(*term_size[:2])
        return True

    def shell_requested(self) -> bool:
        """Give the map where nothing is asked for."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Take what was written behind `ssh HOST`: a state to open, never a command to run."""
        self._words = command[:LONGEST_WORDS].replace("\0", "\ufffd")
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Refuse: no files come in or go out."""
        return False

    def session_started(self) -> None:
        """Start the kiosk, or say why not."""
        if self._term is None:
            self._channel.write_stderr(f"tfx: {_NO_TERMINAL}\n".encode())
            self._channel.exit(2)
        elif self._presents:
            self._house.present(self)
        elif said := self._terminal.begin(self._wish()):
            self.refuse(said)

    def _wish(self) -> Wish:
        colours = {name.decode(): value.decode() for name, value in self._colours.items()}
        return Wish(self._words, self._term or "", colours, self._presents)

    def data_received(self, data: bytes, datatype: Any) -> None:
        """Pass keys on."""
        self._terminal.type(data)

    def eof_received(self) -> bool:
        """Keep the channel open for pictures: a terminal has no end of input."""
        return True

    def terminal_size_changed(self, width: int, height: int, *_: int) -> None:
        """Tell the terminal, but not a flood of sizes."""
        if not self._terminal.resize(width, height):
            self._connection.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hang up the kiosk."""
        self.hang_up()
        self._terminal.close()
        if not self._terminal.started:
            self._house.leave(self)

    # ── what the house and the terminal call ───────────────────────────────────────────

    def begin(self) -> None:
        """Start the kiosk of who presents: nobody else does any more."""
        if said := self._terminal.start(self._wish()):
            self.refuse(said)

    def refuse(self, sentence: str) -> None:
        """Say why there is no kiosk."""
        self.write(f"{sentence}\r\n".encode())
        self.over(1)

    def give_way(self) -> None:
        """Go, or do not begin: whoever comes in with the same key presents from there."""
        if self._terminal.started:
            self._terminal.hang_up(_ELSEWHERE)
        else:
            self.refuse(_ELSEWHERE)

    def hang_up(self) -> None:
        """Ask the kiosk to go."""
        self._terminal.hang_up()

    def end(self, status: int) -> None:
        """Hear how the kiosk ended."""
        self._terminal.end(status)

    def write(self, data: bytes) -> None:
        """Send what is drawn."""
        self._channel.write(data)

    def is_behind(self) -> bool:
        """Whether the client has not taken what is on its way."""
        # asyncssh has no word for what its transport has not sent yet.
        transport = self._connection._transport
        unsent = transport.get_write_buffer_size() if transport else 0
        return unsent + self._channel.get_write_buffer_size() > ROOM

    def hold(self, held: bool) -> None:
        """Take no more keys for a while, or take them again."""
        if held:
            self._channel.pause_reading()
        else:
            self._channel.resume_reading()

    def over(self, status: int) -> None:
        """Close the channel; the connection may ask for nothing more."""
        self._channel.exit(status)
        self._house.unused(self._connection)
