"""How each number of `quantization` comes about, down to the trained weights."""

from tui_transformer.concepts.quantization.model import FLOAT, Quantization
from tui_transformer.concepts.quantization.rounding import lines
from tui_transformer.nn.made_up.sorting import LENGTH, LETTERS
from tui_transformer.steps.activations import absolute, downwards, largest, smallest, switch
from tui_transformer.terms import SINGLE, Named, Operand, Term, n, operand, total


def weight(m: Quantization, name: str, i: int, j: int) -> Operand:
    """A trained weight, before it is rounded."""
    return Named(f"trained.{name}", m.trained[name], "weight")[i, j]


def highest(m: Quantization) -> Term:
    """m = 2^(bits − 1) − 1."""
    return 2 ** (m.one("bits") - 1) - 1


# ── the weights ────────────────────────────────────────────────────────────────────────


@Quantization.scales.because("scale = max|w| / m, m = 2^(bits − 1) − 1", SINGLE)
def a_scale(m: Quantization, name: str, j: int) -> Term:
    w = abs(m.trained[name])
    at = divmod(int(w.argmax()), w.shape[1])
    if m.per == "column":
        at = (int(w[:, j].argmax()), j)
    return absolute(weight(m, name, *at)) / highest(m)


@Quantization.shown_levels.because("the level nearest to w / scale", SINGLE)
def a_level(m: Quantization, i: int, j: int) -> Term:
    scale = m.the("scales")[m.shown, j if m.per == "column" else 0]
    return downwards(weight(m, m.shown, i, j) / scale + 0.5)


@Quantization.back.because("level · scale", SINGLE)
def back(m: Quantization, i: int, j: int) -> Term:
    return m.the("shown_levels")[i, j] * m.the("scales")[m.shown, j if m.per == "column" else 0]


@Quantization.max_error.because("the largest |w − level · scale|")
def max_error(m: Quantization) -> Term:
    name, at = m.worst
    return absolute(weight(m, name, *at) - Named(name, m.weights[name], "weight")[at])


@Quantization.levels.because("weights counted that stand on this level")
def level_count(m: Quantization, k: int) -> Term:
    return n(operand("weights on this level, counted", m.levels[k]))


@Quantization.used.because("levels counted on which a weight stands")
def used(m: Quantization) -> Term:
    return n(operand("levels in use, counted", m.used))


# ── their bytes ────────────────────────────────────────────────────────────────────────


@Quantization.many.because("weights of all matrices that are rounded")
def many(m: Quantization) -> Term:
    return total(operand(f"weights in {name}", m.trained[name].size) for name in m.scales)


@Quantization.kept.because("all numbers − those that are rounded")
def kept(m: Quantization) -> Term:
    return operand("numbers of the sorter", m.kept + m.many) - m.one("many")


@Quantization.scale_count.because("scales of all matrices that are rounded")
def scale_count(m: Quantization) -> Term:
    return total(operand(f"scales of {name}", len(scale)) for name, scale in m.scales.items())


@Quantization.weight_bytes.because("weights·bits/8 + 4·scales + 4·numbers not rounded")
def weight_bytes(m: Quantization) -> Term:
    rest = FLOAT * m.one("scale_count") + FLOAT * m.one("kept")
    return m.one("many") * m.one("bits") / 8 + rest


# ── what the network still can do ──────────────────────────────────────────────────────


@Quantization.sorted_right.because("Σ over all lines: 1 where it comes out sorted")
def sorted_right(m: Quantization) -> Term:
    return total(m.the("right").row())


@Quantization.right.because("1 where the right letter leads everywhere, else 0")
def right(m: Quantization, i: int) -> Term:
    return switch(m.the("margins")[i])


@Quantization.margins.because("the least lead of the right letter's logit over the others'", SINGLE)
def margin(m: Quantization, i: int) -> Term:
    answers = lines()[i, LENGTH:].tolist()
    logits = m.the("logits")
    return smallest(
        *(
            logits[i, at, letter]
            - largest(*(logits[i, at, k] for k in range(len(LETTERS)) if k != letter))
            for at, letter in enumerate(answers)
        )
    )


@Quantization.logits.because("norm(stream)·embedding", SINGLE)
def logit(m: Quantization, i: int, at: int, letter: int) -> Term:
    return m.inside(i).logits.working(LENGTH - 1 + at, letter).term
