"""Those who follow a class and draw text alone: no Textual, no controls, no keys.

    python -m tests.bench.text_followers SOCKET TERMINAL …

Each terminal is a descriptor; everybody is forked once all is loaded, as a host does it.
"""

import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from tui_transformer.classroom.messages import State
from tui_transformer.classroom.seat import heard, join
from tui_transformer.classroom.showing import Shown, shown
from tui_transformer.concepts import entries, load
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import PLAIN


def follow(path: Path, terminal: int) -> NoReturn:
    """Write each state that arrives, as text, until the class ends: the lines that changed."""
    os.setsid()  # as a host's sessions: Linux shares its time out by session
    os.nice(5)
    os.closerange(3, terminal)
    os.closerange(terminal + 1, 1 << 16)
    size = os.get_terminal_size(terminal)
    last: Shown | None = None
    cache, before = PanelCache(), [""] * size.lines
    for message in heard(join(path)):
        if isinstance(message, State):
            last = shown(message, last)
            lines = drawn(last, size, cache)
            changed = [
                f"\x1b[{y}H{line}"
                for y, (line, old) in enumerate(zip(lines, before, strict=False), 1)
                if line != old
            ]
            before = lines
            with suppress(OSError):
                os.write(terminal, "".join(changed).encode())
    os._exit(0)


def drawn(what: Shown, size: os.terminal_size, cache: PanelCache) -> list[str]:
    """The first page as text, for a size; a panel that has not changed is not drawn again."""
    session = what.session
    room = size.lines - 6
    page = arrange(session.figure, size.columns, room)[0]
    lines = draw_page(page, size.columns, room, PLAIN, None, cache)
    return ["".join(piece.text for piece in line) for line in lines]


def main() -> None:
    """Load everything, fork, and end with those who were forked."""
    for entry in entries():
        load(entry.id)
    path, terminals = Path(sys.argv[1]), [int(one) for one in sys.argv[2:]]
    for entry in ("softmax", "attention"):  # what is presented: all that draws it is there
        drawn(shown(State(entry)), os.terminal_size((80, 24)), PanelCache())
    gc.collect()
    gc.freeze()
    for terminal in terminals:
        if os.fork() == 0:
            follow(path, terminal)
    for _ in terminals:
        os.wait()


if __name__ == "__main__":
    main()
