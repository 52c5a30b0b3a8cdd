"""What `self-attention` claims."""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_reading import FEATURES, NAMED, features, otherwise, plain, row, tops
from tests.claims.plain_words import words

WIDE = "The animal didn't cross the street because it was too wide"
TIRED = WIDE.replace("wide", "tired")
LONG = ("the tired dog left the wide road because it was big " * 2).strip()
self_attention = Claims(
    "self-attention",
    examples=(
        "tfx self-attention sentence=''",
        "tfx self-attention sentence=it query=0 layer=1 causal=on",
        "tfx self-attention sentence='it was wide and tired' layer=1 query=0",
        "tfx self-attention sentence='A boy, a dog. They were big' layer=1 query=6",
        "tfx self-attention sentence='it was so' query=0 layer=1",
        "tfx self-attention sentence='so so so' query=2 weights=random causal=on",
        "tfx self-attention query=0 causal=on",
        "tfx self-attention sentence='the dog and the dog and the dog and it was' query=9",
        f"tfx self-attention sentence='{LONG}' query=8 d_model=16",
        "tfx self-attention sentence='the chicken left the river because it was hungry' query=6",
        "tfx self-attention sentence='it was wide, it was tired' query=5 d_model=16",
    ),
    random=8,
)


# ── values ─────────────────────────────────────────────────────────────────────────────


@self_attention.oracle("tokens")
def tokens(s: State) -> None:
    assert s.values.tokens == words(s.controls.sentence)
    if s.controls.weights == "designed":
        for word, cells in s.table("The row of ▸, and if one word were another").items():
            if word in s.values.tokens:
                assert cells["known as"] == (" ".join(features(word)) or "random")


@self_attention.oracle("q", "k", "v", "scores", "output")
def vectors(s: State) -> None:
    for name in ("q", "k", "v", "scores", "output"):
        close(getattr(s.values, name), plain(s)[name], least=1e-12)
    for title, letters in (("▸ asks with q and offers k", "qk"), ("▸ is x, hands on", "xvo")):
        (panel,) = (p for p in s.figure.panels if p.title.startswith(title))
        at = s.controls.query
        full = [plain(s)["output" if letter == "o" else letter][at] for letter in letters]
        close(panel.values, [_seen(s, vector) for vector in full], least=1e-12)
    (enter,) = (p for p in s.figure.panels if p.title.startswith("Words as they enter"))
    close(enter.values, [_seen(s, x) for x in plain(s)["x"]], least=1e-12)
    if s.controls.weights == "designed":
        assert list(enter.columns) == [*FEATURES, "|r|"]


def _seen(s: State, vector: np.ndarray) -> list[float]:
    """What the screen shows of a vector: of a designed one its own part as a length."""
    if s.controls.weights == "random":
        return list(vector)
    return [*vector[:NAMED], math.hypot(*vector[NAMED:])]


@self_attention.oracle("attention")
def attention(s: State) -> None:
    n = len(s.values.tokens)
    close(s.values.attention, plain(s)["attention"])
    close(np.sum(s.values.attention, axis=1), np.ones(n))
    if s.controls.causal:
        assert not np.triu(s.values.attention, 1).any()
    (square,) = (p for p in s.figure.panels if p.title.startswith("Attention: query"))
    close(square.values, plain(s)["attention"])
    _, other, changed = otherwise(s)
    (table,) = (p for p in s.figure.panels if p.title.startswith("The row of ▸, and if"))
    assert table.columns[3].title == f"if {other}"
    shares = [[row.content for row in (cells[1], cells[3])] for cells in table.rows]
    close(np.sum(shares, axis=0), [1, 1])
    if len(shares) == n:
        close(shares, np.transpose([row(s), changed]), least=1e-12)
        for j, cells in enumerate(table.rows):
            z, power = cells[5].content, cells[6].content
            hidden = s.controls.causal and j > s.controls.query
            assert (z == power == "hidden") if hidden else math.isclose(power, math.exp(z))


# ── sentences ──────────────────────────────────────────────────────────────────────────


def layer_of(s: State, where: str) -> None:
    """See that a sentence names the layer, and the mask where there is one."""
    assert where == f"Layer {s.controls.layer}" + ", causal" * s.controls.causal


def looks(s: State, found: str) -> list[int]:
    """See that a part of a sentence says where the chosen word looks, and with what weight."""
    at, mine, names = tops(row(s)), s.controls.query, s.values.tokens
    text, weight = found.removesuffix(")").rsplit(" (", 1)
    shown(weight, row(s)[at[0]])
    target = "itself" if at == [mine] else names[at[0]]
    one, two = f"“{names[mine]}” looks at {target}", f"{names[at[0]]} and {names[at[-1]]} tie"
    assert text == {1: one, 2: two}.get(len(at), f"{len(at)} words tie")
    return at


@self_attention.says("Nothing is typed; ∅ stands for it. Layer {layer}: {rest}")
@self_attention.says("Layer {layer}: it looks at itself alone.")
def alone(s: State, layer: str, rest: str = "") -> None:
    assert int(layer) == s.controls.layer
    assert s.values.attention == [[1]]
    assert rest in ("", "it looks at itself alone.")
    assert bool(rest) == (not s.controls.sentence.strip())


@self_attention.says("{where}: {word} sees only itself, so that gets all of the weight.")
def the_first(s: State, where: str, word: str) -> None:
    layer_of(s, where)
    assert s.controls.causal and s.controls.query == 0
    assert word == f"“{s.values.tokens[0]}”" and row(s)[0] == 1


@self_attention.says("{where}: {word} {nothing} words: 1/{m} each.")
def all_alike(s: State, where: str, word: str, nothing: str, m: str) -> None:
    layer_of(s, where)
    at = s.controls.query
    nothing, _, n = nothing.rpartition(" ")
    seen = at + 1 if s.controls.causal else len(s.values.tokens)
    assert word == f"“{s.values.tokens[at]}”" and int(n) == int(m) == seen
    close(row(s)[:seen], [1 / seen] * seen)
    known = [feature for word in s.values.tokens[:seen] for feature in features(word)]
    if s.controls.weights == "random" or "pronoun" not in features(s.values.tokens[at]):
        assert nothing == "looks alike at all"
    elif s.controls.layer == 1:
        assert nothing == "finds no adjective among" and "adjective" not in known
    else:
        assert nothing == "finds no noun it knows among" and "noun" not in known


@self_attention.says("{where}: {found}; copied: {told}.")
def copies(s: State, where: str, found: str, told: str) -> None:
    layer_of(s, where)
    looks(s, found)
    assert s.controls.layer == 1
    written = s.values.output[s.controls.query]
    copied = [name for name, x in zip(FEATURES, written, strict=False) if x > 0.3]
    assert told.split() == copied
    assert not any("noun" in features(s.values.tokens[at]) for at in tops(row(s)))


@self_attention.says("{where}: {what} looks at {target} ({w}).")
@self_attention.says("{where}: {what} tie ({w}).")
def where_it_looks(s: State, where: str, what: str, w: str, target: str = "") -> None:
    layer_of(s, where)
    looks(s, f"{what} looks at {target} ({w})" if target else f"{what} tie ({w})")


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@self_attention.says("{found}; with “{other}” for “{old}” that noun gets {w}.")
def an_adjective_leads(s: State, found: str, other: str, old: str, w: str) -> None:
    at, word, changed = otherwise(s)
    (top,) = looks(s, found)
    assert (other, old) == (word, s.values.tokens[at])
    shown(w, changed[top])
    assert "noun" in features(s.values.tokens[top]) and row(s)[top] > 0.9 > 0.5 > changed[top]
    assert "adjective" in features(old)


@self_attention.says(
    "“it” sees {seen} of {n} words, not “{old}”: with “{other}” the row differs by exactly 0."
)
def out_of_sight(s: State, seen: str, n: str, old: str, other: str) -> None:
    at, word, changed = otherwise(s)
    assert (old, other) == (s.values.tokens[at], word)
    assert "adjective" in features(old)
    assert np.count_nonzero(row(s)) == int(seen) == s.controls.query + 1 <= at
    assert int(n) == len(s.values.tokens)
    assert np.array_equal(row(s), changed)


@self_attention.says("{found}; all nouns together get {w}.")
def no_noun_yet(s: State, found: str, w: str) -> None:
    (top,) = looks(s, found)
    nouns = [at for at, word in enumerate(s.values.tokens) if "noun" in features(word)]
    assert nouns and s.values.tokens[top] in ("wide", "tired")
    shown(w, math.fsum(row(s)[nouns]))


# ── the explanation ────────────────────────────────────────────────────────────────────


@self_attention.tells("the same vectors play all three parts.")
def one_x_three_parts() -> None:
    s = opened("tfx self-attention weights=random layer=1 d_model=16")
    x = plain(s)["x"]
    w = np.random.default_rng(0).standard_normal((2, 3, 16, 16)) / 4
    for part, matrix in zip("qkv", w[0], strict=True):
        close(getattr(s.values, part), x @ matrix)


@self_attention.tells("One word, three places later, decides.")
def three_places_later() -> None:
    wide, tired = WIDE.split(), TIRED.split()
    (at,) = (i for i in range(len(wide)) if wide[i] != tired[i])
    assert at - wide.index("it") == 3
    for sentence, noun in ((WIDE, "street"), (TIRED, "animal")):
        s = opened(f'tfx self-attention sentence="{sentence}"')
        assert s.controls.query == wide.index("it")
        assert s.values.tokens[int(np.argmax(row(s)))] == noun


@self_attention.tells(
    "Set `layer` to 1: there “it” only finds the adjective, and copies what that can be said of "
    "(→flat) into itself (+flat). Layer 2 asks with what was copied."
)
def layer_1_copies() -> None:
    one, two = (opened(f"tfx self-attention layer={layer}") for layer in (1, 2))
    assert one.values.attention[7][10] > 0.99
    assert one.values.output[7][FEATURES.index("+flat")] > 0.99
    asks = two.values.q[7]
    assert math.isclose(asks[FEATURES.index("flat")], 4 * one.values.attention[7][10])


@self_attention.tells(
    "It needs two steps: a score is made of two words only, so in layer 1 no third word can turn "
    "“it” from animal to street."
)
@self_attention.tells("Every word asks every other; “it” finds its noun in two steps.")
def a_score_is_made_of_two_words() -> None:
    for weights in ("designed", "random"):
        for layer in (1, 2):
            scores = [
                opened(
                    f'tfx self-attention sentence="{sentence}" weights={weights} layer={layer}'
                ).values.scores
                for sentence in (WIDE, TIRED)
            ]
            apart = np.subtract(*scores)[:10, :10]
            assert apart.any() == (layer == 2), (weights, layer)


@self_attention.tells(
    "No word sees a later one, the adjective never reaches “it”, both nouns tie, and under the "
    "other adjective (column *if*) the row differs by exactly 0."
)
def under_the_mask() -> None:
    s = opened("tfx self-attention causal=on")
    assert not np.triu(s.values.attention, 1).any()
    assert row(s)[1] == row(s)[5] == max(row(s))
    cells = s.table("The row of ▸, and if one word were another").values()
    assert all(each["weight"] == each["if tired"] for each in cells)
