"""
The last layer of a classifier gives one raw score per class, its **logit**: evidence, not yet a
probability. [Softmax](softmax) turns the scores into probabilities.

With two classes the score has a plain meaning. The gap z_cat − z_dog *is* the **log-odds**, ln of
the odds p_cat / p_dog: each +0.693, which is ln 2, doubles the odds. p_cat is the sigmoid σ of it.
Near 0 the network is torn, far from 0 it is sure. Move `offset`, which is added to both: nothing
changes.

*Often read:* p(dog) ≈ 0.0001 for the scores 16.917 and 0.772. It is 9.73e-08, a thousand times
less: 0.0001 needs a gap of only 9.21.

A harsh penalty learns faster. With the right class 10 behind (`wrong by 10`), −ln p pulls its
score with a gradient of 0.99995; half the squared error, ½(1 − p)², with 4.5e-5.

Switch `relu_first` on and choose `both-negative`: both scores become 0, and a clear verdict
becomes 50 : 50. ReLU throws away evidence *against* a class.

Last, the plain recipe, e^z divided by the sum, breaks. Far enough up e^z is too large for a float
(beyond e^88.7 in float32, e^709.8 in float64); far enough down both are 0, and 0/0 is no number.
Subtract the larger logit first: the answer is the same, and e^0 = 1 never overflows. float32 keeps
some seven digits: from a gap of about 17 on its p(cat) is simply 1.

How a word is drawn from such probabilities is [sampling](sampling).
"""

import math

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.logits.model import Logits
from tui_transformer.concepts.logits.view import view
from tui_transformer.numbers import number, probability

CONCEPT = Concept(
    Logits,
    view,
    presets={
        "certain": {},
        "torn": {"cat": 1.004, "dog": 0.709},
        "both-negative": {"cat": -1.5, "dog": -6.0},
        "ReLU, both negative": {"cat": -1.5, "dog": -6.0, "relu_first": True},
        "wrong by 10": {"cat": 0.0, "dog": 10.0},
        "offset 700": {"offset": 700.0},
        "offset 80, float32": {"offset": 80.0, "precision": "float32"},
        "offset −800": {"offset": -800.0},
        "torn, offset −744": {"cat": 1.004, "dog": 0.709, "offset": -744.0},
    },
    challenges=(
        Challenge(
            "make dog the label, about three times as likely as cat: p(dog) 0.74 to 0.76",
            lambda m: m.label == "dog" and abs(float(m.probabilities[1]) - 0.75) <= 0.01,
            {"dog": 17.972, "label": "dog"},
            hint="Odds of 3 : 1 are log-odds of ln 3.",
            seen=lambda m: (
                f"The log-odds are {number(m.log_odds, 5)}, −ln 3 = −1.0986: dog is "
                f"{number(1 / m.odds, 3)} times as likely."
            ),
        ),
        Challenge(
            "let ReLU turn a verdict of more than 99 % into 50 : 50",
            lambda m: (
                m.relu_first
                and m.probabilities[0] == m.probabilities[1]
                and abs(float(m.raw[0] - m.raw[1])) > math.log(99)
            ),
            {"cat": -1.0, "dog": -9.0, "relu_first": True},
            hint="ReLU only cuts what is below 0.",
            seen=lambda m: (
                f"Log-odds of {number(float(m.raw[0] - m.raw[1]), 4)} became 0: both scores were "
                "below 0, and what set them apart is gone."
            ),
        ),
        Challenge(
            "break the plain e^z, with p(dog) between 0.4 and 0.5",
            lambda m: m.naive_probabilities is None and m.offset and 0.4 < m.probabilities[1] < 0.5,
            {"cat": 1.0, "offset": 720.0},
            hint="Hold shift: float64 ends at e^709.8.",
            seen=lambda m: (
                f"With {number(m.offset)} added, e^z has no answer; p(dog) is still "
                f"{probability(float(m.probabilities[1]))}: only the difference counts."
            ),
        ),
    ),
)
