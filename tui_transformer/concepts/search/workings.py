"""How each number of `search` comes about, down to draws, trained weights and chosen places."""

from collections.abc import Callable
from functools import partial

from tui_transformer.concepts.search import runs
from tui_transformer.concepts.search.model import Search
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS
from tui_transformer.nn.search import sides
from tui_transformer.steps.activations import PI, bent, erfc, largest
from tui_transformer.terms import Named, Operand, Term, dot, exp, n, operand, sqrt, total

KNOBS = ("η", "λ")
LENGTH = operand("length of the forecast", runs.PRIOR.length)
HEIGHT = operand("height of the forecast", runs.PRIOR.height)
NOISE = operand("noise of the forecast", runs.PRIOR.noise)


# ── the tries ──────────────────────────────────────────────────────────────────────────


@Search.spots.because(
    lambda m, t, k: (
        {"grid": "value/(values − 1), evenly from 0 to 1", "random": "drawn"}.get(m.method)
        or ("drawn: nothing to forecast from" if t < runs.DRAWN_FIRST else "where most is to gain")
    )
)
def a_spot(m: Search, t: int, k: int) -> Term:
    if m.method == "grid":
        count = sides(m.budget)[k]
        at = (t // sides(m.budget)[1], t % sides(m.budget)[1])[k]
        return n(at) / (count - 1) if count > 1 else n(0.5)
    if m.method == "random" or t < runs.DRAWN_FIRST:
        return m.leaf("draws")[t, k]
    return n(round(float(m.spots[t, k]) * (runs.FINE - 1))) / (runs.FINE - 1)


@Search.tried.because(lambda m, t, k: f"{KNOBS[k]} = 10^(low + (high − low)·place)")
def a_setting(m: Search, t: int, k: int) -> Term:
    low, high = (runs.RATE, runs.DECAY)[k]
    return n(10) ** (n(low) + (high - low) * m.the("spots")[t, k])


@Search.fresh.because("1 where no try before had this value, else 0")
def a_fresh(m: Search, t: int, k: int) -> Term:
    return n(int(m.fresh[t, k]))


@Search.distinct.because(lambda m, k: f"how many values of {KNOBS[k]} were tried")
def distinct(m: Search, k: int) -> Term:
    return total(m.the("fresh")[t, k] for t in range(m.made)) if m.made else n(0)


@Search.best.because(
    lambda m, k: ("η of the best try", "λ of the best try", "the highest of all scores")[k]
)
def best(m: Search, k: int) -> Term:
    if k < 2:
        return n(m.the("tried")[m.winner, k])
    return largest(*m.the("scores").row()) if m.made > 1 else n(m.the("scores")[0])


# ── what a try reached ─────────────────────────────────────────────────────────────────


def score_formula(m: Search, t: int) -> str:
    if m.runs == "xor":
        return "score = e^−loss"
    return "score = ground + Σ more·e^−((place − peak)/width)²"


@Search.scores.because(score_formula)
def a_score(m: Search, t: int) -> Term:
    if m.runs == "xor":
        return exp(-m.the("losses")[t])
    return total((operand("ground of the surface", runs.GROUND), *(hill(m, t, k) for k in (0, 1))))


def hill(m: Search, t: int, k: int) -> Term:
    """What one knob adds to the designed surface."""
    more, peak, width = (
        operand(f"{what} of {KNOBS[k]} on the surface", x)
        for what, x in zip(("most", "peak", "width"), runs.PEAKS[k], strict=True)
    )
    return more * exp(-(((m.the("spots")[t, k] - peak) / width) ** 2))


def answer(m: Search, t: int, i: int, whose: str) -> Term:
    part = {name: Named(whose + name, m.sources()[whose + name], "weight") for name in "Wcwb"}
    units = range(runs.HIDDEN)
    bends = (
        bent("tanh", dot((part["W"][t, d, j] for d in (0, 1)), CORNERS[i]) + part["c"][t, j])
        for j in units
    )
    return dot((part["w"][t, j] for j in units), bends) + part["b"][t]


def cost(m: Search, t: int, i: int, whose: str) -> Term:
    y = m.the(f"{whose}answers")[t, i]
    return bent("softplus", -y if TARGETS[i] else y)


def loss(m: Search, t: int, whose: str) -> Term:
    return total(m.the(f"{whose}costs").row(t)) / 4


def explain() -> None:
    """Tell the model of the networks of its tries, and of those from other starts."""
    whys: tuple[tuple[str, Callable[..., Term], str], ...] = (
        ("answers", answer, "y = Σ w·h + b, h = tanh(W₁·x₁ + W₂·x₂ + c)"),
        ("costs", cost, "−ln p(right) = ln(1 + e^s), s = y, or −y where 1 is right"),
        ("losses", loss, "loss = Σ −ln p(right) / 4"),
    )
    for whose in ("", "other_"):
        for name, how, symbols in whys:
            getattr(Search, whose + name).because(symbols)(partial(how, whose=whose))


explain()


@Search.elsewhere.because("score = e^−loss")
def another(m: Search, t: int) -> Term:
    return exp(-m.the("other_losses")[t])


@Search.elsewhere_mean.because(f"Σ score / {runs.OTHERS}")
def another_mean(m: Search) -> Term:
    return total(m.the("elsewhere").row()) / runs.OTHERS


# ── the forecast ───────────────────────────────────────────────────────────────────────


def place(i: int, j: int) -> tuple[Term, Term]:
    """The place of the lattice in row i and column j."""
    return n(i) / (runs.FINE - 1), n(j) / (runs.FINE - 1)


def alike(m: Search, t: int, there: tuple[Term, Term]) -> Term:
    """height²·e^−(distance² / (2·length²)) from a try to a place."""
    apart = total((m.the("spots")[t, k] - there[k]) ** 2 for k in (0, 1))
    return HEIGHT**2 * exp(-(apart / (2 * LENGTH**2)))


@Search.average.because("Σ score / tries")
def average(m: Search) -> Term:
    return total(m.the("scores").row()) / m.made


@Search.covariance.because("height²·e^−(distance²/(2·length²)), + noise² for a try with itself")
def covariance(m: Search, t: int, s: int) -> Term:
    together = alike(m, t, (m.the("spots")[s, 0], m.the("spots")[s, 1]))
    return together + NOISE**2 if t == s else together


def less(start: Term, products: list[Term]) -> Term:
    """Take a sum of products away, where there are any."""
    return start - total(products) if products else start


@Search.root.because(
    lambda m, t, s: "√(K[t,t] − Σ L²)" if t == s else "(K[t,s] − Σ L·L) / L[s,s]; 0 above"
)
def root(m: Search, t: int, s: int) -> Term:
    if s > t:
        return n(0)
    mine = m.the("root")
    rest = less(m.the("covariance")[t, s], [mine[t, r] * mine[s, r] for r in range(s)])
    return sqrt(rest) if s == t else rest / mine[s, s]


@Search.whitened.because("(score − mean − Σ L·earlier) / L[t,t]")
def whitened(m: Search, t: int) -> Term:
    earlier: list[Term] = [m.the("root")[t, s] * m.the("whitened")[s] for s in range(t)]
    return less(m.the("scores")[t] - m.one("average"), earlier) / m.the("root")[t, t]


@Search.shadow.because("(k(try, place) − Σ L·earlier) / L[t,t]")
def shadow(m: Search, t: int, i: int, j: int) -> Term:
    earlier: list[Term] = [m.the("root")[t, s] * m.the("shadow")[s, i, j] for s in range(t)]
    return less(alike(m, t, place(i, j)), earlier) / m.the("root")[t, t]


def shadows(m: Search, i: int, j: int) -> list[Operand]:
    return [m.the("shadow")[t, i, j] for t in range(m.made)]


@Search.expected.because("μ = mean + Σ (L⁻¹k)·(L⁻¹(scores − mean))")
def expected(m: Search, i: int, j: int) -> Term:
    return m.one("average") + dot(shadows(m, i, j), m.the("whitened").row())


@Search.unsure.because("σ = √(height² − Σ (L⁻¹k)²)")
def unsure(m: Search, i: int, j: int) -> Term:
    return sqrt(HEIGHT**2 - total(each**2 for each in shadows(m, i, j)))


@Search.acquisition.because("(μ − best)·Φ(z) + σ·φ(z), z = (μ − best)/σ")
def acquisition(m: Search, i: int, j: int) -> Term:
    spread = m.the("unsure")[i, j]
    above = m.the("expected")[i, j] - m.the("best")[2]
    z = above / spread
    density = exp(-(z**2) / 2) / sqrt(2 * PI)
    return largest(0, above * (erfc(-z / sqrt(2)) / 2) + spread * density)
