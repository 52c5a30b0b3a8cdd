"""The ledger: published counts to the last digit, and counts of real weights."""

import math

import pytest

from tui_transformer.concepts.hyperparameters import Hyperparameters, view
from tui_transformer.nn.ledger import DESIGNS, SOURCES
from tui_transformer.nn.transformer import Block
from tui_transformer.session import Session

PUBLISHED = {
    "gpt2": 124_439_808,
    "gpt2-medium": 354_823_168,
    "gpt2-large": 774_030_080,
    "gpt2-xl": 1_557_611_200,
    "bert-base": 109_482_240,
    "bert-large": 335_141_888,
    "distilbert": 66_362_880,
    "gpt3": 175_181_291_520,
    "sorter": 85_584,
}


@pytest.mark.parametrize(("preset", "count"), PUBLISHED.items())
def test_published_counts(preset: str, count: int) -> None:
    m = Hyperparameters(preset=preset)
    assert m.parameter_count == count
    assert sum(m.ledger.values()) == count


def test_the_first_transformer_has_about_65_million() -> None:
    assert Hyperparameters(preset="transformer-base").parameter_count == pytest.approx(
        65e6, rel=0.04
    )


def test_a_block_counts_as_its_real_weights_do() -> None:
    for d, f in ((16, 64), (48, 192), (10, 25)):
        m = Hyperparameters(
            preset="custom", layers=1, d_model=d, heads=2, d_ff=f, vocabulary=1, context=1
        )
        block = sum(math.prod(shape) for shape in Block(d, 2, f).shapes().values())
        assert m.parameter_count == block + d + d + 2 * d  # embedding, position, final norm


def test_heads_are_free() -> None:
    counts = {Hyperparameters(preset="custom", heads=h).parameter_count for h in (1, 2, 4, 6, 12)}
    assert len(counts) == 1


def test_distilbert_is_as_wide_as_bert_and_half_as_deep() -> None:
    small, large = (Hyperparameters(preset=p) for p in ("distilbert", "bert-base"))
    assert small.d_model == large.d_model == 768
    assert 2 * small.layers == large.layers


def test_training_gpt3_takes_what_its_paper_says() -> None:
    # Brown et al. (2020), table D.1: 3.14e23 FLOPs for 300 billion tokens, attention left out
    assert Hyperparameters(preset="gpt3").training_flops == pytest.approx(3.14e23, rel=0.05)


def test_the_kv_cache_of_gpt2() -> None:
    # 12 layers, keys and values, 1024 positions of 768 float32 numbers
    assert Hyperparameters().kv_cache_bytes == 75_497_472
    assert Hyperparameters(batch=8, bytes_per_weight=2).kv_cache_bytes == 4 * 75_497_472


def test_changing_a_published_model_makes_it_custom_and_a_link_keeps_it(monkeypatch) -> None:
    from tui_transformer.concepts.hyperparameters import CONCEPT

    session = Session.open(CONCEPT, {"preset": "gpt2-xl"})
    assert session.model.layers == 48
    mine = session.set(layers=47).model
    assert (mine.preset, mine.layers, mine.d_model) == ("custom", 47, 1600)
    assert Session.open(CONCEPT, mine.assignments()).model.same(mine)
    back = session.set(layers=47).set(preset="bert-base").model
    assert (back.preset, back.layers, back.vocabulary) == ("bert-base", 12, 30522)


def test_every_preset_names_its_source_with_a_year() -> None:
    assert set(SOURCES) == set(DESIGNS)
    assert all("20" in source for source in SOURCES.values())
    assert "2019" in " ".join(view(Hyperparameters()).panels[-1].lines)
