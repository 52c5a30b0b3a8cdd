"""The screen `library`: a key is not a value, and both limits of the temperature."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.concepts import load
from tui_transformer.concepts.library import CONTENTS, SHELF, TITLES, Library, says, view
from tui_transformer.figure import Heatmap
from tui_transformer.session import Session

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


def exact(a, b):
    """The dot product of the decimals as they are typed."""
    pairs = zip(map(float, a), map(float, b), strict=True)
    return sum(Fraction(repr(x)) * Fraction(repr(y)) for x, y in pairs)


def test_the_opening_wish_by_hand():
    """Sea 1, sky ½: 0.9 + 0.05, 0.5, 0.6, 0.8 + 0.35, 0, 0.5 + 0.4."""
    m = Library()
    assert m.scores.tolist() == [0.95, 0.5, 0.6, 1.15, 0.0, 0.9]
    e = [math.exp(s) for s in (0.95, 0.5, 0.6, 1.15, 0.0, 0.9)]
    assert m.weights == pytest.approx([x / sum(e) for x in e])
    assert m.pick == "Night Sailor"


@given(states)
def test_scores_weights_and_content(m):
    scores = [exact(m.query, key) for key in m.shelf]
    assert m.scores.tolist() == [float(s) for s in scores]
    if m.lookup == "hard":
        wanted = [float(j == scores.index(max(scores))) for j in range(6)]
    else:
        e = [math.exp(float(s - max(scores)) / m.temperature) for s in scores]
        wanted = [x / math.fsum(e) for x in e]
    assert m.weights == pytest.approx(wanted, rel=1e-9, abs=1e-15)
    held = m.contents.tolist()
    if m.swap_values:
        held[3], held[4] = held[4], held[3]
    for part in range(3):
        blend = math.fsum(w * v[part] for w, v in zip(wanted, held, strict=True))
        assert m.content[part] == pytest.approx(blend, abs=1e-12)


@given(states)
def test_swapping_contents_moves_no_weight_by_even_one_bit(m):
    other = m.replace(swap_values=not m.swap_values)
    assert m.weights.tobytes() == other.weights.tobytes()
    assert m.scores.tobytes() == other.scores.tobytes()


@given(states, st.tuples(*[triples] * 6))
def test_no_content_whatever_moves_a_weight(m, contents):
    assert m.weights.tobytes() == m.replace(contents=contents).weights.tobytes()


def test_swapping_changes_what_is_carried_home():
    a, b = Library(), Library(swap_values=True)
    shift = (a.weights[3] - a.weights[4]) * (np.array(CONTENTS[4]) - CONTENTS[3])
    assert b.content - a.content == pytest.approx(shift)
    assert np.max(np.abs(shift)) > 0.1
    assert a.average == pytest.approx(b.average)


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
    assert "2 books fit equally well" in says(m)


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


def test_both_ahas_take_three_keys():
    low = Session.open(CONCEPT).nudge(-10).nudge(-10).nudge(-10)
    assert CONCEPT.challenges[0].solved(low.model)
    swap = Session.open(CONCEPT).choose(1).choose(1).nudge(1)
    assert CONCEPT.challenges[1].solved(swap.model)
    assert np.array_equal(swap.model.weights, Library().weights)


def test_the_names_that_json_prints():
    values = json.loads(Library().to_json("library"))["values"]
    assert {"scores", "weights", "content"} <= set(values)
    assert [len(values[name]) for name in ("scores", "weights", "content")] == [6, 6, 3]
