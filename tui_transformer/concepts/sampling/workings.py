"""How each number of `sampling` comes about, from the logits and the seed's draws."""

from tui_transformer.concepts.sampling.model import HUNDRED, Sampling
from tui_transformer.steps import sampling
from tui_transformer.steps.activations import absolute, downwards, smallest, switch
from tui_transformer.terms import Term, operand, total


def called(m: Sampling, i: int) -> str:
    """What a token is called."""
    return m.place("logits", i)


@Sampling.probabilities.because(
    lambda m, i: f"p({called(m, i)}) = e^((z({called(m, i)}) − max z)/T) / Σ e^((z − max z)/T)"
)
def probability(m: Sampling, i: int) -> Term:
    return sampling.at_temperature(m.the("logits").row(), m.one("temperature"), i)


@Sampling.filtered_probabilities.because(
    lambda m, i: (
        f"p({called(m, i)}) / Σ p of the kept" if i in m.kept else f"{called(m, i)} was dropped"
    )
)
def filtered(m: Sampling, i: int) -> Term:
    stays = [bool(q) for q in m.filtered_probabilities]
    return sampling.of_the_kept(m.the("probabilities").row(), stays, i)


@Sampling.kept.because("its place: how many were kept before it, and how many were not")
def kept(m: Sampling, k: int) -> Term:
    shares = m.the("filtered_probabilities").row()[: m.kept[k]]
    return k + total(1 - switch(q) for q in shares) if shares else operand("the first place", 0)


# ── the draws ──────────────────────────────────────────────────────────────────────────


@Sampling.ends.because(lambda m, i: f"the probabilities up to {called(m, i)}, added up")
def end(m: Sampling, i: int) -> Term:
    return total(m.the("filtered_probabilities").row()[: i + 1])


@Sampling.drawn.because("how many ends u has passed: Σ 1 + ⌊u − end⌋")
def drawn(m: Sampling, t: int) -> Term:
    ends = m.the("ends").row()[: m.kept[-1]]  # at the last the way is over
    u = m.spots[t]
    return total(1 + downwards(u - end) for end in ends) if ends else operand("the only one", 0)


Sampling.token.is_of(Sampling.drawn, lambda m: m.draws)


@Sampling.hundreds.because(
    lambda m, h, i: f"how often it was {called(m, i)}: Σ 1 − min(1, |token − {i}|)"
)
def hundred(m: Sampling, h: int, i: int) -> Term:
    tokens = m.the("drawn").row()[h * HUNDRED : min((h + 1) * HUNDRED, m.draws)]
    return total(1 - smallest(1, absolute(token - i)) for token in tokens)


@Sampling.counts.because(lambda m, i: f"{called(m, i)}: Σ of every hundred draws")
def count(m: Sampling, i: int) -> Term:
    return total(m.the("hundreds").column(i)) if m.draws else operand("nothing is drawn yet", 0)
