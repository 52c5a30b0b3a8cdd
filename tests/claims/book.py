"""What the program says, and who recomputes it.

Each concept has a module here with a `Claims`: for every status sentence, every number in its
explanation and every value a function that works it out by other means. The functions get the
state as `--json` prints it and never call the code that they check (`test_claims.py` sees to
that); numbers are compared as they are written, to the last digit shown.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure
from tui_transformer.link import command_words, link, open_command, open_words
from tui_transformer.model import Model, jsonable
from tui_transformer.panels import Table
from tui_transformer.session import Session

Check = Callable[..., None]


# ── states ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class State:
    """One state as a reader of `--json` has it, with what its screen says.

    `controls` and `values` hold what JSON holds: numbers, texts, lists. `figure` is for numbers
    that stand on the screen alone. Each is made when somebody asks for it, since not all do.
    """

    concept: Concept = field(repr=False)
    model: Model

    @cached_property
    def link(self) -> str:
        """The command that opens it."""
        return link(self.concept.id, self.model.assignments())

    @cached_property
    def controls(self) -> SimpleNamespace:
        """What was set, as JSON has it."""
        typed = {name: jsonable(getattr(self.model, name)) for name in self.model.controls()}
        return SimpleNamespace(**json.loads(json.dumps(typed)))

    @cached_property
    def values(self) -> SimpleNamespace:
        """What follows, as JSON has it."""
        return SimpleNamespace(**json.loads(self.model.to_json(self.concept.id))["values"])

    @cached_property
    def figure(self) -> Figure:
        """What its screen shows."""
        return self.concept.view(self.model)

    @cached_property
    def praise(self) -> tuple[str, ...]:
        """What is said of the tasks that it solves."""
        model = self.model
        return tuple(c.seen(model) for c in self.concept.challenges if c.seen and c.solved(model))

    @property
    def says(self) -> tuple[str, ...]:
        """The status sentence, and what is said of each task that this state solves."""
        return self.figure.says, *self.praise

    def looked_at(self) -> State:
        """Make everything now, while the surroundings (what files there are) are as they are."""
        assert self.link and self.controls and self.figure and self.praise is not None
        return self

    def changed(self, **controls: object) -> State:
        """The same state with some controls typed anew."""
        concept, model = open_command(self.link)
        typed = {name: str(value) for name, value in controls.items()}
        return state(model.parsed(typed), concept)

    def table(self, title: str) -> dict[str, dict[str, Any]]:
        """Read a table off the screen: row name → column title → number or text."""
        panel = next(p for p in self.figure.panels if isinstance(p, Table) and p.title == title)
        return {
            str(row[0].content): {
                column.title: cell.content
                for column, cell in zip(panel.columns, row, strict=False)
                if not column.bar
            }
            for row in panel.rows
        }

    def tables(self, *titles: str) -> dict[str, dict[str, Any]]:
        """Read tables of the same rows as one; those after the first may have no row for a sum."""
        read = [self.table(title) for title in titles]
        return {
            row: {k: v for each in read for k, v in each.get(row, {}).items()} for row in read[0]
        }


def state(model: Model, concept: Concept) -> State:
    """Look at a model as a reader does."""
    return State(concept, model)


def opened(command: str) -> State:
    """Open a link; what is set twice is set as it stands last."""
    name, *typed = command_words(command)
    last = {word.partition("=")[0]: word for word in typed}
    concept, model = open_words([name, *last.values()])
    return state(model, concept)


# ── claims ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Said:
    """A status sentence: its words with a {name} for each part that changes, and its check."""

    pattern: str
    check: Check

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The sentence as a regular expression; a part that changes has at least one sign."""
        pieces = re.split(r"\{(\w+)\}", self.pattern)
        return re.compile(
            "".join(
                f"(?P<{piece}>.+?)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)
            )
        )


@dataclass(frozen=True)
class Told:
    """A passage of the explanation, word for word, and what recomputes its numbers."""

    quote: str
    check: Check


@dataclass(frozen=True)
class Oracle:
    """Values of a concept, and what computes them by other means."""

    names: tuple[str, ...]
    check: Check


@dataclass
class Claims:
    """All that a concept claims.

    `examples` are links to states that presets, tasks and chance would miss; `random` is how
    many states are drawn.
    """

    concept: str
    examples: tuple[str, ...] = ()
    random: int = 40
    said: list[Said] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    oracles: list[Oracle] = field(default_factory=list)

    def says(self, pattern: str) -> Callable[[Check], Check]:
        """Check a status sentence, or what is said of a solved task.

        The function gets the state and the named parts as text.
        """
        return self._keep(self.said, lambda check: Said(pattern, check))

    def tells(self, quote: str) -> Callable[[Check], Check]:
        """Check a passage of the explanation, the map's line or a hint; it gets nothing."""
        return self._keep(self.told, lambda check: Told(" ".join(quote.split()), check))

    def oracle(self, *names: str) -> Callable[[Check], Check]:
        """Check values (by their printed names) at a state, by other means than the program's."""
        return self._keep(self.oracles, lambda check: Oracle(names, check))

    @staticmethod
    def _keep(kept: list[Any], made: Callable[[Check], Any]) -> Callable[[Check], Check]:
        def keep(check: Check) -> Check:
            kept.append(made(check))
            return check

        return keep

    @property
    def text(self) -> str:
        """The explanation, the map's line and the hints, with single spaces."""
        concept = load(self.concept)
        line = next(entry.line for entry in entries() if entry.id == self.concept)
        hints = (challenge.hint for challenge in concept.challenges)
        return " ".join(" ".join((concept.prose, line, *hints)).split())

    def preset(self, number: int) -> State:
        """The state of a preset, from 1."""
        concept = load(self.concept)
        return state(concept.preset([*concept.presets][number - 1]), concept)

    def states(self) -> Iterator[State]:
        """The opening state, presets, solutions of tasks, examples, and some by chance."""
        concept = load(self.concept)
        start = concept.model()
        yield state(start, concept)
        yield from (state(concept.preset(name), concept) for name in concept.presets)
        for challenge in concept.challenges:
            yield state(start.replace(**challenge.solution), concept)
        yield from map(opened, self.examples)
        for seed in range(self.random):
            session = Session.open(concept).randomise(np.random.default_rng(seed))
            session = session if session.clock is None else session.step(seed % 9)
            yield state(session.model, concept)


def looked_at(
    where: Callable[[], AbstractContextManager[object]], states: Iterator[State]
) -> Iterator[State]:
    """Look at each state in some surroundings, and hand it on outside of them."""
    while True:
        with where():
            state = next(states, None)
            if state is None:
                return
            state.looked_at()
        yield state


CLAIMING = [entry.id for entry in entries()]


@cache
def claims(concept: str) -> Claims:
    """Find what a concept claims: the one `Claims` of its module."""
    from importlib import import_module

    module = import_module(f"tests.claims.{concept.replace('-', '_')}")
    (found,) = (thing for thing in vars(module).values() if isinstance(thing, Claims))
    return found


# ── numbers as they are written ────────────────────────────────────────────────────────


def read(text: str) -> float:
    """Read a number as the screen writes it: − for minus, thin groups, a power of ten."""
    return float(text.replace("−", "-").replace(",", "").removesuffix("%"))


def shown(text: str, true: float) -> None:
    """See that a text is a number rounded as it is written: half a unit of its last digit.

    >>> shown("0.659", 0.6590011)
    """
    number = read(text)
    if text.strip().endswith("%"):
        true *= 100
    digits = re.sub(r"[−\-,\s%]", "", text).lower()
    mantissa, _, exponent = digits.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    half = 0.5 * 10.0**-decimals
    assert math.isclose(number, true, rel_tol=1e-12, abs_tol=half * (1 + 1e-6)), (
        f"{text} is said of {true!r}"
    )


def close(a: Any, b: Any, within: float = 1e-9, least: float = 0.0) -> None:
    """See that two numbers (or arrays of them) agree, relative to the largest of them.

    `least` is a difference that rounding alone may make, however small they are.
    """
    if isinstance(a, float) and isinstance(b, float) and math.isfinite(a) and math.isfinite(b):
        assert abs(a - b) <= max(within * abs(b), least), f"{a!r} against {b!r}"
        return  # most are
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    assert a.shape == b.shape, f"{a.shape} against {b.shape}"
    size = float(np.max(np.abs(b), initial=0.0))
    assert np.allclose(a, b, rtol=0, atol=max(within * size, least), equal_nan=True), (
        f"{a!r} against {b!r}"
    )


def slope(f: Callable[[float], float], x: float, step: float = 1e-3) -> float:
    """The derivative of f at x by central differences, two of them extrapolated (Richardson).

    Its error is of order step⁴.
    """

    def central(h: float) -> float:
        return (f(x + h) - f(x - h)) / (2 * h)

    return (4 * central(step / 2) - central(step)) / 3
