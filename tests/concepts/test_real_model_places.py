"""Where models are found: any name in Hugging Face's cache; and what lies about itself."""

import json
import os
import shutil
import sys

import pytest

from tests import reference
from tui_transformer.concepts import _real_model_places as places
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel
from tui_transformer.controls import BadValue
from tui_transformer.session import Session
from tui_transformer.text import is_clean


@pytest.fixture(autouse=True)
def hub(monkeypatch, tmp_path):
    """A cache with nothing in it."""
    monkeypatch.setattr(places, "PACKAGE", "no_such_package_at_all")
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home" / ".cache" / "huggingface" / "hub"


def fetched(hub, repository, commit="abc", name="llama", main=True, age=0):
    """Lay a model down as Hugging Face's tools do: files in blobs, snapshots that point to them."""
    folder = hub / f"models--{repository.replace('/', '--')}"
    snapshot = folder / "snapshots" / commit
    made = reference.opened(name, folder / "made" / commit)
    (folder / "blobs").mkdir(exist_ok=True)
    snapshot.mkdir(parents=True)
    for file in made.iterdir():
        blob = folder / "blobs" / f"{commit}-{file.name}"
        shutil.move(file, blob)
        (snapshot / file.name).symlink_to(blob)
    if main:
        (folder / "refs").mkdir(exist_ok=True)
        (folder / "refs" / "main").write_text(commit)
    os.utime(snapshot, ns=(10**18 - age, 10**18 - age))
    return snapshot


def test_any_name_in_the_cache_opens(hub):
    fetched(hub, "HuggingFaceTB/SmolLM2-135M", name="smollm")
    m = RealModel(model="HuggingFaceTB/SmolLM2-135M", text="the cat", query=-1)
    assert m.problem is None and m.loaded.network.family == "Llama"
    assert m.loaded.name == "HuggingFaceTB/SmolLM2-135M" and m.loaded.published
    with pytest.raises(BadValue) as caught:
        RealModel().parsed({"model": "nobody/nothing"})
    assert "no such file" in str(caught.value) and is_clean(str(caught.value))
    assert "nothing of that name in Hugging Face's cache" in str(caught.value)
    with pytest.raises(BadValue) as caught:
        RealModel().parsed({"model": "/nobody/nothing"})
    assert "cache" not in str(caught.value)


@pytest.mark.parametrize("way", ["HF_HOME", "HF_HUB_CACHE"])
def test_the_cache_may_lie_elsewhere(way, tmp_path, monkeypatch):
    there = tmp_path / "elsewhere"
    monkeypatch.setenv(way, str(there))
    fetched(there / "hub" if way == "HF_HOME" else there, "owner/name")
    assert RealModel(model="owner/name", text="the cat").problem is None


def test_the_commit_that_is_meant_comes_before_the_newest(hub):
    meant = fetched(hub, "a/b", "old", age=10**12)
    newest = fetched(hub, "a/b", "new", main=False)
    assert places.in_cache("a/b") == meant
    (hub / "models--a--b" / "refs" / "main").write_text("gone\x1b[2J")
    assert places.in_cache("a/b") == newest
    (hub / "models--a--b" / "refs" / "main").unlink()
    assert places.in_cache("a/b") == newest
    (newest / "model.safetensors").unlink()
    assert places.in_cache("a/b") == meant  # the only one with weights


def test_a_list_is_offered_the_newest_first(hub):
    fetched(hub, "a/older", age=10**12)
    fetched(hub, "b/newer", name="qwen2")
    fetched(hub, "openai-community/gpt2", name="gpt2", age=10**15)
    (hub / "models--c--empty" / "snapshots").mkdir(parents=True)
    (hub / "datasets--d--e").mkdir()
    session = Session.open(load("real-model"))
    domain = RealModel.controls()["model"].domain(session.model)
    assert domain.startswith("auto, gpt2, b/newer, a/older, owner/name")
    walked = [session.nudge(1).model.model, session.nudge(1).nudge(1).model.model]
    assert walked == ["gpt2", "b/newer"]


def test_names_without_an_owner_open_and_names_of_escapes_are_not_offered(hub):
    fetched(hub, "distilbert-base-cased", name="distilbert")
    fetched(hub, "a/\x1b[2Jb")
    assert list(places.cached()) == ["distilbert-base-cased"]
    m = RealModel(model="distilbert-base-cased", text="the cat")
    assert m.problem is None and m.loaded.network.family == "DistilBERT"


@pytest.mark.parametrize("name", ["a/b", "../..", "a/../../b", "a//b", "/a", "a/b/c", "~/x"])
def test_where_files_may_not_be_opened_no_name_opens_one(name, hub, monkeypatch):
    fetched(hub, "a/b")
    monkeypatch.setattr(places, "_own_files", False)
    with pytest.raises(BadValue, match="may not open files"):
        RealModel().parsed({"model": name})
    assert places.cached() == {}


def test_a_tokenizer_of_another_kind_says_what_to_install(tmp_path):
    """In one sentence, and nothing else is tried."""
    folder = reference.opened("mistral", tmp_path / "m")
    (folder / "tokenizer.json").write_text('{"model": {"type": "Unigram"}, "decoder": null}')
    problem = RealModel(model=str(folder)).problem
    assert "pip install tokenizers" in problem and problem.startswith("its tokenizer.json")


class Panic(BaseException):
    """What the library raises where it gives up, which is no Exception."""


class StandIn:
    """As the library answers: a token for every letter, ▁ for a space, <s> before."""

    names = ("<s>", "▁", *"abcdefghijklmnopqrstuvwxyz", "<0xC3>")

    @classmethod
    def from_str(cls, text):
        if "panic" in text:
            raise Panic
        return cls()

    def get_vocab_size(self, with_added_tokens):
        return len(self.names)

    def encode(self, text):
        ids = [0, *(self.names.index(c) for c in text.replace(" ", "▁"))]
        return type("Encoding", (), {"ids": ids})

    def id_to_token(self, token):
        return self.names[token] if token < len(self.names) else None

    def decode(self, ids):
        return "".join(self.names[i] for i in ids if 0 < i < len(self.names)).replace("▁", " ")


def test_the_library_reads_where_it_is_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", type("tokenizers", (), {"Tokenizer": StandIn}))
    folder = reference.opened("mistral", tmp_path / "m")
    content = {"model": {"type": "Unigram"}, "decoder": {"type": "Metaspace"}}
    (folder / "tokenizer.json").write_text(json.dumps(content))
    m = RealModel(model=str(folder), text="the cat", query=-1)
    assert m.problem is None
    assert m.tokens_read == ["<s>", "t", "h", "e", " ", "c", "a", "t"]
    assert m.replace(tokens=2).text_so_far.startswith("the cat")
    assert all(isinstance(name, str) and name for name, _, _ in m.top_tokens)
    (folder / "tokenizer.json").write_text(json.dumps(content | {"panic": 1}))
    assert "cannot be read by its own library" in RealModel(model=str(folder)).problem


def test_a_model_with_another_models_tokenizer_is_refused(tmp_path):
    folder = reference.opened("llama", tmp_path / "m")
    text = (folder / "tokenizer.json").read_text().replace('"id": 0', '"id": 5000', 1)
    (folder / "tokenizer.json").write_text(text)
    problem = RealModel(model=str(folder)).problem
    assert problem.startswith("its vocabulary has 5,001 entries, and the weights have 304")


LIES = [
    ({"num_hidden_layers": 10**9}, "the file has 2"),
    ({"hidden_size": 10**9}, "hidden_size 1000000000, the file has 16"),
    ({"num_attention_heads": 10**12}, "makes no sense"),
    ({"num_attention_heads": 3, "num_key_value_heads": 2}, "cannot be shared evenly"),
    ({"num_key_value_heads": 0}, "makes no sense"),
    ({"head_dim": 8}, "is needed"),
    ({"num_key_value_heads": 4}, "is needed"),
    ({"rms_norm_eps": -1}, "makes no sense"),
    ({"rope_parameters": {"rope_type": "longrope"}}, "not computed here: longrope"),
    ({"rope_parameters": {"rope_type": "yarn", "factor": 0}}, "factor"),
    ({"rope_parameters": {"rope_type": "yarn", "beta_fast": 1}}, "beta_fast is not above"),
    ({"rope_parameters": {"rope_type": "yarn", "attention_factor": -1}}, "attention_factor"),
    ({"rope_parameters": {"rope_type": "yarn", "rope_theta": 1}}, "too small to be stretched"),
    ({"rope_parameters": {"rope_type": "\x1b[2J"}}, "not computed here"),
    ({"rope_parameters": 3}, "makes no sense"),
    ({"rope_parameters": {"rope_theta": 0}}, "rope_theta"),
    ({"rope_parameters": {"rope_type": "linear", "factor": 1e300}}, "factor"),
    ({"rope_parameters": {"rope_type": "llama3", "low_freq_factor": 9.0}}, "high_freq_factor"),
    ({"max_position_embeddings": 0}, "max_position_embeddings"),
    ({"max_position_embeddings": 10**30}, "max_position_embeddings"),
    ({"tie_word_embeddings": "yes"}, "neither true nor false"),
    ({"hidden_act": "\x1b[2J"}, "activation not known"),
    ({"vocab_size": 7}, "vocab_size 7"),
    ({"model_type": "qwen3"}, "lacks the tensor"),
    ({"model_type": "mixtral"}, "it is a Mixtral: its experts; not read here"),
    ({"model_type": "gpt_neox"}, "neither"),
    ({"model_type": ["llama"]}, "not read here"),
]


@pytest.mark.parametrize(("lie", "sentence"), LIES)
def test_a_configuration_that_lies_gets_one_sentence(lie, sentence, tmp_path):

    folder = reference.opened("llama", tmp_path / "m")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | lie))
    problem = RealModel(model=str(folder)).problem
    assert problem and sentence in problem.rpartition(": ")[0] + problem
    assert problem.endswith(".") and is_clean(problem) and len(problem) < 200
