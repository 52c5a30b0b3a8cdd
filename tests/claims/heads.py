"""What `heads` claims."""

import math
import re

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_attention import entropy
from tests.claims.plain_heads import Layer, layer, there
from tests.claims.plain_words import words

heads = Claims(
    "heads",
    examples=(
        "tfx heads sentence=''",
        "tfx heads sentence=so causal=on heads=8",
        "tfx heads d_model=5 heads=5 weights=random sentence='a b a' query=1",
        "tfx heads heads=1 causal=on",
        "tfx heads heads=16 causal=on query=3",
        "tfx heads sentence='a rose is a rose is a rose' heads=16 d_model=128",
        f"tfx heads sentence='{'one two three four five six ' * 6}' heads=4 query=30",
        "tfx heads d_model=8 ablate=1 query=3",
        "tfx heads ablate=3 heads=4 causal=on query=0",
        "tfx heads heads=64 ablate=40 weights=random",
        "tfx heads heads=8 causal=on ablate=4",
    ),
    random=5,
)


def total(s: State, without: int = -1) -> np.ndarray:
    """What all heads write but one, and the bias."""
    found = layer(s)
    return sum(w for head, w in enumerate(found.written) if head != without) + found.bias


def share(s: State, head: int) -> float | None:
    """How much of its attention a designed head has where its job is; None without such a place."""
    found, sentence = layer(s), words(s.controls.sentence)
    if found.names[head] == "random":
        return None
    places = [
        there(found.names[head], sentence, i, s.controls.causal) for i in range(len(sentence))
    ]
    rows = [sum(found.attention[head, i, j] for j in js) for i, js in enumerate(places) if js]
    return float(np.mean(rows)) if rows else None


def label(s: State, head: int) -> str:
    """What a head is called."""
    name, mine = layer(s).names[head], share(s, head)
    if name == "next token" and s.controls.causal:
        return "next token: hidden"
    return name + ", blurred" * (mine is not None and mine < 0.9)


# ── values ─────────────────────────────────────────────────────────────────────────────


@heads.oracle("attention", "entropies")
def attention(s: State) -> None:
    found, n = layer(s), len(words(s.controls.sentence))
    close(s.values.attention, found.attention)
    close(np.sum(s.values.attention, axis=2), np.ones((s.controls.heads, n)))
    if s.controls.causal:
        assert not np.triu(s.values.attention, 1).any()
    close(
        s.values.entropies,
        [np.mean([entropy(row) for row in head]) for head in found.attention],
        least=1e-12,
    )
    by_hand = [head for head, name in enumerate(found.names) if name != "random"]
    assert np.max(np.abs(found.scores[by_hand]), initial=0) <= 8 + 1e-12


@heads.oracle("output", "d_head", "parameter_count")
def output(s: State) -> None:
    c, v = s.controls, s.values
    close(v.output, total(s, c.ablate))
    assert v.d_head * c.heads == c.d_model
    shapes = [(c.d_model, v.d_head)] * 3 * c.heads + [(v.d_head,)] * 3 * c.heads  # W and b of qkv
    shapes += [(c.d_model, c.d_model), (c.d_model,)]
    assert v.parameter_count == sum(math.prod(shape) for shape in shapes)
    _table_of_heads(s, layer(s))
    _table_of_cuts(s)
    (added,) = (p for p in s.figure.panels if p.title.startswith("Added up for"))
    close(added.values[-1], total(s, c.ablate)[c.query])
    on = [row for name, row in zip(added.rows, added.values, strict=True) if "off" not in name]
    close(np.sum(on[:-1], axis=0), added.values[-1])


def _table_of_heads(s: State, found: Layer) -> None:
    table = s.table("Heads: weight there, top z of ▸, mean entropy H")
    seen = s.controls.query + 1 if s.controls.causal else len(words(s.controls.sentence))
    for name, row in table.items():
        if name == "…":
            continue
        head = int(name.removesuffix(" off"))
        assert name.endswith("off") == (head == s.controls.ablate)
        assert row["looks at"] == label(s, head)
        mine = share(s, head)
        assert row["there"] == "–" if mine is None else math.isclose(row["there"], mine)
        top = max(found.scores[head, s.controls.query, :seen])
        close(row["top z"], top, least=1e-11)
        close(row["H"], s.values.entropies[head], least=1e-12)
        close(row["writes"], math.hypot(*found.written[head, s.controls.query]))


def _table_of_cuts(s: State) -> None:
    d, n = s.controls.d_model, len(words(s.controls.sentence))
    (table,) = (p for p in s.figure.panels if p.title.startswith("The same parameters"))
    for row in table.rows:
        h, d_head, parameters, one, w_o, weights = (cell.content for cell in row)
        assert h * d_head == d
        assert parameters == s.values.parameter_count == h * one + w_o
        assert w_o == d * d + d and one == 3 * (d + 1) * d_head
        assert weights == h * n * n


# ── sentences ──────────────────────────────────────────────────────────────────────────


def cut(s: State, text: str, parameters: str) -> None:
    """See that a sentence names the cut, and the parameters, the same as in one head."""
    c = s.controls
    match = re.fullmatch(r"(\d+) head(s?) × (\d+) channel(s?)", text)
    assert match
    assert int(match[1]) == c.heads and int(match[3]) == s.values.d_head
    assert (match[2] == "s") == (c.heads > 1) and (match[4] == "s") == (s.values.d_head > 1)
    assert int(parameters.replace(",", "")) == 4 * c.d_model**2 + 4 * c.d_model


@heads.says("{what}, each over all {n} words: {parameters} parameters.")
def each_over_all(s: State, what: str, n: str, parameters: str) -> None:
    cut(s, what, parameters)
    assert int(n) == len(words(s.controls.sentence)) and not s.controls.causal
    if s.controls.weights == "random":
        assert np.min(layer(s).attention) > 0


@heads.says("{what}, over all {n} words: {parameters} parameters.")
def one_over_all(s: State, what: str, n: str, parameters: str) -> None:
    each_over_all(s, what, n, parameters)
    assert s.controls.heads == 1


@heads.says("{what}, each over words so far: {parameters} parameters.")
def so_far(s: State, what: str, parameters: str) -> None:
    cut(s, what, parameters)
    assert s.controls.causal and not np.triu(s.values.attention, 1).any()


@heads.says("{what}, over words so far: {parameters} parameters.")
def one_so_far(s: State, what: str, parameters: str) -> None:
    so_far(s, what, parameters)
    assert s.controls.heads == 1


@heads.says("Nothing is typed; ∅ stands for it. {h} heads, {parameters} parameters.")
def nothing(s: State, h: str, parameters: str) -> None:
    assert not s.controls.sentence.strip()
    one_word(s, f"{h} heads × {s.values.d_head} channels", parameters)


@heads.says("{what}, over one word: {parameters} parameters.")
def one_word(s: State, what: str, parameters: str) -> None:
    cut(s, what, parameters)
    assert np.array_equal(s.values.attention, np.ones((s.controls.heads, 1, 1)))


@heads.says("{what}: {parameters} parameters; “{short}” blurs: {mine} right.")
def blurs(s: State, what: str, parameters: str, short: str, mine: str) -> None:
    cut(s, what, parameters)
    names, every = layer(s).names, [share(s, head) for head in range(s.controls.heads)]
    faint = {head: mine for head, mine in enumerate(every) if mine is not None and mine < 0.9}
    (head,) = (head for head in faint if short in names[head])
    assert short == "same word" or (faint[head] == min(faint.values()) and 2 not in faint)
    shown(mine, faint[head])


@heads.says("{which} off: “{word}” loses {lost}, keeps {rest}.")
def off(s: State, which: str, word: str, lost: str, rest: str) -> None:
    c = s.controls
    name = label(s, c.ablate)
    assert which == f"Head {c.ablate}" + f" ({name})" * (name != "random")
    assert word == words(c.sentence)[c.query]
    shown(lost, math.hypot(*layer(s).written[c.ablate, c.query]))
    shown(rest, math.hypot(*total(s, c.ablate)[c.query]))
    losses = s.table("What the head that is off takes from each word")
    row = losses[f"{c.query} {word}"]
    shown(lost, row["loses"])
    shown(rest, row["keeps"])


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@heads.says(
    "16 heads × 8 channels: {parameters} parameters, 4·128² + 4·128, as any number of heads."
)
def no_parameter(s: State, parameters: str) -> None:
    cut(s, "16 heads × 8 channels", parameters)
    for h in (1, 2, 64):
        assert (
            opened(f"tfx heads d_model=128 heads={h}").values.parameter_count
            == s.values.parameter_count
        )


@heads.says("Head {head} would write {most} into “{word}”, the next one {next}.")
def the_loudest(s: State, head: str, most: str, word: str, next: str) -> None:
    c = s.controls
    lengths = [math.hypot(*row) for row in layer(s).written[:, c.query]]
    assert int(head) == c.ablate == int(np.argmax(lengths))
    assert word == words(c.sentence)[c.query]
    shown(most, max(lengths))
    shown(next, sorted(lengths)[-2])


@heads.says("With {channels} channels “same word” finds it with {mine}; other words look like it.")
def starved(s: State, channels: str, mine: str) -> None:
    assert int(channels) == s.values.d_head < 16
    assert layer(s).names[2] == "same word"
    shown(mine, share(s, 2))
    assert share(s, 2) < 0.9


# ── the explanation ────────────────────────────────────────────────────────────────────


@heads.tells(
    "at 32 heads two channels are left, “same word” takes others for it, and places four words "
    "apart look alike."
)
def two_channels() -> None:
    s = opened("tfx heads heads=32")
    assert s.values.d_head == 2
    assert share(s, 2) < 0.6 < 0.99 < share(opened("tfx heads"), 2)
    previous = np.array(s.values.attention[0])
    close(previous[1, [0, 4, 8]], [previous[1, 0]] * 3)
    assert previous[1, 0] > 0.3


@heads.tells("each head counts how far some of them agree: from −8 to 8, so that you can check it")
def from_minus_8_to_8() -> None:
    s = opened("tfx heads")
    table = s.table("Heads: weight there, top z of ▸, mean entropy H")
    close([row["top z"] for row in table.values()], [8] * 4)
    previous = np.array(s.values.attention[0])
    # e^8 for the word before, e^0 for the nine others.
    close(previous[9], [math.exp(8 * (j == 8)) / (math.exp(8) + 9) for j in range(10)])
    far = np.array(opened(f"tfx heads sentence='{'a b c d ' * 6}'").values.attention[0])
    close(math.log(far[1, 0] / far[1, 16]), 16)
