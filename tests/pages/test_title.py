"""The line over a screen: its concept, where data are from, its chapter, and the tasks met.

Rule 5: they are there in every state, the last two always at the right end, in this order.
"""

import re
from itertools import product

import pytest

from tests.pages.states import IDS
from tui_transformer.concepts import load
from tui_transformer.render.palette import DARK, PLAIN
from tui_transformer.session import Session
from tui_transformer.ui import parts


def states(concept):
    """The opening state and the presets."""
    found = load(concept)
    models = [found.model(), *map(found.preset, found.presets)]
    return [Session(found, model) for model in models]


def written(lines):
    return "\n".join("".join(segment.text for segment in line) for line in lines)


@pytest.mark.parametrize("concept", IDS)
def test_chapter_and_stars_stand_at_the_right_end(concept):
    for session, width in product(states(concept), (80, 99, 120, 200)):
        end = f"{parts.place_of(concept)}  ★0/{len(session.concept.challenges)} "
        over = written(parts.title(session, width, DARK))
        assert over.endswith((end, end.replace(" · ", " "))), over


@pytest.mark.parametrize("concept", IDS)
def test_where_data_come_from_is_said_once(concept):
    """Whole where there is room, and else its first words: a seed stands among the controls."""
    for session, width in product(states(concept), (80, 120)):
        first = re.split(r"[,;:(]", session.figure.data)[0].strip()
        over = written(parts.title(session, width, DARK)).split(session.concept.title)[1]
        under = written(parts.sentence(session, width, DARK))
        whole = f"data: {session.figure.data}"
        assert (first in over) != (whole in under), (over, under)


def test_a_class_has_its_mark_and_comparing_is_said_before_data():
    session = states("heads")[0]
    session = session.compare()
    over = written(parts.title(session, 80, DARK, "◉ presenting"))
    assert "◉ presenting  comparing" in over
    assert over.endswith(f"{parts.place_of('heads')}  ★0/3 ")


def test_without_room_the_stars_stay_longest():
    for width in range(20, 80):
        over = written(parts.title(states("block")[0], width, PLAIN))
        assert len(over) == width
        assert width < 48 or over.endswith("★0/3 ")
