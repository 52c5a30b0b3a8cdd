"""How each number of `softmax` comes about."""

from tui_transformer.concepts.softmax.model import Softmax
from tui_transformer.steps import softmax
from tui_transformer.terms import Term, exp, total


def called(m: Softmax, i: int) -> str:
    """What a class is called."""
    return m.place("logits", i)


@Softmax.z.because(lambda m, i: f"z({called(m, i)}) = logit + shift")
def z(m: Softmax, i: int) -> Term:
    return m.the("logits")[i] + m.one("shift")


def scores(m: Softmax) -> list[Term]:
    """The logits as softmax gets them: z/T."""
    return [z / m.one("temperature") for z in m.the("z" if m.shift else "logits").row()]


@Softmax.scaled.because(lambda m, i: f"z({called(m, i)})/T")
def scaled(m: Softmax, i: int) -> Term:
    return scores(m)[i]


@Softmax.powers.because(lambda m, i: f"e^(z({called(m, i)})/T)")
def power(m: Softmax, i: int) -> Term:
    return exp(scores(m)[i])


@Softmax.probabilities.because(
    lambda m, i: f"p({called(m, i)}) = e^(z({called(m, i)})/T) / Σ e^(z/T)"
)
def probability(m: Softmax, i: int) -> Term:
    return softmax.share(scores(m), i)


@Softmax.costs.because(lambda m, i: f"−ln p({called(m, i)}) = {cost_formula(m, i)}")
def cost(m: Softmax, i: int) -> Term:
    return softmax.price(scores(m), i)


def cost_formula(m: Softmax, i: int) -> str:
    if softmax.is_nearly_free(scores(m), i):
        return f"ln(1 + Σ e^((z − z({called(m, i)}))/T)), the others'"
    return f"ln Σ e^(z/T) − z({called(m, i)})/T"


Softmax.cross_entropy.is_of(Softmax.costs, lambda m: m.target)


@Softmax.entropy.because("H = Σ p·(−ln p)")
def entropy(m: Softmax) -> Term:
    pairs = zip(m.the("probabilities").row(), m.the("costs").row(), strict=True)
    return total(p * price for p, price in pairs)


@Softmax.log_sum_exp.because("ln Σ e^(z/T)")
def log_sum_exp(m: Softmax) -> Term:
    return softmax.log_sum_exp(scores(m))


@Softmax.errors.because(lambda m, i: error_formula(m, i))
def error(m: Softmax, i: int) -> Term:
    p = m.the("probabilities")
    if nearly_right(m, i):
        return -total(p[j] for j in range(len(m.logits)) if j != i)
    return p[i] - int(i == m.target)


def nearly_right(m: Softmax, i: int) -> bool:
    """Say whether p − 1 would lose its digits, so that the other p stand for it."""
    return i == m.target and -m.errors[i] < softmax.NEAR


def error_formula(m: Softmax, i: int) -> str:
    return (
        f"p({called(m, i)}) − 1 = −Σ of the other p"
        if nearly_right(m, i)
        else f"p({called(m, i)}) − y({called(m, i)})"
    )


@Softmax.gradient.because(
    lambda m, i: f"∂L/∂z({called(m, i)}) = (p({called(m, i)}) − y({called(m, i)}))/T"
)
def slope(m: Softmax, i: int) -> Term:
    return m.the("errors")[i] / m.one("temperature")
