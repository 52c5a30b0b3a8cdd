"""The screen `heads`: its numbers, what designed heads promise, and what one takes away."""

import json
import math

import numpy as np
import pytest

from tui_transformer.concepts import _heads_design as design
from tui_transformer.concepts import load
from tui_transformer.concepts.heads import LADDER, SAMPLES, Heads, loudest
from tui_transformer.controls import BadValue
from tui_transformer.figure import Heatmap, Pin, Table, Tokens, pinnable, working_at
from tui_transformer.nn.words import folded
from tui_transformer.session import Session
from tui_transformer.working import evaluate

CONCEPT = load("heads")
LEXICON = (
    "The the cat Dog sat on a mat and it IT was , . because too wide — naïve 猫 🐈 "
    "run runs blue red stone river bank money light door open shut"
)


def sentences(count, low, high, seed=0):
    """Draw sentences with words that come back."""
    rng = np.random.default_rng(seed)
    return [
        " ".join(rng.choice(LEXICON.split(), size=int(rng.integers(low, high + 1))))
        for _ in range(count)
    ]


def by_hand(m):
    """One layer of multi-head attention, number by number, from the matrices alone."""
    w, x = m.layer.weights, design.inputs(m.tokens, m.d_model, m.seed)
    q, k, v = ((x @ a + b).tolist() for a, b in ((w.w_q, w.b_q), (w.w_k, w.b_k), (w.w_v, w.b_v)))
    n, size = len(m.tokens), m.d_model // m.heads
    shares, joined = np.zeros((m.heads, n, n)), np.zeros((n, m.d_model))
    for h in range(m.heads):
        own = range(h * size, (h + 1) * size)
        for i in range(n):
            seen = range(i + 1 if m.causal else n)
            z = [math.fsum(q[i][c] * k[j][c] for c in own) / math.sqrt(size) for j in seen]
            e = [math.exp(score - max(z)) for score in z]
            for j in seen:
                shares[h, i, j] = e[j] / math.fsum(e)
            for c in own:
                joined[i, c] = math.fsum(shares[h, i, j] * v[j][c] for j in seen)
    return shares, joined


STATES = {
    "default": {},
    "causal": {"causal": True, "heads": 8},
    "random": {"weights": "random", "seed": 3},
    "one channel a head": {"d_model": 6, "heads": 6},
    "one head": {"heads": 1},
    "three channels a head, odd": {"d_model": 9, "heads": 3, "causal": True},
    "narrowest": {"d_model": 4, "heads": 2, "sentence": "a"},
    "five": {"d_model": 5, "heads": 5, "weights": "random", "sentence": ""},
}


# ── the values ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("controls", STATES.values(), ids=STATES)
def test_every_number_is_what_the_definition_says(controls):
    m = Heads(**controls)
    shares, joined = by_hand(m)
    n = len(m.tokens)
    assert m.attention.shape == (m.heads, n, n)
    assert m.output.shape == (n, m.d_model)
    assert m.d_head * m.heads == m.d_model
    np.testing.assert_allclose(m.attention, shares, rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(m.attention.sum(axis=-1), 1.0, rtol=1e-13)
    w = m.layer.weights
    np.testing.assert_allclose(m.output, joined @ w.w_o + w.b_o, rtol=1e-8, atol=1e-10)
    entropies = [
        math.fsum(-p * math.log(p) for p in head.ravel().tolist() if p > 0) / n for head in shares
    ]
    np.testing.assert_allclose(m.entropies, entropies, rtol=1e-8, atol=1e-12)
    if m.causal:
        assert np.all(m.attention[:, ~np.tri(n, dtype=bool)] == 0.0)


def test_the_values_are_the_contract():
    record = json.loads(Heads(ablate=1).to_json("heads"))
    assert list(record["values"]) == [
        "attention", "entropies", "d_head", "output", "parameter_count"
    ]  # fmt: skip
    assert list(record["controls"])[:7] == [
        "sentence", "d_model", "heads", "weights", "ablate", "query", "causal"
    ]  # fmt: skip
    assert np.shape(record["values"]["attention"]) == (4, 10, 10)
    assert np.shape(record["values"]["output"]) == (10, 64)


# ── the point ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("heads", [h for h in range(1, 769) if 768 % h == 0])
def test_768_channels_cost_the_same_in_any_number_of_heads(heads):
    m = Heads(d_model=768, heads=heads, sentence="one two")
    assert m.heads == heads
    assert m.parameter_count == 2_362_368
    formula = CONCEPT.view(m).formula
    assert evaluate(formula.expression) == 2_362_368


@pytest.mark.parametrize("d", [4, 5, 7, 64, 96, 1024])
def test_the_count_is_of_the_matrices_that_are_used(d):
    m = Heads(d_model=d)
    w = m.layer.weights
    assert m.parameter_count == 4 * d * d + 4 * d
    assert all(x.shape == (d, d) for x in (w.w_q, w.w_k, w.w_v, w.w_o))
    assert all(x.shape == (d,) for x in (w.b_q, w.b_k, w.b_v, w.b_o))


def test_random_heads_are_the_very_same_numbers_cut_elsewhere():
    one, many = (Heads(weights="random", heads=h) for h in (1, 16))
    assert one.layer.weights is many.layer.weights
    for part in ("q", "k", "v"):
        whole = getattr(one.run, part)[0]
        cut = np.concatenate(list(getattr(many.run, part)), axis=1)
        assert np.array_equal(whole, cut)
    assert not np.allclose(one.output, many.output)


def test_every_head_sees_every_word():
    m = Heads(weights="random", heads=16)
    assert np.all(m.attention > 0)
    assert m.attention.shape[1:] == (10, 10)


def test_fewer_channels_blur_words():
    shares = [Heads(heads=h).kept[2].mean() for h in (4, 8, 16, 32)]
    assert shares[0] > 0.999999
    assert shares[1:] == sorted(shares[1:], reverse=True)
    assert shares[-1] < 0.8
    assert not Heads(heads=16).blurred
    assert Heads(heads=32).blurred
    assert Heads(heads=32).label(2) == "similar words"
    assert "blur" in CONCEPT.view(Heads(heads=32)).says


def test_the_point_is_said():
    for heads in (1, 4, 16, 64):
        assert "16,640 parameters" in CONCEPT.view(Heads(heads=heads)).says


# ── a head that is off ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("controls", [{}, {"weights": "random"}, {"heads": 16, "causal": True},
                                      {"d_model": 256, "heads": 8}])  # fmt: skip
def test_the_output_loses_exactly_what_the_head_wrote(controls):
    everyone = Heads(**controls)
    w, size = everyone.layer.weights, everyone.d_head
    lost = np.zeros_like(everyone.output)
    for head in range(everyone.heads):
        m = everyone.replace(ablate=head)
        own = slice(head * size, (head + 1) * size)
        contribution = (everyone.attention[head] @ everyone.run.v[head]) @ w.w_o[own]
        np.testing.assert_allclose(everyone.output - m.output, contribution, atol=1e-12, rtol=0)
        np.testing.assert_allclose(everyone.written[head], contribution[m.query], atol=1e-12)
        assert np.array_equal(m.attention, everyone.attention)
        lost += contribution
    np.testing.assert_allclose(lost + w.b_o, everyone.output, atol=1e-11, rtol=0)


# ── what designed heads promise ────────────────────────────────────────────────────────


def where(label, words, i, causal):
    """What a label means, in plain words: the places where that row's attention belongs."""
    last = i if causal else len(words) - 1
    one = {
        "previous token": max(i - 1, 0), "first token": 0, "next token": min(i + 1, last),
        "last token": last, "itself": i, "two back": max(i - 2, 0),
        "itself, for next": i, "itself, for last": i,
    }  # fmt: skip
    if label in one:
        return {one[label]}
    if label == "local window":
        return {j for j in range(max(i - 2, 0), i + 3) if j <= last}
    assert label in ("same word", "similar words")
    return {j for j in range(last + 1) if folded(words[j]) == folded(words[i])}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("d", "heads"), [(64, 4), (64, 8), (1024, 8), (8, 4), (6, 2), (12, 4),
                                          (7, 7), (64, 2), (64, 1)])  # fmt: skip
def test_designed_heads_do_what_their_labels_say(d, heads, causal):
    for text in [*sentences(12, 1, 40), *SAMPLES]:
        m = Heads(sentence=text, d_model=d, heads=heads, causal=causal)
        for head in range(heads):
            label = m.label(head)
            if label == "random":
                continue
            for i, row in enumerate(m.attention[head]):
                there = sorted(where(label, m.tokens, i, causal))
                assert math.fsum(m.kept[head][i : i + 1]) == pytest.approx(row[there].sum())
                if label == "same word":
                    assert row[there].min() >= row.max() - 1e-9  # no word comes before it
                elif label != "similar words":
                    assert row[there].sum() > 0.99, (text, label, i)
            assert label != "same word" or m.kept[head].mean() >= 0.9
            assert label != "similar words" or m.kept[head].mean() < 0.9


def test_same_words_share_their_attention_evenly():
    m = Heads()
    assert m.attention[2, 9, [2, 9]].tolist() == pytest.approx([0.5, 0.5], abs=1e-4)
    assert m.attention[2, 0, [0, 4, 7]].tolist() == pytest.approx([1 / 3] * 3, abs=1e-4)


def test_designed_heads_hold_at_256_words():
    m = Heads(sentence=sentences(1, 400, 400)[0], heads=8)
    assert len(m.tokens) == 256
    assert "Only the first 256" in CONCEPT.view(m).says
    means = [kept.mean() for kept in m.kept]
    assert min(np.delete(means, 2)) > 0.99
    assert means[2] > 0.9


def test_which_heads_there_is_room_for():
    assert [job.name for job in design.jobs(4, 16)] == [
        "previous token", "first token", "same word", "local window"
    ]  # fmt: skip
    assert [job and job.name for job in design.jobs(3, 1)] == ["first token", "last token", None]
    assert design.jobs(16, 4)[8:] == (None,) * 8
    m = Heads(heads=16)
    assert [m.label(head) for head in range(8, 16)] == ["random"] * 8
    drawn = Heads(heads=16, weights="random")
    assert np.array_equal(m.attention[8:], drawn.attention[8:])


@pytest.mark.parametrize("heads", [1, 4, 8, 32])
def test_a_head_uses_the_channels_it_says(heads):
    m = Heads(heads=heads)
    for head, job in enumerate(m.layer.jobs):
        if job is not None:
            q, k = m.run.q[head], m.run.k[head]
            used = np.any(q != 0, axis=0) & np.any(k != 0, axis=0)
            assert used.sum() == job.uses(m.d_model, m.d_head)
            assert m.layer.weights.w_k.shape == (64, 64)


def test_a_word_is_the_same_dials_everywhere():
    x = design.inputs(("The", "cat", "the"), 16, 0)
    assert np.array_equal(x[0, 2:], x[2, 2:])
    np.testing.assert_allclose((x.reshape(3, 8, 2) ** 2).sum(axis=-1), 1.0, rtol=1e-14)
    p = np.arange(3) * math.pi / 256
    np.testing.assert_allclose(x[:, :2], np.stack([np.sin(p), np.cos(p)], axis=1), atol=1e-15)
    assert np.all(design.inputs(("a", "b"), 7, 0)[:, 6] == 0)


# ── the controls ───────────────────────────────────────────────────────────────────────


def test_heads_divide_the_width():
    m = Heads(d_model=12, heads=5)
    assert m.heads == 4
    with pytest.raises(BadValue, match="must divide"):
        Heads().parsed({"heads": "7"})
    assert Heads(d_model=13, heads=4).heads == 1
    assert Heads().parsed({"d_model": "768", "heads": "12"}).d_head == 64
    assert Heads(ablate=99).ablate == 3
    assert Heads(ablate=-9).ablate == -1


def test_the_width_climbs_a_ladder_and_any_width_can_be_typed():
    control = Heads.controls()["d_model"]
    session = Session.open(CONCEPT).choose(1)
    assert session.nudge(1).model.d_model == 96
    assert session.nudge(-1).model.d_model == 48
    assert session.nudge(10).nudge(10).model.d_model == 1024
    assert session.nudge(-10).nudge(-10).model.d_model == 4
    assert control.nudge(100, 1, Heads()) == 128
    assert control.nudge(100, -1, Heads()) == 96
    assert {control.place(64, f, Heads()) for f in np.linspace(0, 1, 200)} == set(LADDER)
    assert Heads().parsed({"d_model": "77"}).d_model == 77


def test_a_long_sentence_leaves_room_for_fewer_squares():
    long = Heads(sentence="word " * 300, d_model=1024, heads=1024)
    assert long.heads == 16
    assert Heads(d_model=1024, heads=1024).heads == 1024


def test_undo_keeps_no_squares():
    m = Heads()
    CONCEPT.view(m)
    m.to_json("heads")
    arrays = [x for x in vars(m).values() if isinstance(x, np.ndarray)]
    assert all(x.size <= 64 * 64 for x in arrays)
    assert "attention" not in vars(m)
    assert "output" not in vars(m)


# ── the figure ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("controls", [*STATES.values(), {"heads": 32, "ablate": 20},
                                      {"ablate": 2, "weights": "random"}])  # fmt: skip
def test_every_working_gives_its_number(controls):
    figure = CONCEPT.view(Heads(**controls))
    for at, panel in enumerate(figure.panels):
        for row, column in list(pinnable(panel))[:250]:
            working = working_at(figure, Pin(at, row, column))
            shown = (panel.values[row, column] if isinstance(panel, Heatmap)
                     else panel.rows[row][column].content)  # fmt: skip
            assert working.value == pytest.approx(float(shown), rel=1e-9, abs=1e-12)
            assert evaluate(working.expression) == pytest.approx(working.value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("controls", [{}, {"heads": 32}, {"ablate": 1}, {"heads": 64, "ablate": 9}])
def test_what_is_written_adds_up_to_the_output(controls):
    m = Heads(**controls)
    panel = next(p for p in CONCEPT.view(m).panels if p.title.startswith("Added up"))
    np.testing.assert_allclose(panel.values[-1], m.output[m.query], rtol=1e-12, atol=1e-12)


def test_the_chosen_word_is_lit_everywhere():
    figure = CONCEPT.view(Heads(query=5, ablate=0))
    squares = [p for p in figure.panels if isinstance(p, Heatmap) and p.row_control]
    assert len(squares) == 4
    assert {p.row for p in squares} == {5}
    words = next(p for p in figure.panels if isinstance(p, Tokens) and p.token_control)
    assert words.token == 5
    lost = next(p for p in figure.panels if isinstance(p, Table) and "takes from" in p.title)
    assert lost.rows[lost.row][0].content == "5 mat"


def test_says_is_short():
    for m in [*map(CONCEPT.preset, CONCEPT.presets), Heads(d_model=1024, heads=1024)]:
        assert len(CONCEPT.view(m).says) <= 78


def test_the_head_that_is_off_is_always_shown():
    figure = CONCEPT.view(Heads(heads=64, ablate=50))
    titles = [p.title for p in figure.panels]
    assert "50 random" in titles
    assert any(p.title.startswith("Heads") and p.rows[15][0].content == "50 off"
               for p in figure.panels)  # fmt: skip


def test_the_loudest_head_is_the_longest_writing():
    m = Heads()
    table = next(p for p in CONCEPT.view(m).panels if p.title.startswith("Heads"))
    writes = [row[4].content for row in table.rows]
    assert loudest(m) == int(np.argmax(writes)) == 1
