"""Waves and turned pairs against complex numbers: e^(iθ) is a turn by θ."""

import cmath

import pytest

from tests.calculator import calculate
from tui_transformer.steps.positions import turned, wave
from tui_transformer.terms import operand, plain


@pytest.mark.parametrize("p", [0, 1, 7, 255])
@pytest.mark.parametrize("d", [2, 6])
@pytest.mark.parametrize("base", [10.0, 1e4])
def test_a_pair_is_turned_as_a_complex_number(p: int, d: int, base: float) -> None:
    size, root = operand("d_model", d), operand("base", base)
    x = [operand(f"x[{j}]", 0.3 * j - 1) for j in range(d)]
    for pair in range(0, d, 2):
        turn = cmath.exp(1j * p * base ** (-pair / d))
        waves = [wave(p, pair + odd, size, root) for odd in (0, 1)]
        assert [calculate(plain(term)) for term in waves] == pytest.approx([turn.imag, turn.real])
        z = complex(x[pair].value, x[pair + 1].value) * turn
        found = [calculate(plain(turned(x, pair + odd, *waves))) for odd in (0, 1)]
        assert found == pytest.approx([z.real, z.imag])
