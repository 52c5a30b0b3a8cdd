"""A width that is changed in steps at which it can be cut in many ways."""

from dataclasses import dataclass
from typing import Any

from tui_transformer.controls import Index, Integer

LADDER = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)


@dataclass(frozen=True, kw_only=True)
class Width(Integer):
    """A width; keys and clicks stop where it can be cut in many ways, any other can be typed."""

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> int:
        """Move by so many rungs."""
        beyond = (
            [x for x in LADDER if x > value]
            if amount > 0
            else [x for x in reversed(LADDER) if x < value]
        )
        return beyond[min(int(abs(amount)), len(beyond)) - 1] if beyond else int(value)

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> int:
        """Take the rung nearest to a place of the gauge."""
        near = super().place(value, fraction, scope, index)
        return min(LADDER, key=lambda x: abs(x - near))
