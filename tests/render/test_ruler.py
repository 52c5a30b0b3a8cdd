"""Rulers: places and numbers are each other's inverse, limits are sound, ticks are round."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.pieces import Axis
from tui_transformer.render.ruler import Ruler, plain, ruler, ticks

ANY = st.one_of(st.floats(), st.sampled_from([0.0, 1e308, -1e308, 5e-324, math.nan, math.inf]))


def every(found) -> bool:
    return True


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY, ANY, st.one_of(st.none(), ANY), st.one_of(st.none(), ANY), st.booleans(), st.booleans())
def test_limits_are_finite_and_in_order_whatever_comes(low, high, given_low, given_high, log, bars):
    found = ruler(Axis("", given_low, given_high, log), low, high, from_zero=bars)
    assert math.isfinite(found.low) and math.isfinite(found.high)
    assert found.low < found.high and math.isfinite(found.high - found.low)
    for cells in (1, 2, 30):
        for tick in ticks(found, cells, 5, every):
            assert 0 <= tick.cell < cells and tick.text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(1, 400), st.floats(0, 1))
def test_a_number_lies_in_the_cell_it_was_taken_from(low, span, cells, where):
    scale = Ruler(low, low + span)
    cell = min(int(where * cells), cells - 1)
    assert scale.place(scale.value((cell + 0.5) / cells), cells) == cell
    log = Ruler(-3.0, -3.0 + min(span, 9))
    assert (
        log == log
        and Ruler(-3, 2, True).place(Ruler(-3, 2, True).value((cell + 0.5) / cells), cells) == cell
    )


def test_arrays_and_single_numbers_agree():
    with np.errstate(all="ignore"):
        for scale in (Ruler(-1, 3), Ruler(-2, 2, True)):
            values = np.array([-5, -1, -0.5, 0, 0.01, 1, 2.999, 3, 50, 100, np.nan, np.inf])
            shares = scale.share(values)
            for value, share in zip(values, shares, strict=True):
                cell = scale.place(value, 10)
                inside = 0 <= share <= 1
                assert (cell is not None) == inside
                if inside:
                    assert cell == min(int(share * 10), 9)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0, 10, ["0", "2", "4", "6", "8", "10"]),
        (-3, 3, ["−2", "0", "2"]),
        (0, 5000, ["0", "1000", "2000", "3000", "4000", "5000"]),
        (0, 2e8, ["0", "5e7", "1e8", "1.5e8", "2e8"]),
        (0, 3e-7, ["0", "1e-7", "2e-7", "3e-7"]),
        (100.001, 100.004, ["100.001", "100.002", "100.003", "100.004"]),
    ],
)
def test_ticks_are_round_numbers_with_as_many_decimals_as_they_need(low, high, expected):
    assert [tick.text for tick in ticks(Ruler(low, high), 60, 5, every)] == expected


def test_log_ticks():
    def texts(low, high, most=99):
        return [
            t.text for t in ticks(Ruler(low, high, True), 60, 5, lambda found: len(found) <= most)
        ]

    assert texts(-3, 1) == ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]
    assert texts(-3, 1, 3) == ["10⁻²", "10⁰"]
    assert texts(-300, 300, 5) == ["10⁻²⁰⁰", "10⁰", "10²⁰⁰"]
    assert texts(math.log10(0.15), math.log10(0.7)) == ["0.2", "0.5"]
    assert plain("10⁻³") == "1e-3" and plain("10¹²") == "1e12" and plain("10") == "10"


def test_where_no_two_round_numbers_fit_the_limits_stand():
    found = ticks(Ruler(0.41, 0.59), 30, 1, lambda ticks: len(ticks) <= 2)
    assert [tick.text for tick in found] == ["0.41", "0.59"]


def test_on_a_whole_axis_ticks_are_whole():
    assert [t.text for t in ticks(Ruler(-0.5, 2.5, whole=True), 60, 12, every)] == ["0", "1", "2"]
