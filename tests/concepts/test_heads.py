"""The screen `heads`: its numbers, what designed heads promise, and what one takes away."""

import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.heads import design, loudest, weights
from tui_transformer.concepts.heads.jobs import jobs
from tui_transformer.concepts.heads.model import SAMPLES, Heads
from tui_transformer.concepts.heads.width import LADDER
from tui_transformer.controls import BadValue
from tui_transformer.nn.made_up.words import folded
from tui_transformer.panels import Heatmap, Table, Tokens
from tui_transformer.render.page import working_lines
from tui_transformer.render.palette import PLAIN
from tui_transformer.session import Session

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


# ── the point ──────────────────────────────────────────────────────────────────────────


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


def test_gpt2_small_has_2362368_parameters_in_its_attention_however_it_is_cut():
    """12 layers of 768: c_attn 768·2304 + 2304 and c_proj 768·768 + 768 (its published shapes)."""
    assert 768 * 2304 + 2304 + 768 * 768 + 768 == 2_362_368
    for heads in (1, 12, 64, 768):
        m = Heads(d_model=768, heads=heads, sentence="one two")
        assert m.heads == heads and m.parameter_count == 2_362_368
        formula = CONCEPT.view(m).formula
        assert float(formula.term.value) == 2_362_368
    lines = working_lines(formula, 80, PLAIN)
    assert "".join(segment.text for segment in lines[1]).rstrip().endswith("= 2362368")


# ── what designed heads promise ────────────────────────────────────────────────────────


def where(label, words, i, causal):
    """What a label means, in plain words: the places where that row's attention belongs."""
    last = i if causal else len(words) - 1
    one = {
        "previous token": i - 1, "first token": 0, "next token": i + 1, "itself": i,
        "two back": i - 2, "three back": i - 3,
    }  # fmt: skip
    if label in one:
        return {one[label]} & set(range(last + 1))
    if label == "local window":
        return {j for j in range(max(i - 2, 0), i + 3) if j <= last}
    assert label == "same word"
    return {j for j in range(last + 1) if folded(words[j]) == folded(words[i])}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("d", "heads"), [(64, 4), (64, 8), (1024, 8), (8, 4), (6, 2), (12, 4),
                                          (7, 7), (64, 2), (64, 1)])  # fmt: skip
def test_designed_heads_do_what_their_labels_say(d, heads, causal):
    for text in [*sentences(12, 1, 40), *SAMPLES]:
        m = Heads(sentence=text, d_model=d, heads=heads, causal=causal)
        for head in range(heads):
            name, _, note = m.label(head).partition(", ")
            if name == "random" or name.endswith(": hidden"):
                assert m.kept[head] is None
                continue
            places = [where(name, m.tokens, i, causal) for i in range(len(m.tokens))]
            rows = [m.attention[head, i, sorted(js)].sum() for i, js in enumerate(places) if js]
            if not rows:
                assert m.kept[head] is None
                continue
            np.testing.assert_allclose(m.kept[head], rows)
            assert (np.mean(rows) < 0.9) == (note == "blurred"), (text, m.label(head))
            if name != "same word" and m.d_head >= 16 and len(m.tokens) <= 28:
                assert min(rows) > 0.98, (text, name)
            if name == "same word":  # no word comes before it
                assert all(
                    m.attention[head, i, sorted(js)].min() >= m.attention[head, i].max() - 1e-9
                    for i, js in enumerate(places)
                )


@pytest.mark.parametrize("heads", [1, 2, 4, 8, 16, 32, 64])
def test_designed_scores_fit_8_and_a_hand_can_check_them(heads):
    """The dot products over √d_head, from q and k alone."""
    m = Heads(heads=heads)
    designed = [head for head, job in enumerate(m.layer.jobs) if job is not None]
    z = m.run.q[designed] @ np.swapaxes(m.run.k[designed], 1, 2) / math.sqrt(m.d_head)
    assert np.abs(z).max() == pytest.approx(8, abs=1e-12)
    if heads in (4, 8):
        turned = -8 * (heads == 8)  # four dials are turned over after eight words
        assert z[0, 9].tolist() == pytest.approx([turned, *[0] * 7, 8, 0], abs=1e-12)
        assert z[1, 3].tolist() == pytest.approx([8, *[0] * 9], abs=1e-12)
        assert z[2, 9, [2, 9]].tolist() == pytest.approx([8, 8], abs=1e-12)
        near = [3.5, 6, 7.5, 8, 7.5, 6, 3.5]
        assert z[3, 4].tolist() == pytest.approx([0, *near, 0, -3.5 * (heads == 8)], abs=1e-12)
    assert {round(float(x), 9) for x in m.layer.weights.w_k[:, : m.d_head].ravel()} == {
        0.0, round(math.sqrt(m.d_head), 9)
    }  # fmt: skip


def test_fewer_channels_blur_words():
    shares = [Heads(heads=h).kept[2].mean() for h in (4, 8, 16, 32)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.99 and shares[1] > 0.97 and shares[2] < 0.9 and shares[3] < 0.6
    assert Heads(heads=32).label(2) == "same word, blurred"


def test_same_words_share_their_attention_evenly():
    for i, same in ((9, [2, 9]), (0, [0, 4, 7])):
        row = Heads().attention[2, i, same]
        assert np.ptp(row) < 1e-12 and row.sum() > 0.98


def test_a_head_with_64_dials_tells_256_places_apart():
    m = Heads(sentence=sentences(1, 400, 400)[0], d_model=1024, heads=8)
    assert len(m.tokens) == 256
    assert "Only the first 256" in CONCEPT.view(m).says
    assert not m.blurred
    short = Heads(sentence=" ".join(m.tokens[:40]))
    assert {0, 1, 3} <= set(short.blurred), "8 dials stand after 32 words as they stood"


def test_which_heads_there_is_room_for():
    def names(heads, d_head):
        return [job and job.name for job in jobs(heads, d_head)]

    assert names(4, 16) == ["previous token", "first token", "same word", "local window"]
    assert names(3, 1) == ["first token", None, None]
    assert names(16, 4)[8:] == [None] * 8
    m, drawn = Heads(heads=16), Heads(heads=16, weights="random")
    assert [m.label(head) for head in range(8, 16)] == ["random"] * 8
    assert np.array_equal(m.attention[8:], drawn.attention[8:])


@pytest.mark.parametrize("heads", [1, 4, 8, 32])
def test_a_head_uses_the_channels_it_says(heads):
    m = Heads(heads=heads)
    for head, job in enumerate(m.layer.jobs):
        if job is not None:
            used = np.any(m.run.q[head] != 0, axis=0) & np.any(m.run.k[head] != 0, axis=0)
            assert used.sum() == job.uses(m.d_model, m.d_head)


def test_no_task_is_solved_without_what_it_is_about():
    cheaper, loudest_off, starved = (task.solved for task in CONCEPT.challenges)
    assert not cheaper(Heads(d_model=96, heads=16)) and not loudest_off(Heads(heads=1, ablate=0))
    crowd = Heads(sentence=" ".join(f"word{i}" for i in range(256)), causal=True)
    assert "same word, blurred" in map(crowd.label, range(4))
    assert not starved(crowd), "too many words are not too few channels"
    assert not starved(Heads(heads=64, causal=True)), "there is no such head"


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
    session = Session.open(CONCEPT)
    session.figure, session.model.to_json("heads")
    assert session.model.the("attention").values.size == 4 * 10 * 10
    before = session.nudge(1).before[-1]
    assert set(vars(before)) == set(before.controls())


# ── the figure ─────────────────────────────────────────────────────────────────────────


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
    assert any(title.startswith("50 random: ") for title in titles)
    assert any(p.title.startswith("Heads") and p.rows[15][0].content == "50 off"
               for p in figure.panels)  # fmt: skip


def test_the_loudest_head_is_the_longest_writing():
    m = Heads()
    table = next(p for p in CONCEPT.view(m).panels if p.title.startswith("Heads"))
    writes = [row[5].content for row in table.rows]
    assert loudest(m) == int(np.argmax(writes)) == 1


def test_every_square_says_what_it_looks_for_and_what_it_finds() -> None:
    """The fourth word of this sentence: the one before, the first, its like, and those nearby."""
    m = Heads(sentence="the cat saw the dog", query=3, heads=8)
    titles = [p.title for p in CONCEPT.view(m).panels if isinstance(p, Heatmap) and p.row == 3]
    assert titles == [
        "0 prev: saw",
        "1 first: the",
        "2 same word: the",
        "3 nearby: the",
        "4 after: dog",
        "5 two back: cat",
        "6 itself: the",
        "7 three back: the",
    ]
    assert len({title.split(":")[0] for title in titles}) == 8


@pytest.mark.parametrize(("d", "seed"), [(8, 0), (7, 3), (5, 1)])
def test_matrices_are_what_one_generator_gives_in_a_row(d: int, seed: int) -> None:
    """In single precision, evenly around 0; an odd number of them leaves half of a draw over."""
    rng, weights = np.random.default_rng(seed), design.weights("random", d, 1, seed)
    for name, thirds in zip(("W_q", "W_k", "W_v", "W_O"), (6, 6, 6, 3), strict=True):
        plain = (rng.random((d, d), np.float32) - np.float32(0.5)) * np.float32(
            2 * math.sqrt(thirds / d)
        )
        assert np.array_equal(weights.by_name()[name], plain)
    biases = [weights.by_name()[name] for name in ("b_q", "b_k", "b_v", "b_O")]
    assert np.array_equal(biases, rng.uniform(-0.1, 0.1, (4, d)))
    assert weights.size == sum(x.size for x in weights.by_name().values())


def test_a_picture_of_designed_heads_draws_no_matrix_that_it_does_not_use() -> None:
    weights.matrix.cache_clear()
    CONCEPT.look(Heads(d_model=96, seed=17))
    assert weights.matrix.cache_info().misses == 2  # W_v and W_O


def test_widths_that_were_looked_at_lately_are_not_drawn_again() -> None:
    widths = LADDER[4:10]
    for d in (*widths, *reversed(widths)):
        CONCEPT.look(Heads(d_model=d, seed=18))
    drawn = weights.matrix.cache_info().misses
    for d in widths:
        CONCEPT.look(Heads(d_model=d, seed=18))
    assert weights.matrix.cache_info().misses == drawn
