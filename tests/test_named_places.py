"""Where numbers are about something, all that shows them says about what.

A vector or matrix whose places have names is called by them in its controls, in tables and
matrices, in workings, in `--json`, in line mode and in help.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice, product

import numpy as np
import pytest

from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.controls import BadValue
from tui_transformer.describe import describe
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.lines.figures import panel_lines
from tui_transformer.model import Model
from tui_transformer.panels import Heatmap, Panel, Table
from tui_transformer.pieces import is_number
from tui_transformer.session import Session
from tui_transformer.terms import Working
from tui_transformer.why import find, lines

IDS = [entry.id for entry in entries()]
every_concept = pytest.mark.parametrize("name", IDS)
FIRST = 12  # numbers of a value that are looked at
CELLS = 80  # of a panel, from all over it


def states(concept: Concept) -> Iterator[Model]:
    """The opening state, the presets, and some by chance."""
    yield concept.model()
    yield from map(concept.preset, concept.presets)
    for seed in range(2):
        yield Session.open(concept).randomise(np.random.default_rng(seed)).model


def shape(numbers: object) -> list[int]:
    """How many places there are along each axis of what JSON has."""
    found = []
    while isinstance(numbers, list):
        found.append(len(numbers))
        numbers = numbers[0] if numbers else None
    return found


def labels(model: Model, concept: Concept) -> dict[str, list[list[str] | None]]:
    """What `--json` says of places, every vector as a matrix of one axis."""
    found = json.loads(model.to_json(concept.id))["labels"]
    return {
        name: [axes] if all(isinstance(each, str) for each in axes) else axes
        for name, axes in found.items()
    }


@every_concept
def test_each_place_has_one_name_of_its_own(name: str) -> None:
    concept = load(name)
    for model in states(concept):
        record = json.loads(model.to_json(name))
        for key, axes in labels(model, concept).items():
            numbers = record["values"].get(key, record["controls"].get(key))
            sizes = shape(numbers)
            assert len(axes) == len(sizes), key
            for names, size in zip(axes, sizes, strict=True):
                assert names is None or (len(names) == size == len(set(names))), (key, names)


@every_concept
def test_the_controls_call_places_by_their_names(name: str) -> None:
    """Each knob, the field that is typed into, what is said when it moves, and line mode's rows."""
    concept = load(name)
    for model in states(concept):
        named, session = labels(model, concept), Session(concept, model)
        for at, knob in enumerate(session.knobs):
            axes = named.get(knob.control.name)
            if axes is None or knob.index is None:
                continue
            steps = knob.index if isinstance(knob.index, tuple) else (knob.index,)
            words = [names[i] for names, i in zip(axes, steps, strict=True) if names]
            [row] = [row for row in session.rows if row.start <= at < row.start + row.count]
            if row.kind == "grid":
                there = row.place(at)
                assert axes[0] is None or row.rows[there[0]] in words
                assert axes[1] is None or row.columns[there[1]] in words
            for word in words:
                assert word in knob.label
                assert word in session.hold(at).asks()[0]


def operands_of(figure: Figure) -> Iterator[tuple[Panel, int, int, Working]]:
    """The numbers of a figure with their workings: all, or some from all over a panel."""
    for i, panel in enumerate(figure.panels):
        cells = list(pinnable(panel))
        # By chance: at even distances all of them might stand in one column.
        for at in np.random.default_rng(i).permutation(len(cells))[:CELLS]:
            yield panel, *cells[at], working_at(figure, Pin(i, *cells[at]))


def beside(panel: Panel, row: int, column: int) -> str:
    """The words that stand where a number stands: over it, before it, above its panel."""
    if isinstance(panel, Table):
        texts = [str(cell.content) for cell in panel.rows[row] if not is_number(cell.content)]
        return " ".join([panel.title, panel.columns[column].title, *texts])
    if isinstance(panel, Heatmap):
        names = panel.rows[row : row + 1] + panel.columns[column : column + 1]
        return " ".join([panel.title, *names])
    return ""


def split(called: str) -> tuple[str, list[int]]:
    """The name and the place in logits[0] or keys[1, 2]."""
    name, _, place = called.partition("[")
    steps = place.rstrip("]").split(", ") if place else []
    return name, [int(step) for step in steps if step.isdecimal()]


@every_concept
def test_pictures_and_workings_call_places_by_their_names(name: str) -> None:
    """And an index on the screen is the one that JSON and links use: formulas count from 0, too."""
    concept = load(name)
    for model in states(concept):
        figure = concept.look(model)
        for panel, row, column, working in operands_of(figure):
            value, steps = split(working.called)
            assert name in OWN_NAMES or indices(working) <= set(steps) or not steps, (
                f"{working.called}: {working.symbols}"
            )
            names = model.places_of(value) if value in model.explained() else ()
            words = [axis[i] for axis, i in zip(names, steps, strict=False) if axis]
            for word in words:
                where = f"{working.called} in {panel.title!r} of {name}"
                assert word in working.said, where
                assert word in beside(panel, row, column) + working.symbols, where
            if isinstance(panel, Table) and words:
                told = "\n".join(panel_lines(panel))
                assert any(word in told + working.symbols for word in words)


@every_concept
def test_a_number_is_asked_for_by_the_name_of_its_place(name: str) -> None:
    """By its names and by its index it is the same number, and its walk begins with the names."""
    concept = load(name)
    model = concept.model()
    figure = concept.look(model)
    record = json.loads(model.to_json(name))
    for key, axes in labels(model, concept).items():
        sizes = map(range, shape(record["values"].get(key, record["controls"].get(key))))
        for place in islice(product(*sizes), FIRST):
            index = ", ".join(map(str, place))
            called = ", ".join(
                f'"{axis[i]}"' if axis and axis[i] != str(i) else str(i)
                for axis, i in zip(axes, place, strict=True)
            )
            by_index = find(model, figure, f"{key}[{index}]")
            assert by_index is find(model, figure, f"{key}[{called}]")
            first = next(lines(by_index, 1))
            assert find(model, figure, first.partition(" = ")[0]) is by_index
            for axis, i in zip(axes, place, strict=True):
                assert axis is None or axis[i] in first


@every_concept
def test_the_help_names_the_places(name: str) -> None:
    concept = load(name)
    text = " ".join(describe(concept).split())
    for axes in labels(concept.model(), concept).values():
        for names in axes:
            assert names is None or all(" ".join(place.split()) in text for place in names)


def test_numbers_beyond_the_names_are_called_by_their_index() -> None:
    model = load("softmax").model(logits=(1, 2, 3, 4, 5))
    assert model.labels()["probabilities"] == ["cat", "dog", "bird", "3", "4"]
    assert find(model, load("softmax").look(model), "probabilities[3]").said == "probabilities[3]"
    two = load("softmax").model(logits=(1, 2))
    assert two.labels()["logits"] == ["cat", "dog"]
    with pytest.raises(BadValue):
        find(two, load("softmax").look(two), "logits[bird]")


def test_a_place_is_picked_by_its_name() -> None:
    """A control that picks a class shows what it is called, and takes its name or its index."""
    concept = load("softmax")
    session = Session(concept, concept.model().parsed({"target": "dog"}))
    assert session.model.target == 1
    [knob] = [knob for knob in session.knobs if knob.control.name == "target"]
    assert session.shown(knob) == "1 dog"
    assert session.link == "tfx softmax target=1"
    with pytest.raises(BadValue):
        concept.model().parsed({"target": "horse"})


@pytest.mark.parametrize(
    ("name", "value", "places"),
    [
        ("softmax", "logits", ["cat", "dog", "bird"]),
        ("softmax", "probabilities", ["cat", "dog", "bird"]),
        ("softmax", "gradient", ["cat", "dog", "bird"]),
    ],
)
def test_what_the_numbers_are_about(name: str, value: str, places: list[str]) -> None:
    assert load(name).model().labels()[value] == places


# ── one base for indices ───────────────────────────────────────────────────────────────

LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# Digits that belong to a name: `mlp` has controls w1 and w2, the axes of `descent` are u1 and u2,
# `patches` calls a patch A1 as a chess board does, a feed-forward's matrices are W₁ and W₂.
OWN_NAMES = {"mlp", "descent", "patches", "feed-forward"}
NUMBERED = re.compile(r"(?<![\w])[^\W\d_₀-₉]+([₀-₉]+|\d+)(?![\w(])")


@every_concept
def test_a_control_without_names_counts_from_0(name: str) -> None:
    model = load(name).model()
    session = Session(load(name), model)
    for knob in session.knobs:
        if knob.index is not None and not knob.place and not knob.name:
            numbers = knob.label.removeprefix(knob.control.name).translate(LOWERED).split(",")
            assert [int(i) for i in numbers] == list(np.atleast_1d(knob.index))


def indices(working: Working) -> set[int]:
    """The indices that a formula says it is about: what is called hidden[0, 0] is never h1."""
    left = working.symbols.partition(" = ")[0]
    return {int(i.translate(LOWERED)) for i in NUMBERED.findall(left)}
