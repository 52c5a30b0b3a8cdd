"""What `softmax` claims."""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown, slope

softmax = Claims("softmax")


def shares(logits: list[float], temperature: float) -> list[float]:
    """e^(z/T) over their sum, straight from the definition; the largest z is taken out first."""
    top = max(logits)
    powers = [math.exp((z - top) / temperature) for z in logits]
    return [power / math.fsum(powers) for power in powers]


def price(logits: list[float], temperature: float, target: int) -> float:
    """−ln p of the right class, as ln Σ e^((z − z_target)/T)."""
    gaps = [(z - logits[target]) / temperature for z in logits]
    top = max(gaps)
    return top + math.log(math.fsum(math.exp(gap - top) for gap in gaps))


# ── values ─────────────────────────────────────────────────────────────────────────────


@softmax.oracle("probabilities")
def probabilities(s: State) -> None:
    assert math.isclose(math.fsum(s.values.probabilities), 1, rel_tol=1e-12)
    close(s.values.probabilities, shares(s.controls.logits, s.controls.temperature), 1e-12)


@softmax.oracle("cross_entropy", "log_sum_exp")
def cross_entropy(s: State) -> None:
    c, v = s.controls, s.values
    close(v.cross_entropy, price(c.logits, c.temperature, c.target), least=1e-14)
    first = c.logits[0] / c.temperature
    close(v.log_sum_exp, first + price(c.logits, c.temperature, 0), least=1e-13)


@softmax.oracle("entropy")
def entropy(s: State) -> None:
    p = shares(s.controls.logits, s.controls.temperature)
    assert abs(s.values.entropy + math.fsum(x * math.log(x) for x in p if x)) < 1e-12


@softmax.oracle("gradient")
def gradient(s: State) -> None:
    c = s.controls

    def along(i: int, z: float) -> float:
        return price([*c.logits[:i], z, *c.logits[i + 1 :]], c.temperature, c.target)

    for i, z in enumerate(c.logits):
        step = 1e-2 * c.temperature
        numeric = slope(lambda x, i=i: along(i, x), z, step)
        assert abs(s.values.gradient[i] - numeric) < 1e-7 / c.temperature


# ── sentences ──────────────────────────────────────────────────────────────────────────


@softmax.says("Right: class {first} leads, and its −ln p costs {loss} nats.")
def right(s: State, first: str, loss: str) -> None:
    assert int(first) == s.controls.target
    assert s.controls.logits[int(first)] == max(s.controls.logits)
    shown(loss, price(s.controls.logits, s.controls.temperature, s.controls.target))


@softmax.says("Wrong: class {first} leads; the right one got {p}, so it costs {loss} nats.")
def wrong(s: State, first: str, p: str, loss: str) -> None:
    c = s.controls
    assert int(first) != c.target
    assert c.logits[int(first)] == max(c.logits)
    shown(p, shares(c.logits, c.temperature)[c.target])
    shown(loss, price(c.logits, c.temperature, c.target))


@softmax.says("The same logits at T = {t}: the right class went from 0.659 to {p}.")
def cooled(s: State, t: str, p: str) -> None:
    c = s.controls
    assert c.logits == [2, 1, 0.1]
    shown(t, c.temperature)
    shown("0.659", shares(c.logits, 1)[0])
    shown(p, shares(c.logits, c.temperature)[c.target])


# ── the explanation ────────────────────────────────────────────────────────────────────


@softmax.tells("Now all are positive and add up to 1.")
def they_add_up() -> None:
    for temperature in ("0.5", "1", "10"):
        p = opened(f"tfx softmax logits=20,-20,0.3 temperature={temperature}").values.probabilities
        assert min(p) > 0
        assert math.isclose(math.fsum(p), 1)


@softmax.tells("raise all three logits by one and no bar moves")
def only_differences_count() -> None:
    before, after = opened("tfx softmax"), opened("tfx softmax logits=3,2,1.1")
    assert np.allclose(np.subtract(after.controls.logits, before.controls.logits), 1)
    close(after.values.probabilities, before.values.probabilities, 1e-15)


@softmax.tells(
    "Below 1 it stretches the differences and the winner takes more; above 1 it levels them."
)
def temperature_stretches() -> None:
    winner = [max(shares([2, 1, 0.1], t)) for t in (0.25, 0.5, 1, 2, 4)]
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
    for _ in range(200):
        p, t = shares(list(rng.uniform(-20, 20, 3)), rng.uniform(0.05, 10)), rng.uniform(0.05, 10)
        assert max(abs(p[0] - 1), p[1], p[2]) / t <= 1 / t
