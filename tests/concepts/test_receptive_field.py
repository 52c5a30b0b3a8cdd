"""The receptive field: quoted numbers, what is seen followed by hand, and what is not."""

import numpy as np
import pytest

from tui_transformer.concepts.receptive_field import CONCEPT, ReceptiveField, view
from tui_transformer.nn.reach import KINDS
from tui_transformer.session import Session


def test_the_aha_two_tokens_1023_apart() -> None:
    m = ReceptiveField(distance=1023)
    assert m.layers_needed == {
        "convolution": 512,
        "dilated": 10,
        "recurrent": 1023,
        "attention": 1,
        "causal": 1,
        "windowed": 128,
    }
    working = view(m.replace(distance=31)).formula
    assert working.shown == "⌈31/2⌉" and working.value == 16


def test_influence_of_three_layers_by_hand() -> None:
    # (x + 1 + 1/x)³ = x³ + 3x² + 6x + 7 + 6/x + 3/x² + 1/x³
    m = ReceptiveField()
    assert m.influence[13:20] * 27 == pytest.approx([1, 3, 6, 7, 6, 3, 1], rel=1e-15)
    assert len(m.influence) == 32
    assert np.count_nonzero(m.influence) == 7


def test_influence_is_how_the_output_changes_with_all_weights_one() -> None:
    # The derivative of a linear stack whose every connection has weight 1, by finite differences.
    m = ReceptiveField(kind="windowed", window=2, layers=4, length=20, position=5)

    def output(x: np.ndarray) -> float:
        for mask in m.masks:
            x = mask @ x
        return float(x[5])

    steps = [output(np.eye(20)[j]) - output(np.zeros(20)) for j in range(20)]
    assert m.influence == pytest.approx(np.array(steps) / sum(steps), rel=1e-12)


def test_what_can_be_seen_hardly_counts_at_the_edge() -> None:
    m = ReceptiveField(layers=12)
    assert m.influence[m.visible[0]] == pytest.approx(3.0**-12)
    assert m.influence[16] > 10_000 * m.influence[m.visible[0]]


def test_a_recurrent_network_takes_one_step_a_token() -> None:
    m = ReceptiveField(kind="recurrent", layers=5)
    assert m.visible == [11, 12, 13, 14, 15, 16]
    assert set(m.influence[11:17]) == {1 / 6}
    assert m.replace(position=2).visible == [0, 1, 2]


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_says_is_short(kind: str) -> None:
    for changes in (
        {},
        {"layers": 1},
        {"position": 31},
        {"position": 0},
        {"distance": 4096, "length": 64, "position": 40, "layers": 12},
    ):
        says = view(ReceptiveField(kind=kind).replace(**changes)).says
        assert len(says) <= 78, says
        assert " 1 tokens" not in says, says


def test_each_token_once() -> None:
    m = CONCEPT.model(**CONCEPT.presets["dilated, kernel 2"])
    assert m.paths[-1] == (1,) * 32


def test_the_clock_grows_the_cone() -> None:
    session = Session.open(CONCEPT)
    assert len(session.model.visible) == 7
    assert len(session.step(1).model.visible) == 9
    assert len(session.step(-1).model.visible) == 5
