"""Modules that another one takes where they are installed, and that are of no use here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules count as not installed meanwhile, but for those that are loaded already."""
    unasked = dict.fromkeys(set(names) - sys.modules.keys())
    sys.modules.update(unasked)  # type: ignore[arg-type]  # None is how Python knows of none
    try:
        yield
    finally:
        for name in unasked:
            del sys.modules[name]
