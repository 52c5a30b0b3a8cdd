"""
Learning is walking downhill: the height is the loss, the place where you stand is the
weights. Here they are a line's slope x and height y; it should lie on the five points.
**Gradient descent** feels the slope under its feet, the gradient ∇f, and steps against it:
w ← w − η∇f. The **learning rate** η sets the length of the step.

How steeply the bowl curves along u1 and u2 is its **curvature** λ. Every step multiplies the
distance along an axis by 1 − ηλ, so each axis is a geometric series of its own. Raise η.
The steep axis sets the limit, η < 2/λmax; the flat one sets the pace.

*Often misread:* that overshooting means failing. At ×−0.8 every step lands on the other
side, and nearer; only beyond −1 does it fly off. That a smaller rate is better:
η = 0.01 takes 310 steps to a loss below 0.001, η = 0.18 takes 20. And that the gradient
points at the minimum: turn the bowl and read the angle.

Real ground has hills and valleys: of two minima, the start decides which is found. And its slope is
felt with a few examples, a **batch**: with four times as many, it is off by half as much.

**Momentum** adds up past gradients, **Nesterov** takes them one look ahead, **Adam**
rescales each coordinate. These are two weights; [a small network](mlp) walks with seven,
[a real one](training) with thousands, and its slope often starts as [p − y](softmax).
"""

from tui_transformer.concept import Concept
from tui_transformer.concepts.descent.model import Descent
from tui_transformer.concepts.descent.tasks import TASKS
from tui_transformer.concepts.descent.view import view

CONCEPT = Concept(
    Descent,
    view,
    presets={
        "η = 0.18": {},
        "η = 2/11": {"learning_rate": 2 / 11},
        "η = 0.01": {"learning_rate": 0.01},
        "η = 0.2": {"learning_rate": 0.2},
        "η = 0.21": {"learning_rate": 0.21},
        "turned by 30°": {"rotation": 30.0},
        "momentum (κ = 200)": {
            "curvature": (0.1, 20.0),
            "optimizer": "momentum",
            "momentum": 0.75,
            "learning_rate": 0.17,
        },
        "beside a saddle": {
            "surface": "saddle",
            "curvature": (5.0, 1.0),
            "learning_rate": 0.1,
            "start": (1.5, 0.001),
        },
        "Rosenbrock, with Adam": {
            "surface": "rosenbrock",
            "optimizer": "adam",
            "learning_rate": 0.3,
            "start": (-1.2, 1.0),
        },
    },
    challenges=TASKS,
    clock="steps",
    groups={"curvature": {"curvature": ""}, "start": {"start": ""}},
)
