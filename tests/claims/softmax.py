"""What `softmax` claims, worked out in 400 decimal digits, so that no rounding hides anything."""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

DIGITS = 400  # e^−800, the smallest probability, and 1 minus it are still told apart

NAMES = ("cat", "dog", "bird")

softmax = Claims(
    "softmax",
    examples=(
        "tfx softmax logits=1,1,0 target=1",
        "tfx softmax logits=1,1,0 target=2",
        "tfx softmax logits=20,-20,0.3 temperature=0.05",
        "tfx softmax logits=20,-20,0.3 temperature=0.05 target=1",
        "tfx softmax logits=20,-20 temperature=0.05",
        "tfx softmax logits=9,-9,2 temperature=0.5",
        "tfx softmax logits=2,1,0.1,3,3 shift=-2.5 target=4",
    ),
)


@cache
def power(z: Decimal | float, temperature: float) -> Decimal:
    """e^(z/T)."""
    with localcontext(prec=DIGITS):
        return (Decimal(z) / Decimal(temperature)).exp()


def exact(logits: Sequence[Decimal | float], temperature: float) -> tuple[list[Decimal], Decimal]:
    """e^(z/T) of each class over their sum, straight from the definition; and the sum."""
    powers = [power(z, temperature) for z in logits]
    whole = sum(powers, Decimal(0))
    return [one / whole for one in powers], whole


def scores(s: State) -> list[Decimal]:
    """The logits with what was added to each."""
    return [Decimal(z) + Decimal(s.controls.shift) for z in s.controls.logits]


def called(s: State, i: int) -> str:
    """What a class is called: by its name, if it has one."""
    return (*NAMES, *map(str, range(len(NAMES), 9)))[i]


def number_of(name: str) -> int:
    """Which class is called so, in a sentence."""
    return NAMES.index(name) if name in NAMES else int(name.removeprefix("class "))


def shares(s: State) -> list[Decimal]:
    """The probabilities."""
    with localcontext(prec=DIGITS):
        return exact(scores(s), s.controls.temperature)[0]


@cache
def log(x: Decimal) -> Decimal:
    """ln x."""
    with localcontext(prec=DIGITS):
        return x.ln()


def price(s: State) -> Decimal:
    """−ln p of the right class."""
    return -log(shares(s)[s.controls.target])


def slopes(s: State) -> list[float]:
    """∂L/∂z by central differences with a step of 10^−60, whose square is nothing here."""
    c, h = s.controls, Decimal(10) ** -60
    with localcontext(prec=DIGITS):

        def right(i: int, step: Decimal) -> Decimal:
            logits = [z + step if j == i else z for j, z in enumerate(scores(s))]
            return exact(logits, c.temperature)[0][c.target]

        return [float(-log(right(i, h) / right(i, -h)) / (2 * h)) for i in range(len(c.logits))]


def floats(numbers: list[Decimal]) -> list[float]:
    """The nearest floats; 0 below them."""
    return [float(number) for number in numbers]


def alike(found: list[float], true: list[float]) -> None:
    """Each number to nine digits of its own, however small it is."""
    for a, b in zip(found, true, strict=True):
        close(a, b, least=1e-307)


# ── values ─────────────────────────────────────────────────────────────────────────────


@softmax.oracle("probabilities")
def probabilities(s: State) -> None:
    assert math.isclose(math.fsum(s.values.probabilities), 1, rel_tol=1e-15)
    alike(s.values.probabilities, floats(shares(s)))
    for i, row in enumerate(s.table("From logits to probabilities").values()):
        c = s.controls
        close(row["z"], float(scores(s)[i]), least=1e-12)
        step = list(s.table("On the way to p").values())[i]
        close(step["z/T"], float(scores(s)[i]) / c.temperature, least=1e-12)
        close(step["e^(z/T)"], math.exp(float(scores(s)[i]) / c.temperature))
        if isinstance(row["p"], str):
            written(row["p"], shares(s)[i])
        else:
            close(row["p"], s.values.probabilities[i])


def written(text: str, p: Decimal) -> None:
    """See that 7.7e-349 or 1−7.7e-349 is p, to its two digits."""
    with localcontext(prec=DIGITS):
        p = 1 - p if text.startswith("1−") else p
        assert abs(Decimal(text.removeprefix("1−")) / p - 1) < Decimal("0.05"), (text, p)


@softmax.oracle("cross_entropy", "log_sum_exp")
def cross_entropy(s: State) -> None:
    alike([s.values.cross_entropy], [float(price(s))])
    alike([s.table("The whole guess")["L = −ln p"][""]], [float(price(s))])
    costs = floats([-log(p) for p in shares(s)])
    with localcontext(prec=DIGITS):
        whole = float(log(exact(scores(s), s.controls.temperature)[1]))
    rows = s.table("From logits to probabilities").values()
    alike([row["−ln p"] for row in rows], costs)
    for found in (s.values.log_sum_exp, s.table("The whole guess")["ln Σ e^(z/T)"][""]):
        close(found, whole, least=1e-13)


@softmax.oracle("entropy")
def entropy(s: State) -> None:
    with localcontext(prec=DIGITS):
        true = float(-sum(p * log(p) for p in shares(s)))
    alike([s.values.entropy, s.table("The whole guess")["entropy H"][""]], [true, true])


@softmax.oracle("gradient")
def gradient(s: State) -> None:
    true = slopes(s)
    alike(s.values.gradient, true)
    assert abs(math.fsum(s.values.gradient)) <= 1e-15 * max(s.values.gradient)
    whole = s.table("The whole guess")
    alike([whole[f"∂L/∂z({called(s, i)})"][""] for i in range(len(true))], true)
    errors = [row["p−y"] for row in s.table("From logits to probabilities").values()]
    alike(errors, [slope * s.controls.temperature for slope in true])


# ── sentences ──────────────────────────────────────────────────────────────────────────


def leaders(s: State) -> list[int]:
    """The classes with the highest logit."""
    return [i for i, z in enumerate(s.controls.logits) if z == max(s.controls.logits)]


def costs(s: State, loss: str) -> None:
    """See that a price is this guess's."""
    if loss == "under 1e-300":
        assert price(s) < Decimal("1e-300")
    else:
        shown(loss, float(price(s)))


def got(s: State, p: str) -> None:
    """See that a probability is the right class's."""
    true = shares(s)[s.controls.target]
    if p.startswith("1−") or true < Decimal("1e-300"):
        written(p, true)
    else:
        shown(p, float(true))


@softmax.says("Right: {first} leads, and its −ln p costs {loss} nats.")
def right(s: State, first: str, loss: str) -> None:
    assert leaders(s) == [number_of(first)] == [s.controls.target]
    costs(s, loss)


@softmax.says("Tied: {count} classes lead; the right one, of them, got {p}: {loss} nats.")
def tied(s: State, count: str, p: str, loss: str) -> None:
    assert len(leaders(s)) == int(count) > 1
    assert s.controls.target in leaders(s)
    got(s, p)
    costs(s, loss)


@softmax.says("Wrong: {first} leads; the right one got {p}, so it costs {loss} nats.")
def wrong(s: State, first: str, p: str, loss: str) -> None:
    assert leaders(s) == [number_of(first)] != [s.controls.target]
    got(s, p)
    costs(s, loss)


@softmax.says("Wrong: {count} classes lead; the right one got {p}, so it costs {loss} nats.")
def wrong_and_tied(s: State, count: str, p: str, loss: str) -> None:
    assert len(leaders(s)) == int(count) > 1
    assert s.controls.target not in leaders(s)
    got(s, p)
    costs(s, loss)


@softmax.says("The same logits at T = {t}: {i} went from {before} to {p}.")
def warmed(s: State, t: str, i: str, before: str, p: str) -> None:
    assert number_of(i) == s.controls.target > 0
    assert s.controls.logits == [2, 1, 0.1]
    shown(t, s.controls.temperature)
    shown(before, opened("tfx softmax").values.probabilities[number_of(i)])
    got(s, p)


@softmax.says("Over 99 % for a wrong class cost {loss} nats, and no slope passes 1/T = {limit}.")
def confident(s: State, loss: str, limit: str) -> None:
    best = max(range(len(shares(s))), key=lambda i: shares(s)[i])
    assert shares(s)[best] > Decimal("0.99")
    assert best != s.controls.target
    costs(s, loss)
    shown(limit, 1 / s.controls.temperature)
    assert max(map(abs, slopes(s))) <= 1 / s.controls.temperature


@softmax.says("H = {h} of ln {n} = {most}: the p lie between {low} and {high}.")
def even(s: State, h: str, n: str, most: str, low: str, high: str) -> None:
    p = floats(shares(s))
    shown(h, -math.fsum(x * math.log(x) for x in p))
    assert int(n) == len(p) > 2
    shown(most, math.log(len(p)))
    shown(low, min(p))
    shown(high, max(p))


# ── the explanation ────────────────────────────────────────────────────────────────────


@softmax.tells("Now all are positive and add up to 1.")
def they_add_up() -> None:
    for temperature in ("0.05", "1", "10"):
        p = shares(opened(f"tfx softmax logits=20,-20,0.3 temperature={temperature}"))
        assert min(p) > 0
        assert abs(sum(p) - 1) < Decimal(10) ** (3 - DIGITS)


@softmax.tells("turn shift, and all three logits rise while no bar moves")
def only_differences_count() -> None:
    before, after = opened("tfx softmax"), opened("tfx softmax shift=1")
    assert [float(z - 1) for z in scores(after)] == before.controls.logits
    close(after.values.log_sum_exp, before.values.log_sum_exp + 1, 1e-12)
    close(after.values.probabilities, before.values.probabilities, 1e-15)


@softmax.tells(
    "Below 1 it stretches the differences and the winner takes more; above 1 it levels them."
)
def temperature_stretches() -> None:
    links = (f"tfx softmax temperature={t}" for t in (0.25, 0.5, 1, 2, 4))
    winner = [max(opened(link).values.probabilities) for link in links]
    assert winner == sorted(winner, reverse=True)


@softmax.tells("nothing if p = 1, and more and more as p falls")
def the_price_rises() -> None:
    prices = [-math.log(p) for p in (1, 0.9, 0.5, 0.1, 0.01)]
    assert prices[0] == 0
    assert prices == sorted(prices)


@softmax.tells(
    "Being 99 % sure of the wrong one of two classes costs −ln 0.01 = 4.605 nats. "
    "The loss has no upper bound, but it grows only as fast as −ln p, and each part of the "
    "gradient stays below 1/T."
)
def a_confident_mistake() -> None:
    shown("4.605", -math.log(0.01))
    rng = np.random.default_rng(1)
    for _ in range(20):
        t, z = rng.uniform(0.1, 10), ",".join(f"{x:.1f}" for x in rng.uniform(-20, 20, 3))
        s = opened(f"tfx softmax logits={z} temperature={t:.2f}")
        assert max(map(abs, slopes(s))) <= 1 / s.controls.temperature
