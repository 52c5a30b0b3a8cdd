"""Published models without some of their wires: against the plain script, family by family."""

import numpy as np
import pytest

from tests import reference
from tests.nn.plain_families import Model
from tui_transformer.nn.cutting import read as wire
from tui_transformer.nn.published import pretrained
from tui_transformer.nn.published.cut import without

TOKENS = [5, 17, 3, 3, 29, 11]
NAMES = ["gpt2", "llama", "llama-biases", "smollm", "mistral", "qwen2", "qwen3", "neox",
         "neox-in-turn", "bert", "distilbert", "roberta"]  # fmt: skip
EVERY = ["", "1.2", "2.ffn", "1", "1.0 2.3", "1.1:mean", "2.ffn:mean", "1:mean 2.0", "2.3:mean 2"]


def plainly(cut: str) -> dict:
    """What is cut, as the plain script has it; a whole block takes the rest of it along."""
    parts = {}
    for word in cut.split():
        place, _, mean = word.partition(":")
        layer, _, part = place.partition(".")
        key = int(part) if part.isdecimal() else part or "block"
        parts[int(layer) - 1, key] = mean or "nothing"
    whole = {layer for layer, part in parts if part == "block"}
    return {at: how for at, how in parts.items() if at[0] not in whole or at[1] == "block"}


def last(network, run=None, tokens=TOKENS):
    return pretrained.forward(network, np.array(tokens), network.causal).streams[-1]


@pytest.mark.parametrize("cut", EVERY)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_of_a_model_is_what_the_plain_script_makes_of_it(name: str, cut: str) -> None:
    folder = reference.HERE / name
    whole, plain = reference.network(folder), Model(folder)
    before = last(whole)
    run = pretrained.forward(whole, np.array(TOKENS), whole.causal)
    after = last(without(whole, map(wire, cut.split()), run, whole.causal))
    expected = plain.forward(TOKENS, plainly(cut)).streams[-1]
    np.testing.assert_allclose(after, expected, atol=2e-5)
    assert (np.abs(expected - before).max() > 1e-3) == bool(cut)
    np.testing.assert_array_equal(last(whole), before)


@pytest.mark.parametrize("name", ["gpt2", "llama", "neox"])
def test_it_writes_on_as_it_reads(name: str) -> None:
    """With what was kept of the text, as without it."""
    whole = reference.network(reference.HERE / name)
    cut = without(whole, [wire("1.0:mean"), wire("2.ffn")],
                  pretrained.forward(whole, np.array(TOKENS), True))  # fmt: skip
    begun = pretrained.forward(cut, np.array(TOKENS[:4]), True)
    went_on = pretrained.forward(cut, np.array(TOKENS[4:]), True, begun)
    np.testing.assert_allclose(went_on.streams[-1], last(cut), atol=1e-5)


def test_nothing_cut_is_the_model_itself_and_only_what_a_wire_writes_through_is_copied() -> None:
    whole = reference.network(reference.HERE / "qwen3")
    assert without(whole, []) is whole
    cut = without(whole, [wire("1.1")])
    (o,) = (n for n in whole.tensors if n.endswith("layers.0.self_attn.o_proj.weight"))
    by_hand = np.array(whole.whole(o))
    by_hand[:, 6:12] = 0  # [out, in], six channels a head
    np.testing.assert_array_equal(cut.whole(o), by_hand)
    for tensor in whole.tensors:
        assert tensor == o or np.array_equal(cut.whole(tensor), whole.whole(tensor))
