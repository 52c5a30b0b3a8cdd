"""What `search` claims.

The training runs are written out from their definition, with the chain rule by hand. The forecast
comes from the inverse of the covariance, without a Cholesky root; what a place may gain from an
integral over all that may come out there. Where a search went is read off the screen's own tries.
"""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.corners import CORNERS
from tests.claims.two_layers import WANTED

search = Claims(
    "search",
    examples=(
        "tfx search budget=7 tries=7",
        "tfx search budget=7 tries=6 runs=xor",
        "tfx search budget=1 tries=1",
        "tfx search budget=3 tries=3 runs=xor seed=5",
        "tfx search method=bayesian tries=1",
        "tfx search method=bayesian tries=3 runs=xor seed=9",
        "tfx search method=bayesian budget=36 tries=36 runs=xor seed=3",
        "tfx search method=random budget=36 tries=36 runs=xor seed=13",
        "tfx search method=random tries=0 runs=xor",
    ),
    random=12,
)
Array = np.ndarray
LENGTH, HEIGHT, NOISE = 0.1, 0.25, 0.01
LATTICE = np.array([(i / 24, j / 24) for i in range(25) for j in range(25)])


# ── a run ──────────────────────────────────────────────────────────────────────────────


def run(settings: Array, starts: list[int]) -> Array:
    """e^−loss of XOR after 30 steps, four tanh units, for each setting and start, [n, 2] → [n]."""
    x, wanted = np.array(CORNERS, float), np.array(WANTED, float)
    rng = [np.random.default_rng(start) for start in starts]
    W = np.array([r.normal(size=(2, 4)) for r in rng])
    c = np.array([r.normal(size=4) for r in rng])
    w = np.array([r.normal(size=4) for r in rng])
    b = np.zeros(len(starts))
    rate, decay = np.array(settings).T
    for step in range(31):
        h = np.tanh(np.einsum("id,ndh->nih", x, W) + c[:, None])
        score = np.einsum("nih,nh->ni", h, w) + b[:, None]
        if step == 30:
            against = np.where(wanted == 1, -score, score)
            loss = np.maximum(against, 0) + np.log1p(np.exp(-abs(against)))
            return np.exp(-loss.mean(axis=1))
        dy = (1 / (1 + np.exp(-score)) - wanted) / 4
        dz = np.einsum("ni,nh->nih", dy, w) * (1 - h * h)
        slopes = np.einsum("id,nih->ndh", x, dz), dz.sum(1), np.einsum("ni,nih->nh", dy, h)
        W = W - rate[:, None, None] * (slopes[0] + decay[:, None, None] * W)
        w = w - rate[:, None] * (slopes[2] + decay[:, None] * w)
        c = c - rate[:, None] * slopes[1]
        b = b - rate * dy.sum(1)
    raise AssertionError


def setting(u: float, v: float) -> tuple[float, float]:
    """The learning rate and weight decay at a place of the square."""
    return 10 ** (4 * u - 3), 10 ** (3 * v - 6)


def place(rate: float, decay: float) -> tuple[float, float]:
    """The place of a setting."""
    return (math.log10(rate) + 3) / 4, (math.log10(decay) + 6) / 3


def ridge(u: float, v: float) -> float:
    """The surface that was drawn by hand."""
    return 0.5 + 0.45 * math.exp(-(((u - 0.75) / 0.07) ** 2)) + 0.02 * math.exp(
        -(((v - 0.3) / 0.3) ** 2)
    )  # fmt: skip


def given(c: SimpleNamespace, places: list[tuple[float, float]]) -> list[float]:
    """What tries at some places give."""
    if not places:
        return []
    if c.runs == "designed":
        return [ridge(*at) for at in places]
    return run(np.array([setting(*at) for at in places]), [c.seed] * len(places)).tolist()


# ── the ways ───────────────────────────────────────────────────────────────────────────


def even(count: int) -> list[float]:
    """Values from 0 to 1, as far apart as can be."""
    return [k / (count - 1) for k in range(count)] if count > 1 else [0.5]


def grid(budget: int) -> list[tuple[float, float]]:
    """The largest full grid whose sides differ least."""
    second = max(k for k in range(1, 7) if k * k <= budget)
    return [(u, v) for u in even(budget // second) for v in even(second)]


def gains(places: Array, scores: list[float], best: float) -> tuple[Array, Array, Array]:
    """Mean, spread and expected gain on the lattice, from the inverse of the covariance."""

    def together(a: Array, b: Array) -> Array:
        apart = (a[:, None, 0] - b[None, :, 0]) ** 2 + (a[:, None, 1] - b[None, :, 1]) ** 2
        return HEIGHT**2 * np.exp(-apart / (2 * LENGTH**2))

    inverse = np.linalg.inv(together(places, places) + NOISE**2 * np.eye(len(places)))
    cross, middle = together(LATTICE, places), math.fsum(scores) / len(scores)
    mean = middle + cross @ inverse @ (np.array(scores) - middle)
    spread = np.sqrt(HEIGHT**2 - np.einsum("ij,jk,ik->i", cross, inverse, cross))
    return mean, spread, integral(mean - best, spread)


NODES, SHARES = np.polynomial.legendre.leggauss(40)


def integral(above: Array, spread: Array) -> Array:
    """∫ max(0, above + spread·t)·φ(t) dt, from where it begins to 12 beyond."""
    begin = np.maximum(-above / spread, -12.0)
    width = np.maximum(12 - begin, 0) / 2
    t = begin[:, None] + width[:, None] * (NODES + 1)
    inside = (above[:, None] + spread[:, None] * t) * np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
    return width * (inside @ SHARES)


def free(places: Array) -> Array:
    """Where on the lattice nothing was tried yet."""
    away = np.abs(LATTICE[:, None] - places[None]).max(axis=2)
    return away.min(axis=1) > 1e-9


def tried(c: SimpleNamespace, count: int) -> list[tuple[float, float]]:
    """The places that a way has tried, with every choice made anew."""
    if c.method == "grid":
        return grid(c.budget)[:count]
    drawn = [tuple(map(float, pair)) for pair in np.random.default_rng(c.seed).random((36, 2))]
    if c.method == "random":
        return drawn[:count]
    places, scores = drawn[: min(count, 3)], given(c, drawn[: min(count, 3)])
    while len(places) < count:
        gain = gains(np.array(places), scores, max(scores))[2]
        at = LATTICE[int(np.argmax(np.where(free(np.array(places)), gain, -1)))]
        places.append((float(at[0]), float(at[1])))
        scores += given(c, places[-1:])
    return places


@cache
def found(method: str, budget: int, runs: str, seed: int, count: int) -> tuple[list, list]:
    """The places and scores of a way."""
    c = SimpleNamespace(method=method, budget=budget, runs=runs, seed=seed)
    places = tried(c, count)
    return places, given(c, places)


def of(s: State, **changes: object) -> tuple[list, list]:
    """The places and scores of a state, or of one that differs."""
    c = SimpleNamespace(**vars(s.controls) | changes)
    return found(c.method, c.budget, c.runs, c.seed, c.tries)


def top(s: State, **changes: object) -> float:
    return max(of(s, **changes)[1])


def near(mine: object, true: object) -> None:
    """See that runs agree: near where training breaks down they part in the ninth digit."""
    close(mine, true, 1e-6, 1e-6)


# ── values ─────────────────────────────────────────────────────────────────────────────


@search.oracle("tried", "scores", "best", "distinct")
def the_tries(s: State) -> None:
    v, (places, scores) = s.values, of(s)
    assert len(v.scores) == len(scores)
    if places:
        close([place(*row) for row in v.tried], places, 1e-9)
        near(v.scores, scores)
        at = v.scores.index(max(v.scores))
        assert v.best == [*v.tried[at], v.scores[at]]
    else:
        assert (v.tried, v.best) == ([], None)
    assert v.distinct == [len({round(p[k], 9) for p in places}) for k in (0, 1)]
    for method, row in s.table("Different values tried, and the best score").items():
        other, reached = of(s, method=method)
        assert row["tries"] == len(other)
        assert [row["η’s"], row["λ’s"]] == [len({round(p[k], 9) for p in other}) for k in (0, 1)]
        assert (row["best"] == "–") if not reached else abs(row["best"] - max(reached)) < 1e-6


@search.oracle("acquisition")
def may_gain(s: State) -> None:
    v = s.values
    if s.controls.method != "bayesian" or not v.scores:
        assert v.acquisition is None
        return
    places = np.array([place(*row) for row in v.tried])
    mean, spread, gain = gains(places, v.scores, max(v.scores))
    mine = np.array(v.acquisition).ravel()
    close(mine, gain, 1e-7, 1e-9)
    if len(v.scores) == s.controls.budget:
        return
    table = {name: row[""] for name, row in s.table("The next try").items()}
    if len(v.scores) < 3:
        assert list(table) == ["η"]
        return
    at = int(np.argmin(abs(mine - table["may gain"])))
    assert table["may gain"] == mine[at] and mine[at] >= max(gain[free(places)]) - 1e-9
    close(table["η"], setting(*LATTICE[at])[0], 1e-9)
    close([table["expected μ"], table["off by σ"]], [mean[at], spread[at]], 1e-6)


@search.oracle("elsewhere")
def other_starts(s: State) -> None:
    v = s.values
    if s.controls.runs == "designed" or not v.scores:
        assert v.elsewhere is None
        return
    true = run(np.array([v.best[:2]] * 20), list(range(10_000, 10_020)))
    near(v.elsewhere, true)
    table = s.table("The best setting from other starts")
    shownas = [row["score"] for row in table.values()]
    near(shownas, [v.best[2], true.mean(), true.min(), true.max()])


# ── sentences ──────────────────────────────────────────────────────────────────────────


def whole(c: SimpleNamespace) -> int:
    return len(grid(c.budget)) if c.method == "grid" else c.budget


@search.says("No try yet, of {n}: {how}. Press space.")
def nothing_tried(s: State, n: str, how: str) -> None:
    c = s.controls
    assert c.tries == 0 and int(n) == whole(c)
    sides = [len({p[k] for p in grid(c.budget)}) for k in (0, 1)]
    assert how == {
        "grid": f"a grid of {sides[0]} × {sides[1]}",
        "random": "drawn at random",
        "bayesian": "three drawn, then by forecast",
    }[c.method]  # fmt: skip


def scored(s: State, rate: str, score: str, best: str, at: str) -> None:
    """What the last try gave, and the best."""
    places, scores = of(s)
    shown(rate, setting(*places[-1])[0])
    loosely(score, scores[-1])
    loosely(best, max(scores))
    shown(at, setting(*places[scores.index(max(scores))])[0])


def loosely(text: str, true: float) -> None:
    """As `shown`; a difference in the ninth digit may turn the last one shown."""
    if not any(fits(text, true + nudge) for nudge in (0, 1e-7, -1e-7)):
        shown(text, true)


def fits(text: str, true: float) -> bool:
    try:
        shown(text, true)
    except AssertionError:
        return False
    return True


@search.says("Try {k} of {n}: η = {rate} scores {score}; best so far {best}, at η = {at}.")
def a_try(s: State, k: str, n: str, rate: str, score: str, best: str, at: str) -> None:
    c = s.controls
    assert (int(k), int(n)) == (c.tries, whole(c))
    scored(s, rate, score, best, at)


@search.says(
    "{k} of {n} tries fill the grid: η = {rate} scores {score}; best so far {best}, at η = {at}."
)
def filled(s: State, k: str, n: str, rate: str, score: str, best: str, at: str) -> None:
    c = s.controls
    assert (int(k), int(n)) == (whole(c), c.budget) and whole(c) < c.tries
    scored(s, rate, score, best, at)


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@search.says("{n} learning rates, one of them on the ridge: {mine}, and {other} at random.")
def grid_wins(s: State, n: str, mine: str, other: str) -> None:
    c = s.controls
    places, scores = of(s)
    assert (c.method, c.runs) == ("grid", "designed") and c.budget == len(scores) >= 16
    assert int(n) == len({p[0] for p in places})
    assert min(abs(p[0] - 0.75) for p in places) < 0.07
    shown(mine, max(scores))
    shown(other, top(s, method="random"))
    assert max(scores) > top(s, method="random")


@search.says("{best} after {k} tries; a grid of as many has {other}.")
def soon(s: State, best: str, k: str, other: str) -> None:
    assert int(k) == len(of(s)[1]) <= 10 and s.controls.runs == "xor"
    loosely(best, top(s))
    assert top(s) >= 0.96
    loosely(other, top(s, method="grid"))


@search.says("It won with {best}; the same setting from 20 other starts has {mean} on average.")
def lucky(s: State, best: str, mean: str) -> None:
    true = run(np.array([s.values.best[:2]] * 20), list(range(10_000, 10_020)))
    loosely(best, top(s))
    loosely(mean, true.mean())
    assert top(s) - true.mean() >= 0.5


# ── the explanation ────────────────────────────────────────────────────────────────────


@search.tells(
    "You can pay for 16 tries. Press space. **Grid search** lays out all combinations: 4 × 4. Only "
    "four different learning rates are among them; the other twelve tries ask again. **Random "
    "search** draws each setting by itself: 16 tries, 16 learning rates."
)
def four_and_sixteen() -> None:
    places = grid(16)
    assert len(places) == 16 and len({u for u, _ in places}) == len({v for _, v in places}) == 4
    assert 16 - 4 == 12
    for seed in range(20):
        assert len({u for u, _ in np.random.default_rng(seed).random((36, 2))[:16]}) == 16


@search.tells("(set `runs` to xor) and 100 seeds, its best beats the grid's 96 times.")
def random_beats_grid() -> None:
    assert sum(best("random", seed) > best("grid", seed) for seed in range(100)) == 96


def best(method: str, seed: int) -> float:
    return max(found(method, 16, "xor", seed, 16)[1])


@search.tells("Of those 100 times it beats random search 67.")
def forecast_beats_random() -> None:
    assert sum(best("bayesian", seed) > best("random", seed) for seed in range(100)) == 67


@search.tells("give the designed surface 25 tries and see.")
def column_on_the_ridge() -> None:
    assert any(u == 0.75 for u, _ in grid(25)) and not any(u == 0.75 for u, _ in grid(16))
    s = opened("tfx search budget=25 tries=25")
    assert top(s) > top(s, method="random")


@search.tells(
    "the best of many tries was partly lucky. Train its setting from 20 other starts, and the mean "
    "is lower, as a rule."
)
def luck() -> None:
    lower = 0
    for seed in range(40):
        places, scores = found("random", 16, "xor", seed, 16)
        at = scores.index(max(scores))
        others = run(np.array([setting(*places[at])] * 20), list(range(10_000, 10_020)))
        lower += others.mean() < scores[at]
    assert lower > 30


@search.tells(
    "Here are two, for a network that learns [XOR](xor): the [learning rate](descent) η, which "
    "decides nearly everything, and the **weight decay** λ, which draws every weight a little "
    "towards 0 and hardly matters."
)
def which_knob_matters() -> None:
    """What one knob spans while the other stands still; and what a step leaves of a weight."""
    for seed in range(5):
        rates = run(np.array([setting(u, 0.5) for u in even(25)]), [seed] * 25)
        decays = run(np.array([setting(0.8, v) for v in even(25)]), [seed] * 25)
        assert np.ptp(rates) > 0.7 and np.ptp(decays) < 0.05, (np.ptp(rates), np.ptp(decays))
    factors = [1 - rate * decay for rate, decay in (setting(0, 0), setting(1, 1))]
    assert all(0.98 < factor < 1 for factor in factors)  # of every weight, in a step
