"""What `logits` claims, its values: in sixty digits, and in float32 as struct rounds to it."""

import math
import struct
from decimal import Decimal, localcontext

from tests.claims.book import Claims, State, close, shown

logits = Claims(
    "logits",
    examples=(
        "tfx logits cat=0 dog=0 offset=709.5",
        "tfx logits cat=2 dog=1 offset=30",
        "tfx logits cat=2 dog=1 relu_first=on",
        "tfx logits cat=-3 dog=-3 relu_first=on",
        "tfx logits cat=2 dog=-1 relu_first=on",
        "tfx logits offset=900 precision=float32",
        "tfx logits cat=20 dog=-20 precision=float32",
        "tfx logits cat=-20 dog=20 label=cat",
        "tfx logits cat=3 dog=3",
        "tfx logits precision=float32 cat=1.004 dog=0.709 offset=-60",
    ),
)
SHARES = "From score to share"
CAREFUL = "Carefully (p) and as it stands (plain)"
PULLED = "How hard the right score is pulled"


def held(s: State, x: float) -> float:
    """The nearest number of the precision; ∞ beyond the largest."""
    if s.controls.precision == "float64" or math.isinf(x):
        return x
    try:
        return struct.unpack("f", struct.pack("f", x))[0]
    except OverflowError:
        return math.inf


def raw(s: State) -> list[float]:
    """Both scores with the offset, as the precision holds them."""
    c = s.controls
    return [held(s, held(s, z) + held(s, c.offset)) for z in (c.cat, c.dog)]


def scores(s: State) -> list[float]:
    """The scores that softmax gets."""
    return [max(0.0, z) if s.controls.relu_first else z for z in raw(s)]


def exact(s: State) -> list[Decimal]:
    """Softmax of those scores in sixty digits; of the gap that the precision has."""
    a, b = scores(s)
    with localcontext(prec=60):
        odds = Decimal(held(s, a - b)).exp()
        return [odds / (1 + odds), 1 / (1 + odds)]


def within(s: State) -> float:
    """A few roundings of the precision."""
    return 1e-6 if s.controls.precision == "float32" else 1e-14


def plainly(s: State) -> list[float] | None:
    """e^z / Σ e^z as it stands; None where the sum is too large or 0."""
    try:
        powers = [held(s, math.exp(z)) for z in scores(s)]
    except OverflowError:
        return None
    both = held(s, sum(powers))
    return [held(s, e / both) for e in powers] if 0 < both < math.inf else None


# ── values ─────────────────────────────────────────────────────────────────────────────


@logits.oracle("probabilities")
def probabilities(s: State) -> None:
    p = s.values.probabilities
    assert math.isclose(sum(p), 1, rel_tol=2 * within(s))
    for found, true in zip(p, exact(s), strict=True):
        close(found, float(true), 4 * within(s))
    z, top = scores(s), max(scores(s))
    e = [held(s, math.exp(held(s, x - top))) for x in z]
    rows = zip(s.table(SHARES).values(), s.table(CAREFUL).values(), strict=True)
    for i, (row, both) in enumerate(rows):
        close(row["z"], z[i])
        assert both["p"] == row["p"]
        row = both | row
        close(row["z−max"], held(s, z[i] - top))
        close(row["e^(z−max)"], e[i], 1e-14)
        close(p[i], held(s, e[i] / held(s, sum(e))), 1e-15)
        if isinstance(row["p"], str):
            assert row["p"].startswith("1−")
            shown(row["p"].removeprefix("1−"), float(1 - exact(s)[i]))
        else:
            close(row["p"], p[i])


@logits.oracle("log_odds", "odds")
def log_odds(s: State) -> None:
    a, b = scores(s)
    assert (
        s.values.log_odds
        == held(s, a - b)
        == s.table("The whole guess")["log-odds"][s.controls.precision]
    )
    cat, dog = exact(s)
    close(s.values.log_odds, float((cat / dog).ln()), least=1e-20)
    close(s.values.odds, float(cat / dog), within(s))
    assert s.table("The whole guess")["odds"][s.controls.precision] == s.values.odds


@logits.oracle("entropy", "cross_entropy")
def entropy(s: State) -> None:
    costs = [float(-p.ln()) for p in exact(s)]
    true = sum(float(p) * cost for p, cost in zip(exact(s), costs, strict=True))
    close(s.values.entropy, true, 4 * within(s))
    right = ("cat", "dog").index(s.controls.label)
    close(s.values.cross_entropy, costs[right], 4 * within(s))
    whole = {name: row[s.controls.precision] for name, row in s.table("The whole guess").items()}
    close(whole["entropy"], true, 4 * within(s))
    close(whole[f"−ln p({s.controls.label})"], costs[right], 4 * within(s))
    for row, cost in zip(s.table(SHARES).values(), costs, strict=True):
        close(row["−ln p"], cost, 4 * within(s))
    p = exact(s)[right]
    slopes = {"−ln p": -(1 - p), "½(1 − p)²": -p * (1 - p) ** 2}
    for name, row in s.table(PULLED).items():
        close(row["gradient"], float(slopes[name]), 8 * within(s), least=1e-45)


@logits.oracle("naive_probabilities")
def naive_probabilities(s: State) -> None:
    true, found = plainly(s), s.values.naive_probabilities
    off = s.table("The whole guess")["plain off"][s.controls.precision]
    rows = s.table(CAREFUL).values()
    for z, row in zip(scores(s), rows, strict=True):
        if isinstance(row["plain e^z"], str):
            broken = held(s, math.exp(z) if z < 709.7 else math.inf)
            assert row["plain e^z"] == {0: "0 underflow", math.inf: "∞ overflow"}[broken]
        else:
            close(row["plain e^z"], held(s, math.exp(z)), 1e-13, least=1e-323)
    if true is None:
        words = "0/0" if max(scores(s)) < 0 else "overflow"
        assert (found, off) == (None, "no number")
        assert all(row["plain p"] == words for row in rows)
        return
    close(found, true, 1e-12, least=1e-15)
    for row, p, other in zip(rows, found, found[::-1], strict=True):
        if isinstance(row["plain p"], str):
            assert p == 1
            lacking = row["plain p"].removeprefix("1−")
            shown(lacking if other else "0", other)
        else:
            assert row["plain p"] == p
    gaps = [abs(held(s, a - b)) for a, b in zip(found, s.values.probabilities, strict=True)]
    assert off == max(gaps)
