"""A control that changes nothing says so, and one that says so changes nothing."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from tests.claims.book import CLAIMING
from tui_transformer.concept import Concept
from tui_transformer.concepts import load
from tui_transformer.controls import Choice, Control, Text, Toggle
from tui_transformer.figure import same
from tui_transformer.model import Model, jsonable
from tui_transformer.session import Session

every_concept = pytest.mark.parametrize("name", CLAIMING)


def states(concept: Concept) -> Iterator[Model]:
    yield concept.model()
    yield from map(concept.preset, concept.presets)
    for seed in range(3):
        yield Session.open(concept).randomise(np.random.default_rng(seed)).model


def others(control: Control, model: Model, idle: bool) -> Iterator[Any]:
    """Other values of a control: near, far, at the ends, by chance, or all there are.

    Of one that is said to be idle every value is looked at, to the end: a few of each kind. Of
    others it is the first that shows.
    """
    now = getattr(model, control.name)
    if isinstance(control, Choice):
        yield from (word for word in control.choices if word != now)
    elif isinstance(control, Toggle):
        yield not now
    elif isinstance(control, Text):
        yield from (
            text for text in (*control.samples, f"{now} so", "a b a b c", "") if text != now
        )
    else:
        for index in control.knobs(now):
            for amount in (1,) if idle else (1, -1, 10, -10):
                yield control.nudge(now, amount, model, index)
            for fraction in (0.0, 1.0) if idle else (0.0, 0.005, 0.37, 1.0):
                yield control.place(now, fraction, model, index)
        rng = np.random.default_rng(7)
        yield from (control.randomise(now, rng, model) for _ in range(1 if idle else 3))


class Looks:
    """All that a person can see of a model, but for its controls; each part where it is asked."""

    def __init__(self, concept: Concept, model: Model) -> None:
        self.concept, self.model = concept, model
        self._printed: dict[str, str] = {}

    def printed(self, name: str) -> str:
        """A value as `--json` prints it."""
        if name not in self._printed:
            self._printed[name] = json.dumps(jsonable(getattr(self.model, name)))
        return self._printed[name]

    def prints(self, name: str, other: "Looks") -> bool:
        """Say whether a value is printed as it is of another state: the same bits always are."""
        mine, theirs = getattr(self.model, name), getattr(other.model, name)
        return bits(mine, theirs) or self.printed(name) == other.printed(name)

    @cached_property
    def figure(self) -> Any:
        figure = self.concept.view(self.model)
        return (*figure.panels, figure.says)

    def differ(self, other: "Looks") -> bool:
        """Say whether anything does: one value after the other, and at last the figures."""
        names = [item.name for item in self.model.computed().values()]
        return not all(self.prints(name, other) for name in names) or not same(
            self.figure, other.figure
        )


def bits(a: object, b: object) -> bool:
    """Say whether two values are arrays, or collections of arrays, of the same bits."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict) and isinstance(b, dict):
        return [*a] == [*b] and all(map(bits, a.values(), b.values()))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) > 0 and all(map(bits, a, b))
    return False


def moves(before: Looks, name: str) -> bool:
    """Say whether some change of one control alone changes what is seen."""
    model, control = before.model, before.model.controls()[name]
    # What many values are clamped to is tried once, and what changes nothing not at all.
    changed = {control.format(getattr(model, name)): model}
    for value in others(control, model, name in model.idle()):
        after = model.replace(**{name: value})
        if changed.setdefault(control.format(getattr(after, name)), after) is after:
            if Looks(before.concept, after).differ(before):
                return True
            after.forget()
    return False


@every_concept
def test_idle_controls_are_named_and_no_others(name: str) -> None:
    concept = load(name)
    for model in states(concept):
        idle, before, state = model.idle(), Looks(concept, model), model.assignments()
        assert set(idle) <= set(model.controls())
        for control in model.controls():
            assert moves(before, control) != (control in idle), f"{control} in {state}"


@every_concept
def test_an_idle_control_says_why_when_it_is_moved(name: str) -> None:
    concept = load(name)
    for preset in concept.presets:
        session = Session(concept, concept.preset(preset))
        for at, knob in enumerate(session.knobs):
            reason = session.idle.get(knob.control.name)
            if reason is None:
                continue
            assert reason.endswith(".") and len(reason) < 60, reason
            held = session.hold(at)
            assert reason in held.said
            for amount in (1, -1):
                moved = held.nudge(amount)
                assert reason in moved.said or moved.model is held.model, moved.said
