"""How far it is, on the error stream: where what is printed takes long, and somebody watches."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tui_transformer.cli.stream import speller
from tui_transformer.patience import hearing

AFTER, NEWS = 1.0, 0.2  # seconds before the first word, and between two
CLEAR = "\r\x1b[K"


@contextmanager
def told() -> Iterator[None]:
    """Tell how far it is while something is computed; nothing of it is left in the end."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield
        return
    spell, due, said = speller(False, sys.stderr), time.monotonic() + AFTER, False

    def ear(far: str, kept: bool) -> None:
        nonlocal due, said
        if time.monotonic() > due:
            # The cursor stays at the beginning: what is printed next is written over it.
            sys.stderr.write(f"{CLEAR}{spell(f'… computing, {far}')}\r")
            sys.stderr.flush()
            due, said = time.monotonic() + NEWS, True

    try:
        with hearing(ear):
            yield
    finally:
        if said:
            sys.stderr.write("\x1b[K")
            sys.stderr.flush()
