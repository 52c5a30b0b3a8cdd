"""The four corners of the unit square, what logic asks of them, and what a line can give."""

from itertools import product

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
LOGIC = {
    "and": lambda p, q: p and q,
    "or": lambda p, q: p or q,
    "nand": lambda p, q: not (p and q),
    "xor": lambda p, q: p != q,
}


def best(task: str) -> int:
    """The most of the four corners that any line gets right, by brute force over lines."""
    grid = [k / 2 for k in range(-6, 7)]
    reached = {
        tuple(w1 * p + w2 * q + b > 0 for p, q in CORNERS) for w1, w2, b in product(grid, repeat=3)
    }
    wanted = [bool(LOGIC[task](p, q)) for p, q in CORNERS]
    return max(sum(map(bool.__eq__, got, wanted)) for got in reached)
