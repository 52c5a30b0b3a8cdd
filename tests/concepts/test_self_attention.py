"""The screen `self-attention`: its numbers by brute force, its point, and every working on it."""

import json
import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts._self_attention_figure import MOST_ROWS
from tui_transformer.concepts.self_attention import (
    BEFORE,
    NONSENSE,
    STALE,
    TIRED,
    WIDE,
    SelfAttention,
)
from tui_transformer.figure import Heatmap, Pin, Table, Tokens, pinnable, working_at
from tui_transformer.nn import attention as nn
from tui_transformer.nn.designed import (
    FEATURES,
    LEAST_D,
    NAMED,
    WIRES,
    designed_layers,
    embed,
    features,
    random_layers,
)
from tui_transformer.session import Session
from tui_transformer.working import evaluate

CONCEPT = load("self-attention")
ANIMAL, STREET, IT, ADJECTIVE = 1, 5, 7, 10
ODD = {
    "empty": {"sentence": ""},
    "spaces": {"sentence": " \t \n "},
    "one word": {"sentence": "it"},
    "two words": {"sentence": "tired it", "causal": True},
    "ten thousand words": {"sentence": "the tired dog and the wide road " * 1430},
    "emoji": {"sentence": "🦜 crossed 🇫🇷 because it was 👩‍👩‍👧 wide", "query": 4},
    "wide characters": {"sentence": "動物は it 道を 渡らなかった"},
    "one long word": {"sentence": "x" * 5000},
    "all alike": {"sentence": "it it it it"},
    "smallest": {"d_model": LEAST_D, "sentence": TIRED},
    "largest": {"d_model": 256, "weights": "random", "causal": True},
    "query too high": {"query": 999},
}


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise", under="ignore"):
        yield


def brute(model):
    """Both layers again, number by number, with exactly rounded sums."""
    words, d = model.tokens, model.d_model
    if model.weights == "designed":
        x, layers = embed(words, d, model.seed), designed_layers(d)
    else:
        x, layers = model.passes[0].x, random_layers(d, model.seed)
    x = [list(map(float, row)) for row in x]

    def times(row, matrix):
        return [math.fsum(a * b for a, b in zip(row, matrix[:, j], strict=True)) for j in range(d)]

    for layer in layers[: model.layer]:
        q, k, v = ([times(row, w) for row in x] for w in (layer.w_q, layer.w_k, layer.w_v))
        scores = [
            [math.fsum(a * b for a, b in zip(one, two, strict=True)) / d**0.5 for two in k]
            for one in q
        ]
        weights = []
        for i, row in enumerate(scores):
            seen = [not model.causal or j <= i for j in range(len(row))]
            e = [math.exp(z) if s else 0.0 for z, s in zip(row, seen, strict=True)]
            weights.append([y / math.fsum(e) for y in e])
        output = [
            [math.fsum(w * r[j] for w, r in zip(row, v, strict=True)) for j in range(d)]
            for row in weights
        ]
        last = q, k, v, scores, weights, output
        x = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(x, output, strict=True)]
    return last


@pytest.mark.parametrize("weights", ["designed", "random"])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("layer", [1, 2])
def test_every_value_is_what_brute_force_gives(weights, causal, layer):
    m = SelfAttention(weights=weights, causal=causal, layer=layer, d_model=18, seed=3)
    mine = m.q, m.k, m.v, m.scores, m.attention, m.output
    for got, expected in zip(mine, brute(m), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-12)


def test_json_prints_every_value_with_its_shape():
    values = json.loads(SelfAttention().to_json("self-attention"))["values"]
    assert list(values) == ["tokens", "q", "k", "v", "scores", "attention", "output"]
    assert values["tokens"] == WIDE.split()
    assert values["tokens"][SelfAttention().query] == "it"
    shapes = {name: np.shape(value) for name, value in values.items()}
    assert shapes["scores"] == shapes["attention"] == (11, 11)
    assert {shapes[name] for name in ("q", "k", "v", "output")} == {(11, 64)}


def test_rows_add_up_to_1_and_none_sees_a_later_word():
    for weights in ("designed", "random"):
        for causal in (False, True):
            a = SelfAttention(weights=weights, causal=causal).attention
            np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-14)
            assert np.all(a[np.triu_indices(11, 1)] == 0) == causal


# ── the point ──────────────────────────────────────────────────────────────────────────


def row(**controls):
    return SelfAttention(**controls).attention[IT]


@pytest.mark.parametrize("d_model", [LEAST_D, 17, 64, 256])
@pytest.mark.parametrize("seed", [0, 1, 77])
def test_it_is_the_street_when_wide_and_the_animal_when_tired(d_model, seed):
    where = {"d_model": d_model, "seed": seed}
    assert row(sentence=WIDE, **where)[STREET] > 0.97
    assert row(sentence=TIRED, **where)[ANIMAL] > 0.97


def test_its_weights_by_hand():
    """In layer 1 the adjective scores 7 and all else 0; what is heard adds 4 to the noun's 3."""
    heard = math.e**7 / (math.e**7 + 10)
    assert row(layer=1)[ADJECTIVE] == pytest.approx(heard, rel=1e-13)
    street, animal = math.exp(3 + 4 * heard), math.exp(3)
    assert row()[STREET] == pytest.approx(street / (street + animal + 9), rel=1e-13)
    causal = row(causal=True)
    assert causal[ANIMAL] == causal[STREET] == pytest.approx(animal / (2 * animal + 6), rel=1e-13)


def test_layer_1_only_finds_the_adjective():
    for sentence in (WIDE, TIRED):
        one = row(sentence=sentence, layer=1)
        assert one[ADJECTIVE] > 0.99
        assert one[ANIMAL] == one[STREET] < 0.001


@pytest.mark.parametrize("weights", ["designed", "random"])
def test_a_score_of_layer_1_knows_two_words_only(weights):
    """The refutation: no third word can turn “it” from animal to street in one step."""
    one, other = (SelfAttention(sentence=s, weights=weights, layer=1) for s in (WIDE, TIRED))
    assert np.array_equal(one.scores[:10, :10], other.scores[:10, :10])
    two, another = (one.replace(layer=2), other.replace(layer=2))
    assert not np.array_equal(two.scores[:10, :10], another.scores[:10, :10])


@pytest.mark.parametrize("weights", ["designed", "random"])
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("d_model", [16, 64, 100])
def test_under_the_mask_the_row_of_it_is_the_same_to_the_bit(weights, layer, seed, d_model):
    wide, tired = (
        SelfAttention(sentence, weights, True, layer, seed=seed, d_model=d_model)
        for sentence in (WIDE, TIRED)
    )
    for one, other in ((wide.attention, tired.attention), (wide.output, tired.output)):
        assert np.array_equal(one[:ADJECTIVE], other[:ADJECTIVE])
    assert wide.row.tobytes() == tired.row.tobytes()
    assert wide.difference == 0.0 and tired.difference == 0.0
    for m in (wide, tired):
        assert m.replace(causal=False).difference > 1e-6 or (weights, layer) == ("designed", 1)


def test_what_comes_before_is_heard_even_under_the_mask():
    m = SelfAttention(BEFORE, causal=True, query=6)
    assert m.tokens[6] == "it"
    assert m.row[1] > 0.9 and m.tokens[1] == "animal"


def test_other_words_than_those_two():
    for sentence, noun in (
        (STALE, "bread"),
        ("The dog left the bread because it was hungry", "dog"),
        ("A wolf saw the river but it was too deep", "river"),
        ("The cats left the rivers because they were tired", "cats"),
        ("THE CHILD LEFT THE ROAD BECAUSE IT WAS ICY", "ROAD"),
    ):
        words = sentence.split()
        at = next(i for i, w in enumerate(words) if w.lower() in ("it", "they"))
        m = SelfAttention(sentence, query=at)
        assert m.tokens[int(np.argmax(m.row))] == noun
        assert m.row.max() > 0.9


def test_a_noun_it_was_not_told_about_is_not_found():
    """It is no dictionary of answers: without features there is nothing to ask for."""
    m = SelfAttention(NONSENSE)
    np.testing.assert_allclose(m.row, 1 / 11, rtol=1e-15)
    notes = {t.text: t.note for t in panels(m, Tokens)[0].tokens}
    assert {word for word, note in notes.items() if note} == {"blorp", "wug"}
    x = m.passes[0].x
    assert not x[1, :NAMED].any() and np.linalg.norm(x[1]) == pytest.approx(1)


# ── the designed weights ───────────────────────────────────────────────────────────────


def test_the_matrices_hold_the_wires_and_nothing_else():
    d = 20
    for wires, layer in zip(WIRES, designed_layers(d), strict=True):
        left = {"q": layer.w_q.copy(), "k": layer.w_k.copy(), "v": layer.w_v.copy()}
        for wire in wires:
            entry = wire.strength * (d**0.5 if wire.matrix == "k" else 1)
            places = (
                [(i, i) for i in range(NAMED, d)]
                if wire.source == "r"
                else [(FEATURES.index(wire.source), FEATURES.index(wire.target))]
            )
            for place in places:
                assert left[wire.matrix][place] == pytest.approx(entry, rel=1e-15)
                left[wire.matrix][place] = 0
        assert not any(w.any() for w in left.values())


def test_it_runs_through_the_same_attention_as_every_screen():
    m = SelfAttention(causal=True)
    output, weights = nn.attention(m.q, m.k, m.v, nn.causal_mask(11))
    assert np.array_equal(output, m.output) and np.array_equal(weights, m.attention)


def test_what_words_are():
    assert features("street") == features("Streets") == {"noun", "flat"}
    assert features("tired") == {"adjective", "→alive"}
    assert features("DIDN’T") == features("didn't") == {"verb"}
    assert features("blorp") == features("") == features("wides") == frozenset()
    assert features("it") == {"pronoun"} and not embed(("it",), 64, 0)[0, NAMED:].any()


def test_other_words_mostly_look_at_themselves_and_equal_ones_share():
    a = SelfAttention(layer=1).attention
    assert a[0, 0] == pytest.approx(a[0, 4]) and a[0, 0] > 0.4
    assert all(np.argmax(a[i]) == i for i in (1, 2, 3, 5, 6, 8, 9, 10))


def test_random_weights_come_from_the_seed():
    one, same, other = (SelfAttention(weights="random", seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.attention, same.attention)
    assert not np.allclose(one.attention, other.attention)


# ── the screen ─────────────────────────────────────────────────────────────────────────


def panels(m, kind):
    return [panel for panel in CONCEPT.view(m).panels if isinstance(panel, kind)]


def test_all_panels_are_lit_for_the_same_word():
    for query in (0, 5, 10):
        m = SelfAttention(query=query)
        (sentence,) = panels(m, Tokens)
        assert sentence.token == query and sentence.token_control == "query"
        assert [token.strength for token in sentence.tokens] == m.attention[query].tolist()
        square = panels(m, Heatmap)[0]
        assert square.row == query and square.row_control == "query"
        for table in panels(m, Table)[:2]:
            assert table.row == query
        asked = panels(m, Heatmap)[1]
        np.testing.assert_array_equal(asked.values[0, :NAMED], m.q[query, :NAMED])
        assert asked.values[1, NAMED] == pytest.approx(math.hypot(*m.k[query, NAMED:]))


def test_pinning_a_row_moves_the_query():
    session = Session.open(CONCEPT).pin_panel(1)
    assert session.pin is not None and session.pin.panel == 0
    assert session.model.query == session.pin.row
    moved = session.pin_move(1, 0)
    assert moved.model.query == moved.pin.row == session.model.query + 1


@pytest.mark.parametrize("name", list(ODD))
def test_odd_sentences_are_drawn_and_their_workings_hold(name):
    m = SelfAttention(**ODD[name])
    figure = CONCEPT.view(m)
    assert figure.says and np.all(np.isfinite(m.attention))
    assert len(m.tokens) <= 256 and m.query < len(m.tokens)
    for at, panel in enumerate(figure.panels):
        for cell in list(pinnable(panel))[:: 1 + len(m.tokens) // 4][:40]:
            working = working_at(figure, Pin(at, *cell))
            shown = (
                panel.values[cell]
                if isinstance(panel, Heatmap)
                else panel.rows[cell[0]][cell[1]].content
            )
            assert working.value == pytest.approx(shown, rel=1e-9, abs=1e-12)
            assert evaluate(working.expression) == pytest.approx(shown, rel=1e-9, abs=1e-12)


def test_it_says_where_words_were_cut_or_missing():
    assert "first 256 words" in CONCEPT.view(SelfAttention(**ODD["ten thousand words"])).says
    assert "Nothing is typed" in CONCEPT.view(SelfAttention("")).says


def test_the_sentences_of_the_presets_are_short_and_carry_the_point():
    said = {name: CONCEPT.view(CONCEPT.preset(name)).says for name in CONCEPT.presets}
    assert all(len(text) <= 78 for text in said.values())
    assert "street (0.973)" in said["wide"] and "animal (0.973)" in said["tired"]
    assert said["wide, causal"].endswith("difference exactly 0.")
    assert "copies +alive" in said["tired, layer 1"]


def test_a_long_sentence_adds_up_in_its_table():
    m = SelfAttention("the tired dog left the wide road because it was " * 25, query=8)
    table = panels(m, Table)[0]
    assert len(table.rows) == MOST_ROWS + 1
    assert math.fsum(cells[1].content for cells in table.rows) == pytest.approx(1)


def test_256_words_draw_from_any_of_them():
    words = ("The animal didn't cross the wide street because it was too tired " * 22).strip()
    m = SelfAttention(words)
    assert len(m.tokens) == 256
    for query in (0, 20, 255):
        assert CONCEPT.view(m.replace(query=query)).panels[0].row == query
