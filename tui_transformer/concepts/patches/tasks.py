"""What there is to do on the screen `patches`, and what is said once it is done."""

import numpy as np

from tui_transformer.concepts.patches.model import SIZES, Patches, unpainted
from tui_transformer.numbers import number, probability


def painted(*places: tuple[int, int]) -> tuple[tuple[float, ...], ...]:
    """A small sheet with these pixels painted, each by row and column."""
    sheet = np.array(unpainted(SIZES[0]))
    for place in places:
        sheet[place] = 1
    return tuple(map(tuple, sheet.tolist()))


def is_painted_smile(m: Patches) -> bool:
    """Whether the detector takes what was painted on blank paper for a smile."""
    return m.drawing == "own" and m.weights == "designed" and m.detector["score"] >= 4


def said_of_smile(m: Patches) -> str:
    """What the detector saw."""
    ink = m.image * m.smile
    good, bad = float(np.sum(ink[ink > 0])), float(-np.sum(ink[ink < 0]))
    return (
        f"It scores {number(m.detector['score'], 3)}: {number(good, 3)} of ink where a smile has "
        f"it, less {number(bad, 3)} where a frown has."
    )


def finds_its_image(m: Patches) -> bool:
    """Whether the query, of 2×2 pixels, looks mostly at one other patch."""
    others = np.delete(m.attention[m.query], m.query)
    return m.side == 2 and m.weights == "designed" and float(np.max(others)) > 0.5


def said_of_image(m: Patches) -> str:
    """Where it looks."""
    best = int(np.argmax(m.attention[m.query]))
    many = m.size // m.side
    apart = abs(best % many - m.query % many)
    return (
        f"{m.patch_names[m.query]} gives {probability(m.attention[m.query, best], 3)} to "
        f"{m.patch_names[best]}, {apart} columns of patches away."
    )


def answers_only_outside(m: Patches) -> bool:
    """Whether edge-y sees ink, and answers 0 but where the picture ends."""
    inside = float(np.max(np.abs(m.convolved[1:-1])))
    return m.kernel == "edge-y" and inside < 1e-9 and float(np.sum(m.image)) >= m.size


def said_of_edge(m: Patches) -> str:
    """What it answers there."""
    most = number(float(np.max(np.abs(m.convolved))), 3)
    return f"Inside it answers 0; up to {most} only where the paper beyond the picture begins."
