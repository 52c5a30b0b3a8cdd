"""One number on the way from scores to a draw: at a temperature, and among those that are kept."""

from collections.abc import Sequence

from tui_transformer.terms import Term, exp, operand, total


def at_temperature(z: Sequence[Term], temperature: Term, i: int) -> Term:
    """e^((z − max)/T) / Σ of the same; at T = 0 the first of the highest takes all."""
    best = max(range(len(z)), key=lambda j: z[j].value)
    powers: list[Term] = [exp((each - z[best]) / temperature) for each in z]
    if temperature.value == 0:
        powers = [operand("nothing for the others", 0)] * len(z)
        powers[best] = operand("all for the highest", 1)
    return powers[i] / total(powers)


def of_the_kept(p: Sequence[Term], kept: Sequence[bool], i: int) -> Term:
    """p / Σ p of those that are kept; what was dropped is never drawn."""
    if not kept[i]:
        return operand("dropped", 0)
    return p[i] / total(each for each, stays in zip(p, kept, strict=True) if stays)
