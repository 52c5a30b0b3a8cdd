"""A layout that is used again is the one that would be found again."""

import dataclasses
import random

import numpy as np
import pytest

from tui_transformer.concepts import entries, load
from tui_transformer.render import layout
from tui_transformer.render.layout import arrange, numbered
from tui_transformer.session import Session

SIZES = ((51, 18), (83, 30), (47, 13), (130, 44))


@pytest.mark.parametrize("name", [entry.id for entry in entries()])
def test_a_layout_used_again_is_the_one_found_again(name: str) -> None:
    session = Session.open(load(name))
    rng = np.random.default_rng(random.Random(name).getrandbits(32))
    changes = ((Session.nudge, 1), (Session.nudge, -2), (Session.step, 1), (Session.choose, 1))
    for number in range(24):
        change, amount = changes[number % 4]
        session = change(session, amount) if number % 6 else session.randomise(rng)
        figure = session.figure
        width, height = SIZES[number % len(SIZES)] if number > 12 else SIZES[0]
        for _ in range(2):
            assert places(arrange(figure, width, height)) == places(
                layout._arranged(numbered(figure), width, height)
            )


@pytest.mark.parametrize("name", [entry.id for entry in entries()])
def test_a_comparison_leaves_nothing_behind(name: str) -> None:
    """A table that compares has other columns; the one that does not is laid out as ever."""
    alone = Session.open(load(name))
    compared = dataclasses.replace(alone, pinned=alone.model)
    for size in SIZES:
        layout._kept.cache_clear()
        for session in (compared, alone, compared.nudge(1), alone.nudge(1)):
            figure = session.figure
            found = layout._arranged(numbered(figure), *size)
            assert places(arrange(figure, *size)) == places(found)


def test_most_keys_find_their_layout_there() -> None:
    found = 0
    for entry in entries():
        session = Session.open(load(entry.id))
        for at in range(11):
            session = session.nudge(1)
            known = layout._kept.cache_info().misses
            arrange(session.figure, 83, 30)
            found += at > 0 and layout._kept.cache_info().misses == known
    assert found >= 0.7 * 10 * len(entries())


def places(pages: layout.Page) -> list[list[layout.Place]]:
    return [[layout._place(box) for box in page] for page in pages]
