"""Every family on the screen: it opens, says who it is, and each number can be walked down."""

import json

import numpy as np
import pytest

from tests import reference
from tests.test_contract import assert_workings_hold
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel
from tui_transformer.render.page import whole
from tui_transformer.render.palette import DARK

CONCEPT = load("real-model")
CAT = "the cat drank the milk"
FAMILIES = {"gpt2": "GPT-2", "llama": "Llama", "llama-linear": "Llama", "llama-dynamic": "Llama",
            "llama-llama3": "Llama", "llama-yarn": "Llama", "qwen2-yarn": "Qwen2",
            "llama-biases": "Llama", "smollm": "Llama",
            "mistral": "Mistral", "qwen2": "Qwen2", "qwen3": "Qwen3", "neox": "GPT-NeoX",
            "neox-in-turn": "GPT-NeoX", "bert": "BERT", "distilbert": "DistilBERT",
            "roberta": "RoBERTa"}  # fmt: skip


pytestmark = pytest.mark.usefixtures("nothing_installed")


def test_every_family_is_tried():
    assert {folder.name for folder in reference.FOLDERS} == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_opens_and_each_number_can_be_walked_down(name, tmp_path):
    m = RealModel(
        model=str(reference.opened(name, tmp_path / name)), text=CAT, query=-1, layer=2, head=3
    )
    assert m.problem is None
    assert m.loaded.network.family == FAMILIES[name]
    assert np.allclose(np.sum(m.attention, axis=-1), 1)
    figure = CONCEPT.view(m)
    assert_workings_hold(figure)
    whole("x", figure, 80, 24, DARK)
    json.loads(m.to_json("real-model"))


@pytest.mark.parametrize("name", ["llama", "qwen3", "neox", "mistral", "roberta"])
def test_the_way_down_goes_on_to_the_tensors_of_the_file(name, tmp_path):
    m = RealModel(model=str(reference.opened(name, tmp_path / name)), text=CAT, query=-1, layer=2)
    inside = m.inside[0]
    for part in ("q", "k", "found", "hidden", "output"):
        working = inside.block(2)[part].working(m.places - 1, 3)
        assert abs(float(working.term.value) - float(working.value)) <= working.tolerance, part
    m.the("attention").working(0, m.places - 1, 0)
    todo, leaves = [inside.block(1)["q"][2, 1]], set()
    for _ in range(400):  # a walk: one number of each kind that is met
        if not todo:
            break
        one = todo.pop()
        if one.is_leaf:
            leaves.add(one.name.partition("[")[0])
            continue
        todo += operands_of(one)[:3]
    assert any(leaf in m.loaded.network.tensors for leaf in leaves), leaves


def operands_of(one):
    from tui_transformer.terms import operands

    return list(operands(one.source().term))


def test_roberta_reads_between_marks_and_knows_its_mask(tmp_path):
    folder = reference.opened("roberta", tmp_path / "roberta")
    m = RealModel(model=str(folder), text="the <mask> milk")
    assert m.token_ids[0] == 300 and m.token_ids[-1] == 301
    assert m.token_ids.count(302) == 1
    assert not any(name == " " for name in m.tokens_read)
