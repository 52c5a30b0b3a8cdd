"""Wires of a published model on the screen: cut by a key, typed, compared with the whole."""

import numpy as np
import pytest

from tests import reference
from tests.nn.plain_families import Model
from tests.published import bert_folder
from tests.test_contract import assert_workings_hold
from tui_transformer.concepts import _real_model_places as places
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin
from tui_transformer.session import Session
from tui_transformer.terms import operands

CONCEPT = load("real-model")
FAMILIES = ("gpt2", "llama", "mistral", "qwen3", "neox", "distilbert", "roberta")


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "PACKAGE", "no_such_package_at_all")
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))


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
