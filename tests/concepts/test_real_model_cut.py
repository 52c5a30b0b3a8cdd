"""Wires of a published model on the screen: cut by a key, typed, compared with the whole."""

import numpy as np
import pytest

from tests import reference
from tests.nn.plain_families import Model
from tests.published import bert_folder
from tests.test_contract import assert_workings_hold
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel, files
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin
from tui_transformer.patience import Enough, hearing
from tui_transformer.session import Session
from tui_transformer.terms import operands

CONCEPT = load("real-model")
FAMILIES = ("gpt2", "llama", "mistral", "qwen3", "neox", "distilbert", "roberta")


pytestmark = pytest.mark.usefixtures("nothing_installed")


def opened(folder, **controls):
    return RealModel(model=str(folder), text="the cat drank", query=-1, **controls)


@pytest.mark.parametrize("cut", ["1.2 2.ffn", "2", "1.1:mean"])
@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_shown_is_the_model_without_them(name, cut, tmp_path):
    m = opened(reference.opened(name, tmp_path / name), cut=cut, layer=2)
    assert m.problem is None
    how = {(0, 2): "nothing", (1, "ffn"): "nothing"} if " " in cut else {(1, "block"): "nothing"}
    how = {(0, 1): "mean"} if "mean" in cut else how
    done = Model(tmp_path / name).forward(m.token_ids, how)
    for ours, plain in zip(m.read.run.streams, done.streams, strict=True):
        np.testing.assert_allclose(ours, plain, atol=3e-5)
    assert m.parameter_count == opened(tmp_path / name).parameter_count
    assert_workings_hold(CONCEPT.view(m))


def test_other_is_read_without_them_as_well(tmp_path):
    folder = reference.opened("bert", tmp_path / "bert")
    m = opened(folder, other="milk wants wanted", cut="1.0 2.3:mean")
    plain, how = Model(folder), {(0, 0): "nothing"}
    run = plain.forward(m.token_ids, how | {(1, 3): "mean"})
    a = run.streams[-1].mean(0)
    # The mean is that over the places of the text: of other, the same is left.
    other = m.replace(text="milk wants wanted", cut="1.0")
    ids = other.token_ids
    left = plain.forward(m.token_ids).parts[1, 3].mean(0)
    b = with_instead(plain, ids, how, left).mean(0)
    expected = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert m.similarity == pytest.approx(expected, abs=1e-5)


def with_instead(plain, ids, how, left):
    """The last stream with what head 3 of layer 2 adds replaced, by its bias: b_o + left."""
    bias = next(n for n in plain.t if n.endswith("layer.1.attention.output.dense.bias"))
    kept = plain.t[bias]
    plain.t[bias] = kept + left
    try:
        return plain.forward(ids, how | {(1, 3): "nothing"}).streams[-1]
    finally:
        plain.t[bias] = kept


def panel(session, start):
    return next(i for i, p in enumerate(session.figure.panels) if p.title.startswith(start))


def test_x_cuts_the_pinned_head_then_leaves_its_mean_then_makes_it_whole(tmp_path):
    folder = reference.opened("llama", tmp_path / "m")
    session = Session.open(CONCEPT, {"model": str(folder), "text": "the cat drank", "query": "-1"})
    session = session.pin_cell(Pin(panel(session, "All heads: ▸ parked"), 0, 2))
    assert (session.model.layer, session.model.head) == (1, 2)
    cuts = []
    for _ in range(3):
        session = session.cut()
        cuts.append(session.model.cut)
    assert cuts == ["1.2", "1.2:mean", ""]
    session = session.pin_cell(Pin(panel(session, "▸ after layer"), 2, 2)).cut()
    assert session.model.cut == "2"  # its rows are layers
    assert session.figure.says.startswith("Without 2 it says")


def test_b_shows_whole_against_cut(tmp_path):
    folder = reference.opened("gpt2", tmp_path / "m")
    at = {"model": str(folder), "text": "the cat drank", "query": "-1", "layer": "1"}
    session = Session.open(CONCEPT, at)
    before = session.model.parked
    session = session.compare().cut()
    assert session.model.cut == "1.1"
    changed = session.figure.panels[panel(session, "All heads: ▸ parked")]
    np.testing.assert_allclose(changed.values, session.model.parked - before)
    assert np.abs(changed.values[0]).max() == 0 < np.abs(changed.values[1]).max()


def test_a_smaller_model_loses_wires_that_it_has_not_and_others_are_refused(tmp_path):
    folder = reference.opened("llama", tmp_path / "m")
    m = opened(folder, cut="2.3")
    assert RealModel(model=str(folder), cut="9.9 1.0").cut == "1.0"
    for word, why in (("3", "no layer 3, only 2"), ("1.9", "heads 0 to 3"), ("x", "is not")):
        with pytest.raises(BadValue, match=why):
            m.parsed({"cut": word})


# ── who wrote a logit ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["gpt2", "llama", "mistral", "qwen3", "neox"])
@pytest.mark.parametrize("cut", ["", "1.2"])
def test_the_parts_of_a_logit_add_up_to_the_one_on_the_screen(name, cut, tmp_path):
    m = opened(reference.opened(name, tmp_path / name), cut=cut, tokens=2)
    parts, plain = dict(m.contributions), Model(tmp_path / name)
    done = plain.forward(m.token_ids, {(0, 2): "nothing"} if cut else {})
    token = int(np.argmax(plain.logits(done.streams[-1][-1])))
    logit = plain.logits(done.streams[-1][-1])[token]
    assert sum(parts.values()) == pytest.approx(m.top_tokens[0][1], abs=1e-9)
    assert abs(parts["rounding"]) < 1e-4  # of float32; without it, it is the exact logit
    assert sum(parts.values()) - parts["rounding"] == pytest.approx(logit, abs=1e-9)
    assert (parts["1.2"] == 0) == bool(cut)


def test_a_part_is_walked_down_to_the_tensors_of_the_file(tmp_path):
    m = opened(reference.opened("llama", tmp_path / "m"))
    first = m.the("contributions")[3, 1].source()
    rng, todo, met = np.random.default_rng(0), list(operands(first.term)), set()
    for _ in range(600):
        one = todo.pop(int(rng.integers(len(todo))))
        met.add(one.name.partition("[")[0])
        if not one.is_leaf:
            working = one.source()
            assert working.holds, one.name
            below = list(operands(working.term))
            todo += [below[int(i)] for i in rng.integers(len(below), size=4)]
    weights = {name for name in met if name in m.loaded.network.tensors}
    assert {"model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"} <= weights
    assert any(".layers.0.self_attn." in name for name in weights)
    assert {"exact.written_1.2", "exact.block_1.found"} <= met


def test_an_encoder_says_why_no_logit_was_written(tmp_path):
    m = opened(reference.opened("bert", tmp_path / "bert"))
    assert m.contributions == []
    bends = "Its stream is normed after every part, and its head bends: no logit is a sum of parts."
    assert bends in said_of(m)
    nothing = "It names no words: there is no logit that heads could have written."
    assert nothing in said_of(opened(bert_folder(tmp_path / "plain")))


def said_of(m):
    return next(p for p in CONCEPT.view(m).panels if p.title == "What this model does").lines


# ── what each head is worth ────────────────────────────────────────────────────────────


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


@pytest.mark.parametrize("name", ["gpt2", "llama", "mistral", "neox"])
def test_the_map_of_a_decoder_is_what_the_plain_script_finds_without_each_head(name, tmp_path):
    """Of the tokens that are read, those that it wrote included, at the place looked at."""
    folder = reference.opened(name, tmp_path / name)
    m = opened(folder, tokens=2, cut="1.3", worth=True).replace(query=4)
    plain, ids = Model(folder), m.token_ids
    whole = plain.logits(plain.forward(ids, {(0, 3): "nothing"}).streams[-1][4])
    token, p = int(np.argmax(whole)), max(softmax(whole))
    for layer, head in np.ndindex(2, 4):
        cuts = {(0, 3): "nothing", (layer, head): "nothing"}
        z = plain.logits(plain.forward(ids, cuts).streams[-1][4])
        assert m.effects[layer, head] == pytest.approx(100 * (softmax(z)[token] - p), abs=1e-3)
    assert abs(m.effects[0, 3]) < 1e-4  # it is cut already
    assert np.abs(m.effects).max() > 0.1
    assert_workings_hold(CONCEPT.view(m))


@pytest.mark.parametrize("name", ["bert", "roberta", "distilbert"])
def test_that_of_an_encoder_says_how_alike_two_sentences_are_then(name, tmp_path):
    folder = reference.opened(name, tmp_path / name)
    m = opened(folder, other="milk wants wanted", worth=True)
    plain, texts = Model(folder), [m.token_ids, m.replace(text=m.other).token_ids]

    def alike(cuts):
        a, b = (plain.forward(ids, cuts).streams[-1].mean(0) for ids in texts)
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    for layer, head in np.ndindex(2, 4):
        expected = 100 * (alike({(layer, head): "nothing"}) - alike({}))
        assert m.effects[layer, head] == pytest.approx(expected, abs=1e-3)
        cut = m.replace(cut=f"{layer + 1}.{head}")  # and it is what cutting shows
        assert cut.similarity - m.similarity == pytest.approx(expected / 100, abs=1e-6)
    assert_workings_hold(CONCEPT.view(m))


def test_numbers_of_the_other_state_have_other_names(tmp_path):
    m = opened(reference.opened("llama", tmp_path / "m"), worth=True)
    todo, values = [m.the("effects")[0, 1]], {}
    for _ in range(200):
        one = todo.pop(0)
        if not one.is_leaf:
            working = one.source()
            assert working.holds, one.name
            todo += list(operands(working.term))[-5:]
        assert values.setdefault(one.name, one.value) == one.value, one.name
    assert any(name.startswith("without_1.1.block_2") for name in values)


def test_whoever_stops_it_loses_nothing(tmp_path):
    m, heard = opened(reference.opened("llama", tmp_path / "m"), worth=True), []
    assert m.read is not None

    def ear(said, kept):
        heard.append(said)
        assert kept
        if len(heard) in (3, 6):
            raise Enough

    with hearing(ear):
        for _ in range(2):
            with pytest.raises(Enough):
                _ = m.effects
        assert m.effects.shape == (2, 4)
    assert [said.split()[1] for said in heard] == ["1", "2", "3", "3", "4", "5", "5", "6", "7", "8"]
    assert heard[0] == "head 1 of 8"


@pytest.mark.parametrize("tokens", [0, 3])
def test_so_does_whoever_stops_reading_and_writing(tokens, tmp_path):
    folder = reference.opened("gpt2", tmp_path / "m")
    calm, count = opened(folder, tokens=tokens), 0
    expected = calm.token_ids

    def ear(said, kept):
        nonlocal count
        count += 1
        if count % 2:
            raise Enough

    files._read.cache_clear()  # another model by the same name: nothing of it was read
    for _ in range(40):
        try:
            with hearing(ear):
                ids = opened(folder, tokens=tokens).token_ids
            break
        except Enough:
            pass
    assert ids == expected and 1 < count <= 4 * (tokens + 1)
