"""The screen `encoder-decoder`: it must reverse words that training never saw."""

import json
import re

import numpy as np
import pytest

from tui_transformer import weights
from tui_transformer.cli import main
from tui_transformer.concepts import load
from tui_transformer.concepts.encoder_decoder import EncoderDecoder, network
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin
from tui_transformer.nn import encoder_decoder as model
from tui_transformer.nn.made_up import reversing as task
from tui_transformer.nn.made_up.reversing import PLAN
from tui_transformer.session import Session
from tui_transformer.training import reverser as script

CONCEPT = load("encoder-decoder")
FILE = weights.FOLDER / "reverser.safetensors"


@pytest.fixture(scope="module")
def single():
    """The weights as they are stored: float32 is twice as fast."""
    return weights.load("reverser", PLAN.shapes()).tensors


# ── what was trained ───────────────────────────────────────────────────────────────────


def test_held_out_words_come_out_backwards(single):
    for length in range(3, 11):
        words = script.unseen(length, 250, seed=1)
        assert len(words) == 250
        assert task.held_out(words).all()
        assert script.exact(single, words).mean() >= 0.99, length


def test_every_single_letter(single):
    assert script.exact(single, np.arange(26)[:, None]).all()


@pytest.mark.parametrize(("length", "share"), [(11, 0.95), (12, 0.7)])
def test_of_longer_words_than_in_training_it_mostly_turns_the_first_ten(length, share, single):
    words = script.unseen(length, 300)
    assert not script.exact(single, words).any()
    out = model.greedy(PLAN, single, words, task.START, 11)
    first_ten = task.lesson(words[:, :10])[2]
    assert np.all(out == first_ten, axis=1).mean() > share


def test_training_draws_no_held_out_word_and_no_longer_one():
    for seed in range(40):
        source, target, right = script.draw(np.random.default_rng(seed))
        assert not task.held_out(source).any()
        assert source.shape[1] <= 10
        assert len(source) == 64
        assert target.shape == right.shape == (64, source.shape[1] + 1)


def test_the_file_is_small_and_mapped():
    assert FILE.stat().st_size < 500_000
    weights.load("reverser", PLAN.shapes())
    assert sum(x.size for x in network.weights().values()) == 61_248
    assert EncoderDecoder().parameter_count == 61_248


# ── values ─────────────────────────────────────────────────────────────────────────────


def test_on_reversal_the_cross_attention_is_an_anti_diagonal():
    m = EncoderDecoder(steps=9)
    rows = m.cross_attention[m.head][:8]
    assert rows.argmax(-1).tolist() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert m.mirror == pytest.approx(np.mean([rows[i, 7 - i] for i in range(8)]))
    assert m.mirror > 0.6
    for length in range(1, 11):  # and on words drawn at random, in nearly every row
        words = np.random.default_rng(length).integers(26, size=(200, length))
        read, target, _ = task.lesson(words)
        crossed = model.forward(PLAN, network.weights(), read, target).decoded[1].crossed
        tops = crossed.weights[:, 1, :length].argmax(-1)
        assert (tops == np.arange(length)[::-1]).mean() > 0.98


def test_the_query_comes_from_the_decoder_key_and_value_from_the_encoder():
    """Another letter far away changes the keys; another beginning changes the queries only."""
    m, forced = (
        EncoderDecoder(source="TRANSFORMER", steps=12),
        EncoderDecoder(source="TRANSFORMER", steps=12, teacher_forcing=True),
    )
    mine, theirs = m.run.decoded[0].crossed, forced.run.decoded[0].crossed
    np.testing.assert_array_equal(mine.k, theirs.k)
    np.testing.assert_array_equal(mine.v, theirs.v)
    assert m.read != forced.read
    other = EncoderDecoder(source="TRANSFORMES", steps=12, teacher_forcing=True)
    assert np.abs(other.run.decoded[0].crossed.k - theirs.k).max() > 1e-3
    np.testing.assert_array_equal(other.run.decoded[0].crossed.q[:, 0], theirs.q[:, 0])


def test_where_it_is_right_a_teacher_changes_nothing():
    mine, forced = (EncoderDecoder(steps=9, teacher_forcing=on) for on in (False, True))
    np.testing.assert_allclose(mine.logits, forced.logits, rtol=1e-9, atol=1e-9)


def test_the_clock_writes_one_sign_a_step():
    session = Session.open(CONCEPT, {"source": "abc"})
    for expected in ("C", "CB", "CBA", "CBA", "CBA"):
        session = session.step(1)
        assert session.model.output == expected
    assert "that is the end" in session.said
    assert session.model.steps == 4


# ── the screen ─────────────────────────────────────────────────────────────────────────


def test_the_row_follows_the_last_one_until_it_is_chosen():
    assert [EncoderDecoder(steps=steps).at for steps in (0, 4, 8, 9)] == [0, 4, 8, 8]
    assert EncoderDecoder(row=7).at == 0
    session = Session.open(CONCEPT, {"steps": "4"}).pin_cell(Pin(2, 3, 1))
    assert session.model.row == 3


def test_what_can_be_typed(capsys):
    assert main(["encoder-decoder", "source=live", "steps=5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["values"]["output"] == "EVIL"
    with pytest.raises(BadValue, match=r"source takes 1 to 12 letters, each A to Z; “4” is not"):
        EncoderDecoder().parsed({"source": "R4"})
    with pytest.raises(BadValue, match=r"these are 13\."):
        EncoderDecoder().parsed({"source": "A" * 13})
    with pytest.raises(BadValue, match=r"these are 0\."):
        EncoderDecoder().parsed({"source": ""})


# ── what is cut ────────────────────────────────────────────────────────────────────────


def test_the_chosen_head_of_cross_attention_is_cut_or_the_one_that_is_pinned():
    session = Session(CONCEPT, EncoderDecoder(layer=1, head=0))
    assert [session.cut().model.cut, session.cut().cut().model.cut] == ["d1.x0", "d1.x0:mean"]
    assert session.cut().cut().cut().model.cut == ""
    titles = [panel.title for panel in session.figure.panels]
    table = next(i for i, title in enumerate(titles) if title.startswith("Who wrote"))
    rows = [str(row[0].content) for row in session.figure.panels[table].rows]
    pinned = session.pin_cell(Pin(table, rows.index("d2.ffn"), 1))
    assert pinned.cut().model.cut == "d2.ffn"


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("1.0", "1.0 is not a head (e1.0, d1.x0)"),
        ("e1.x0", "e1.x0 is not"),
        ("e3.0", "there is no layer 3, only 2"),
        ("d1.x2", "layer 1 has heads 0 to 1"),
        ("e1.ffn:mean e1.ffn", "e1.ffn is cut or leaves its mean, not both"),
    ],
)
def test_a_wire_that_is_not_there_is_refused(cut, said):
    with pytest.raises(BadValue, match=re.escape(said)):
        EncoderDecoder().parsed({"cut": cut})


def test_the_encoder_is_written_before_the_decoder():
    assert EncoderDecoder().parsed({"cut": "d2 d1.x1:mean e2.ffn d1.0"}).cut == (
        "e2.ffn d1.0 d1.x1:mean d2"
    )
