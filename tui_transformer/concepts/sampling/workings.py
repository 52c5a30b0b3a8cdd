"""How each number of `sampling` comes about, from the logits and the seed's draws."""

import numpy as np

from tui_transformer.concepts.sampling.model import HUNDRED, Sampling
from tui_transformer.steps.activations import absolute, downwards, smallest, switch
from tui_transformer.terms import Term, exp, operand, total


@Sampling.probabilities.because(lambda m, i: f"p{i} = e^((z{i} − max z)/T) / Σ e^((z − max z)/T)")
def probability(m: Sampling, i: int) -> Term:
    """At temperature 0 all or nothing."""
    z, best, t = m.the("logits").row(), int(np.argmax(m.logits)), m.one("temperature")
    powers: list[Term] = [exp((each - z[best]) / t) for each in z]
    if m.temperature == 0:
        powers = [operand("nothing for the others", 0)] * len(z)
        powers[best] = operand("all for the highest", 1)
    return powers[i] / total(powers)


@Sampling.filtered_probabilities.because(
    lambda m, i: f"p{i} / Σ p of the kept" if i in m.kept else f"token {i} was dropped"
)
def filtered(m: Sampling, i: int) -> Term:
    p = m.the("probabilities")
    return p[i] / total(p[j] for j in m.kept.tolist()) if i in m.kept else operand("dropped", 0)


@Sampling.kept.because("its place: how many were kept before it, and how many were not")
def kept(m: Sampling, k: int) -> Term:
    shares = m.the("filtered_probabilities").row()[: m.kept[k]]
    return k + total(1 - switch(q) for q in shares) if shares else operand("the first place", 0)


# ── the draws ──────────────────────────────────────────────────────────────────────────


@Sampling.ends.because("the probabilities so far, added up")
def end(m: Sampling, i: int) -> Term:
    return total(m.the("filtered_probabilities").row()[: i + 1])


@Sampling.drawn.because("how many ends u has passed: Σ 1 + ⌊u − end⌋")
def drawn(m: Sampling, t: int) -> Term:
    ends = m.the("ends").row()[: m.kept[-1]]  # at the last the way is over
    u = m.spots[t]
    return total(1 + downwards(u - end) for end in ends) if ends else operand("the only one", 0)


@Sampling.token.because("how many ends u has passed: Σ 1 + ⌊u − end⌋")
def token(m: Sampling) -> Term:
    return drawn(m, m.draws)


@Sampling.hundreds.because(lambda m, h, i: f"how often it was {i}: Σ 1 − min(1, |token − {i}|)")
def hundred(m: Sampling, h: int, i: int) -> Term:
    tokens = m.the("drawn").row()[h * HUNDRED : min((h + 1) * HUNDRED, m.draws)]
    return total(1 - smallest(1, absolute(token - i)) for token in tokens)


@Sampling.counts.because("Σ of every hundred draws")
def count(m: Sampling, i: int) -> Term:
    return total(m.the("hundreds").column(i)) if m.draws else operand("nothing is drawn yet", 0)
