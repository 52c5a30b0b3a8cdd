"""Recording: a state that was played, and what was typed about it, become a step of a lesson.

What is written keeps the contract, or nothing is: a draft is checked by `checking` as it will
stand in the file. Numbers that are said in it get the `expect` that holds them.
"""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.controls import BadValue
from tui_transformer.lessons.change import apply, read_changes, words_of
from tui_transformer.lessons.checking import check
from tui_transformer.lessons.evaluate import evaluate
from tui_transformer.lessons.functions import Thing, rounded
from tui_transformer.lessons.grammar import parse, shown
from tui_transformer.lessons.reading import read
from tui_transformer.lessons.records import DIRECTIONS, Step
from tui_transformer.lessons.said import said, unheld
from tui_transformer.lessons.scope import Scope, verified
from tui_transformer.link import PROGRAM, link_to
from tui_transformer.model import Model
from tui_transformer.records import dataclass

WAIT = 5.0  # seconds of computing that somebody who records waits for
MANY = 4096  # numbers of one value that are looked through for one that was said


@dataclass(frozen=True, eq=False)
class Draft:
    """What was typed of a step so far, the state that it shows, and the one that it began in.

    With `asked` (an expression, maybe `within X`), the step opens in `was` and asks what becomes
    of it there after the change to `model`. Without, it shows `model`.
    """

    concept: Concept
    model: Model
    was: Model | None = None
    title: str = ""
    heading: str = ""
    story: str = ""
    asked: str = ""
    question: str = ""

    @property
    def can_ask(self) -> bool:
        """Say whether there is a change to ask about."""
        return self.was is not None and not self.was.same(self.model)

    def write(self, first: bool) -> str:
        """Write the step, after the title if it is the `first`. Raises BadValue where it breaks
        the contract.
        """
        text = self._text(self._expected(self._text(())))
        faults = check(text, draw=0, seconds=WAIT).faults
        if faults:
            raise BadValue(faults[0].sentence)
        return text if first else text.split("\n", 2)[2]

    @property
    def _paragraphs(self) -> tuple[str, ...]:
        """The paragraphs of the story, each on one line, and the question."""
        parts = re.split(r"\n\s*\n", self.story) + ([self.question] if self.asked else [])
        return tuple(" ".join(part.split()) for part in parts if part.strip())

    def _text(self, expects: tuple[str, ...]) -> str:
        title, heading = (" ".join(text.split()) for text in (self.title, self.heading))
        parts = [f"# {title}", f"## {heading}", *self._paragraphs]
        block = "\n".join(["```tfx", *self._block(), *(f"expect {one}" for one in expects), "```"])
        return "\n\n".join([*parts, block]) + "\n"

    def _block(self) -> Iterator[str]:
        start = self.was if self.asked and self.was is not None else self.model
        yield link_to(self.concept.id, start).removeprefix(f"{PROGRAM} ")
        if not self.asked:
            return
        text, within, amount = self.asked.partition(" within ")
        changes = difference(start, self.model)
        yield f"ask {text.strip()} after {changes}{within}{amount}".rstrip()
        if not within:
            yield " | ".join(_choices(text, start, self.model))

    def _expected(self, text: str) -> tuple[str, ...]:
        """List what holds the numbers that are said and that nothing in the block holds."""
        numbers = dict.fromkeys(number for _, number in unheld(self._read(text)))
        states = {"": self.model} | ({"was.": self.was} if self.asked and self.was else {})
        return tuple(_holding(number, states) for number in numbers)

    def _read(self, text: str) -> Step:
        """Read the step as it will be read; what changes the form of the file is refused."""
        reading = read(text)
        if reading.faults:
            raise BadValue(reading.faults[0].sentence)
        (step, *more), title = reading.lesson.steps, reading.lesson.title
        found = (title, step.heading, tuple(one.text for one in step.before))
        heading = " ".join(self.heading.split())
        if more or found != (" ".join(self.title.split()), heading, self._paragraphs):
            raise BadValue("That would be read as a heading or a block; write it as plain prose.")
        return step


def difference(was: Model, now: Model) -> str:
    """Write the change from one state to another. Raises BadValue where it cannot be said."""
    changed = [
        f"{name}={control.format(getattr(now, name))}"
        for name, control in now.controls().items()
        if not np.array_equal(getattr(was, name), getattr(now, name))
    ]
    changes = read_changes(changed, type(now))
    if not apply(changes, was).same(now):
        raise BadValue("This change cannot be written as one of controls.")
    return words_of(changes)


def _choices(text: str, was: Model, now: Model) -> tuple[str, ...]:
    """Find what can be chosen, by what an expression is worth. Raises BadValue for none."""
    node = verified(parse(text), type(now))
    after = evaluate(node, Scope(now))
    if isinstance(after, bool):
        return ("yes", "no")
    if isinstance(after, str):
        before = evaluate(node, Scope(was))
        if before == after:
            raise BadValue(f"{shown(text)} is {shown(after)} before and after: nothing to choose.")
        return (str(before), after)
    return DIRECTIONS


# ── numbers that are said ──────────────────────────────────────────────────────────────


def _holding(number: str, states: Mapping[str, Model]) -> str:
    """Find a value of some states, or a hundredfold, that is a number which was said.

    Raises BadValue where none is.
    """
    ((_, wanted),) = said(number)
    digits = len(number.partition(".")[2].split("e")[0])
    for scale in ("", "100 * "):
        for prefix, model in states.items():
            for name, thing in _values(model):
                found = _place(thing, wanted, digits, 100.0 if scale else 1.0)
                if found is not None:
                    place, sign = found
                    worth = f"{scale}{prefix}{name}{place}"
                    return f"round({worth}, {digits}) == {sign}{number.replace(',', '')}"
    raise BadValue(f"{number} is said, and no number here is that.")


def _values(model: Model) -> Iterator[tuple[str, Thing]]:
    """Look at one value after the other, then at the controls that no value hides."""
    scope = Scope(model)
    for name in dict.fromkeys((*model.computed(), *model.controls())):
        try:
            yield name, evaluate(parse(name), scope)
        except BadValue:  # measured, or nothing that is to be had now
            continue


def _place(thing: Thing, wanted: float, digits: int, scale: float) -> tuple[str, str] | None:
    """Find where in a value a number stands, as it rounds to so many digits, and its sign."""
    if not isinstance(thing, float | np.ndarray) or np.size(thing) > MANY:
        return None
    for index, here in np.ndenumerate(np.asarray(thing)):
        near = rounded(scale * float(here), digits)
        if abs(near) == wanted:
            text = f"[{','.join(map(str, index))}]" if index else ""
            return text, "-" if near < 0 else ""
    return None
