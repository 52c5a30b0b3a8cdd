"""Waiting for conditions, never for seconds: a busy machine takes longer and fails nothing."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 90.0  # seconds after which something is taken never to come


def until(condition: Callable[[], Any], within: float = PATIENCE) -> bool:
    """Wait until something holds; False where it never does."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def still(sample: Callable[[], Any], quiet: float = 0.5, within: float = PATIENCE) -> bool:
    """Wait until something stays the same for a while; False where it never does."""
    deadline = time.monotonic() + within
    seen, since = sample(), time.monotonic()
    while time.monotonic() - since < quiet:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
        if (now := sample()) != seen:
            seen, since = now, time.monotonic()
    return True
