"""What `gated` claims: the whole network in plain loops, number by number.

Only what was drawn comes from NumPy; GELU is written with `math.erf`, SiLU with `math.exp`.
"""

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

gated = Claims(
    "gated",
    examples=(
        "tfx gated kind=relu unit=2",
        "tfx gated kind=gelu d_model=12 norm=layer",
        "tfx gated kind=geglu d_model=5 x=2",
        "tfx gated x=0",
        "tfx gated norm=layer x=1",
    ),
)

NAMES = {"relu": "ReLU", "gelu": "GELU", "geglu": "GEGLU", "swiglu": "SwiGLU"}


def silu(z: float) -> float:
    """z·σ(z)."""
    return z / (1 + math.exp(-z))


def gelu(z: float) -> float:
    """z·Φ(z)."""
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


BENDS: dict[str, Callable[[float], float]] = {
    "relu": lambda z: z if z > 0 else 0.0,
    "gelu": gelu,
    "geglu": gelu,
    "swiglu": silu,
}


def has_gate(c: SimpleNamespace) -> bool:
    return c.kind in ("geglu", "swiglu")


def width(kind: str, d: int) -> int:
    """4·d; or of all whole numbers the one nearest to 8/3·d."""
    if kind in ("relu", "gelu"):
        return 4 * d
    return min(range(8 * d), key=lambda f: abs(3 * f - 8 * d))


def normed(c: SimpleNamespace) -> list[float]:
    """x through the norm."""
    x = list(c.x) * (c.d_model if len(c.x) == 1 else 1)
    middle = math.fsum(x) / len(x) if c.norm == "layer" else 0.0
    spread = math.fsum((each - middle) ** 2 for each in x) / len(x)
    return [(each - middle) / math.sqrt(spread + 1e-6) for each in x]


def drawn(c: SimpleNamespace) -> dict[str, list[list[float]]]:
    """The matrices, in the order in which they are drawn."""
    rng, d, f = np.random.default_rng([c.seed, c.d_model]), c.d_model, width(c.kind, c.d_model)
    sides = {"w_1": (d, f), "w_2": (f, d)} | ({"w_gate": (d, f)} if has_gate(c) else {})
    return {
        name: [[float(rng.standard_normal()) / math.sqrt(rows) for _ in range(columns)]
               for _ in range(rows)]
        for name, (rows, columns) in sides.items()
    }  # fmt: skip


def times(row: list[float], w: list[list[float]]) -> list[float]:
    """A row times every column."""
    return [math.fsum(a * w[i][j] for i, a in enumerate(row)) for j in range(len(w[0]))]


def network(c: SimpleNamespace) -> SimpleNamespace:
    """The whole way."""
    w, x, bend = drawn(c), normed(c), BENDS[c.kind]
    passes = times(x, w["w_1"])
    gate = [bend(z) for z in times(x, w["w_gate"])] if has_gate(c) else []
    hidden = [a * b for a, b in zip(gate, passes, strict=True)] if gate else list(map(bend, passes))
    return SimpleNamespace(
        gate=gate, passes=passes, hidden=hidden, output=times(hidden, w["w_2"]), weights=w
    )


def parameters(c: SimpleNamespace) -> int:
    """Every weight counted."""
    return sum(1 for w in drawn(c).values() for row in w for _ in row)


# ── values ─────────────────────────────────────────────────────────────────────────────


@gated.oracle("normalized")
def norms(s: State) -> None:
    close(s.values.normalized, normed(s.controls), 1e-9, 1e-9)


@gated.oracle("d_ff", "parameter_count")
def sizes(s: State) -> None:
    assert s.values.d_ff == width(s.controls.kind, s.controls.d_model)
    assert s.values.parameter_count == parameters(s.controls)


@gated.oracle("gate", "passes", "hidden", "output")
def passed(s: State) -> None:
    true = network(s.controls)
    for name in ("gate", "passes", "hidden", "output"):
        close(getattr(s.values, name), getattr(true, name), 1e-9, 1e-9)


# ── what is said ───────────────────────────────────────────────────────────────────────


def sized(c: SimpleNamespace, kind: str, units: str, parameter: str) -> None:
    """The first sentence."""
    assert kind == NAMES[c.kind]
    shown(units, width(c.kind, c.d_model))
    shown(parameter, parameters(c))


@gated.says(
    "{kind}: {units} units, {parameters} parameters. Unit {unit}: gate {gate} × {passes} is "
    "{comes}."
)
def through_a_gate(
    s: State, kind: str, units: str, parameters: str, unit: str, gate: str, passes: str, comes: str
) -> None:
    sized(s.controls, kind, units, parameters)
    true, k = network(s.controls), s.controls.unit
    assert has_gate(s.controls) and unit == str(k)
    shown(gate, true.gate[k])
    shown(passes, true.passes[k])
    shown(comes, true.hidden[k])


@gated.says(
    "{kind}: {units} units, {parameters} parameters. Unit {unit}: {bend} makes {passes} into "
    "{comes}."
)
def along_a_curve(
    s: State, kind: str, units: str, parameters: str, unit: str, bend: str, passes: str, comes: str
) -> None:
    sized(s.controls, kind, units, parameters)
    true, k = network(s.controls), s.controls.unit
    assert not true.gate and unit == str(k) and bend == s.controls.kind
    shown(passes, true.passes[k])
    shown(comes, true.hidden[k])


@gated.says("3·{d}·{f} and 2·{d2}·{f2}: {all} parameters either way.")
def either_way(s: State, d: str, f: str, d2: str, f2: str, **said: str) -> None:
    assert has_gate(s.controls) and d == d2 == str(s.controls.d_model)
    assert 3 * int(d) * int(f) == 2 * int(d) * int(f2) == parameters(s.controls)
    assert int(f2) == width("relu", int(d)) and int(f) == width("geglu", int(d))
    shown(said["all"], parameters(s.controls))


@gated.says("Their mean is 0: there is none to take out, and either gives {numbers} and {last}.")
def no_mean(s: State, numbers: str, last: str) -> None:
    said = [*numbers.split(", "), last]
    for norm in ("layer", "rms"):
        true = normed(SimpleNamespace(**{**vars(s.controls), "norm": norm}))
        for one, number in zip(said, true, strict=True):
            shown(one, number)


@gated.says("Unit {unit} turns {passes} into {comes}: the other sign.")
def turned(s: State, unit: str, passes: str, comes: str) -> None:
    true, k = network(s.controls), s.controls.unit
    assert unit == str(k) and true.gate[k] < -0.27
    assert true.passes[k] * true.hidden[k] < 0
    shown(passes, true.passes[k])
    shown(comes, true.hidden[k])


# ── what is told ───────────────────────────────────────────────────────────────────────


@gated.tells(
    "Units 1 and 6 could pass about as much, −0.904 and −1.011; of one comes −0.494, of the other "
    "−0.031. Another number decided. Unit 7 has the most, 3.070, and its gate stands at −0.005."
)
def three_units() -> None:
    true = network(opened("tfx gated").controls)
    for k, passes, comes in ((1, "−0.904", "−0.494"), (6, "−1.011", "−0.031")):
        shown(passes, true.passes[k])
        shown(comes, true.hidden[k])
    assert max(true.passes) == true.passes[7] == max(map(abs, true.passes))
    shown("3.070", true.passes[7])
    shown("−0.005", true.gate[7])


@gated.tells("With SiLU as the bend this is **SwiGLU**, with GELU **GEGLU** (Shazeer, 2020).")
def which_bend() -> None:
    """GLU Variants Improve Transformer (arXiv 2002.05202, of February 2020), eqs. 5 and 6."""
    for kind, bend in (("swiglu", silu), ("geglu", gelu)):
        s = opened(f"tfx gated kind={kind}")
        sums = times(normed(s.controls), drawn(s.controls)["w_gate"])
        close(s.values.gate, [bend(z) for z in sums], 1e-9)


@gated.tells("Networks of today make two sums for each unit, with a matrix for each.")
def two_sums() -> None:
    assert set(drawn(opened("tfx gated").controls)) == {"w_1", "w_gate", "w_2"}


@gated.tells(
    "A third matrix has to be paid for: there are fewer units, 8/3·d for 4·d. Where `d_model` can "
    "be divided by 3 both cost the same to the last parameter, here 72. Llama 2, with d = 4,096, "
    "rounds its 10,923 units up to 11,008."
)
def same_cost() -> None:
    """Llama 2 rounds up to a multiple of 256 (Touvron et al., 2023)."""
    for d in range(2, 13):
        costs = {
            parameters(opened(f"tfx gated kind={kind} d_model={d}").controls) for kind in NAMES
        }
        assert (len(costs) == 1) == (d % 3 == 0)
        assert d != 3 or costs == {72}
    assert width("swiglu", 4096) == 10923
    assert 256 * math.ceil(10923 / 256) == 11008


@gated.tells("Give x five times as large: to the digits shown nothing moves.")
def five_times() -> None:
    before, after = (opened(f"tfx gated{x}").controls for x in ("", " x=5,-2.5,10"))
    assert [5 * a for a in before.x] == after.x
    close(network(after).output, network(before).output, 1e-5)


@gated.tells(
    "that a gate lies between 0 and 1. SiLU goes down to −0.278, and then what passes changes its "
    "sign; upwards it has no end, at 3 it is 2.86."
)
def no_shares() -> None:
    shown("−0.278", min(silu(z / 1000) for z in range(-6000, 0)))
    shown("2.86", silu(3))
    assert silu(500) == 500


@gated.tells("SiLU is lowest at −1.28: move x until x·W_gate is there.")
def lowest() -> None:
    shown("−1.28", min((z / 1000 for z in range(-6000, 0)), key=silu))


@gated.tells("One half decides how much of the other passes, at the same number of parameters.")
def one_half() -> None:
    """The matrix of the gate is as large as the one of what passes; at 3 the cost is the same."""
    c = opened("tfx gated").controls
    w = drawn(c)
    assert [len(row) for row in w["w_gate"]] == [len(row) for row in w["w_1"]]
    assert parameters(c) == parameters(opened("tfx gated kind=relu").controls)


@gated.tells("8/3 of what is a whole number?")
def whole() -> None:
    assert [d for d in range(2, 13) if 8 * d % 3 == 0] == [3, 6, 9, 12]
