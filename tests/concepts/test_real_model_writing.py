"""A published model writes: as it would without a cache, as the rule says, and back again."""

import json
from itertools import pairwise

import numpy as np
import pytest

from tests import reference
from tests.published import bert_folder
from tests.test_contract import assert_workings_hold
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel
from tui_transformer.nn.published import pretrained
from tui_transformer.session import Session

CONCEPT = load("real-model")
DECODERS = ("gpt2", "llama", "llama-llama3", "mistral", "qwen2", "qwen3", "neox")


pytestmark = pytest.mark.usefixtures("nothing_installed")


def opened(folder, **controls):
    return RealModel(model=str(folder), text="the cat drank", query=-1, **controls)


@pytest.mark.parametrize("name", DECODERS)
def test_it_writes_what_it_would_without_a_cache(name, tmp_path):
    """And what is seen inside is what a reading of the whole text would show."""
    m = opened(reference.opened(name, tmp_path / name), tokens=6)
    network, ids = m.loaded.network, list(opened(tmp_path / name).token_ids)
    for _ in range(6):
        run = pretrained.forward(network, np.array(ids), True)
        ids.append(int(np.argmax(pretrained.scores(network, network.read(run.streams[-1]))[-1])))
    assert m.token_ids == ids
    whole = pretrained.forward(network, np.array(ids), True)
    for ours, theirs in zip(m.read.run.streams, whole.streams, strict=True):
        assert np.allclose(ours, theirs, atol=1e-5)
    assert_workings_hold(CONCEPT.view(m))


def test_the_clock_goes_back_and_the_text_is_the_beginning_of_what_came_after(tmp_path):
    folder = reference.opened("qwen3", tmp_path / "m")
    session = Session.open(CONCEPT, {"model": str(folder), "text": "the cat", "temperature": "1"})
    steps = [session.step(n) for n in (1, 2, 3)]
    texts = [one.model.token_ids for one in steps]
    assert all(long[: len(short)] == short for short, long in pairwise(texts))
    back = steps[2].step(-1)
    assert back.model.to_json("real-model") == steps[1].model.to_json("real-model")
    assert json.loads(back.model.to_json("real-model"))["values"]["text"].startswith("the cat")


def test_a_rule_is_obeyed(tmp_path):
    folder = reference.opened("llama", tmp_path / "m")
    greedy = opened(folder, tokens=5).token_ids
    assert opened(folder, tokens=5, temperature=2.0, top_k=1, seed=3).token_ids == greedy
    assert opened(folder, tokens=5, temperature=2.0, top_p=0.01).token_ids == greedy
    drawn = {tuple(opened(folder, tokens=5, temperature=2.0, seed=s).token_ids) for s in range(4)}
    assert len(drawn) == 4
    again = opened(folder, tokens=5, temperature=2.0, seed=1).token_ids
    assert again == opened(folder, tokens=5, temperature=2.0, seed=1).token_ids


@pytest.mark.parametrize(("name", "heads"), [("gpt2", 4), ("llama", 2), ("smollm", 1)])
def test_the_cache_takes_what_its_keys_and_values_take(name, heads, tmp_path):
    m = opened(reference.opened(name, tmp_path / name), tokens=3)
    assert m.kv_cache_bytes == 2 * 2 * len(m.token_ids) * heads * 4 * 4  # k, v; layers; float32
    said = " ".join(next(p for p in CONCEPT.view(m).panels if "does" in p.title).lines)
    assert f"Cache: {m.kv_cache_bytes:,} bytes" in said and "Decode: 3 by one" in said


def test_the_lens_reads_every_place_after_every_layer(tmp_path):
    m = opened(reference.opened("llama", tmp_path / "m"), tokens=2)
    network, run = m.loaded.network, m.read.run
    assert len(m.lens) == 3 and all(len(layer) == len(m.token_ids) for layer in m.lens)
    for layer, stream in enumerate(run.streams):
        z = pretrained.scores(network, network.read(stream)).astype(np.float64)
        p = np.exp(z - z.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        for at, (name, chance) in enumerate(m.lens[layer]):
            assert name == m.read.name(int(np.argmax(z[at])))
            assert abs(chance - p[at].max()) < 1e-5
    table = next(p for p in CONCEPT.view(m).panels if p.title.startswith("All places"))
    assert len(table.rows) == len(m.lens)
    for row, layer in zip(table.rows, m.lens, strict=True):
        for cell, (_, chance) in zip(row[1:], layer[-len(row) + 1 :], strict=True):
            assert abs(float(str(cell.content).split()[-1]) - chance) <= 0.005


def test_what_does_not_write_says_so(tmp_path):
    bert = opened(bert_folder(tmp_path / "bert"), tokens=9)
    assert bert.tokens == 0 and bert.kv_cache_bytes is None
    assert {"tokens", "temperature", "top_k", "top_p", "seed"} <= set(bert.idle())
    llama = reference.opened("llama", tmp_path / "llama")
    assert opened(llama, tokens=9, causal="full").tokens == 0
    assert "tokens" not in opened(llama).idle() and "top_k" in opened(llama, tokens=2).idle()
    full = opened(llama, tokens=200)
    assert len(full.token_ids) == 64  # what it was made to read
