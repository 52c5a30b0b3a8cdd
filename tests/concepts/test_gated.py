"""The gate and what it costs, against plain loops and against a published design."""

import math

import numpy as np
import pytest

from tui_transformer.concepts.gated import CONCEPT, Gated
from tui_transformer.nn.decoder_block import DecoderBlock, forward
from tui_transformer.nn.published.designs import DESIGNS
from tui_transformer.panels import Plot
from tui_transformer.pieces import Line, Points


def bent(kind: str, z: float) -> float:
    """One number through the bend of a kind."""
    if kind == "relu":
        return max(0.0, z)
    if kind == "swiglu":
        return z / (1 + math.exp(-z))
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


@pytest.mark.parametrize("norm", ["rms", "layer"])
@pytest.mark.parametrize("kind", ["relu", "gelu", "geglu", "swiglu"])
def test_it_is_what_plain_loops_give(kind: str, norm: str) -> None:
    """Shazeer, GLU Variants Improve Transformer (2020), eqs. 2, 3 and 6, number by number."""
    m = Gated(kind=kind, norm=norm, d_model=5, x=(3.0, -1.0, 0.5, 4.0, -2.0), seed=9)
    d, f, w, x = m.d_model, m.d_ff, m.weights, [3.0, -1.0, 0.5, 4.0, -2.0]
    mean = sum(x) / d if norm == "layer" else 0.0
    root = math.sqrt(sum((each - mean) ** 2 for each in x) / d + 1e-6)
    x = [(each - mean) / root for each in x]
    hidden = []
    for j in range(f):
        passes = sum(x[i] * w["w_1"][i, j] for i in range(d))
        if "w_gate" in w:
            hidden.append(bent(kind, sum(x[i] * w["w_gate"][i, j] for i in range(d))) * passes)
        else:
            hidden.append(bent(kind, passes))
    output = [sum(hidden[j] * w["w_2"][j, i] for j in range(f)) for i in range(d)]
    assert m.normalized == pytest.approx(x, abs=1e-12)
    assert m.hidden == pytest.approx(hidden, abs=1e-12)
    assert m.output == pytest.approx(output, abs=1e-12)


def test_the_aha_two_units_alike_in_what_could_pass_differ_in_what_comes() -> None:
    m = Gated()
    assert abs(m.passes[1] - m.passes[6]) < 0.11
    assert abs(m.hidden[1] / m.hidden[6]) > 10
    plain = m.replace(kind="relu")
    order = np.argsort(plain.passes)
    assert np.all(np.diff(plain.hidden[order]) >= 0), "one curve, which never falls"


@pytest.mark.parametrize("d", range(2, 13))
def test_the_parameters_are_equal_up_to_rounding(d: int) -> None:
    """3·d·f is nearest to 8·d² of all whole f, and is 8·d² where 3 divides d."""
    plain, m = Gated(kind="relu", d_model=d), Gated(d_model=d)
    assert plain.parameter_count == sum(w.size for w in plain.weights.values()) == 8 * d * d
    assert m.parameter_count == sum(w.size for w in m.weights.values())
    off = abs(m.parameter_count - 8 * d * d)
    assert off <= d and (off == 0) == (d % 3 == 0)
    for f in (m.d_ff - 1, m.d_ff + 1):
        assert abs(3 * d * f - 8 * d * d) > off


def test_llama_2_has_the_rule_rounded_up_to_256() -> None:
    design = DESIGNS["llama-2-7b"]
    assert design.d_ff == 256 * math.ceil(8 * design.d_model / 3 / 256) == 11_008


def test_it_is_the_second_half_of_the_block_that_published_models_run() -> None:
    """With attention's way out at 0 a whole block adds exactly this to the stream."""
    m = Gated(d_model=6, x=(1.0, 2.0, -3.0, 0.5, 0.0, 4.0))
    plan = DecoderBlock(6, heads=1, kv_heads=1, d_head=6, d_ff=16)
    w = {name: np.zeros(shape) for name, shape in plan.shapes().items()}
    w |= {"norm_1.gain": np.ones(6), "norm_2.gain": np.ones(6)}
    w |= {f"feed_forward.{name}": each for name, each in m.weights.items()}
    row = np.array([[1.0, 2.0, -3.0, 0.5, 0.0, 4.0]])
    assert forward(plan, w, row, None).output[0] - row[0] == pytest.approx(m.output, abs=1e-12)


def test_rms_norm_leaves_the_mean_and_layer_norm_takes_it_out() -> None:
    x = (4.0, 5.0, 6.0)
    rms, layer = (Gated(norm=norm, x=x) for norm in ("rms", "layer"))
    assert rms.normalized.mean() > 0.9
    assert layer.normalized.mean() == pytest.approx(0, abs=1e-12)
    moved = tuple(each + 3 for each in x)
    assert layer.replace(x=moved).output == pytest.approx(layer.output, abs=1e-9)
    assert np.max(np.abs(rms.replace(x=moved).output - rms.output)) > 1e-4


@pytest.mark.parametrize("kind", ["relu", "gelu", "geglu", "swiglu"])
def test_the_picture_draws_every_unit_where_it_is(kind: str) -> None:
    m = Gated(kind=kind, unit=5)
    plot = CONCEPT.view(m).panels[0]
    assert isinstance(plot, Plot)
    every, lit = (mark for mark in plot.marks if isinstance(mark, Points))
    assert list(every.x) == list(m.passes) and list(every.y) == list(m.hidden)
    assert (lit.x[0], lit.y[0]) == (m.passes[5], m.hidden[5])
    (line,) = (mark for mark in plot.marks if isinstance(mark, Line))
    assert np.interp(m.passes[5], line.x, line.y) == pytest.approx(m.hidden[5], abs=0.02)
