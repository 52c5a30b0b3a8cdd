"""
A trained weight takes 32 bits. How few will do? **Quantization** rounds each to one of a few
levels, whole numbers from −m to m, and keeps beside them one factor for many weights, their
**scale**: max|w| / m. What the network then computes with is level times scale. With 8 bits m is
127; with 2 it is 1, and every weight is −1, 0 or 1 times the scale.

Here is the trained [sorter](sorter), with all of its 729 lines. Turn `bits` down and watch. At 8
bits it takes 27 % of its bytes and sorts everything; at 4 bits it still does. At 3 it sorts
632, at 2 it sorts 3. Rounding is noise, and a sum of many products lets much of it cancel; then,
within one bit, it is too much.

The scale is set by the largest weight. Give every column of a matrix a scale of its own (`per`
column), and at 3 bits 709 lines are right. Put in one `outlier`, ten times the largest: the
network does not mind it, but at 4 bits nearly all others in its matrix round to 0, and 4 lines
are left. By columns it spoils one column alone, and all 729 come back.

*Often misread:* that fewer bits make less of everything, evenly. Layer 3 alone can go to 2 bits
and 727 lines stay; layer 1 alone leaves 4.

[The control panel](hyperparameters) counts such bytes for published models.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.quantization.model import Quantization
from tui_transformer.concepts.quantization.view import view
from tui_transformer.nn.made_up.sorting import INPUTS
from tui_transformer.numbers import count


def with_tensors(m: Quantization) -> int:
    """How many lines one scale for each matrix would sort."""
    return m.replace(per="tensor").sorted_right


CONCEPT = Concept(
    Quantization,
    view,
    presets={
        "8 bits": {},
        "4 bits": {"bits": 4},
        "3 bits": {"bits": 3},
        "2 bits": {"bits": 2},
        "4 bits by column": {"bits": 4, "per": "column"},
        "layer 1 alone, 2 bits": {"bits": 2, "layer": "1"},
        "8 bits, an outlier": {"outlier": True},
        "4 bits, an outlier": {"bits": 4, "outlier": True},
    },
    challenges=(
        Challenge(
            "3 bits for every matrix: sort 700 lines or more",
            lambda m: m.bits == 3 and m.layer == "all" and not m.outlier and m.sorted_right >= 700,
            {"bits": 3, "per": "column"},
            hint="Let fewer weights share a scale.",
            seen=lambda m: (
                f"{m.sorted_right} lines; with one scale for each matrix {with_tensors(m)}. "
                f"It costs {m.scale_count} scales."
            ),
        ),
        Challenge(
            "with the outlier, at most 4 bits everywhere: keep all 729 lines",
            lambda m: m.outlier and m.bits <= 4 and m.layer == "all" and m.sorted_right == INPUTS,
            {"bits": 4, "outlier": True, "per": "column"},
            hint="Whose scale does it spoil?",
            seen=lambda m: (
                f"All {m.sorted_right}; with one scale for each matrix "
                f"{with_tensors(m)} would be left."
            ),
        ),
        Challenge(
            "2 bits in one layer alone, one scale for each matrix: keep 700 lines",
            lambda m: (
                m.bits == 2
                and m.layer != "all"
                and m.per == "tensor"
                and not m.outlier
                and m.sorted_right >= 700
            ),
            {"bits": 2, "layer": "3"},
            hint="What comes after a layer works with its mistakes.",
            seen=lambda m: (
                f"Layer {m.layer} lets {m.sorted_right} lines through, in "
                f"{count(m.weight_bytes)} bytes; layer 1 lets "
                f"{m.replace(layer='1').sorted_right}."
            ),
        ),
    ),
)
