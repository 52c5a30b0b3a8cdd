"""The screen `self-attention`: its numbers by brute force, its point, and every working on it."""

import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.self_attention.model import (
    BEFORE,
    MOST_ROWS,
    NONSENSE,
    STALE,
    TIRED,
    WIDE,
    SelfAttention,
)
from tui_transformer.figure import Pin, pinnable, working_at
from tui_transformer.link import link_to, open_command
from tui_transformer.nn import attention as nn
from tui_transformer.nn.made_up.designed import (
    FEATURES,
    LEAST_D,
    NAMED,
    WIRES,
    Layer,
    designed_layers,
    embed,
    features,
    read,
)
from tui_transformer.panels import Heatmap, Table, Tokens
from tui_transformer.session import Session
from tui_transformer.terms import Operand, gradients

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


# ── the point ──────────────────────────────────────────────────────────────────────────


def row(**controls):
    return SelfAttention(**controls).attention[IT]


@pytest.mark.parametrize("d_model", [LEAST_D, 17, 64, 256])
def test_it_is_the_street_when_wide_and_the_animal_when_tired(d_model):
    for seed in (0, 1, 77):
        assert row(sentence=WIDE, d_model=d_model, seed=seed)[STREET] > 0.97
        assert row(sentence=TIRED, d_model=d_model, seed=seed)[ANIMAL] > 0.97


def test_its_weights_by_hand():
    """In layer 1 the adjective scores 7 and all else 0; what is heard adds 4 to the noun's 3."""
    heard = math.e**7 / (math.e**7 + 10)
    assert row(layer=1)[ADJECTIVE] == pytest.approx(heard, rel=1e-13)
    street, animal = math.exp(3 + 4 * heard), math.exp(3)
    assert row()[STREET] == pytest.approx(street / (street + animal + 9), rel=1e-13)
    causal = row(causal=True)
    assert causal[ANIMAL] == causal[STREET] == pytest.approx(animal / (2 * animal + 6), rel=1e-13)


@pytest.mark.parametrize("weights", ["designed", "random"])
@pytest.mark.parametrize("layer", [1, 2])
def test_under_the_mask_the_row_of_it_is_the_same_to_the_bit(weights, layer):
    wide, tired = (
        SelfAttention(sentence, weights, True, layer, seed=5, d_model=100)
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
        assert panels(m, Table)[0].row == query
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
            assert float(working.term.value) == pytest.approx(working.value, rel=1e-9, abs=1e-12)


def test_it_says_where_words_were_cut_or_missing():
    assert "first 256 words" in CONCEPT.view(SelfAttention(**ODD["ten thousand words"])).says
    assert "Nothing is typed" in CONCEPT.view(SelfAttention("")).says


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


def test_no_task_is_solved_without_what_it_is_about():
    masked, at_the_adjective, own = (task.solved for task in CONCEPT.challenges)
    alone = SelfAttention("it animal", query=0)
    assert alone.row[1] > 0.9, "any noun will do where there is only one"
    assert not own(SelfAttention("it bread", query=0))
    assert not masked(SelfAttention(layer=1)), "in layer 1 all adjectives score the same"
    assert SelfAttention(layer=1).difference == 0
    assert not masked(SelfAttention(NONSENSE.replace("wide", "so"), causal=True))
    assert not at_the_adjective(SelfAttention("it was so wide", layer=1, query=0))
    assert not own(SelfAttention(STALE, query=6)), "a sample, not one's own"
    assert own(SelfAttention(STALE.replace("dog", "boy"), query=6))


def test_two_adjectives_are_both_copied():
    said = CONCEPT.view(SelfAttention("it was wide and tired", layer=1, query=0)).says
    assert said == "Layer 1: wide and tired tie (0.499); copied: +alive +flat."


@pytest.mark.parametrize("layer", [1, 2])
def test_a_number_walked_down_moves_as_the_layers_do(layer):
    """The slopes of its terms, to the ground, against the layers run again a little beside."""
    m = SelfAttention("it was wide", "random", causal=True, layer=layer, d_model=LEAST_D, seed=3)
    slopes = gradients(m.the("output")[2, 5], deep=True)
    named = {term.name: slope for term, slope in slopes.items() if isinstance(term, Operand)}
    leaves = {name: array for name, array in m.sources().items() if "swapped" not in name}

    def output(changed):
        layers = [Layer(*(changed[f"layer_{at}.W_{part}"] for part in "qkv")) for at in (1, 2)]
        return read(changed["words"], layers, nn.causal_mask(3))[layer - 1].output[2, 5]

    rng, moved = np.random.default_rng(0), 0
    for name, array in leaves.items():
        for at in rng.permutation(array.size)[:12]:
            place = tuple(int(i) for i in np.unravel_index(at, array.shape))
            step = np.zeros_like(array)
            step[place] = 1e-5
            ahead, behind = (output({**leaves, name: array + sign * step}) for sign in (1, -1))
            slope = named.get(f"{name}[{place[0]}, {place[1]}]", 0.0)
            assert slope == pytest.approx((ahead - behind) / 2e-5, rel=1e-5, abs=1e-9), (
                name,
                place,
            )
            moved += slope != 0
    assert moved > 12


# ── a sentence of one's own ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "query"),
    [
        ("The dog left the bread because it was stale", 6),
        ("It was late and the road was wet", 0),
        ("no word here that looks for another at all", 7),
        ("She saw them because they were tired and it was not", 7),  # it stands at a pronoun
        ("They saw it", 2),  # the query was pulled in, to a pronoun
    ],
)
def test_the_query_goes_to_the_pronoun_of_what_is_typed(sentence: str, query: int) -> None:
    session = Session.open(CONCEPT).type("sentence", sentence)
    words = sentence.lower().split()
    pronouns = [at for at, word in enumerate(words) if word in ("it", "she", "they", "them")]
    stays = min(7, len(words) - 1)
    assert session.model.query == (query if not pronouns or stays in pronouns else pronouns[0])
    back = session.undo().model
    assert (back.sentence, back.query) == (WIDE, IT)
    reopened = session.concept.model().parsed(session.model.assignments())
    assert reopened.same(session.model)  # the link says where it went: nothing is hidden


def test_typing_the_query_with_the_sentence_is_obeyed() -> None:
    session = Session.open(CONCEPT).assign({"sentence": "It slept", "query": "1"})
    assert session.model.query == 1
    moved = Session.open(CONCEPT).type("query", "3").type("d_model", "72")
    assert moved.model.query == 3, "nothing moves but by the sentence"


def test_words_that_it_was_not_told_are_named() -> None:
    panel = next(p for p in CONCEPT.view(CONCEPT.preset("nouns it was not told")).panels
                 if isinstance(p, Tokens))  # fmt: skip
    assert panel.title == "The sentence; not known: blorp and wug"
    for sentence in (WIDE, TIRED):
        plain = CONCEPT.view(SelfAttention(sentence=sentence)).panels[1]
        assert "not known" not in plain.title
    drawn = CONCEPT.view(SelfAttention(sentence=NONSENSE, weights="random")).panels[1]
    assert "not known" not in drawn.title


@pytest.mark.parametrize("sentence", [WIDE, TIRED, NONSENSE, "", "it " * 300])
def test_the_same_sentence_opens_in_the_published_model(sentence: str) -> None:
    m = SelfAttention(sentence=sentence)
    concept, there = open_command(link_to(*CONCEPT.elsewhere(m)))
    assert concept.id == "real-model"
    assert there.text == sentence[:500]
    if there.read is not None and sentence in (WIDE, TIRED, NONSENSE):
        assert there.read.names[there.query] == "it"
