"""What `encoder-decoder` claims: the shipped weights, in a plain forward pass of these tests."""

from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_transformer import Plan, attend, block, block_of, gelu, norm, shares_of
from tui_transformer.weights import load

Array = np.ndarray
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ▷■"
PLAN = Plan(heads=2, causal=False)
HALVES = {"e": "encoder", "d": "decoder"}
reverser = Claims(
    "encoder-decoder",
    (
        "tfx encoder-decoder source=WAAAFZZVOLD steps=12",
        "tfx encoder-decoder source=ABABBABAAAAA steps=13 teacher_forcing=on row=3",
        "tfx encoder-decoder source=PZSQOOY steps=8 layer=1 head=0",
        "tfx encoder-decoder source=ABLE steps=4",
        "tfx encoder-decoder steps=9 cut='e1.0 d2.x1'",
        "tfx encoder-decoder source=PARTED steps=3 cut='d1.1 d2.ffn e2.ffn'",
        "tfx encoder-decoder source=PARTED steps=2 cut='e1 d2' teacher_forcing=on",
    ),
    random=8,
)


@cache
def weights(cut: str = "") -> dict[str, Array]:
    """The shipped weights, without what is cut: its rows of the last matrix are 0."""
    w = {name: x.astype(float) for name, x in load("reverser", {}).tensors.items()}
    for wire in cut.split():
        layer, _, part = wire[1:].partition(".")
        start = f"{HALVES[wire[0]]}_{int(layer) - 1}"
        for name, x in w.items():
            owner, _, matrix = name.removeprefix(f"{start}.").partition(".")
            if not name.startswith(start) or matrix not in ("w_o", "b_o", "w_2", "b_2"):
                continue
            of = {"attention": part, "cross": part[1:] * (part[:1] == "x"), "feed_forward": ""}
            if not part or (part == "ffn" and matrix == "w_2"):
                x[:] = 0
            elif matrix == "w_o" and of[owner].isdigit():
                x[16 * int(of[owner]) : 16 * int(of[owner]) + 16] = 0
    return w


def forward(source: str, target: str, cut: str = "") -> SimpleNamespace:
    """Read a source, follow a target: all shares [layers, h, rows, columns], logits [m, 28]."""
    w = weights(cut)
    x = np.array([w["embedding"][SIGNS.index(s)] + w["position"][i] for i, s in enumerate(source)])
    encoded, own, crossed = [], [], []
    for i in range(2):
        run = block(PLAN, block_of(w, f"encoder_{i}."), x)
        x = run.output
        encoded.append(run.shares)
    memory = norm(x, w["memory_norm.gain"], w["memory_norm.bias"])
    x = np.array([w["embedding"][SIGNS.index(s)] + w["target_position"][i]
                  for i, s in enumerate(target)])  # fmt: skip
    for i in range(2):
        layer = block_of(w, f"decoder_{i}.")
        cross = {f"attention.{k}": v for k, v in block_of(layer, "cross.").items()}
        read = norm(x, layer["norm_1.gain"], layer["norm_1.bias"])
        said, shares, _ = attend(layer, 2, read, read, np.tri(len(x), dtype=bool))
        own.append(shares)
        x = x + said
        said, shares, _ = attend(
            cross, 2, norm(x, layer["norm_2.gain"], layer["norm_2.bias"]), memory
        )
        crossed.append(shares)
        x = x + said
        read = norm(x, layer["norm_3.gain"], layer["norm_3.bias"])
        hidden = gelu(read @ layer["feed_forward.w_1"] + layer["feed_forward.b_1"])
        x = x + hidden @ layer["feed_forward.w_2"] + layer["feed_forward.b_2"]
    logits = norm(x, w["norm.gain"], w["norm.bias"]) @ w["embedding"].T
    return SimpleNamespace(encoded=encoded, own=own, crossed=crossed, logits=logits)


@cache
def said(source: str, forced: bool, cut: str = "") -> str:
    """All that it says: sign by sign, or each after the right beginning."""
    if forced:
        scores = forward(source, f"▷{source[::-1]}", cut).logits
        return "".join(SIGNS[int(np.argmax(row))] for row in scores)
    out = ""
    while len(out) <= len(source) and not out.endswith("■"):
        out += SIGNS[int(np.argmax(forward(source, f"▷{out}", cut).logits[-1]))]
    return out


def given(c: SimpleNamespace) -> str:
    """What the decoder reads: the start sign, and what was written or is right."""
    right = c.source[::-1] if c.teacher_forcing else said(c.source, False, c.cut)[:-1]
    return "▷" + right[: c.steps]


def here(s: State) -> tuple[SimpleNamespace, int]:
    """The forward pass of a state, and the row that is looked at."""
    read = given(s.controls)
    return forward(s.controls.source, read, s.controls.cut), s.controls.row % len(read)


def crossing(s: State) -> Array:
    run, _ = here(s)
    return run.crossed[s.controls.layer - 1][s.controls.head]


def diagonal(s: State) -> float:
    """The mean share at row i and letter i from the end, over the letters."""
    shares, n = crossing(s), len(s.controls.source)
    places = [shares[i, n - 1 - i] for i in range(min(len(shares), n))]
    return sum(places) / len(places)


# ── values ─────────────────────────────────────────────────────────────────────────────


@reverser.oracle("output", "expected")
def output(s: State) -> None:
    whole = said(s.controls.source, s.controls.teacher_forcing, s.controls.cut)
    assert s.values.output == whole[: s.controls.steps].removesuffix("■")
    assert s.values.expected == "".join(reversed(s.controls.source))


@reverser.oracle("encoder_attention", "decoder_attention", "cross_attention", "logits")
def attention(s: State) -> None:
    run, at = here(s)
    layer = s.controls.layer - 1
    close(s.values.encoder_attention, run.encoded[layer], 1e-9)
    close(s.values.decoder_attention, run.own[layer], 1e-9)
    close(s.values.cross_attention, run.crossed[layer], 1e-9)
    close(s.values.logits, run.logits, 1e-9)
    for shares in (
        s.values.encoder_attention,
        s.values.decoder_attention,
        s.values.cross_attention,
    ):
        close(np.sum(shares, axis=-1), np.ones(np.shape(shares)[:2]), 1e-12)
    p = shares_of(run.logits[at])
    table = s.table("The next sign, after ▸")
    assert list(table) == [
        SIGNS[i] for i in np.argsort(-p)[: 15 if len(s.controls.source) == 1 else 5]
    ]
    for sign, row in table.items():
        assert abs(row["p"] - p[SIGNS.index(sign)]) < 1e-9


@reverser.oracle("contributions")
def contributions(s: State) -> None:
    """They add up to the highest logit of the row; what is cut in the decoder adds nothing."""
    run, at = here(s)
    parts = dict(s.values.contributions)
    close(sum(parts.values()), max(run.logits[at]), 1e-9)
    own = [f"d{i}.{part}" for i in (1, 2) for part in ("0", "1", "x0", "x1", "ffn")]
    assert list(parts) == ["embedding", "position", *own, "biases"]
    for wire in s.controls.cut.split():
        for name in own:
            assert parts[name] == 0 or (name != wire and name.split(".")[0] != wire)


@reverser.oracle("parameter_count")
def parameter_count(s: State) -> None:
    assert s.values.parameter_count == sum(x.size for x in weights().values()) == 61_248


# ── sentences ──────────────────────────────────────────────────────────────────────────


@reverser.says("Sign {at} will be {sign}: it looks most at {letter}, the last letter: {w}.")
def looks_at_the_last(s: State, at: str, sign: str, letter: str, w: str) -> None:
    looks_at(s, at, sign, letter, "1", w)


@reverser.says("Sign {at} will be {sign}: it looks most at {letter}, letter {k} from the end: {w}.")
def looks_at(s: State, at: str, sign: str, letter: str, k: str, w: str) -> None:
    run, row = here(s)
    assert int(at) == row + 1
    assert sign == SIGNS[int(np.argmax(run.logits[row]))].replace("■", "the end")
    share = crossing(s)[row]
    assert letter == s.controls.source[-int(k)]
    shown(w, share[-int(k)])
    assert share[-int(k)] == max(share)


@reverser.says("{source} → {out}: right; the anti-diagonal holds {share} of a row.")
def right(s: State, source: str, out: str, share: str) -> None:
    assert out == source[::-1] == s.controls.source[::-1]
    assert said(source, s.controls.teacher_forcing, s.controls.cut) == f"{out}■"
    shown(share, diagonal(s))


@reverser.says("{source} → {out}: of the first {ten} only; more were never trained.")
def of_ten(s: State, source: str, out: str, ten: str) -> None:
    assert source == s.controls.source
    assert (
        out
        == source[: int(ten)][::-1]
        == said(source, s.controls.teacher_forcing, s.controls.cut)[:-1]
    )
    # tui_transformer/training/reverser.py draws words of 1 to 10 letters
    assert int(ten) == 10 < len(source)


@reverser.says("{source} → {out}: wrong at {k} of {n} places.")
def wrong(s: State, source: str, out: str, k: str, n: str) -> None:
    whole, true = said(source, s.controls.teacher_forcing, s.controls.cut), f"{source[::-1]}■"
    assert out == whole.removesuffix("■") == s.values.output
    pairs = zip(whole.ljust(len(true)), true, strict=True)
    assert (int(k), int(n)) == (sum(a != b for a, b in pairs), len(source) + 1)


@reverser.says(
    "{out} and the end sign: in each of {rows} rows the right one of {signs} signs scored highest."
)
def whole_word(s: State, out: str, rows: str, signs: str) -> None:
    scores = here(s)[0].logits
    assert scores.shape == (int(rows), int(signs))
    assert "".join(SIGNS[int(np.argmax(row))] for row in scores) == f"{out}■"
    assert out == s.controls.source[::-1]


@reverser.says("{n} letters, and it was trained on {most} at most: {out}, not {right}.")
def too_long(s: State, n: str, most: str, out: str, right: str) -> None:
    assert int(n) == len(s.controls.source)
    assert int(most) == 10
    assert (
        out
        == said(s.controls.source, s.controls.teacher_forcing, s.controls.cut).removesuffix("■")
        != right
    )
    assert right == s.controls.source[::-1]


@reverser.says(
    "Layer {layer}, head {head}: {share} of a row on the anti-diagonal, and {out} is right all "
    "the same."
)
def another_head(s: State, layer: str, head: str, share: str, out: str) -> None:
    assert (int(layer), int(head)) == (s.controls.layer, s.controls.head)
    shown(share, diagonal(s))
    assert diagonal(s) < 0.5
    assert out == s.controls.source[::-1]


# ── the explanation ────────────────────────────────────────────────────────────────────


@reverser.tells("The transformer of 2017 had two halves.")
def two_halves() -> None:
    # Vaswani et al. (2017), fig. 1
    halves = {name.split("_")[0] for name in weights() if name.startswith(("encoder", "decoder"))}
    assert len(halves) == 2


@reverser.tells("The weights are **trained**, for words of up to ten letters.")
def up_to_ten() -> None:
    rng = np.random.default_rng(4)
    for n in range(1, 11):
        for _ in range(6):
            word = "".join(SIGNS[i] for i in rng.integers(26, size=n))
            assert said(word, forced=False) == f"{word[::-1]}■"


@reverser.tells("So there are three kinds of [attention](attention).")
def three_kinds() -> None:
    values = vars(opened("tfx encoder-decoder").values)
    assert len([name for name in values if name.endswith("_attention")]) == 3


@reverser.tells(
    "Now type eleven letters. Mostly it turns the first ten round and stops: no eleventh place"
)
def mostly_the_first_ten() -> None:
    rng = np.random.default_rng(5)
    words = ["".join(SIGNS[i] for i in rng.integers(26, size=11)) for _ in range(25)]
    turned = [said(word, forced=False) == f"{word[:10][::-1]}■" for word in words]
    assert sum(turned) > 20


@reverser.tells(
    "Without `d1.x0` STRESSED still comes out, and without `d1.x1`; without the two (`cut`) not."
)
def stand_in_for_each_other() -> None:
    alone = [said("STRESSED", False, cut) for cut in ("d1.x0", "d1.x1")]
    assert alone == ["DESSERTS■"] * 2
    assert said("STRESSED", False, "d1.x0 d1.x1") != "DESSERTS■"
    word = opened("tfx encoder-decoder steps=9 cut='d1.x0 d1.x1'").values.output
    assert f"{word}■" == said("STRESSED", False, "d1.x0 d1.x1")


@reverser.tells("One half reads, the other writes and looks back at what was read.")
def one_half() -> None:
    two_halves()
    s = opened("tfx encoder-decoder steps=9")
    assert list(np.argmax(crossing(s)[:8], axis=-1)) == [7, 6, 5, 4, 3, 2, 1, 0]


@reverser.tells("It was trained on one to ten letters.")
def one_to_ten() -> None:
    up_to_ten()
    assert said("TRANSFORMER", forced=False) != "REMROFSNART■"


@reverser.tells("There are two layers with two heads each.")
def two_and_two() -> None:
    v = opened("tfx encoder-decoder").values
    assert np.shape(v.cross_attention)[0] == 2
    for half in ("encoder", "decoder"):
        assert {name.split(".")[0] for name in weights() if name.startswith(f"{half}_")} == {
            f"{half}_0",
            f"{half}_1",
        }
