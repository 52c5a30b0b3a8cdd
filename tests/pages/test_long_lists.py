"""A list that a control makes longer stays where it was: a part of it, if need be, and says so."""

import math
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.pages.states import HOME, IDS, Size, first, room, text
from tui_transformer.concept import Concept
from tui_transformer.concepts import load
from tui_transformer.controls import (
    Choice,
    Control,
    Letters,
    MatrixControl,
    Number,
    Text,
    Toggle,
    VectorControl,
)
from tui_transformer.figure import Figure
from tui_transformer.model import Model
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell
from tui_transformer.render.strips import TITLE
from tui_transformer.render.table_plan import plan

SCREENS: list[Size] = [HOME, (120, 36)]
WORDS = " ".join(f"w{i}" for i in range(64))

# Why a table may go: where it has no room, whatever is shown of it.
GOES = {
    # Both axes happen to reach as far with a third hinge: a square stands beside a column.
    ("mlp", "Gradients at x₀"),
    # The squares of its heads, whole and named, leave four lines, and names and a foot take two.
    ("heads", "Heads: weight there# top z of ▸# mean entropy H"),
    # A matrix of 64 rows takes the page.
    ("grouped-heads", "costs"),
}


@pytest.mark.parametrize("concept", IDS)
def test_the_table_that_leads_stays_on_page_1(concept: str) -> None:
    found = load(concept)
    opening, gone = found.look(found.model()), set()
    leads = {size: leading(opening, room(concept, size)) for size in SCREENS}
    for model in (found.model(), *map(found.preset, found.presets)):
        before = found.look(model)
        rows = lengths(before)
        for link, after in longest(found, model):
            longer = {
                name for name, count in lengths(after).items() if count > rows.get(name, count)
            }
            gone |= {
                (size, name, link)
                for size, name in leads.items()
                if name in longer and name not in shown(after, room(concept, size))
            }
    assert {(size, name) for size, name, _ in gone if (concept, name) not in GOES} == set(), gone
    assert {name for _, name, _ in gone} == {name for of, name in GOES if of == concept}


def longest(concept: Concept, model: Model) -> Iterator[tuple[str, Figure]]:
    """What a state looks like when one of its controls makes as much as it can of what there is."""
    for name, control in concept.model.controls().items():
        if name == concept.clock and concept.ahead is not None:
            continue  # its steps take as long as they take
        for value in most(control, model):
            longer = model.replace(**{name: value})
            yield f"{name}={control.format(value):.20}", concept.look(longer)


def most(control: Control, model: Model) -> list[Any]:
    """The values of a control that may make a list longer."""
    match control:
        case Number():
            return list({control.clean(end, model) for end in control.limits(model)})
        case Choice():
            return list(control.choices)
        case Toggle():
            return [False, True]
        case Letters():
            return [(control.alphabet * control.max_length)[: control.max_length]]
        case Text():
            return [WORDS]
        case VectorControl():
            low, high = control.element.limits(model)
            return [[low, high, *[0.0] * control.max_length][: control.max_length]]
        case MatrixControl():
            _, width = control._widths(model)
            return [[[0.0] * width] * max(control.rows)]
    return []


def leading(figure: Figure, size: Size) -> str:
    """The first table of page 1, by its name."""
    tables = sorted((box for box in first(figure, size) if isinstance(box.panel, Table)),
                    key=lambda box: box.index)  # fmt: skip
    return named(tables[0].panel) if tables else ""


def shown(figure: Figure, size: Size) -> set[str]:
    """The tables of page 1, by their names."""
    return {named(box.panel) for box in first(figure, size) if isinstance(box.panel, Table)}


def lengths(figure: Figure) -> dict[str, int]:
    """How many rows each table has."""
    return {named(p): len(p.rows) for p in figure.panels if isinstance(p, Table)}


def named(panel: Table) -> str:
    """What a table is called in every state: numbers in its title change."""
    return panel.key or re.sub(r"[\d,.%−]+", "#", panel.title)


# ── what the others get ────────────────────────────────────────────────────────────────

LONG = {
    "attention": [
        {"source": "random", "count": 16},
        {"source": "random", "count": 16, "scaled": False, "dimension": 512, "selected": 9},
        {"source": "random", "count": 8, "seed": 3},
    ],
    "softmax": [{"logits": tuple(range(8))}, {"logits": (-20.0, 20.0) * 4}],
    "sampling": [
        {"logits": tuple(range(12))},
        {"logits": (1.0, 2.0, 0.5) * 4, "draws": 300, "top_k": 6},
    ],
    "hyperparameters": [{"preset": "bert-base"}],
}


@pytest.mark.parametrize("concept", LONG)
def test_what_the_others_get_is_what_is_not_shown(concept: str) -> None:
    """In every column of numbers that has a sum; a sum too small for a float as powers of ten."""
    for state, size in product(LONG[concept], SCREENS):
        figure = load(concept).look(load(concept).model(**state))
        box = next(b for b in first(figure, room(concept, size)) if isinstance(b.panel, Table))
        assert isinstance(box.panel, Table)
        lines = text(box)[1:]
        if len(lines) > len(box.panel.rows):
            continue
        at = next(y for y, line in enumerate(lines) if "others" in line)
        places = plan(box.panel, box.width, box.height - TITLE, None, 0)
        shown = {places.row(y) for y in range(1, len(lines) - 1) if y != at}
        left = [cells for row, cells in enumerate(box.panel.rows) if row not in shown]
        count, _, *told = lines[at].split()
        assert int(count) == len(left) and f"of {box.panel.of}" in lines[-1]
        columns = [p.index for p in places.places[1:] if not box.panel.columns[p.index].bar]
        words = [word for word in told if not set(word) & set("█▉▊▋▌▍▎▏")]
        assert sum(word != "–" for word in words) >= 1
        for word, column in zip(words, columns, strict=True):
            if word != "–":
                said, x = float(word.replace(",", "")), total([cells[column] for cells in left])
                assert said == pytest.approx(x, rel=0.06, abs=6e-5), (column, lines[at])


def total(cells: list[Cell]) -> float:
    """What the cells of a column add up to, those that are text as it is written."""
    return math.fsum(float(str(each.content)) for each in cells)
