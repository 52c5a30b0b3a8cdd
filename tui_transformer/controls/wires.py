"""A control that holds which wires of a transformer are cut: `1.0 2.ffn 3:mean`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tui_transformer.controls.base import BadValue, Control, Index
from tui_transformer.nn.cutting import CROSS, FFN, HEADS, Wire, read
from tui_transformer.records import dataclass
from tui_transformer.text import shorten, visible

Size = tuple[int, int, int]  # how many layers there are; how many heads and neurons in each


@dataclass(frozen=True, kw_only=True)
class Wires(Control):
    """Wires, set apart by spaces; the arrows walk through the heads, one cut at a time.

    With `halves` the model has two, each of that size, and every wire names its own: e1.0, d1.x0.
    """

    size: Size | Callable[[Any], Size]
    halves: bool = False
    kind = "text"

    def parse(self, text: str, scope: object) -> str:
        wires = tuple(map(self._read, text.replace(",", " ").split()[:1000]))
        layers, heads, neurons = size = self._size(scope)
        for wire in wires:
            if wire.layer >= layers:
                raise BadValue(f"{self.name}: there is no layer {wire.layer + 1}, only {layers}.")
            if not self._exists(wire, size):
                what, many = ("heads", heads) if wire.neuron is None else ("neurons", neurons)
                raise BadValue(f"{self.name}: layer {wire.layer + 1} has {what} 0 to {many - 1}.")
            if replace(wire, mean=not wire.mean) in wires:
                whole = replace(wire, mean=False)
                raise BadValue(f"{self.name}: {whole} is cut or leaves its mean, not both.")
        return _written(wires)

    def has(self, wire: Wire, scope: object) -> bool:
        """Say whether a wire is one of this model's."""
        return bool(wire.half) == self.halves and self._exists(wire, self._size(scope))

    def _read(self, word: str) -> Wire:
        try:
            wire = read(word)
            if bool(wire.half) != self.halves:
                raise ValueError(word)
            return wire
        except ValueError:
            shown = visible(shorten(word, 20))
            raise BadValue(f"{self.name}: {shown} is not {self.domain(None)}.") from None

    def _size(self, scope: object) -> Size:
        return self.size(scope) if callable(self.size) else self.size

    @staticmethod
    def _exists(wire: Wire, size: Size) -> bool:
        layers, heads, neurons = size
        numbers = ((wire.head(HEADS), heads), (wire.head(CROSS), heads), (wire.neuron, neurons))
        return wire.layer < layers and all(at is None or at < many for at, many in numbers)

    def clean(self, value: Any, scope: object) -> str:
        """Leave out wires of layers and heads that are no longer there."""
        if not value:
            return ""
        size = self._size(scope)
        wires = map(self._read, str(value).split())
        return _written(wire for wire in wires if self._exists(wire, size))

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        every = self._every(scope)
        at = every.index(value) if value in every else 0
        return every[(at + (1 if amount > 0 else -1)) % len(every)]

    def _every(self, scope: object) -> list[str]:
        layers, heads, _ = self._size(scope)
        crosses = [f"{CROSS}{head}" for head in range(heads)]
        every = [""]
        for half in ("e", "d") if self.halves else ("",):
            parts = [*range(heads), *(crosses if half == "d" else ()), FFN]
            every += [str(Wire(at, part, half=half)) for at in range(layers) for part in parts]
        return every

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> str:
        every = self._every(scope)
        return every[int(rng.integers(len(every)))]

    def domain(self, scope: object) -> str:
        if self.halves:
            return (
                "a head (e1.0, d1.x0), feed-forward (e2.ffn), neuron (e2.ffn.7), block (d2), "
                "or with :mean"
            )
        return "a head (1.0), feed-forward (2.ffn), neuron (2.ffn.7), block (3), or with :mean"


def cycled(value: str, wire: Wire) -> str:
    """Cut a wire; if it is cut, leave its mean; if that is left, make it whole again."""
    wires = {each.place: each for each in map(read, value.split())}
    old = wires.pop(wire.place, None)
    if old is None or not old.mean:
        wires[wire.place] = replace(wire, mean=old is not None)
    return _written(wires.values())


def _written(wires: Any) -> str:
    """Write each wire once, in the order of the model."""
    kept = {wire.place: wire for wire in wires}
    return " ".join(str(kept[at]) for at in sorted(kept))
