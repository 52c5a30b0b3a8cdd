"""Every family against the library that defines it: what `tests/reference/make.py` stored of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests import reference
from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped
from tui_transformer.nn.published import families, pretrained
from tui_transformer.nn.published.safetensors import BadFile

FOLDERS = sorted(path.parent for path in Path(reference.__file__).parent.glob("*/config.json"))
every_family = pytest.mark.parametrize("folder", FOLDERS, ids=[path.name for path in FOLDERS])


def attention_of(network, run, causal):
    mask = network.mask(len(run.tokens), causal)
    scores = [grouped.scores(q, k) for q, k in zip(run.queries, run.keys, strict=True)]
    return [att.weights(z, mask) for z in scores]


@every_family
def test_logits_and_attention_are_the_references(folder):
    network, said = reference.network(folder), reference.expected(folder)
    run = pretrained.forward(network, said["tokens"], network.causal)
    logits = pretrained.scores(network, network.read(run.streams[-1]))
    assert np.max(np.abs(logits - said["logits"])) < 1e-4
    for ours, theirs in zip(
        attention_of(network, run, network.causal), said["attention"], strict=True
    ):
        assert np.max(np.abs(ours[1] - theirs)) < 1e-5


@every_family
def test_it_goes_on_as_the_reference_does(folder):
    network, said = reference.network(folder), reference.expected(folder)
    assert network.causal == ("written" in said)
    if not network.causal:
        return
    run, written = pretrained.forward(network, said["tokens"], True), []
    for _ in said["written"]:
        z = pretrained.scores(network, network.read(run.streams[-1][-1:]))
        written.append(int(np.argmax(z)))
        run = pretrained.forward(network, np.array(written[-1:]), True, run)
    assert written == said["written"].tolist()


@pytest.mark.parametrize(
    "name", ["llama-linear", "llama-dynamic", "llama-llama3", "llama-yarn", "qwen2-yarn", "neox"]
)
@pytest.mark.parametrize("kind", ["rope_type", "type"])
def test_older_files_say_beside_it_how_heads_turn(name, kind):
    """Before rope_parameters there were rope_theta and rope_scaling, rotary_pct and its base."""
    folder = Path(reference.__file__).parent / name
    config = json.loads((folder / "config.json").read_text())
    rope = config.pop("rope_parameters")
    if name == "neox":
        config |= {"rotary_emb_base": rope["rope_theta"]}
        config |= {"rotary_pct": rope["partial_rotary_factor"]}
    else:
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = {kind: rope.pop("rope_type")} | rope
    said = reference.expected(folder)
    old = families.load(reference.network(folder).tensors, config)
    run = pretrained.forward(old, said["tokens"], True)
    logits = pretrained.scores(old, old.read(run.streams[-1]))
    assert np.max(np.abs(logits - said["logits"])) < 1e-4


def test_a_base_model_without_its_head_says_what_is_missing():
    folder = Path(reference.__file__).parent / "llama"
    weights = dict(reference.network(folder).tensors)
    weights.pop("lm_head.weight")
    config = json.loads((folder / "config.json").read_text())
    with pytest.raises(BadFile, match="output head"):
        families.load(Bare(weights), config)


class Bare(dict):
    """Arrays by name, as files hold them."""

    def shape(self, name):
        return self[name].shape if name in self else ()

    def is_real(self, name):
        return True
