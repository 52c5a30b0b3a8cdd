"""One person at one concept: everything a key can do, without a terminal.

A session is frozen; every action returns the next one. Undo is keeping the previous
model, playing is moving the clock, and a link is all of it in one line.
"""

import dataclasses
from collections.abc import Collection, Mapping
from typing import Self

from tui_transformer.concept import Concept
from tui_transformer.model import Model
from tui_transformer.session.folds import Fold, Knob
from tui_transformer.session.pinning import Pinning
from tui_transformer.session.running import SPEEDS, Running
from tui_transformer.session.state import KEPT


class Session(Running, Pinning):
    """A concept, the model as it is now, and all that can be done with it."""

    @classmethod
    def open(cls, concept: Concept, assignments: Mapping[str, str] | None = None) -> Self:
        """Open a concept, with typed values for some controls (BadValue where one is bad)."""
        return cls(concept, concept.model().parsed(assignments or {}))

    @classmethod
    def begin(cls, concept: Concept, model: Model) -> Self:
        """Open a state, compared with another from the start where it says so."""
        return cls(concept, model, pinned=model.compares_with())

    def with_stars(self, goals: Collection[str]) -> Self:
        """Remember the challenges that were met before, by their goals."""
        earlier = {i for i, one in enumerate(self.concept.challenges) if one.goal in goals}
        return dataclasses.replace(self, solved=self.solved | earlier)
