"""The control panel: what an edit leaves alone, and what is said of where numbers are from."""

import math

import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.hyperparameters import CUSTOM, Hyperparameters, view
from tui_transformer.concepts.hyperparameters.model import SIZES
from tui_transformer.link import open_command
from tui_transformer.nn.made_up.sorting import PLAN
from tui_transformer.nn.published.designs import DESIGNS, SOURCES, TOKENS
from tui_transformer.nn.transformer import Block
from tui_transformer.session import Session
from tui_transformer.training import sorter

CONCEPT = load("hyperparameters")


@pytest.mark.parametrize("preset", DESIGNS)
def test_an_edit_changes_what_was_touched_and_nothing_else(preset: str) -> None:
    """Neither another size nor a part of the design: BERT keeps its pooler, the first
    transformer its cross-attention, and a link brings all of it back."""
    before = Session.open(CONCEPT, {"preset": preset})
    parts = list(before.model.ledger)
    for name in SIZES:
        for amount in (-1, 1):
            knob = next(knob for knob in before.knobs if knob.control.name == name)
            after = before.turn(knob, amount)
            if after.model is before.model:
                continue
            # heads divide d_model, kv_heads heads; where each has keys of its own, so they stay
            pulled = {"d_model": {"heads", "kv_heads"}, "heads": {"kv_heads"}}.get(name, set())
            pulled |= {"active_experts"} if name == "experts" else set()
            for other in set(after.model.controls()) - {name} - pulled:
                assert getattr(after.model, other) == getattr(before.model, other), (name, other)
            if name not in ("tied", "positions", "experts"):
                assert list(after.model.ledger) == parts
            own_keys = before.model.kv_heads == before.model.heads
            assert own_keys == (after.model.kv_heads == after.model.heads) or name == "kv_heads"
            if name == "heads" and own_keys and before.model.positions != "relative":
                assert after.model.ledger == before.model.ledger
            applies = name not in before.model.idle()
            assert after.model.published != applies
            assert (view(after.model).data == "yours") == applies
            assert open_command(after.link)[1].same(after.model)


def test_a_link_names_the_design_and_what_was_changed_of_it() -> None:
    assert Session.open(CONCEPT, {"preset": "bert-base"}).link == (
        "tfx hyperparameters preset=bert-base"
    )
    edited = Session.open(CONCEPT, {"preset": "transformer-base", "heads": "16"})
    assert edited.link == "tfx hyperparameters preset=transformer-base heads=16"
    assert edited.model.parameter_count == 63_082_496


def test_heads_take_their_keys_along_unless_these_are_shared() -> None:
    gpt2 = Session.open(CONCEPT, {"heads": "24"})
    assert (gpt2.model.kv_heads, gpt2.link) == (24, "tfx hyperparameters heads=24")
    shared = gpt2.set(kv_heads=6)
    assert shared.link == "tfx hyperparameters heads=24 kv_heads=6"
    assert shared.set(heads=12).model.kv_heads == 6
    llama = Session.open(CONCEPT, {"preset": "llama-3-8b", "heads": "64"})
    assert llama.model.kv_heads == 8
    assert llama.set(heads=4).model.kv_heads == 4
    pulled = Session.open(CONCEPT, {"d_model": "770"}).model
    assert pulled.heads == pulled.kv_heads == 11


@pytest.mark.parametrize(("typed", "read"), [("on", "all"), ("off", "none"), ("QKV", "qkv")])
def test_biases_can_be_typed_as_the_switch_that_they_were(typed: str, read: str) -> None:
    assert Session.open(CONCEPT, {"biases": typed}).model.biases == read


def test_what_does_not_apply_is_dimmed() -> None:
    idle = {name: set(Hyperparameters(preset=name).idle()) for name in DESIGNS}
    assert idle["gpt2"] == idle["llama-3-8b"] == {"active_experts"}
    assert idle["bert-base"] == {"active_experts", "batch"}
    assert idle["gpt3"] == {"active_experts", "norm", "positions"}
    assert idle["mixtral-8x7b"] == set()
    assert "kv_heads" in Hyperparameters(heads=1).idle()


def test_another_design_brings_all_of_its_sizes() -> None:
    there = Session.open(CONCEPT, {"preset": "gpt2-xl"}).set(layers=47).set(preset="bert-base")
    assert there.model.same(Hyperparameters(preset="bert-base"))
    mine = there.set(preset=CUSTOM).model
    assert mine.same(Hyperparameters(preset=CUSTOM))
    assert mine.ledger == Hyperparameters().ledger


def test_a_block_counts_as_its_real_weights_do() -> None:
    for d, f in ((16, 64), (48, 192), (10, 25)):
        m = Hyperparameters(layers=1, d_model=d, heads=2, d_ff=f, vocabulary=1, context=1)
        block = sum(math.prod(shape) for shape in Block(d, 2, f).shapes().values())
        assert m.parameter_count == block + d + d + 2 * d  # embedding, position, final norm


def test_the_sorter_saw_as_many_tokens_as_its_script_draws() -> None:
    assert TOKENS["sorter"][0] == sorter.SETTINGS.steps * sorter.BATCH * PLAN.context


def test_every_preset_names_its_source_with_a_year() -> None:
    assert set(SOURCES) == set(DESIGNS) >= set(TOKENS)
    assert all("20" in source for source in SOURCES.values())
    assert "2019" in " ".join(view(Hyperparameters()).panels[-1].lines)


def test_distilberts_flops_are_counted_and_its_score_is_the_papers_claim():
    """Two operations for each weight that a token is multiplied with, and attention's own."""
    bert, distil = (CONCEPT.model(preset=name) for name in ("bert-base", "distilbert"))
    said = next(line for line in words(distil) if "97 %" in line)
    d, n, vocabulary = 768, 512, 30522
    block = 2 * 12 * d * d + 4 * n * d
    counted = {m.layers: 2 * vocabulary * d + m.layers * block for m in (bert, distil)}
    for m in (bert, distil):
        assert m.flops_per_token == pytest.approx(counted[m.layers], rel=0.01)
    assert f"{distil.flops_per_token / bert.flops_per_token:.2f} of BERT-base's FLOPs" in said
    assert "the paper's own claim" in said and distil.d_model == bert.d_model == 768
    edited = distil.replace(layers=5)
    assert not any("97 %" in line for line in words(edited))
    assert any("T5" in line for line in words(CONCEPT.model(preset="transformer-base")))


def words(m):
    return next(p for p in view(m).panels if p.title == "Where it is from").lines
