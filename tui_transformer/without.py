"""Modules that another one takes where they are installed, and that are of no use here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules count as not installed meanwhile, but for those that are loaded already."""
    unasked = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unasked))  # type: ignore[arg-type]  # None: there is none
    try:
        yield
    finally:
        for name in unasked:
            del sys.modules[name]
