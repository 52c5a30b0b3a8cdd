"""
A **layer** multiplies what it gets by a matrix of weights and adds a bias. Here a *stack* of them
takes one number x and gives one back, so all that it does fits into one picture.

With `activation` identity nothing stands between the layers. However many you stack, the matrices
multiply out to a single one, and the picture is one straight line: a·x + b. The difference is
rounding, about 1e-15.

Now put ReLU between them. [The gate](activations) shuts below zero, and where a unit shuts or
opens the line can get a **kink**. Choose `tent`, two ReLUs a layer that fold the line in the
middle, and press play: `fold` counts the layers passed, and the fold is folded. Each layer
*doubles* the pieces. The same units side by side, in one layer, only *add* one piece each at most.
Two lines are drawn with it: what the same weights make without bends, and the best of all lines.

*Often read:* that more layers always mean more bends. Choose `hinge`, or random weights: a layer
adds some pieces, adds none, or loses some. Depth makes folding possible; weights have to do it.

Between earlier kinks each unit's sum is a straight line, and crosses zero once at most. Counted is
what lies strictly between −2 and 2. tanh bends everywhere: no kinks, no straight pieces.

What a layer does to a whole plane of points is shown in [xor](xor); many hinges side by side in
[approximation](approximation).
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.depth.model import Depth
from tui_transformer.concepts.depth.view import view
from tui_transformer.numbers import number

CONCEPT = Concept(
    Depth,
    view,
    clock="fold",
    presets={
        "linear": {},
        "linear, 8 deep, 16 wide": {"layers": 8, "width": 16},
        "hinge": {"weights": "hinge", "activation": "relu", "layers": 1},
        "tent": {"weights": "tent", "activation": "relu"},
        "tent, no ReLU": {"weights": "tent"},
        "random ReLUs": {"activation": "relu"},
        "one wide layer": {"activation": "relu", "layers": 1, "width": 16},
        "deep and narrow": {"activation": "relu", "layers": 8, "width": 2, "seed": 1},
        "tanh": {"activation": "tanh"},
    },
    challenges=(
        Challenge(
            "with four layers or more bend the line exactly once, at x = 0.5",
            lambda m: m.applied >= 4 and m.kinks == [0.5],
            {"layers": 4, "activation": "relu", "weights": "hinge"},
            hint="One choice of weights is named for it.",
            seen=lambda m: (
                f"Slope {number(m.slopes[0], 3)} left of 0.5 and {number(m.slopes[1], 3)} right "
                "of it: no one line has two slopes."
            ),
            keys="right down right down left",
        ),
        Challenge(
            "make 32 pieces out of 10 ReLUs; side by side they make 11 at most",
            lambda m: m.pieces is not None and m.pieces >= 32 and m.applied * m.units <= 10,
            {"activation": "relu", "weights": "tent", "layers": 5},
            hint="Fold, and fold again: two ReLUs are one fold.",
            seen=lambda m: (
                f"{m.applied * m.units} ReLUs in {m.applied} layers make {m.pieces} pieces; in one "
                f"layer {m.applied * m.units + 1} at most."
            ),
        ),
        Challenge(
            "stack 4 or more layers of ReLUs that still are one straight line",
            lambda m: m.activation == "relu" and m.applied >= 4 and m.pieces == 1,
            {"activation": "relu", "layers": 8, "width": 1, "seed": 0},
            hint="Narrow layers often shut altogether. Other seeds, other weights.",
            seen=lambda m: (
                f"{m.applied} layers, one piece of slope {number(m.slopes[0], 3)}: "
                "no unit that switches is heard at the end."
            ),
        ),
    ),
)
