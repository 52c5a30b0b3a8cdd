"""
A network that has to choose one of several classes ends in one raw score per class: its
**logits**. Any number will do, negative or huge. **Softmax** makes them probabilities:
raise e to each score, divide by the sum. Now all are positive and add up to 1.

Because e^(z+c) = e^z·e^c, adding the same c to every logit cancels out. *Only differences
count*: turn shift, and all three logits rise while no bar moves. The **temperature**
divides the logits first. Below 1 it stretches the differences and the winner takes more; above 1 it
levels them. It never changes who wins.

How wrong was the guess? **Cross-entropy** is −ln p of the class that was right: nothing
if p = 1, and more and more as p falls. What makes it the usual loss is its gradient,
which is as simple as it could be: p − y, what was said minus what was true, divided by
T. (y is **one-hot**: all of it stands on the right class.)

*Often misread:* that a confident mistake makes the loss "explode". Being 99 % sure of the
wrong one of two classes costs −ln 0.01 = 4.605 nats. The loss has no upper bound, but it
grows only as fast as −ln p, and each part of the gradient stays below 1/T.

The same softmax decides, inside a transformer, [where attention goes](attention), and the
scores it gets come from [units like this one](neuron).
"""

import math

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.softmax.model import Softmax
from tui_transformer.concepts.softmax.view import called, view
from tui_transformer.numbers import number, probability

CONCEPT = Concept(
    Softmax,
    view,
    presets={
        "three classes": {},
        "T = 0.5": {"temperature": 0.5},
        "T = 10": {"temperature": 10.0},
        "shifted by +5": {"shift": 5.0},
        "0 and 4.595": {"logits": (0.0, 4.595), "target": 0},
    },
    challenges=(
        Challenge(
            "let dog or bird be right, at less than 1.2 nats, without touching a logit",
            lambda m: (
                m.target > 0 and m.cross_entropy < 1.2 and np.array_equal(m.logits, (2.0, 1.0, 0.1))
            ),
            {"temperature": 3.0, "target": 1},
            hint="A lower temperature is bolder, a higher one more careful.",
            seen=lambda m: (
                f"The same logits at T = {number(m.temperature, 3)}: "
                f"{called(m, m.target)} went from "
                f"{probability(float(m.replace(temperature=1).probabilities[m.target]), 3)} "
                f"to {probability(float(m.probabilities[m.target]), 3)}."
            ),
        ),
        Challenge(
            "at T = 2 or more be over 99 % sure of a wrong class: read what it costs",
            lambda m: (
                m.temperature >= 2 and m.cross_entropy > 4.605 and max(m.probabilities) > 0.99
            ),
            {"logits": (2.0, 20.0, 0.1), "temperature": 2.0},
            hint="Lower the right logit, or raise a wrong one.",
            seen=lambda m: (
                f"Over 99 % for a wrong class cost {number(m.cross_entropy, 4)} nats, and no "
                f"slope passes 1/T = {number(1 / m.temperature, 3)}."
            ),
        ),
        Challenge(
            "bring the entropy of four or more classes within 0.01 of its maximum, ln n",
            lambda m: len(m.logits) > 3 and np.log(len(m.logits)) - m.entropy < 0.01,
            {"logits": (2.0, 1.0, 0.1, 0.1), "temperature": 10.0},
            hint="Make the classes as even as you can.",
            seen=lambda m: (
                f"H = {number(m.entropy, 4)} of ln {len(m.logits)} = "
                f"{number(math.log(len(m.logits)), 4)}: the p lie between "
                f"{probability(float(min(m.probabilities)), 3)} and "
                f"{probability(float(max(m.probabilities)), 3)}."
            ),
        ),
    ),
)
