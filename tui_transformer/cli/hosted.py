"""The program that `tfx host` starts first: it loads everything, and forks a kiosk when asked."""

import asyncio
import gc
import os
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NamedTuple

from tui_transformer import classroom, compare, kiosk, lessons, records, render, session, ui
from tui_transformer.classroom import log, place
from tui_transformer.cli import main
from tui_transformer.cli.options import read
from tui_transformer.concepts import entries, load
from tui_transformer.hosting.nursery import Nursery
from tui_transformer.training import beside, shared
from tui_transformer.ui.terminal import lean, supervisor

BESIDE = (
    *("difflib", "encodings.utf_32_le", "numpy.ma", "numpy.random", "resource"),
    *("tui_transformer.cli.attended", "tui_transformer.cli.stream"),
)
STACK = 1 << 20  # bytes for each who trains: the usual one is eight times that, and all are memory
PRESENTING = "1440"  # minutes: who presents may talk for long


class Teaching(NamedTuple):
    """What a host was told of who presents: where the class is opened, what is kept and shown."""

    home: str = ""
    log: str = ""
    shown: tuple[str, ...] = ()


def serve(arguments: list[str]) -> None:
    """Serve the host at the other end of a socket until it is gone, once everything is loaded."""
    idle, home, kept, shown, *meeting, wire = arguments
    keep = partial(log.keep, kept) if kept else None
    visit = visitor(idle, Teaching(home, kept, tuple(shown.split())), meeting)
    Nursery(socket.socket(fileno=int(wire)), visit, assist, keep).run()


def visitor(
    idle: str, teaching: Teaching, meeting: list[str]
) -> Callable[[dict[str, Any], socket.socket], int]:
    """Make what a fork is from then on: a session on the terminal that it has."""

    def visit(request: dict[str, Any], asked: socket.socket) -> int:
        beside.nursery = asked
        os.environ.clear()
        os.environ.update(request["colours"])
        os.environ.update({"LANG": "C.UTF-8", "TERM": request["term"] or "unknown"})
        if request["words"]:
            os.environ["SSH_ORIGINAL_COMMAND"] = request["words"]
        supervisor.needless = True
        place.only = [Path(path) for path in meeting]
        if not request["presents"]:
            return main(["--kiosk", "--idle", idle])
        place.home, taught = Path(teaching.home), place.only[0].stem
        log.keeper = asked if teaching.log else None
        command = ["--kiosk", "--idle", PRESENTING, "present", "--class", taught]
        return main([*command, *teaching.shown])

    return visit


def assist(door: socket.socket) -> None:
    """Train for sessions, within a kiosk's limits."""
    kiosk.switch_on(int(PRESENTING))
    kiosk.arm()
    kiosk.computing()
    threading.stack_size(STACK)
    shared.serve_all(door)


def prepare() -> None:
    """Do what no session has to do for itself, and keep it."""
    gc.disable()
    lean.load_textual()
    read(["--kiosk", "--idle", PRESENTING])
    _load()
    records.write_all()
    asyncio.run(_warm())
    gc.collect()
    gc.freeze()  # so that no child's collector touches, and so copies, what all share


def _load() -> None:
    """Import what a session may come to need, whatever it shows."""
    for part in (classroom, compare, lessons, render, session, ui):
        for module in walk_packages(part.__path__, f"{part.__name__}."):
            import_module(module.name)
    for name in BESIDE:
        import_module(name)
    for entry in entries():
        load(entry.id)


async def _warm() -> None:
    """Open the program without a terminal at what most come for, and then once more.

    Nothing is pressed: what runs often is taken apart by Python into quicker steps which note what
    they meet, so that each session would copy the more pages, the more had run before it.
    """
    from tui_transformer.ui.app import build

    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")  # as most who come have it
    for link in ("", "softmax", "", "softmax"):
        app = build(link, "dark", False, None)
        async with app.run_test(size=(80, 24), tooltips=True):
            app.painted()


if __name__ == "__main__":
    prepare()
    serve(sys.argv[1:])
