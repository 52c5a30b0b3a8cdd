"""The screen `values`: mixtures by hand, the hull, and what is linear and what is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.concepts import load
from tui_transformer.concepts.values.model import ROLES, VALUES, Values
from tui_transformer.concepts.values.view import WORDS, says, view

CONCEPT = load("values")
numbers = st.floats(-5, 5)
rows = st.tuples(numbers, numbers)
states = st.builds(
    Values,
    context=st.sampled_from(list(ROLES)),
    scores=st.tuples(numbers, numbers, numbers),
    values=st.tuples(rows, rows, rows),
)


def test_the_river_by_hand():
    """e² = 7.389056, so the weights are 7.389056 : 1 : 1."""
    m = Values()
    assert m.weights == pytest.approx([0.786986, 0.106507, 0.106507], abs=5e-7)
    assert m.output == pytest.approx([4 * 0.786986 + 0.106507, 5 * 0.106507], abs=5e-6)
    assert m.contributions.sum(axis=0) == pytest.approx(m.output)


@given(states)
def test_the_output_never_leaves_the_hull(m):
    assert m.inside_hull is True
    assert m.values.min(axis=0)[0] - 1e-12 <= m.output[0] <= m.values.max(axis=0)[0] + 1e-12
    normal = np.array([0.6, -0.8])  # in any direction: no further than the furthest value
    assert m.output @ normal <= max(m.values @ normal) + 1e-12


def test_membership_is_really_computed(monkeypatch):
    """With weights that add up to more than 1 the same property says no."""
    monkeypatch.setattr(
        "tui_transformer.concepts.values.model.nn.weights", lambda z: np.array([1.0, 0.5, 0.5])
    )
    assert Values().inside_hull is False


def test_the_context_decides_where_bank_goes():
    river, money, both = (Values(context=c).output for c in ROLES)
    assert river[0] > 3 > 1 > river[1]
    assert money == pytest.approx(river[::-1])
    assert both[0] == pytest.approx(both[1])


def test_off_topic_counts_for_nobody_when_both_are_the_topic():
    a, b = (Values(context="both", scores=(2, 0, s)).weights for s in (-5, 5))
    assert np.array_equal(a, b)


def test_linear_in_the_values_and_not_in_the_scores():
    one, two = Values(values=np.array(VALUES) / 2), Values()
    assert np.array_equal(two.output, 2 * one.output)
    three = Values(values=np.array(VALUES) / 2 + ((1, 0), (0, 1), (-1, 2)))
    moved = Values(values=((1, 0), (0, 1), (-1, 2)))
    assert three.output == pytest.approx(one.output + moved.output)
    assert not np.allclose(Values(scores=(4, 0, 0)).output, 2 * Values().output, atol=0.1)


@given(states)
def test_no_scores_lead_out_of_the_opening_triangle(m):
    here = m.replace(values=VALUES)
    assert not CONCEPT.challenges[2].solved(here)


@given(states)
def test_every_sentence_is_short(m):
    assert 10 < len(says(m)) <= 78, says(m)


def test_the_table_of_scores_has_no_row_for_a_sum() -> None:
    """Weights and what is added have a sum, scores none: no row stands empty."""
    for title, names in (("Weights", [*WORDS, "sum"]), ("From which score", [*WORDS])):
        (table,) = (panel for panel in view(Values()).panels if panel.title == title)
        assert [row[0].content for row in table.rows] == names
