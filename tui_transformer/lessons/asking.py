"""Asking: what the answer is, whether a guess is right, and what is told to who made it."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Final

import numpy as np

from tui_transformer.controls import BadValue, read_real
from tui_transformer.lessons.change import Change, apply
from tui_transformer.lessons.evaluate import evaluate
from tui_transformer.lessons.functions import Thing, alike, kind, rounded
from tui_transformer.lessons.grammar import shown
from tui_transformer.lessons.records import DIRECTIONS, Ask, Choice
from tui_transformer.lessons.scope import Scope
from tui_transformer.model import Model
from tui_transformer.records import dataclass

SMALLEST: Final = 0.02  # a change that is smaller than this share is seen by nobody
NOTHING: Final = 1e-9  # two numbers below this are nothing, and not different
_NUMBER: Final = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?")


@dataclass(frozen=True)
class Told:
    """What is said of a guess: whether it is right, what it was, how far off, the reply to it."""

    right: bool
    guess: str
    off: float | None
    reply: str


@dataclass(frozen=True, eq=False)
class Answer:
    """What was asked for, before and after; which choice is right, or how far off counts."""

    ask: Ask
    before: Thing
    after: Thing
    choice: int | None
    tolerance: float | None

    @property
    def text(self) -> str:
        """The answer as it is shown: the right choice's text, or the number."""
        return (
            shown_thing(self.after) if self.choice is None else self.ask.choices[self.choice].text
        )

    def is_right(self, guess: int | float) -> bool:
        """Say whether a guess (a choice from 0 on, or a number) is right."""
        if self.choice is not None:
            return guess == self.choice
        return self.tolerance is not None and abs(guess - self.after) <= self.tolerance * (1 + 1e-9)

    def told(self, guess: int | float) -> Told:
        """What is told of a guess."""
        right = self.is_right(guess)
        if self.choice is None:
            return Told(right, shown_thing(float(guess)), abs(guess - self.after), "")
        choice = int(guess)
        return Told(right, self.ask.choices[choice].text, None, self.ask.reply(choice))


@dataclass(frozen=True, eq=False)
class Question:
    """A question in a state: what is asked, where it is asked, and the change that is asked about.

    Nothing looks at the change before `after` or `answer` is asked for.
    """

    ask: Ask
    model: Model
    changes: tuple[Change, ...]

    @cached_property
    def after(self) -> Model:
        """The state after the change. Raises BadValue where there is none."""
        return apply(self.changes, self.model)

    @cached_property
    def answer(self) -> Answer:
        """The answer, worked out. Raises BadValue where there is none, or not exactly one."""
        return _answer(self.ask, self.model, self.after)


def question(ask: Ask, model: Model) -> Question:
    """Ask as the lesson does, in the state that it opens."""
    return Question(ask, model, ask.changes)


def read_guess(ask: Ask, text: str) -> int | float:
    """Read a typed guess: a choice's number from 1 on, or its text, or the number asked for.

    Raises BadValue with a sentence for what is neither.
    """
    if not ask.choices:
        return read_real(text, "the guess")
    typed = text.strip()
    texts = [choice.text.casefold() for choice in ask.choices]
    if typed.casefold() in texts:
        return texts.index(typed.casefold())
    if typed.isdecimal() and typed.isascii() and 1 <= int(typed[:3]) <= len(texts):
        return int(typed) - 1
    raise BadValue(f"{shown(text)} is no choice: they go from 1 to {len(texts)}.")


def shown_thing(thing: Thing) -> str:
    """Write what an expression is worth, short: six decimals at most."""
    from tui_transformer.numbers import number

    match thing:
        case bool():
            return "yes" if thing else "no"
        case float():
            return number(int(thing) if thing == round(thing) and abs(thing) < 1e15 else thing)
        case str():
            return shown(thing)
        case None:
            return "none"
    return kind(thing)


# ── the answer ─────────────────────────────────────────────────────────────────────────


def _answer(ask: Ask, model: Model, changed: Model) -> Answer:
    text = shown(ask.expression.text)
    before = _before(ask, model)
    after = evaluate(ask.expression, Scope(changed))
    if isinstance(after, list | dict | np.ndarray):
        raise BadValue(f"{text} is {kind(after)}: ask for one of them.")
    if not ask.choices:
        return Answer(ask, before, after, None, _tolerance(ask, after, text))
    if ask.asks_direction:
        meaning = direction(ask, before, after)
        fits = [i for i, choice in enumerate(ask.choices) if choice.meaning == meaning]
        found = meaning
    else:
        fits = [i for i, choice in enumerate(ask.choices) if means(choice, after)]
        found = shown_thing(after)
    if len(fits) != 1:
        which = "no choice fits" if not fits else f"{len(fits)} choices fit"
        raise BadValue(f"{text} is {found}: {which}.")
    return Answer(ask, before, after, fits[0], None)


def _before(ask: Ask, model: Model) -> Thing:
    """What it was: None where there was nothing yet and only what it becomes is asked."""
    try:
        return evaluate(ask.expression, Scope(model))
    except BadValue:
        if ask.asks_direction:
            raise
        return None


def _tolerance(ask: Ask, after: Thing, text: str) -> float:
    if not isinstance(after, float):
        raise BadValue(f"{text} is {kind(after)}, where a number is asked for.")
    if ask.within is None:
        raise BadValue(f"{text} is asked for as a number, and nothing says what counts.")
    return ask.within.around(after)


def direction(ask: Ask, before: Thing, after: Thing) -> str:
    """Say how a number changed. Raises BadValue where nobody could see it."""
    text = shown(ask.expression.text)
    for thing in (before, after):
        if not isinstance(thing, float):
            raise BadValue(f"{text} is {kind(thing)}, and neither larger nor smaller.")
    if ask.within is not None and abs(after - before) <= ask.within.around(before):
        return DIRECTIONS[2]
    if alike(before, after):
        return DIRECTIONS[2]
    if max(abs(before), abs(after)) < NOTHING:
        raise BadValue(
            f"{text} is nothing but rounding before and after: {before:g} and {after:g}."
        )
    if abs(after - before) < SMALLEST * abs(before):
        raise BadValue(f"{text} changes by less than 2 %, which nobody sees.")
    return DIRECTIONS[0] if after > before else DIRECTIONS[1]


def means(choice: Choice, thing: Thing) -> bool:
    """Say whether a choice means what an expression is worth."""
    meaning = choice.meaning
    match thing:
        case bool():
            return meaning == ("yes" if thing else "no")
        case None:
            return meaning == "none"
        case str():
            return meaning == thing
        case float():
            return _fits(meaning, thing)
    return False


def _fits(meaning: str, value: float) -> bool:
    """Say whether a number, rounded to as many digits as are written, is what is written."""
    if not _NUMBER.fullmatch(meaning) or not any(c.isdigit() for c in meaning) or len(meaning) > 40:
        return False
    written = Decimal(meaning.replace("−", "-").replace(",", ""))
    exponent = written.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return abs(digits) <= 300 and alike(rounded(value, digits), float(written))
