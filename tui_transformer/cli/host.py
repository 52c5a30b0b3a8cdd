"""`tfx host`: an SSH server of one's own."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_transformer.cli.options import Refused, minutes, whole
from tui_transformer.cli.stream import speller

if TYPE_CHECKING:
    from tui_transformer.hosting.guard import Door
    from tui_transformer.hosting.house import House
    from tui_transformer.hosting.server import Address

PORT = 2222
WEB_PORT = 8000
MOST = 50  # sessions: at 17 to 46 MB each
LOOPBACK = "127.0.0.1"
NURSERY = "tui_transformer.cli.hosted"
_SSH = ("port", "web", "bind", "password-file", "authorized-keys", "presenter-key")
_PRESENTING = ("log", "keys", "clock")  # how who presents over SSH does so
REMEDY = "tfx host speaks SSH with asyncssh: pip install 'tui-transformer[host]'"
WEB_REMEDY = "--web is textual-serve's page: pip install 'tui-transformer[web]'"


def host(options: Any) -> int:
    """Serve until somebody ends it; returns the exit status."""
    if sys.platform != "linux":
        raise Refused("tfx host needs Linux.")
    forms = options.json or options.text or options.svg is not None or options.why or options.lines
    if forms or options.control:
        raise Refused("host takes options and nothing else, as in: tfx host --port 2222")
    idle = minutes(options.idle)
    port = whole("--port", options.port, PORT, 65535, least=0)
    most = whole("--max", options.max, MOST, 1000)
    meeting = _meeting(getattr(options, "class"))
    if options.presenter_key and not meeting:
        raise Refused("--presenter-key goes with a class, as in: --class physics")
    _refuse_strays(options)
    if options.socket is not None:
        return _lodge(options, idle, most, meeting)
    try:
        import asyncssh as asyncssh
    except ModuleNotFoundError:
        raise Refused(REMEDY) from None
    from tui_transformer.hosting.guard import Door, password_in
    from tui_transformer.hosting.house import House
    from tui_transformer.hosting.key import host_key, keys_in
    from tui_transformer.hosting.parent import Parent
    from tui_transformer.hosting.server import Address

    password = password_in(options.password_file) if options.password_file else b""
    keys = keys_in(options.authorized_keys) if options.authorized_keys else None
    presenters = keys_in(options.presenter_key) if options.presenter_key else None
    door = Door(password, keys, presenters)
    web = _web_port(options, door)
    key = host_key(key_file())
    home = _home() if presenters is not None else ""
    arguments = [f"{idle:g}", home, _log(options), " ".join(_shown(options)), *meeting]
    parent = Parent(NURSERY, arguments)  # before any event loop and any thread
    try:
        parent.wait_until_ready()
        address = Address(options.bind or LOOPBACK, port)
        _serve(House(parent, door, most), address, web, key, options)
    finally:
        parent.close()
    return 0


def _refuse_strays(options: Any) -> None:
    """Refuse what concerns who presents over SSH where nobody does."""
    for name in _PRESENTING:
        if getattr(options, name) and not options.presenter_key:
            raise Refused(f"--{name} is for who presents by SSH, and goes with --presenter-key.")


def _log(options: Any) -> str:
    """Say where the log is kept: this account can write there. Raises BadValue where it cannot."""
    from tui_transformer.classroom.log import Log

    return Log(str(Path(options.log).absolute())).path if options.log else ""


def _shown(options: Any) -> list[str]:
    """List the switches of `tfx present` that were given for who presents."""
    return [f"--{name}" for name in _PRESENTING if getattr(options, name) is True]


def _serve(house: House, address: Address, web: int | None, key: Any, options: Any) -> None:
    import asyncio
    from contextlib import nullcontext

    from tui_transformer.hosting.server import serve

    spell = speller(options.ascii)

    def opened(port: int, page: int | None) -> None:
        taught = getattr(options, "class") or ""
        for line in said(house, address._replace(port=port), page, taught):
            print(spell(line))
        print(f"The key they are shown: {key.get_fingerprint()}", flush=True)

    async def run() -> None:
        if web is None:
            await serve(house, address, key, opened, nullcontext())
        else:
            from tui_transformer.hosting.web import served

            await serve(house, address, key, opened, served(house, address.host, web))

    asyncio.run(run())


def _web_port(options: Any, door: Door) -> int | None:
    """Read where browsers are served; None where they are not."""
    if options.web is None:
        return None
    port = whole("--web", options.web, WEB_PORT, 65535, least=0)
    if door.keys is not None and not door.password:
        raise Refused("a browser has no key: with --web give a --password-file as well.")
    try:
        import aiohttp as aiohttp
        import textual_serve as textual_serve
    except ModuleNotFoundError:
        raise Refused(WEB_REMEDY) from None
    return port


def said(house: House, address: Address, page: int | None, taught: str) -> list[str]:
    """Say what students type, who can come in, and how it ends."""
    from tui_transformer.hosting.guard import PRESENTER
    from tui_transformer.text import visible

    everywhere = address.host in ("0.0.0.0", "::", "")
    name = _own_address() if everywhere else address.host
    follow = f" follow {taught}" if taught else ""
    terminal = " -t" if taught else ""
    shown = f"[{visible(name)}]" if ":" in name else visible(name)
    asked = f"?follow {taught}".replace(" ", "%20") if taught else ""
    door = house.door
    ways = ["the password"] if door.password else []
    ways += ["a key"] if door.keys is not None else []
    who = f"with {' or '.join(ways)}" if ways else "anybody who reaches it, without a password"
    there = f"-p {address.port} {{}}@{visible(name)}"
    lines = [f"They type: ssh{terminal} {there.format('tfx')}{follow}"]
    if page is not None:
        lines.append(f"In a browser: http://{shown}:{page}/{asked}")
    if door.presenters is not None:
        lines.append(f"You present: ssh -t -i YOUR_KEY {there.format(PRESENTER)} softmax")
    lines += [
        f"Who comes in: {who}; {house.most} at a time. ctrl+c here ends it.",
    ]
    if address.host == LOOPBACK:
        lines.append("It is reached from this machine alone; --bind 0.0.0.0 opens it to others.")
    return lines


def _own_address() -> str:
    """Say where this machine is in the network that leads out; its name where none does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that is nobody's; nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def key_file() -> Path:
    """Say where the host's key is kept."""
    from platformdirs import user_data_path

    return user_data_path("tfx") / "host_key"


def _lodge(options: Any, idle: float, most: int, meeting: list[str]) -> int:
    """Serve those whom the system's sshd lets in."""
    import asyncio

    from tui_transformer.classroom.listening import Listening, group_called
    from tui_transformer.classroom.place import problem_with
    from tui_transformer.hosting import CannotHost
    from tui_transformer.hosting.guard import Door
    from tui_transformer.hosting.house import House
    from tui_transformer.hosting.local import serve
    from tui_transformer.hosting.parent import Parent
    from tui_transformer.text import visible

    for name in _SSH:
        if getattr(options, name.replace("-", "_")) is not None:
            raise Refused(f"with --socket the system's sshd lets people in: no --{name}.")
    path = Path(options.socket).absolute()
    if problem := problem_with(path.parent):
        raise CannotHost(problem)
    group = group_called(options.group) if options.group else None
    shown, spell = visible(str(path)), speller(options.ascii)
    taken = f"another tfx host serves {shown}."
    listening = Listening(path, group, socket.SOCK_SEQPACKET, taken)
    parent = Parent(NURSERY, [f"{idle:g}", "", "", "", *meeting])

    def opened() -> None:
        print(spell(f"sshd lets people in: ForceCommand tfx-visit {shown}"))
        print(f"{most} at a time. ctrl+c here ends it.", flush=True)

    try:
        parent.wait_until_ready()
        asyncio.run(serve(House(parent, Door(), most), listening, opened))
    finally:
        parent.close()
    return 0


def _home() -> str:
    """Name the folder in which who presents opens the class."""
    from tui_transformer.classroom import place

    return str(place.folder_for(None))


def _meeting(name: str | None) -> list[str]:
    """Name the sockets at which a class of that name would be; none where no class is named."""
    if not name:
        return []
    from tui_transformer.classroom import place

    return [str(folder / f"{place.checked(name)}.sock") for folder in place.folders()]
