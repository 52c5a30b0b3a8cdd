"""What `receptive-field` claims."""

import math
from collections import Counter

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

KINDS = ["convolution", "dilated", "recurrent", "attention", "causal", "windowed"]
receptive_field = Claims(
    "receptive-field",
    examples=(
        "tfx receptive-field kind=causal position=31",
        "tfx receptive-field kind=recurrent layers=1",
        "tfx receptive-field kind=recurrent position=2 layers=12",
        "tfx receptive-field kind=windowed layers=1 position=0 distance=4096",
        "tfx receptive-field kernel=2 layers=1 position=0 distance=1",
        "tfx receptive-field kind=dilated kernel=9 layers=12 length=64",
        "tfx receptive-field kind=attention layers=12 length=64",
        "tfx receptive-field kind=dilated kernel=8 distance=49",
    ),
)


def taps(s: State, layer: int) -> list[int]:
    """How far off the inputs are that one output of a layer takes (from 1, the lowest)."""
    c = s.controls
    near = [at - c.kernel // 2 for at in range(c.kernel)]  # an even kernel: one more on the left
    return {
        "convolution": near,
        "dilated": [2 ** (layer - 1) * tap for tap in near],
        "windowed": list(range(-c.window, c.window + 1)),
        "attention": list(range(-c.length, c.length + 1)),
        "causal": list(range(-c.length, 1)),
    }[c.kind]


def paths(s: State) -> list[Counter[int]]:
    """How many paths lead from each token of each layer to the output, highest layer first."""
    c = s.controls
    rows = [Counter({c.position: 1})]
    for step in range(c.layers):
        below: Counter[int] = Counter()
        for token, ways in rows[-1].items():
            if c.kind == "recurrent":
                # The step that read token position − step joined the state before to it.
                reads = [0, -1] if token == c.position - step else [0]
            else:
                reads = taps(s, c.layers - step)
            for tap in reads:
                if 0 <= token + tap < c.length:
                    below[token + tap] += ways
        rows.append(below)
    return rows


def needed(kind: str, s: State, distance: int) -> int:
    """Add layers until two tokens so far apart both lie in the field of one output."""
    c, field, layers = s.controls, 1, 0
    while field <= distance:
        layers += 1
        field += {
            "convolution": c.kernel - 1,
            "dilated": (c.kernel - 1) * 2 ** (layers - 1),
            "recurrent": 1,
            "attention": distance,
            "causal": distance,
            "windowed": 2 * c.window,
        }[kind]
    return layers


# ── values ─────────────────────────────────────────────────────────────────────────────


@receptive_field.oracle("receptive_field")
def width(s: State) -> None:
    c = s.controls
    if c.kind in ("attention", "causal"):
        true = c.length if c.kind == "attention" else c.position + 1
    elif c.kind == "recurrent":
        true = 1 + c.layers
    else:
        field = np.zeros(1, dtype=int)  # what is heard where the text does not end
        for layer in range(1, c.layers + 1):
            field = np.unique(field[:, None] + np.array(taps(s, layer)))
        assert field[-1] - field[0] + 1 == len(field), "a field without holes"
        true = len(field)
    assert s.values.receptive_field == true


@receptive_field.oracle("visible", "influence")
def influence(s: State) -> None:
    rows = paths(s)
    whole = sum(rows[-1].values())
    assert s.values.visible == sorted(rows[-1])
    close(s.values.influence, [rows[-1][token] / whole for token in range(s.controls.length)])
    assert math.isclose(math.fsum(s.values.influence), 1, rel_tol=1e-12)
    table = s.table("Paths from each token that is seen")
    assert [int(token) for token in table] == s.values.visible
    for token, row in table.items():
        assert row["paths"] == rows[-1][int(token)]
        close(row["influence"], rows[-1][int(token)] / whole)
    (cone,) = (p for p in s.figure.panels if p.title.startswith("The cone"))
    fine = cone.values.shape[1] // s.controls.length
    for row, shades in zip(rows[::-1], cone.values[::fine, ::fine], strict=True):
        most = max(row.values())
        close(shades, [row[token] / most for token in range(s.controls.length)])


@receptive_field.oracle("layers_needed", "path_length")
def far_apart(s: State) -> None:
    c, v = s.controls, s.values
    assert v.layers_needed == {kind: needed(kind, s, c.distance) for kind in KINDS}
    assert v.path_length == v.layers_needed[c.kind]
    table = s.table("Layers until d meet")
    assert {kind: row[f"d={c.distance:,}"] for kind, row in table.items()} == v.layers_needed
    (plot,) = (p for p in s.figure.panels if p.title.startswith("Layers needed"))
    lines = {mark.label: mark for mark in plot.marks if getattr(mark, "label", "") in KINDS}
    assert set(lines) == set(KINDS) - {"causal"}
    for kind, line in lines.items():
        for d, layers in list(zip(line.x, line.y, strict=True))[::12]:
            assert layers == needed(kind, s, int(d))


# ── sentences ──────────────────────────────────────────────────────────────────────────


def tokens(text: str, s: State) -> None:
    """See that a text counts the tokens that are seen."""
    seen = len(paths(s)[-1])
    assert text == ("1 token" if seen == 1 else f"{seen} tokens")


@receptive_field.says("{see} of {n}; {far} apart takes {needs}.")
def a_stack_sees(s: State, see: str, n: str, far: str, needs: str) -> None:
    c = s.controls
    assert c.kind in ("convolution", "dilated", "windowed")
    layers = "1 layer sees " if c.layers == 1 else f"{c.layers} layers see "
    assert see.startswith(layers)
    tokens(see.removeprefix(layers), s)
    assert int(n) == c.length
    shown(far, c.distance)
    shown(needs, needed(c.kind, s, c.distance))


@receptive_field.says("In {what} meet; {far} apart takes {needs} steps.")
def a_recurrence(s: State, what: str, far: str, needs: str) -> None:
    c = s.controls
    assert c.kind == "recurrent"
    steps = "1 step " if c.layers == 1 else f"{c.layers} steps "
    assert what.startswith(steps)
    tokens(what.removeprefix(steps), s)
    shown(far, c.distance)
    shown(needs, needed("recurrent", s, c.distance))


@receptive_field.says("One layer sees all {n} tokens: {far} apart meet in 1.")
def attention(s: State, n: str, far: str) -> None:
    assert s.controls.kind == "attention" and needed("attention", s, s.controls.distance) == 1
    assert int(n) == s.controls.length == len(paths(s)[-1])
    shown(far, s.controls.distance)


@receptive_field.says("Token {at} sees {seen}, none of the {later} after it.")
def causal(s: State, at: str, seen: str, later: str) -> None:
    c = s.controls
    assert c.kind == "causal" and int(at) == c.position
    tokens(seen, s)
    assert int(later) == c.length - len(paths(s)[-1]) > 0
    deep = opened(f"{s.link} layers=12").values.visible
    assert deep == list(range(c.position + 1))


@receptive_field.says("Token {at} is the last: of all {n}, only it sees all {m}.")
def the_last(s: State, at: str, n: str, m: str) -> None:
    c = s.controls
    assert int(at) == c.position == c.length - 1
    assert int(n) == int(m) == c.length == len(paths(s)[-1])
    assert len(opened(f"{s.link} position={c.position - 1}").values.visible) == c.length - 1


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@receptive_field.says(
    "Through {kind} {far} apart meet in 1 layer; a convolution of width {k} takes {needs}."
)
def one_layer(s: State, kind: str, far: str, k: str, needs: str) -> None:
    c = s.controls
    assert kind == c.kind and needed(kind, s, c.distance) == 1
    assert c.distance >= 60 and int(k) == c.kernel
    shown(far, c.distance)
    shown(needs, needed("convolution", s, c.distance))


@receptive_field.says(
    "{layers} layers of width {k} make a field {wide} wide: around token {at} it holds all 32."
)
def all_32(s: State, layers: str, k: str, wide: str, at: str) -> None:
    c = s.controls
    assert (int(layers), int(k), int(at)) == (c.layers, c.kernel, c.position)
    assert c.kind == "convolution"
    assert int(wide) == 1 + c.layers * (c.kernel - 1)
    assert sorted(paths(s)[-1]) == list(range(32)) and c.length == 32


@receptive_field.says("{least} {lead} from token {at} to the output, of {whole} in all.")
def faint(s: State, least: str, lead: str, at: str, whole: str) -> None:
    ways = paths(s)[-1]
    assert int(least.replace(",", "")) == ways[int(at)] == min(ways.values())
    assert lead == ("path leads" if least == "1" else "paths lead")
    assert int(whole.replace(",", "")) == sum(ways.values()) > 1000 * ways[int(at)]


# ── the explanation ────────────────────────────────────────────────────────────────────


@receptive_field.tells(
    "The six kinds differ in how fast it grows. A *convolution* of width k gains k − 1 tokens a "
    "layer. Leave gaps that double and the gain of a *dilated* one doubles, too."
)
def gains() -> None:
    s = opened("tfx receptive-field")
    assert list(s.values.layers_needed) == KINDS
    for k in range(2, 10):
        for kind in ("convolution", "dilated"):
            fields = [
                opened(f"tfx receptive-field kind={kind} kernel={k} layers={n}").values
                for n in range(1, 8)
            ]
            gained = np.diff([1, *(v.receptive_field for v in fields)])
            doubling = [2**n if kind == "dilated" else 1 for n in range(7)]
            assert gained.tolist() == [(k - 1) * x for x in doubling]


@receptive_field.tells(
    "Set `distance` to 1023 (preset 2) and read the table: two tokens that far apart meet after "
    "1,023 recurrent steps, 512 layers of convolution (k = 3), 10 dilated ones, and 1 of "
    "attention. What must be remembered over 1,023 steps has 1,023 chances to be lost."
)
@receptive_field.tells("How many layers two far tokens need to meet: attention takes one.")
def at_1023() -> None:
    second = receptive_field.preset(2)
    assert second.controls.distance == 1023 and second.controls.kernel == 3
    needs = [second.values.layers_needed[kind] for kind in KINDS[:4]]
    assert needs == [512, 10, 1023, 1] == [needed(kind, second, 1023) for kind in KINDS[:4]]


@receptive_field.tells("Twelve layers of width 3 are not enough.")
def twelve_layers() -> None:
    for at in range(32):
        s = opened(f"tfx receptive-field layers=12 position={at}")
        assert len(s.values.visible) < 32 and max(len(row) for row in paths(s)) <= 25
