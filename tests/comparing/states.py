"""States of every concept, to compare with each other, and what things are called in them."""

from collections import Counter
from collections.abc import Hashable, Iterable
from functools import cache

import numpy as np
import pytest

from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure
from tui_transformer.model import Model
from tui_transformer.panels import Heatmap, Panel, Table
from tui_transformer.session import Session

every_concept = pytest.mark.parametrize("concept", [entry.id for entry in entries()])


@cache
def opened(concept: str) -> Concept:
    return load(concept)


@cache
def models(concept: str) -> dict[str, Model]:
    """The opening state, every preset, three at random, and what a few keys lead to."""
    one = opened(concept)
    session = Session.open(one)
    states: dict[str, Model] = {"opening": session.model}
    states |= {name: one.preset(name) for name in one.presets}
    for seed in range(3):
        drawn = session.randomise(np.random.default_rng(seed))
        states[f"random {seed}"] = drawn.step(seed).model if drawn.clock else drawn.model
    for knob in session.knobs[:8]:
        states[f"{knob.label} + 1"] = session.turn(knob, 1).model
    return states


@cache
def figures(concept: str) -> dict[str, Figure]:
    """The figures of those states."""
    return {name: opened(concept).view(model) for name, model in models(concept).items()}


def known(names: Iterable[Hashable]) -> dict[tuple[Hashable, int], int]:
    """Where each thing stands: by its name, and by how many of that name came before."""
    found: dict[tuple[Hashable, int], int] = {}
    times: Counter[Hashable] = Counter()
    for place, name in enumerate(names):
        found[name, times[name]] = place
        times[name] += 1
    return found


def title(panel: Panel) -> str:
    return panel.key if panel.key else panel.title


def row_names(table: Table) -> list[str]:
    """The first cell of every row: its key, or its text; a number names no row."""
    names = []
    for place, row in enumerate(table.rows):
        text = row[0].content if row and isinstance(row[0].content, str) else f"#{place}"
        names.append(row[0].key if row and row[0].key else text)
    return names


def column_names(table: Table) -> list[str]:
    return [column.key if column.key else column.title for column in table.columns]


def sides(panel: Heatmap) -> tuple[list[str], list[str]]:
    """The rows and the columns of a matrix; without names, they go by their numbers."""
    down, across = panel.values.shape
    rows = panel.row_keys or panel.rows or tuple(str(i) for i in range(down))
    return list(rows), list(panel.columns or tuple(str(i) for i in range(across)))
