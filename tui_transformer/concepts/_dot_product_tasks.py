"""The tasks of the concept `dot-product`, and what they say when they are solved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui_transformer.concept import Challenge
from tui_transformer.numbers import fixed, number

if TYPE_CHECKING:
    from tui_transformer.concepts.dot_product import DotProduct


def opening_lengths(m: DotProduct) -> bool:
    """Whether both arrows are still as long as at the start."""
    return (m.u_length, m.v_length) == (3.0, 2.0)


def seen_further(m: DotProduct) -> str:
    """Say that length made up for direction."""
    return (
        f"At {number(m.between, 4)}° instead of 45° u·v rose from 4.243 to {number(m.dot, 4)}: "
        f"u is {number(m.u_length, 3)} long, not 3."
    )


def seen_spread(m: DotProduct) -> str:
    """Say which law both spreads follow."""
    root = math.sqrt(m.dimension)
    return (
        f"d = {m.dimension}: u·v ±{number(m.random_dot_std, 3)}, √d = {number(root, 3)}; "
        f"cos ±{fixed(m.random_cosine_std, 4)}, 1/√d = {fixed(1 / root, 4)}."
    )


TASKS = (
    Challenge(
        "turn u further away from v, and yet make u·v larger than it was",
        lambda m: m.between > 45 and m.dot > 4.25 and m.v_length == 2,
        {"u_length": 4.0, "u_angle": 25.0},
        keys="shift+right down left",
        hint="Direction is one thing that counts. What is the other?",
        seen=seen_further,
    ),
    Challenge(
        "spread random dot products beyond ±20, cosines within ±0.05",
        lambda m: m.random_dot_std > 20 and m.random_cosine_std < 0.05,
        {"dimension": 639},
        keys="up up shift+right shift+right",
        hint="Only one control touches the random vectors' size: their dimension.",
        seen=seen_spread,
    ),
    Challenge(
        "without touching a length, make u·v exactly 0, the cosine with it",
        lambda m: opening_lengths(m) and m.dot == 0 and m.cosine == 0,
        {"v_angle": 120.0},
        hint="At which angle does u reach nowhere along v?",
        seen=lambda m: f"At {number(m.between)}° the cosine is 0, and 3·2·0 = 0: no length helps.",
    ),
)
