"""A control that holds a short word over a small alphabet; the arrows change single letters."""

from typing import Any

import numpy as np

from tui_transformer.controls.base import BadValue, Control, Index
from tui_transformer.records import dataclass
from tui_transformer.text import and_list, shorten, visible


@dataclass(frozen=True, kw_only=True)
class Letters(Control):
    """Letters of an alphabet, from `min_length` to `max_length` of them."""

    alphabet: str
    min_length: int
    max_length: int
    kind = "text"

    @property
    def wanted(self) -> str:
        """Say what the control takes: six letters, each A, B or C, as a phrase."""
        few, many = self.min_length, self.max_length
        count = str(many) if few == many else f"{few} to {many}"
        span = f"{self.alphabet[0]} to {self.alphabet[-1]}"
        each = and_list(list(self.alphabet), "or") if len(self.alphabet) <= 5 else span
        return f"{count} letters, each {each}"

    def parse(self, text: str, scope: object) -> str:
        word = text.strip()
        return self.clean(word.upper() if self.alphabet.isupper() else word, scope)

    def clean(self, value: Any, scope: object) -> str:
        """Pass a word on, or say in one sentence what is wrong with it."""
        word = str(value)
        foreign = next((letter for letter in word if letter not in self.alphabet), None)
        if foreign is not None:
            shown = visible(shorten(foreign, 1))
            raise BadValue(f"{self.name} takes {self.wanted}; “{shown}” is not one.")
        if not self.min_length <= len(word) <= self.max_length:
            raise BadValue(f"{self.name} takes {self.wanted}; these are {len(word):,}.")
        return word

    def show(self, value: Any, index: Index = None) -> str:
        return str(self.at(value, index))

    def knobs(self, value: Any) -> list[Index]:
        return list(range(len(value)))

    def _with(self, value: str, index: Index, letter: int) -> str:
        at = index if isinstance(index, int) else 0
        return value[:at] + self.alphabet[letter] + value[at + 1 :]

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        at = self.alphabet.index(value[index if isinstance(index, int) else 0])
        return self._with(value, index, min(max(at + int(amount), 0), len(self.alphabet) - 1))

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> str:
        share = min(max(fraction, 0.0), 1.0)
        return self._with(value, index, round(share * (len(self.alphabet) - 1)))

    def fraction(self, value: Any, scope: object, index: Index = None) -> float | None:
        if not isinstance(index, int):
            return None
        return self.alphabet.index(value[index]) / max(len(self.alphabet) - 1, 1)

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> str:
        length = int(rng.integers(self.min_length, self.max_length + 1))
        return "".join(self.alphabet[i] for i in rng.integers(len(self.alphabet), size=length))

    def domain(self, scope: object) -> str:
        return self.wanted
