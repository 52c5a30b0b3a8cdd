"""What is worked out once of a state, for all checks that ask."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from tests.claims.book import State

T = TypeVar("T")


def once(work: Callable[[State], T]) -> Callable[[State], T]:
    """Keep with a state what was worked out of it."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def kept(s: State) -> T:
        known: dict[str, Any] = vars(s)
        if name not in known:
            known[name] = work(s)
        return known[name]

    return kept
