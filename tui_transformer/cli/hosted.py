"""The program that `tfx host` starts first: it loads everything, and forks a kiosk when asked."""

import asyncio
import gc
import os
import socket
import sys
from pathlib import Path
from typing import Any

from tui_transformer import kiosk
from tui_transformer.classroom import place
from tui_transformer.cli import main
from tui_transformer.hosting.nursery import Nursery
from tui_transformer.training import beside
from tui_transformer.ui.terminal import supervisor

PRESENTING = "1440"  # minutes: who presents may talk for long


def run(fileno: int, idle: str, home: str, meeting: list[str]) -> None:
    """Load everything, then serve the host at the other end of a socket until it is gone."""

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
        place.home, taught = Path(home), place.only[0].stem
        return main(["--kiosk", "--idle", PRESENTING, "present", "--class", taught])

    asyncio.run(_warm())
    gc.collect()
    gc.freeze()  # so that no child's collector touches, and so copies, what all share
    Nursery(socket.socket(fileno=fileno), visit, assist).run()


def assist() -> None:
    """Train for a session, within a kiosk's limits."""
    kiosk.switch_on(int(PRESENTING))
    kiosk.arm()
    kiosk.computing()
    beside.serve(sys.stdin.buffer, sys.stdout.buffer)


async def _warm() -> None:
    """Run the program once without a terminal, so that nothing is left to load."""
    from tui_transformer.cli import attended as attended
    from tui_transformer.cli import screen as screen
    from tui_transformer.concepts import entries, load
    from tui_transformer.ui import run as run
    from tui_transformer.ui.app import build
    from tui_transformer.ui.terminal import lifecycle as lifecycle

    for entry in entries():
        load(entry.id)
    for link in ("", "softmax"):
        async with build(link, None, False, None).run_test(size=(80, 24)) as pilot:
            await pilot.pause()


if __name__ == "__main__":
    run(int(sys.argv[-1]), sys.argv[1], sys.argv[2], sys.argv[3:-1])
