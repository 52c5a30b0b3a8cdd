"""Attention as its definition has it: one query, one key at a time, in plain Python."""

import math
from collections.abc import Sequence

Row = Sequence[float]


def dot(a: Row, b: Row) -> float:
    """The sum of products, rounded once."""
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def log_shares(z: Row) -> list[float]:
    """The logarithm of each weight: zⱼ − ln Σ e^z, with the largest taken out."""
    top = max(z)
    whole = math.log(math.fsum(math.exp(x - top) for x in z))
    return [x - top - whole for x in z]


def shares(z: Row) -> list[float]:
    """The weights, e^zⱼ / Σ e^z; they add up to 1."""
    top = max(z)
    powers = [math.exp(x - top) for x in z]
    return [power / math.fsum(powers) for power in powers]


def entropy(p: Row) -> float:
    """−Σ p·ln p in nats; 0·ln 0 counts as 0."""
    return -math.fsum(x * math.log(x) for x in p if x > 0)


def mixed(weights: Row, rows: Sequence[Row]) -> list[float]:
    """The weighted sum of the rows."""
    return [dot(weights, column) for column in zip(*rows, strict=True)]


def attended(
    q: Sequence[Row], k: Sequence[Row], sees: Sequence[Sequence[bool]] | None = None
) -> tuple[list[list[float]], list[list[float]]]:
    """Scores q·k/√d and weights of every query; a key that is not seen weighs exactly 0."""
    scores = [[dot(a, b) / math.sqrt(len(a)) for b in k] for a in q]
    weights = []
    for i, row in enumerate(scores):
        seen = [j for j in range(len(row)) if sees is None or sees[i][j]]
        some = dict(zip(seen, shares([row[j] for j in seen]), strict=True))
        weights.append([some.get(j, 0.0) for j in range(len(row))])
    return scores, weights


def is_share(text: str, z: Row, j: int) -> None:
    """See that a text says the weight of key j, however close to 0 or 1 that is.

    0.6572, 9.73e-08, 1.8e-1390 (below what a float can hold) and 1−1.2e-08 (what others have).
    """
    rest = text.startswith("1−")
    logs = log_shares(z)
    others = [x for i, x in enumerate(logs) if i != j]
    top = max(others)
    true = top + math.log(math.fsum(math.exp(x - top) for x in others)) if rest else logs[j]
    mantissa, _, exponent = text.removeprefix("1−").partition("e")
    power = int(exponent or 0)
    half = 0.5 * 10.0 ** -len(mantissa.partition(".")[2])
    scaled = math.exp(true - power * math.log(10))
    assert abs(float(mantissa) - scaled) <= half * (1 + 1e-6), f"{text} is said of e^{true}"
