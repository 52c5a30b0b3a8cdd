"""
Stack fifty layers, each f(x) = tanh(x·W) with random weights, and ask what the first one can learn.
It learns from a **gradient**, which starts at the end with length 1 and comes back layer by
layer. Each layer multiplies it, here by about one half, the `gain`. Fifty halves make 9e-16, and
tanh, nowhere steeper than 1, takes some more. Nothing usable arrives.

A **residual connection** changes one thing: a layer *adds* to what it was given, x + f(x). The
slope of x is 1, so on its way back the gradient is handed on whole, and what f adds to it comes on
top. Switch `residual` off and on: the two curves are always both there, and only which of them
counts changes. With it, the first layer hears no less than the last.

*Often misread:* that a residual keeps gradients from exploding. It keeps them from vanishing. At
`gain` 3 both curves climb into the thousands and beyond. Keeping them in bounds is the work of
[layer norm](layer-norm): set `norm` to pre, which normalises only what f gets to see, and the
highway stays free. Post normalises the sum as well, highway and all; at gain 3 its gradient
explodes.

Nothing is estimated. Every output sends its own gradient back through every layer, and the root
mean square of their lengths is drawn. In a transformer each [block](block) has two such
residuals, one of them around its [feed-forward network](feed-forward).
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.residual.model import Residual
from tui_transformer.concepts.residual.view import view
from tui_transformer.numbers import number


def arrives(m: Residual) -> float:
    """Take what reaches the input of a gradient of length 1."""
    return float(m.gradient_norms[0])


CONCEPT = Concept(
    Residual,
    view,
    presets={
        "fifty tanh layers": {},
        "without the residual": {"residual": False},
        "128 layers": {"depth": 128},
        "gain 3": {"gain": 3.0},
        "gain 3, pre-norm": {"gain": 3.0, "norm": "pre"},
        "gain 3, post-norm": {"gain": 3.0, "norm": "post"},
        "ReLU": {"activation": "relu"},
        "8 ReLUs a layer": {
            "activation": "relu",
            "width": 8,
            "depth": 128,
            "residual": False,
            "seed": 1,
        },
        "identity": {"activation": "identity"},
    },
    challenges=(
        Challenge(
            "starve the first of 80 layers or more: less than 1e-20 of the gradient",
            lambda m: m.depth >= 80 and m.gain == 0.5 and 0 < arrives(m) < 1e-20,
            {"depth": 80, "residual": False},
            hint="One switch takes the highway away.",
            keys="shift+right shift+right shift+right down right",
            seen=lambda m: (
                f"{number(arrives(m), 3)} of a gradient of 1 arrives; with x added at each layer "
                f"it is {number(float(m.gradient_norms_with[0]), 3)}."
            ),
        ),
        Challenge(
            "without the residual, bring at least 1 % of the gradient through 100 layers",
            lambda m: m.depth >= 100 and not m.residual and 0.01 <= arrives(m) <= 100,
            {"depth": 100, "residual": False, "norm": "pre"},
            hint="Something else must undo the shrinking; at most 100 times too much counts.",
            seen=lambda m: (
                f"No residual, and {number(arrives(m), 3)} of 1 arrives through {m.depth} layers: "
                f"norm {m.norm}, gain {number(m.gain, 3)}."
            ),
        ),
        Challenge(
            "gain 3, 100 tanh layers, width 64: a gradient between 1 % and 100 times",
            lambda m: (
                m.depth >= 100
                and m.gain == 3
                and m.activation == "tanh"
                and m.width >= 64
                and 0.01 <= arrives(m) <= 100
            ),
            {"depth": 100, "gain": 3.0, "norm": "pre"},
            hint="Normalise, but leave the highway free.",
            seen=lambda m: (
                f"{number(arrives(m), 3)} of 1 arrives through {m.depth} layers; without the norm "
                f"it would be {number(arrives(m.replace(norm='none')), 3)}."
            ),
        ),
    ),
    clock="depth",
)
