"""How each number of `self-attention` comes about: of both layers, and with the other word.

A reading is the layer on the screen (""), "first" below it, or the two with the other word.
"""

from tui_transformer.concepts.self_attention.model import SelfAttention
from tui_transformer.concepts.self_attention.says import name
from tui_transformer.nn.made_up.designed import FEATURES, NAMED
from tui_transformer.steps.attention import HIDDEN, products, share
from tui_transformer.terms import Operand, Term, dot, exp, operand, sqrt, total

VALUES = {"weights": "attention"}  # what the model calls it on the screen
BELOW = {"": "first", "swapped": "swapped_first"}


def one(m: SelfAttention, reading: str, part: str, i: int, j: int) -> Operand:
    """One number of a reading."""
    return m.the(reading)[part, i, j] if reading else m.the(VALUES.get(part, part))[i, j]


def row(m: SelfAttention, reading: str, part: str, i: int, length: int = 0) -> list[Operand]:
    """The numbers of one word."""
    return [one(m, reading, part, i, j) for j in range(length or m.d_model)]


def layer(m: SelfAttention, reading: str) -> int:
    """Which layer a reading is of."""
    return m.layer if reading in BELOW else 1


def number(m: SelfAttention, reading: str, part: str, i: int, j: int) -> Term:
    """Say how a number of a reading came about."""
    seen = i + 1 if m.causal else len(m.tokens)
    match part:
        case "x":
            word = m.parameters["swapped_words" if "swapped" in reading else "words"][i, j]
            return word if layer(m, reading) == 1 else word + one(m, BELOW[reading], "output", i, j)
        case "scores":
            q, k = row(m, reading, "q", i), row(m, reading, "k", j)
            return products(q, k) / sqrt(m.one("d_model"))
        case "weights":
            return share(row(m, reading, "scores", i, seen), j)
        case "output":
            values = [one(m, reading, "v", each, j) for each in range(seen)]
            return products(row(m, reading, "weights", i, seen), values)
    matrix = m.parameters[f"layer_{layer(m, reading)}.W_{part}"]
    return products(row(m, reading, "x", i), matrix.column(j))


# ── formulas ───────────────────────────────────────────────────────────────────────────


def column(m: SelfAttention, j: int) -> str:
    """Name a number of a vector."""
    if m.weights == "random":
        return str(j)
    return FEATURES[j] if j < NAMED else f"r{j - NAMED + 1}"


def word(m: SelfAttention, reading: str, i: int) -> str:
    """Name a word of a reading."""
    at, other = m.swap
    return other if "swapped" in reading and i == at else name(m, i)


def formula(m: SelfAttention, reading: str, part: str, i: int, j: int) -> str:
    """Write the formula of a number of a reading."""
    mine, title = word(m, reading, i), column(m, j) if part in "xqkv" or part == "output" else ""
    match part:
        case "x" if layer(m, reading) == 1:
            source = "designed" if m.weights == "designed" else "drawn from the word's own hash"
            return f"{title} of {mine}: {source}"
        case "x":
            return f"{title} of {mine} = x + output of layer 1"
        case "scores":
            return f"z = q({mine})·k({word(m, reading, j)}) / √d"
        case "weights" if m.causal and j > i:
            return HIDDEN
        case "weights" if reading == "swapped":
            at, other = m.swap
            return f"with {other} for {name(m, at)}: e^z / Σ e^z, z = q·k/√d"
        case "weights":
            return f"{mine} → {word(m, reading, j)} = e^z / Σ e^z, z = q·k/√d"
        case "output":
            return f"output {title} = Σ w·v over the words"
    return f"{part} of {mine}, {title} = Σ xᵢ·W_{part}ᵢ"


def explain(part: str) -> None:
    """Say it for a value of the model: the layer on the screen."""
    value = SelfAttention.explained()[VALUES.get(part, part)]
    value.because(lambda m, i, j: formula(m, "", part, i, j))(
        lambda m, i, j: number(m, "", part, i, j)
    )


for each in ("x", "q", "k", "v", "scores", "weights", "output"):
    explain(each)
for each in ("first", "swapped", "swapped_first"):
    SelfAttention.explained()[each].because(
        lambda m, part, i, j, reading=each: formula(m, reading, part, i, j)
    )(lambda m, part, i, j, reading=each: number(m, reading, part, i, j))


# ── the chosen row, and the words' own parts ───────────────────────────────────────────


@SelfAttention.powers.because("e^z")
def power(m: SelfAttention, j: int) -> Term:
    return exp(m.the("scores")[m.query, j])


@SelfAttention.rest.because(
    lambda m, at: f"the weights of {len(m.tokens) - len(m.places)} other words, added"
)
def rest(m: SelfAttention, at: int) -> Term:
    others = (j for j in range(len(m.tokens)) if j not in m.places)
    return total(one(m, ("", "swapped")[at], "weights", m.query, j) for j in others)


@SelfAttention.own.because("|r| = √Σ rᵢ²")
def own(m: SelfAttention, part: str, i: int) -> Term:
    r = m.the(part).row(i)[NAMED:]
    return sqrt(dot(r, r))


def entry_formula(m: SelfAttention, i: int) -> str:
    wire = m.wires[i]
    return "√d, for the score is divided by it" if wire.matrix == "k" else wire.meaning


@SelfAttention.entries.because(entry_formula)
def entry(m: SelfAttention, i: int) -> Term:
    wire = m.wires[i]
    return sqrt(m.one("d_model")) if wire.matrix == "k" else operand("designed", wire.strength)
