"""How each number of `recurrence` comes about, step by step, down to the draws."""

from collections.abc import Callable
from functools import partial

from tui_transformer.concepts.recurrence.model import Recurrence, directions
from tui_transformer.nn.recurrence import GATE_BIAS
from tui_transformer.steps import linear
from tui_transformer.steps.activations import bent, sigmoid, sigmoid_slope, slope
from tui_transformer.terms import Operand, Term, dot, n, operand, total

How = Callable[..., Term]


def before(m: Recurrence, t: int) -> list[Operand]:
    """The state that a step starts from."""
    return m.the("hidden").row(t - 1) if t else [operand("h before the first word", 0)] * m.width


# ── counts ─────────────────────────────────────────────────────────────────────────────


@Recurrence.even_share.because("1/n: each of n words gets the same weight")
def even_share(m: Recurrence) -> Term:
    return 1 / m.one("length")


@Recurrence.sequential_steps.because(
    lambda m, kind: (
        "n: each word waits for the one before" if kind == "recurrent" else "1: all at once"
    )
)
def sequential_steps(m: Recurrence, kind: str) -> Term:
    return m.one("length") if kind == "recurrent" else n(1)


@Recurrence.writing_steps.because("n: each word waits for the one that was written before")
def writing_steps(m: Recurrence, kind: str) -> Term:
    return m.one("length")


@Recurrence.path_length.because(
    lambda m, kind: (
        "n − 1 − position" if kind == "recurrent" else "1: the last looks at it directly"
    )
)
def path_length(m: Recurrence, kind: str) -> Term:
    return m.one("length") - 1 - m.one("position") if kind == "recurrent" else n(1)


# ── the walk ───────────────────────────────────────────────────────────────────────────


@Recurrence.hidden.because(lambda m, t, k: "z·h + (1 − z)·c" if m.gated else "act(h·W + x·U)")
def hidden(m: Recurrence, t: int, k: int) -> Term:
    fresh = bent(m.activation, m.the("sums")[t, k])
    if not m.gated:
        return fresh
    gate = m.the("gates")[t, k]
    return gate * before(m, t)[k] + (1 - gate) * fresh


@Recurrence.sums.because("gain·(h·Q) + x·U")
def a_sum(m: Recurrence, t: int, k: int) -> Term:
    entered = dot(m.leaf("vectors").row(t), m.leaf("enter").column(k))
    return m.one("gain") * dot(before(m, t), m.leaf("turn").column(k)) + entered


@Recurrence.gate_sums.because("h·W_z + x·U_z + 2")
def gate_sum(m: Recurrence, t: int, k: int) -> Term:
    turned = dot(before(m, t), m.leaf("gate_turn").column(k))
    entered = dot(m.leaf("vectors").row(t), m.leaf("gate_enter").column(k))
    return turned + entered + GATE_BIAS


@Recurrence.gates.because(lambda m, t, k: "z = σ(h·W_z + x·U_z + 2)" if m.gated else "no gate")
def gate(m: Recurrence, t: int, k: int) -> Term:
    return sigmoid(m.the("gate_sums")[t, k]) if m.gated else n(0)


# ── one step: how the state moves ──────────────────────────────────────────────────────


def moved(m: Recurrence, t: int, k: int, fresh: Term, by_gate: Term) -> Term:
    """(1 − z)·act′·(what moves the sum) + (h − c)·σ′·(what moves the gate's)."""
    direct = slope(m.activation, m.the("sums")[t, k]) * fresh
    if not m.gated:
        return direct
    shift = before(m, t)[k] - bent(m.activation, m.the("sums")[t, k])
    opened = sigmoid_slope(m.the("gate_sums")[t, k])
    return (1 - m.the("gates")[t, k]) * direct + shift * opened * by_gate


def step_formula(m: Recurrence, *_: int, by: str, gate: str, kept: str = "") -> str:
    return f"{kept}(1 − z)·act′·{by} + (h − c)·σ′·{gate}" if m.gated else f"act′·{by}"


@Recurrence.by_state.because(partial(step_formula, by="gain·Q", gate="W_z", kept="z + "))
def by_state(m: Recurrence, t: int, k: int, j: int) -> Term:
    turned = m.one("gain") * m.leaf("turn")[j, k]
    rest = moved(m, t, k, turned, m.leaf("gate_turn")[j, k])
    return m.the("gates")[t, k] + rest if m.gated and k == j else rest


@Recurrence.by_word.because(partial(step_formula, by="U", gate="U_z"))
def by_word(m: Recurrence, t: int, k: int, j: int) -> Term:
    return moved(m, t, k, m.leaf("enter")[j, k], m.leaf("gate_enter")[j, k])


# ── many steps: their product, to the last word or to the one read last ────────────────


def onward(m: Recurrence, t: int, i: int, j: int, so_far: str) -> Term:
    """Row i of all that comes after, times column j of this step."""
    if t == (m.step if so_far else m.length):
        return operand("∂h/∂h at the end: 1 for the number itself, else 0", int(i == j))
    after = m.the(f"onward{so_far}").row(t + 1, i)
    return total(each * m.the("by_state")[t, k, j] for k, each in enumerate(after))


def arrival(m: Recurrence, t: int, i: int, j: int, so_far: str) -> Term:
    after = m.the(f"onward{so_far}").row(t + 1, i)
    return total(each * m.the("by_word")[t, k, j] for k, each in enumerate(after))


def stretched(m: Recurrence, t: int, i: int, so_far: str) -> Term:
    move = directions(getattr(m, f"arrivals{so_far}"))[t]
    named = (operand(f"number {j} of the move that is left most", x) for j, x in enumerate(move))
    return dot(m.the(f"arrivals{so_far}").row(t, i), named)


def influence(m: Recurrence, t: int, so_far: str) -> Term:
    """Of a turn and a stretch, repeated, the stretch is left; else the move that is left most."""
    if m.linear:
        return m.one("gain") ** ((m.step if so_far else m.length) - 1 - t)
    return linear.length(m.the(f"stretched{so_far}").row(t))


def influence_formula(m: Recurrence, t: int) -> str:
    return "gain^distance" if m.linear else "‖J·v‖ = √Σ (J·v)², v the move that is left most"


def explain() -> None:
    """Tell the model both: after the last word, and so far."""
    for so_far in ("", "_so_far"):
        whys: tuple[tuple[str, How, object], ...] = (
            ("onward", onward, "(∂h/∂h of what comes after)·(∂h/∂h of this step)"),
            ("arrivals", arrival, "J = (∂h/∂h of what comes after)·(∂h/∂x of this word)"),
            ("stretched", stretched, "J·v, v the move that is left most"),
            ("influence", influence, influence_formula),
        )
        for name, how, symbols in whys:
            told = getattr(Recurrence, name + so_far)
            told.because(symbols)(partial(how, so_far=so_far))


explain()
