"""The shortest way to take the cursor from one cell to another."""

from functools import lru_cache


@lru_cache(8192)
def move(x0: int | None, y0: int | None, x: int, y: int) -> str:
    """Return the shortest sequence from column x0, row y0 (None: not known) to x, y, all from 0."""
    ways = [_absolute(x, y)]
    if y0 is not None:
        vertical = _vertical(y - y0)
        ways += [vertical + horizontal for horizontal in _horizontal(x0, x)]
    return min(ways, key=len)


@lru_cache(512)
def forward(columns: int) -> str:
    """Return the shortest sequence to a column further right in the same row."""
    return _steps(columns, "C")


def _absolute(x: int, y: int) -> str:
    row = str(y + 1) if y else ""
    return f"\x1b[{row};{x + 1}H" if x else f"\x1b[{row}H"


def _vertical(rows: int) -> str:
    """Go up or down; not by a line feed, which scrolls on a terminal that has just shrunk."""
    return _steps(abs(rows), "B" if rows > 0 else "A") if rows else ""


def _horizontal(x0: int | None, x: int) -> list[str]:
    ways = [f"\x1b[{x + 1}G", "\r" + _steps(x, "C")]
    if x0 is not None:
        left = x0 - x
        ways += ["\b" * left, _steps(left, "D")] if left > 0 else [_steps(-left, "C")]
    return ways


def _steps(count: int, letter: str) -> str:
    if count == 0:
        return ""
    return f"\x1b[{letter}" if count == 1 else f"\x1b[{count}{letter}"
