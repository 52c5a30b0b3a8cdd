"""A control that holds a word of the table that is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_transformer.controls import BadValue, Control, Index
from tui_transformer.text import shorten, visible


@dataclass(frozen=True, kw_only=True)
class TableWord(Control):
    """One of the words that have a row; where the table has it not, the usual one for its part.

    `part` is its place in word − minus + plus.
    """

    part: int
    kind = "text"

    def parse(self, text: str, scope: Any) -> str:
        """Find what was typed; raises BadValue where no row is its."""
        found = scope.table_of_words.find(text)
        if found is None:
            words = scope.table_of_words.words
            raise BadValue(
                f"{self.name}: “{visible(shorten(text.strip(), 20))}” is none of the "
                f"{len(words)} words (or tokens) of this table."
            )
        return str(found)

    def clean(self, value: Any, scope: Any) -> str:
        """Take the same word of this table, or the usual one."""
        table = scope.table_of_words
        return str(table.find(str(value)) or table.asked[self.part])

    def show(self, value: Any, index: Index = None) -> str:
        """Write a word for the narrow column."""
        return visible(shorten(value, 30))

    def nudge(self, value: Any, amount: float, scope: Any, index: Index = None) -> str:
        """Walk through the table, the commonest word first."""
        words: Sequence[str] = scope.table_of_words.words
        return words[(words.index(value) + round(amount)) % len(words)]

    def place(self, value: Any, fraction: float, scope: Any, index: Index = None) -> str:
        """Take the next word."""
        return self.nudge(value, 1, scope)

    def randomise(self, value: Any, rng: "np.random.Generator", scope: Any) -> str:
        """Draw any word."""
        words = scope.table_of_words.words
        return str(words[int(rng.integers(len(words)))])

    def domain(self, scope: Any) -> str:
        """Say what may be typed."""
        return "a word that has a row in the table"
