"""How each number of `positions` comes about, down to the words' and the matrices' draws."""

from tui_transformer.concepts.positions.learned import row_of_table
from tui_transformer.concepts.positions.model import Positions
from tui_transformer.concepts.positions.tables import moved_most, name
from tui_transformer.steps import attention, linear, positions
from tui_transformer.steps.activations import PI, absolute, largest
from tui_transformer.terms import Term, dot, n, operand

# ── places ─────────────────────────────────────────────────────────────────────────────


def wave(m: Positions, p: int, j: int) -> Term:
    return positions.wave(p, j, m.one("d_model"), m.one("base"))


def encoding_formula(m: Positions, p: int, j: int) -> str:
    if m.scheme == "none":
        return "scheme none: nothing is added and nothing turned"
    if m.scheme == "learned":
        return f"learned: number {j} of place {p}, as the model that writes has it"
    f, shown = ("cos", "2i+1") if j % 2 else ("sin", "2i")
    left = f"PE(p, {shown})" if m.scheme == "sinusoidal" else f"{f} of the turn"
    return f"{left} = {f}(p / base^(2i/d)), p = {p}, i = {j // 2}"


@Positions.encoding.because(encoding_formula)
def encoding(m: Positions, p: int, j: int) -> Term:
    if m.scheme == "learned":
        return row_of_table(m, p, j)
    return operand("nothing added or turned", 0) if m.scheme == "none" else wave(m, p, j)


@Positions.wavelengths.because(lambda m, i: f"λ = 2π·base^(2i/d), i = {i}")
def wavelength(m: Positions, i: int) -> Term:
    return 2 * PI * m.one("base") ** (n(2 * i) / m.one("d_model"))


def met(p: int, j: int) -> str:
    return f"PE({p})·PE({j}) = Σ PE({p})ᵢ·PE({j})ᵢ"


@Positions.similarity.because(lambda m, j: met(m.position, j))
def similarity(m: Positions, j: int) -> Term:
    return dot(m.the("encoding").row(m.position), m.the("encoding").row(j))


@Positions.products.because(
    lambda m, p, j: (
        f"q·k of “{name(m, 0)}”, q turned to place {p}, k to place {j}"
        if m.scheme == "rotary"
        else met(p, j)
    )
)
def product(m: Positions, p: int, j: int) -> Term:
    if m.scheme == "rotary":
        return dot(m.the("turned").row(0, p), m.the("turned").row(1, j))
    return dot(m.the("encoding").row(p), m.the("encoding").row(j))


@Positions.turned.because(lambda m, part, p, j: f"{'qk'[part]} turned to place {p}")
def turned(m: Positions, part: int, p: int, j: int) -> Term:
    """The first word stands at place 0, where nothing is turned yet."""
    sin, cos = (m.the("encoding")[p, j - j % 2 + odd] for odd in (0, 1))
    return positions.turned(m.the("reading").row("qk"[part], 0, 0), j, sin, cos)


# ── the layer ──────────────────────────────────────────────────────────────────────────


@Positions.order_difference.because("the largest gap of all words")
def order_difference(m: Positions) -> Term:
    return largest(*m.the("differences").row())


def gap_formula(m: Positions, at: int) -> str:
    word, column = name(m, m.pairs[at][0]), moved_most(m, at)
    return f"|this − other order| of {word}, where it is largest: number {column}"


@Positions.differences.because(gap_formula)
def gap(m: Positions, at: int) -> Term:
    """In the dimension where it moved most."""
    (here, there), j = m.pairs[at], moved_most(m, at)
    output = m.the("reading")
    return absolute(output["output", 0, here, j] - output["output", 1, there, j])


def step_formula(m: Positions, step: str, order: int, *at: int) -> str:
    if step == "weights" and m.causal and at[1] > at[0]:
        return "hidden by the causal mask"
    added = " + its place's encoding" if m.scheme in ("sinusoidal", "learned") else ""
    turned = f", turned to place {at[0]}" if m.scheme == "rotary" and step in "qk" else ""
    return {
        "x": f"the word's own vector{added}",
        "scores": "z = q·k/√d",
        "weights": "w = e^z / Σ e^z, z = q·k/√d",
        "output": f"o[{at[-1]}] = Σ w·v[{at[-1]}] over the words it sees",
    }.get(step, f"{step[0]} = x·W_{step[0]}{turned}")


@Positions.reading.because(step_formula)
def a_step(m: Positions, step: str, order: int, i: int, j: int) -> Term:
    """One number of the layer that reads the words: of word i, dimension or other word j."""
    reading, rotary = m.the("reading"), m.scheme == "rotary"
    seen = i + 1 if m.causal else len(m.readings[order].words)
    match step:
        case "x":
            own = m.drawn[("words_here", "words_there")[order]][i, j]
            if m.scheme == "learned":
                return own + row_of_table(m, i, j)
            return own + wave(m, i, j) if m.scheme == "sinusoidal" else own
        case "q" | "k" if rotary:
            plain = reading.row(f"{step}_plain", order, i)
            return positions.turned(plain, j, *(wave(m, i, j - j % 2 + odd) for odd in (0, 1)))
        case "scores":
            return attention.score(reading.row("q", order, i), reading.row("k", order, j))
        case "weights":
            return attention.share(reading.row("scores", order, i)[:seen], j)
        case "output":
            v = [reading["v", order, other, j] for other in range(seen)]
            return attention.products(reading.row("weights", order, i)[:seen], v)
    return linear.affine(reading.row("x", order, i), m.drawn[f"W_{step[0]}"], None, j)
