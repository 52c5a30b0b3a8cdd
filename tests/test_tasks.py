"""A task takes two deliberate changes: nothing that is opened solves it, and no single control."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.test_contract import pressed
from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.model import Model
from tui_transformer.session import Knob, Session
from tui_transformer.session.deliberate import DELIBERATE, changes

every_concept = pytest.mark.parametrize("name", [entry.id for entry in entries()])
PRESSES = {"left": -1, "right": 1, "shift+left": -10, "shift+right": 10}


def met(concept: Concept, model: Model) -> list[str]:
    """The goals that a state meets, as far as it can be looked at without waiting."""
    near = model if concept.ahead is None else concept.ahead(model)
    return [task.goal for task in concept.challenges if task.solved(near)]


def one_control_changed(session: Session) -> Iterator[tuple[str, Model]]:
    """All that one control alone reaches: by one press, and by many in one direction."""
    for knob in session.knobs:
        for key, amount in PRESSES.items():
            yield f"{key} at {knob.label}", session.turn(knob, amount).model
        for fraction in fractions(session, knob):
            yield f"{knob.label} at {fraction}", session.place(knob, fraction).model


def fractions(session: Session, knob: Knob) -> list[float]:
    """Places along a control; the clock of a concept that takes long stands still."""
    if session.concept.clock == knob.control.name and session.concept.ahead is not None:
        return []
    few = session.concept.id in ("generation", "real-model", "encoder-decoder")
    return [0.0, 1.0] if few else [i / 12 for i in range(13)]


@every_concept
def test_no_preset_solves_a_task(name: str) -> None:
    concept = load(name)
    assert {called: met(concept, concept.preset(called)) for called in concept.presets} == {
        called: [] for called in concept.presets
    }


@every_concept
def test_no_single_control_solves_a_task_from_the_opening_state(name: str) -> None:
    start = Session.open(load(name))
    assert not met(start.concept, start.model)
    found = {way: met(start.concept, model) for way, model in one_control_changed(start)}
    assert {way: goals for way, goals in found.items() if goals} == {}


@every_concept
def test_a_solution_takes_two_changes(name: str) -> None:
    concept = load(name)
    opening = concept.model()
    for task in concept.challenges:
        assert changes(opening, opening.replace(**task.solution)) >= DELIBERATE, task.goal


@every_concept
def test_every_task_has_keys_that_earn_its_star(name: str) -> None:
    """Keys are given, or the solution is reached by turning or typing each control in it."""
    concept = load(name)
    for i, task in enumerate(concept.challenges):
        session = Session.open(concept)
        if task.keys:
            for key in task.keys.split():
                session = pressed(session, key)
        else:
            end = concept.model().replace(**task.solution)
            for control in end.controls().values():
                if end.state(control.name) != session.model.state(control.name):
                    text = control.format(getattr(end, control.name))
                    session = session.type(control.name, text)
        assert i in session.noticed().solved, task.goal


# ── what one key reaches from what was opened earns nothing ────────────────────────────


def test_one_key_from_a_preset_earns_nothing() -> None:
    """Wherever a preset leads, and whichever control is turned by one key from there."""
    for name in ("neuron", "softmax", "library", "values", "layer-norm", "scaling", "sampling"):
        start = Session.open(load(name))
        for number in range(1, len(start.concept.presets) + 1):
            there = start.preset(number).noticed()
            for way, model in one_control_changed(there):
                assert not there.become(model).noticed().solved, (name, number, way)


def test_playing_from_a_preset_earns_nothing() -> None:
    start = Session.open(load("descent"))
    for number in range(1, len(start.concept.presets) + 1):
        session = start.preset(number).noticed().play()
        for _ in range(60):
            session = session.step(1).noticed()
        assert not session.solved


def test_what_one_change_met_is_told_and_not_given_until_it_was_left() -> None:
    """Here with a task of its own, which one key from the opening state would solve."""
    softmax = load("softmax")
    easy = replace(softmax.challenges[0], goal="be bold", solved=lambda m: m.temperature < 0.6)
    start = Session.open(replace(softmax, challenges=(easy,)))
    once = start.set(temperature=0.5).noticed()
    assert not once.solved
    assert once.said == "☆ Task 1 is met by one change; a star takes two."
    still = once.set(target=1).noticed()
    assert not still.solved, "it was met all the time"
    left = still.set(temperature=1.0).noticed()
    assert left.set(temperature=0.5).noticed().solved == {0}


def test_undoing_forgets_no_change_and_forgives_no_preset() -> None:
    softmax = load("softmax")
    easy = replace(softmax.challenges[0], goal="be bold", solved=lambda m: m.temperature < 0.6)
    start = Session.open(replace(softmax, challenges=(easy,)))
    back = start.set(target=1).set(temperature=2.0).undo().noticed()
    assert back.set(temperature=0.5).noticed().solved == {0}
    assert not start.preset(4).undo().noticed().set(temperature=0.5).noticed().solved
