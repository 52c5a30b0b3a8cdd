"""The answers of the lessons of patches and rotary, worked out again in plain Python."""

import cmath
import math

import numpy as np

from tests.lessons.test_shipped import answers, way

FROWN = ["", " ##  ## ", " ##  ## ", "", "  ####  ", " ##  ## ", " #    # ", ""]
SMILE = [*FROWN[:4], *FROWN[6:3:-1], ""]


def ink(rows: list[str]) -> set[tuple[int, int]]:
    """Where a drawing has ink."""
    return {(r, c) for r, row in enumerate(rows) for c, dot in enumerate(row) if dot == "#"}


def quarter(rows: list[str], top: int, left: int) -> set[tuple[int, int]]:
    """The ink of one of four patches, by its place in the patch."""
    return {(r - top, c - left) for r, c in ink(rows) if 0 <= r - top < 4 and 0 <= c - left < 4}


def test_patches() -> None:
    said = answers("patches")
    assert said["Scissors"] == str(sum(1 for r in range(0, 8, 2) for c in range(0, 8, 2)))
    assert said["Everybody meets everybody"] == str(16 * 16)
    wish = {(r, 3 - c) for r, c in quarter(FROWN, 4, 0)}
    places = {"A1": (0, 0), "A2": (0, 4), "B1": (4, 0), "B2": (4, 4)}
    found = [name for name, place in places.items() if quarter(FROWN, *place) == wish]
    assert [said["Across the face"]] == found
    assert said["Nine pixels"] == str(3 * 1 - 3 * 1)
    only_smile, only_frown = ink(SMILE) - ink(FROWN), ink(FROWN) - ink(SMILE)
    frowns = len(ink(FROWN) & only_smile) - len(ink(FROWN) & only_frown)
    assert said["Weights as a picture"] == f"−{-frowns}"


def score(distance: int) -> float:
    """What the query and key that seed 0 draws score, four hands each."""
    rng = np.random.default_rng(0)
    q, k = ([complex(x[i], x[i + 4]) for i in range(4)] for x in rng.standard_normal((2, 8)))
    turns = [cmath.exp(1j * distance * 10_000 ** (-i / 4)) for i in range(4)]
    return math.fsum((a * b.conjugate() * t).real for a, b, t in zip(q, k, turns, strict=True))


def test_rotary() -> None:
    said = answers("rotary")
    assert said["Two hands"] == str(5 - 2)
    assert said["Both move on"] == way(score(5 - 2), score(1005 - 1002))
    assert said["Farther is less?"] == way(score(8 - 5), score(8 - 2))
    assert said["The slow hands"] == f"{math.tau:.2f}"
