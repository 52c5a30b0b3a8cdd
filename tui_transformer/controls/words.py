"""Controls that hold a word, a switch or a text."""

import re
from typing import Any

import numpy as np

from tui_transformer.controls.base import BadValue, Control, Index
from tui_transformer.records import dataclass
from tui_transformer.text import shorten, visible

_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")  # what no command line and no UTF-8 can hold


MANY = 12  # choices, of which not all are listed when another is given


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of a few words; `also` are others that may be typed, as (typed, meant)."""

    choices: tuple[str, ...]
    also: tuple[tuple[str, str], ...] = ()
    kind = "choice"

    def parse(self, text: str, scope: object) -> str:
        word = text.strip()
        word = dict(self.also).get(word.casefold(), word)
        loose = [choice for choice in self.choices if choice.casefold() == word.casefold()]
        return self.clean(word if word in self.choices or not loose else loose[0], scope)

    def clean(self, value: Any, scope: object) -> str:
        if value not in self.choices:
            raise BadValue(self._refusal(str(value)))
        return str(value)

    def _refusal(self, given: str) -> str:
        """All that can be chosen, or of many the nearest few."""
        if len(self.choices) <= MANY:
            return f"{self.name} is one of {', '.join(self.choices)}."
        from difflib import get_close_matches  # which few get to see

        near = get_close_matches(given.casefold()[:50], self.choices, 3, 0.0)
        return f"{self.name} has {len(self.choices)} choices; nearest are {', '.join(near)}."

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        step = (amount > 0) - (amount < 0)
        return self.choices[(self.choices.index(value) + step) % len(self.choices)]

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> str:
        return self.nudge(value, 1, scope)

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> str:
        return self.choices[int(rng.integers(len(self.choices)))]

    def domain(self, scope: object) -> str:
        return "one of " + ", ".join(self.choices)


SWITCH = {
    "on": True,
    "off": False,
    "true": True,
    "false": False,
    "yes": True,
    "no": False,
    "1": True,
    "0": False,
}


@dataclass(frozen=True, kw_only=True)
class Toggle(Control):
    """On or off."""

    kind = "toggle"

    def parse(self, text: str, scope: object) -> bool:
        try:
            return SWITCH[text.strip().lower()]
        except KeyError:
            raise BadValue(f"{self.name} is on or off.") from None

    def format(self, value: Any) -> str:
        return "on" if value else "off"

    def clean(self, value: Any, scope: object) -> bool:
        return bool(value)

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> bool:
        return not value

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> bool:
        return not value

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> bool:
        return bool(rng.integers(2))

    def domain(self, scope: object) -> str:
        return "on or off"


@dataclass(frozen=True, kw_only=True)
class Sampled(Control):
    """Something written, up to a length; `samples` are what the arrow keys walk through."""

    kind = "text"
    max_length: int = 200_000
    samples: tuple[str, ...] = ()

    def fitting(self, text: str) -> str:
        """Pass a text on; raises BadValue where it is too long."""
        if len(text) > self.max_length:
            raise BadValue(
                f"{self.name} holds {self.max_length:,} characters, this is {len(text):,}."
            )
        return text

    def show(self, value: Any, index: Index = None) -> str:
        return visible(shorten(value, 60))

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        if not self.samples:
            return str(value)
        at = self.samples.index(value) if value in self.samples else -(amount > 0)
        return self.samples[(at + (1 if amount > 0 else -1)) % len(self.samples)]

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> str:
        return self.samples[int(rng.integers(len(self.samples)))] if self.samples else str(value)


@dataclass(frozen=True, kw_only=True)
class Text(Sampled):
    """Any text, up to a length; what cannot be part of a command line is replaced."""

    def parse(self, text: str, scope: object) -> str:
        return self.clean(self.fitting(text), scope)

    def clean(self, value: Any, scope: object) -> str:
        """Replace NUL, which no command line can hold, and lone surrogates."""
        text = str(value)
        if len(text) <= self.max_length and not _UNSPEAKABLE.search(text):
            return text  # the very same object: undo keeps hundreds of states
        return _UNSPEAKABLE.sub(
            lambda match: "␀" if match[0] == "\0" else "\ufffd", text[: self.max_length]
        )

    def domain(self, scope: object) -> str:
        return f"any text, up to {self.max_length:,} characters"
