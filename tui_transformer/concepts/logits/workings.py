"""How each number of `logits` comes about, with the numbers as the chosen precision holds them."""

from tui_transformer.concepts.logits.model import CLASSES, Logits
from tui_transformer.steps.activations import absolute, bent, largest, sigmoid
from tui_transformer.terms import DOUBLE, SINGLE, Term, Working, exp, function, total

single = function("float32")


def unit(m: Logits) -> float:
    return SINGLE if m.precision == "float32" else DOUBLE


def rounded(m: Logits, step: Term) -> Term:
    """One step as it was computed: in float32 its result is rounded to that."""
    return single(step) if m.precision == "float32" else step


def gap(m: Logits, i: int) -> Term:
    """z of a class minus z of the other."""
    z = m.the("z")
    return rounded(m, z[i] - z[1 - i])


# ── the logits, and the careful way ────────────────────────────────────────────────────


@Logits.held.because("as a float32 holds it", unit)
def held(m: Logits, i: int) -> Term:
    return rounded(m, m.one((*CLASSES, "offset")[i]))


def given(m: Logits, i: int) -> Term:
    """A score or the offset: what was set, or the float32 nearest to it."""
    return m.the("held")[i] if m.precision == "float32" else held(m, i)


@Logits.z.because(
    lambda m, i: f"max(0, {CLASSES[i]} + offset)" if m.relu_first else f"z = {CLASSES[i]} + offset",
    unit,
)
def logit(m: Logits, i: int) -> Term:
    both = rounded(m, given(m, i) + given(m, 2))
    return largest(0, both) if m.relu_first else both


@Logits.lowered.because("z − max", unit)
def lowered(m: Logits, i: int) -> Term:
    return rounded(m, m.the("z")[i] - m.the("z")[int(m.z[1] > m.z[0])])


@Logits.lowered_powers.because("e^(z − max)", unit)
def lowered_power(m: Logits, i: int) -> Term:
    return rounded(m, exp(lowered(m, i)))


@Logits.probabilities.because(lambda m, i: f"p({CLASSES[i]}) = e^(z − max) / Σ e^(z − max)", unit)
def probability(m: Logits, i: int) -> Term:
    """In float32 of the e^… as they are."""
    e: list[Term] = [lowered_power(m, j) for j in range(2)]
    if m.precision == "float32":
        e = [*m.the("lowered_powers").row()]
    return rounded(m, e[i] / rounded(m, total(e)))


def sigmoid_working(m: Logits) -> Working:
    """Show that a class's probability is σ of the difference; of the one that is not nearly 1.

    In float32 that way rounds otherwise than the one that was taken, which is then shown.
    """
    right = CLASSES.index(m.label)
    this = 1 - right if m.probabilities[right] == 1 else right
    careful = m.the("probabilities")[this]
    if m.precision == "float32":
        return careful.why()
    name, other = CLASSES[this], CLASSES[1 - this]
    symbols = f"p({name}) = σ(z_{name} − z_{other}), σ(x) = 1/(1 + e^−x)"
    return Working(symbols, sigmoid(gap(m, this)), careful.value, "probabilities")


# ── the plain way ──────────────────────────────────────────────────────────────────────


@Logits.powers.because(lambda m, i: f"e^z_{CLASSES[i]}", unit)
def power(m: Logits, i: int) -> Term:
    return rounded(m, exp(m.the("z")[i]))


@Logits.naive_probabilities.because(
    lambda m, i: f"p({CLASSES[i]}) = e^z / Σ e^z, as it stands", unit
)
def plain_probability(m: Logits, i: int) -> Term:
    e = m.the("powers").row()
    return rounded(m, e[i] / rounded(m, total(e)))


@Logits.plain_off.because("max |plain p − p|", unit)
def plain_off(m: Logits) -> Term:
    pairs = zip(m.the("naive_probabilities").row(), m.the("probabilities").row(), strict=True)
    return largest(*(absolute(rounded(m, plain - p)) for plain, p in pairs))


# ── the whole guess ────────────────────────────────────────────────────────────────────


@Logits.log_odds.because("z_cat − z_dog = ln(p_cat / p_dog)", unit)
def log_odds(m: Logits) -> Term:
    return gap(m, 0)


@Logits.odds.because("e^(z_cat − z_dog) = p_cat / p_dog", unit)
def odds(m: Logits) -> Term:
    return rounded(m, exp(gap(m, 0)))


@Logits.entropy.because("H = Σ p·(−ln p); ln 2 = 0.693 if torn", unit)
def entropy(m: Logits) -> Term:
    pairs = zip(m.the("probabilities").row(), m.the("prices").row(), strict=True)
    return rounded(m, total(rounded(m, p * price) for p, price in pairs))


def price_formula(m: Logits, i: int) -> str:
    this, other = CLASSES[i], CLASSES[1 - i]
    return f"−ln p({this}) = ln(1 + e^x), x = z_{other} − z_{this}"


@Logits.prices.because(price_formula, unit)
def price(m: Logits, i: int) -> Term:
    """−ln p, without taking the logarithm of something that is nearly 1."""
    return rounded(m, bent("softplus", gap(m, 1 - i)))


Logits.cross_entropy.is_of(Logits.prices, lambda m: CLASSES.index(m.label))


# ── how hard the right score is pulled ─────────────────────────────────────────────────


@Logits.pulls.because(
    lambda m, i: (
        f"∂/∂z_{m.label} of −ln p = −(1 − p)",
        f"∂/∂z_{m.label} of ½(1 − p)² = −(1 − p)·p·(1 − p)",
    )[i],
    unit,
)
def pull(m: Logits, i: int) -> Term:
    """1 − p is the share of the other class, which keeps its digits where p is nearly 1."""
    right = CLASSES.index(m.label)
    p, rest = m.the("probabilities")[right], m.the("probabilities")[1 - right]
    return rounded(m, rounded(m, -rest * p) * rest) if i else -rest
