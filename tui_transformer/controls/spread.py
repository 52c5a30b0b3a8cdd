"""A number for each of so many things, or one for all of them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls.arrays import VectorControl, frozen
from tui_transformer.controls.base import BadValue
from tui_transformer.controls.typed import meant_as_decimal, read_list
from tui_transformer.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Spread(VectorControl):
    """One number, which stands for all, or `count` of them; where some are missing, the default.

    Its length follows that count and no key.
    """

    count: Callable[[Any], int]

    def parse(self, text: str, scope: object) -> Array:
        numbers, count = read_list(text, self.name), self.count(scope)
        if len(numbers) not in (1, count):
            raise BadValue(
                f"{self.name} has {count} numbers, set apart by commas, or one for all; "
                f"this has {len(numbers):,}{meant_as_decimal(text)}."
            )
        return frozen([self.element.take(x, scope) for x in numbers])

    def clean(self, value: Any, scope: object) -> Array:
        element = self.element
        items = [element.clean(float(x), scope) for x in np.ravel(value).tolist()]
        if len(items) == 1:
            return frozen(items)
        count = self.count(scope)
        return frozen((items + [float(self.default[0])] * count)[:count])

    def domain(self, scope: object) -> str:
        return f"{self.element.domain(scope)}, or {self.count(scope)} of them, set apart by commas"

    def longer(self, value: Any) -> Array:
        return frozen(value)

    def shorter(self, value: Any) -> Array:
        return frozen(value)
