"""The sorter on a few levels: the counts that were agreed, and what the picture shows of them."""

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.quantization.model import Quantization
from tui_transformer.concepts.quantization.rounding import lines
from tui_transformer.concepts.quantization.view import line_marks
from tui_transformer.nn import gpt
from tui_transformer.nn.made_up.sorting import LENGTH, PLAN
from tui_transformer.panels import Plot
from tui_transformer.pieces import Columns, Line

CONCEPT = load("quantization")


@pytest.mark.parametrize(
    "controls, right",
    [
        ({}, 729),
        ({"bits": 4}, 729),
        ({"bits": 3}, 632),
        ({"bits": 3, "per": "column"}, 709),
        ({"bits": 2}, 3),
        ({"outlier": True}, 729),
        ({"bits": 4, "outlier": True}, 4),
        ({"bits": 4, "outlier": True, "per": "column"}, 729),
        ({"bits": 2, "layer": "3"}, 727),
        ({"bits": 2, "layer": "1"}, 4),
    ],
)
def test_lines_that_come_out_sorted(controls: dict, right: int) -> None:
    assert Quantization(**controls).sorted_right == right


@pytest.mark.parametrize("controls", [{"bits": 3}, {"bits": 2, "per": "column"}])
def test_read_once_or_written_letter_by_letter_is_the_same(controls: dict) -> None:
    """Given the right letters so far, or its own: a line is sorted in both or in neither."""
    m, some = Quantization(**controls), lines()[::13]
    written = gpt.greedy(PLAN, m.weights, some[:, :LENGTH], LENGTH)[:, LENGTH:]
    np.testing.assert_array_equal(np.all(written == some[:, LENGTH:], axis=1), m.right[::13] == 1)


def test_what_is_not_rounded_is_not_touched() -> None:
    m = Quantization(bits=2, layer="2")
    for name, w in m.weights.items():
        same = np.array_equal(w, m.trained[name])
        assert same != (name.startswith("block_1.") and w.ndim == 2), name
        assert w.dtype == np.float32


def test_no_weight_moves_by_more_than_half_a_step() -> None:
    for per in ("tensor", "column"):
        m = Quantization(bits=4, per=per)
        for name, moved in m.errors.items():
            assert np.all(moved <= m.scales[name] / 2 * (1 + 1e-5)), name
        assert m.max_error == max(float(moved.max()) for moved in m.errors.values())


def test_bytes_counted_by_hand() -> None:
    """83,616 weights in matrices, 1,968 numbers that stay; 20 scales, or one for each column."""
    assert Quantization(bits=8).weight_bytes == 83_616 + 4 * 20 + 4 * 1_968
    columns = 2 * 48 + 3 * (4 * 48 + 192 + 48)
    assert Quantization(bits=3, per="column").weight_bytes == 83_616 * 3 // 8 + 4 * (
        columns + 1_968
    )
    assert Quantization(bits=2, layer="1").weight_bytes == 27_648 // 4 + 4 * 6 + 4 * 57_936


def test_the_curve_ends_where_one_stands_and_tells_nothing_of_what_is_to_come() -> None:
    opening, later = Quantization(), Quantization(bits=3)
    for m, many in ((opening, 1), (later, 6)):
        drawn = [mark for mark in line_marks(m) if isinstance(mark, Line)]
        assert [len(line.x) for line in drawn] == [many, many]
        assert [line.x[-1] for line in drawn] == [m.bits, m.bits]
    assert later.curves["tensor"][-1] == 632 and later.curves["column"][-1] == 709


def test_the_bars_are_the_levels() -> None:
    m = Quantization(bits=4, outlier=True)
    plot = CONCEPT.view(m).panels[1]
    assert isinstance(plot, Plot)
    (bars,) = (mark for mark in plot.marks if isinstance(mark, Columns))
    assert list(bars.x) == list(range(-7, 8)) and sum(bars.y) == 48 * 192
    assert bars.y[7] > 0.95 * sum(bars.y), "nearly all others stand on 0"
    assert m.used < Quantization(bits=4).used
