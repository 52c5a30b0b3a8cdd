"""
A plain [feed-forward network](feed-forward) bends every sum by one curve: what comes of a unit
follows from its own number alone. Networks of today make two sums for each unit, with a matrix
for each. One sum is bent and becomes the **gate**; the other passes, times the gate. With SiLU
as the bend this is **SwiGLU**, with GELU **GEGLU** (Shazeer, 2020).

In the picture each unit is a point: across what could pass, upwards what comes. Walk `unit`.
Units 1 and 6 could pass about as much, −0.904 and −1.011; of one comes −0.494, of the other
−0.031. Another number decided. Unit 7 has the most, 3.070, and its gate stands at −0.005. Turn
`kind` to *relu*, and all points lie on one curve.

A third matrix has to be paid for: there are fewer units, 8/3·d for 4·d. Where `d_model` can be
divided by 3 both cost the same to the last parameter, here 72. Llama 2, with d = 4,096, rounds
its 10,923 units up to 11,008.

Before it stands [RMS norm](layer-norm), as in [models opened here](real-model). Give x five times
as large: to the digits shown nothing moves.

*Often misread:* that a gate lies between 0 and 1. SiLU goes down to −0.278, and then what passes
changes its sign; upwards it has no end, at 3 it is 2.86.

[The control panel](hyperparameters) counts such networks.
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.gated.model import Gated
from tui_transformer.concepts.gated.view import view
from tui_transformer.numbers import count, number
from tui_transformer.text import and_list


def costs_the_same(m: Gated) -> bool:
    """Whether a GEGLU of six numbers or more has the parameters of the plain network."""
    if m.kind != "geglu" or m.d_model < 6:
        return False
    return m.parameter_count == m.replace(kind="gelu").parameter_count


def has_no_mean(m: Gated) -> bool:
    """Whether layer norm finds no mean to take out of three numbers or more, none of them 0."""
    x = np.resize(m.x, m.d_model)
    return m.norm == "layer" and m.d_model > 2 and bool(np.all(x != 0)) and abs(np.sum(x)) < 1e-9


def turns(m: Gated) -> bool:
    """Whether a gate of unit 4 or later is nearly as far below 0 as SiLU goes."""
    return m.kind == "swiglu" and m.unit >= 4 and bool(m.gate[m.unit] < -0.27)


CONCEPT = Concept(
    Gated,
    view,
    presets={
        "SwiGLU": {},
        "plain: ReLU": {"kind": "relu"},
        "plain: GELU": {"kind": "gelu"},
        "GEGLU": {"kind": "geglu"},
        "most to pass, shut": {"unit": 7},
        "five times x": {"x": (5.0, -2.5, 10.0)},
        "layer norm": {"norm": "layer"},
        "six numbers": {"d_model": 6},
    },
    challenges=(
        Challenge(
            "a GELU gate, six numbers or more: cost what the plain network costs",
            costs_the_same,
            {"kind": "geglu", "d_model": 6},
            hint="8/3 of what is a whole number?",
            seen=lambda m: (
                f"3·{m.d_model}·{m.d_ff} and 2·{m.d_model}·{4 * m.d_model}: "
                f"{count(m.parameter_count)} parameters either way."
            ),
        ),
        Challenge(
            "find three numbers or more, none 0, that layer norm treats as RMS norm does",
            has_no_mean,
            {"norm": "layer", "x": (1.0, -3.0, 2.0)},
            hint="What does layer norm take out, and RMS norm not?",
            seen=lambda m: (
                "Their mean is 0: there is none to take out, and either gives "
                f"{and_list([number(float(x), 3) for x in m.normalized])}."
            ),
        ),
        Challenge(
            "SwiGLU: bring a gate of unit 4 or later below −0.27",
            turns,
            {"unit": 5, "x": (1.0, 2.0, 2.0)},
            hint="SiLU is lowest at −1.28: move x until x·W_gate is there.",
            seen=lambda m: (
                f"Unit {m.unit} turns {number(float(m.passes[m.unit]), 3)} into "
                f"{number(float(m.hidden[m.unit]), 3)}: the other sign."
            ),
        ),
    ),
)
