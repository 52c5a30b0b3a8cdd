"""The screen `library`: a key is not a value, and both limits of the temperature."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.concepts import load
from tui_transformer.concepts.library.model import CONTENTS, SHELF, TITLES, Library
from tui_transformer.concepts.library.view import says, view
from tui_transformer.panels import Heatmap

CONCEPT = load("library")
tenths = st.integers(0, 10).map(lambda i: i / 10)
triples = st.tuples(tenths, tenths, tenths)
states = st.builds(
    Library,
    query=triples,
    temperature=st.floats(0.01, 100),
    lookup=st.sampled_from(["soft", "hard"]),
    swap_values=st.booleans(),
    shelf=st.tuples(*[triples] * 6),
    contents=st.tuples(*[triples] * 6),
)


def test_the_opening_wish_by_hand():
    """Sea 1, sky ½: 0.9 + 0.05, 0.5, 0.6, 0.8 + 0.35, 0, 0.5 + 0.4."""
    m = Library()
    assert m.scores.tolist() == [0.95, 0.5, 0.6, 1.15, 0.0, 0.9]
    e = [math.exp(s) for s in (0.95, 0.5, 0.6, 1.15, 0.0, 0.9)]
    assert m.weights == pytest.approx([x / sum(e) for x in e])
    assert m.pick == "Night Sailor"


@given(states)
def test_swapping_contents_moves_no_weight_by_even_one_bit(m):
    other = m.replace(swap_values=not m.swap_values)
    assert m.weights.tobytes() == other.weights.tobytes()
    assert m.scores.tobytes() == other.scores.tobytes()


@given(states, st.tuples(*[triples] * 6))
def test_no_content_whatever_moves_a_weight(m, contents):
    assert m.weights.tobytes() == m.replace(contents=contents).weights.tobytes()


def test_towards_no_temperature_it_is_a_dictionary():
    soft, hard = Library(temperature=0.01), Library(lookup="hard")
    assert hard.content.tolist() == list(CONTENTS[3])
    assert soft.content == pytest.approx(hard.content, abs=1e-8)
    assert hard.weights.tolist() == [0, 0, 0, 1, 0, 0]


def test_towards_infinite_temperature_it_is_the_average_book():
    for query in ((1.0, 0.5, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 1.0)):
        m = Library(temperature=100, query=query)
        assert m.weights == pytest.approx([1 / 6] * 6, abs=0.003)
        assert m.content == pytest.approx(np.mean(CONTENTS, axis=0), abs=0.003)


@given(states)
def test_the_temperature_never_changes_who_is_first(m):
    soft = m.replace(lookup="soft")
    assert soft.weights[m.best] == max(soft.weights)


def test_ties_are_shared_softly_and_go_to_the_first_hard():
    """Fish Soups (0.6, 0.2, 0.8) and Night Sailor (0.8, 0.7, 0.1) both add up to 1.6."""
    m = CONCEPT.preset("two books tie")
    assert m.scores[2] == m.scores[3] == 0.8
    assert m.weights[2] == m.weights[3] == max(m.weights)
    assert m.replace(lookup="hard").weights.tolist() == [0, 0, 1, 0, 0, 0]
    assert m.replace(temperature=0.01).weights[[2, 3]] == pytest.approx([0.5, 0.5], abs=0.01)
    assert view(m).data == "designed", "nobody has touched the shelf"
    assert view(m.replace(contents=np.ones((6, 3)))).data == "designed, changed by you"


def test_a_blend_moves_smoothly_and_a_pick_jumps():
    near = [(0.5, q, 0.0) for q in (0.08, 0.09)]  # Whale Songs leads, then Night Sailor
    hard = [Library(query=q, lookup="hard").content for q in near]
    soft = [Library(query=q).content for q in near]
    assert np.max(np.abs(hard[1] - hard[0])) > 0.4
    assert np.max(np.abs(soft[1] - soft[0])) < 0.005


@given(states)
def test_every_sentence_is_short(m):
    assert 10 < len(says(m)) <= 78, says(m)


def test_the_swap_touches_one_heatmap_only():
    maps = [
        [p for p in view(Library(swap_values=on)).panels if isinstance(p, Heatmap)]
        for on in (False, True)
    ]
    (keys, contents), (same_keys, swapped) = maps
    assert np.array_equal(keys.values, same_keys.values)
    assert np.array_equal(contents.values[3], swapped.values[4])
    assert keys.rows == ("q", *TITLES)
    assert np.array_equal(keys.values[1:], SHELF)


def test_no_task_is_solved_without_what_it_is_about():
    dictionary, swapped, average, bread = (task.solved for task in CONCEPT.challenges)
    assert not dictionary(Library(lookup="hard"))
    assert not swapped(Library(temperature=0.1, swap_values=True, contents=np.full((6, 3), 0.5)))
    assert not average(Library(query=(0.0, 0.0, 0.0)))
    assert not bread(Library(query=(0.5, 0.0, 0.0), shelf=np.roll(SHELF, 1, axis=0)))
    assert not bread(Library(query=(0.0, 0.0, 0.0)))
