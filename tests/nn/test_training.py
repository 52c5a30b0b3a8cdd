"""Training: the update rule by hand, the schedule by its ends, and a run that learns."""

import math
from itertools import pairwise

import numpy as np
import pytest

from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import Gpt
from tui_transformer.nn.optimizers import Adam, AdamW, GradientDescent, Momentum
from tui_transformer.nn.training import (
    OPTIMIZERS,
    Settings,
    Trainer,
    clip,
    decay_of,
    dropout,
    gpt_price,
    pack,
    unpack,
    warm_up_cosine,
)

PLAN = Gpt(vocabulary=4, context=6, layers=1, heads=2, d_model=8)


def repeat(rng):
    """A task that is learned at once: say the same token again."""
    tokens = rng.integers(4, size=(16, 6))
    return tokens, tokens


def finished(rate=0.0, **settings):
    settings = Settings(**{"steps": 40, "warm_up": 5, **settings})
    trainer = Trainer(PLAN, settings, repeat, gpt_price(PLAN, rate))
    runs = [trainer.start()]
    while (run := trainer.advance(runs[-1])) is not None:
        runs.append(run)
    return trainer, runs


def test_packing_and_unpacking_are_each_others_inverse():
    shapes = {"a": (2, 3), "b": (), "c": (4,)}
    rng = np.random.default_rng(0)
    named = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    flat = pack(named, shapes)
    assert flat.shape == (11,)
    for name, x in unpack(flat, shapes).items():
        assert np.array_equal(x, named[name])
        assert x.base is flat


def test_adamw_by_hand():
    """Adam's first step is η·sign(g); the decay then takes η·λ·w of where it started."""
    rule = AdamW(0.1, decay=0.5)
    state = rule.update(rule.start(np.array([2.0, -4.0])), np.array([3.0, 0.0]))
    assert state.weights == pytest.approx([2 - 0.1 - 0.1 * 0.5 * 2, -4 + 0.1 * 0.5 * 4], abs=1e-9)


def test_adamw_without_decay_is_adam_and_its_means_never_see_the_decay():
    rng = np.random.default_rng(1)
    plain, same, decayed = Adam(0.01), AdamW(0.01, decay=0.0), AdamW(0.01, decay=0.3)
    states = [rule.start(np.ones(5)) for rule in (plain, same, decayed)]
    for _ in range(7):
        g = rng.normal(size=5)
        states = [rule.update(s, g) for rule, s in zip((plain, same, decayed), states, strict=True)]
    assert np.array_equal(states[0].weights, states[1].weights)
    assert np.array_equal(states[0].square, states[2].square)
    assert np.array_equal(states[0].velocity, states[2].velocity)


def test_only_matrices_inside_blocks_decay():
    shapes = PLAN.shapes()
    decay = unpack(decay_of(shapes, 0.1), shapes)
    decaying = {name for name, x in decay.items() if x.any()}
    assert decaying == {f"block_0.attention.w_{part}" for part in "qkvo"} | {
        "block_0.feed_forward.w_1",
        "block_0.feed_forward.w_2",
    }


def test_the_schedule_by_its_landmarks():
    rate = [warm_up_cosine(step, 10, 110, 2.0, 0.2) for step in range(130)]
    assert rate[0] == pytest.approx(0.2)
    assert rate[9] == rate[10] == pytest.approx(2.0)
    assert rate[60] == pytest.approx(1.1)  # half-way down the cosine
    assert rate[110] == rate[129] == pytest.approx(0.2)
    assert max(rate) == pytest.approx(2.0)
    assert (np.diff(rate[10:111]) < 0).all()
    assert warm_up_cosine(0, 0, 10, 1.0) == 1.0


def test_clipping_keeps_the_direction():
    g = np.array([3.0, 4.0])
    short, length = clip(g, 1.0)
    assert length == 5.0
    assert short == pytest.approx([0.6, 0.8])
    assert clip(g, 5.0)[0] is g
    assert clip(np.zeros(2), 1.0)[1] == 0.0


def test_dropout_keeps_the_mean_and_is_drawn_by_its_seed():
    factors = dropout(PLAN, 200, 6, 0.25, np.random.default_rng(0), np.float64)
    assert len(factors) == 2
    kept = factors[1]["attention"]
    assert set(np.unique(kept)) == {0.0, 1 / 0.75}
    assert kept.mean() == pytest.approx(1.0, abs=0.02)
    again = dropout(PLAN, 200, 6, 0.25, np.random.default_rng(0), np.float64)
    assert np.array_equal(again[0]["embedding"], factors[0]["embedding"])
    assert dropout(PLAN, 2, 2, 0.0, np.random.default_rng(0)) is None


def test_a_run_starts_at_chance_and_learns():
    trainer, runs = finished(learning_rate=1e-2)
    assert runs[0].step == 0
    assert math.isnan(runs[0].loss)
    assert runs[1].loss == pytest.approx(math.log(4), abs=0.05)
    assert runs[-1].loss < 0.5 * runs[1].loss
    assert len(runs) == 41
    assert trainer.advance(runs[-1]) is None


@pytest.mark.parametrize(
    ("name", "kind", "rate"),
    [
        ("sgd", GradientDescent, 0.5),
        ("momentum", Momentum, 0.1),
        ("adam", Adam, 1e-2),
        ("adamw", AdamW, 1e-2),
    ],
)
def test_every_optimizer_learns_and_is_the_rule_of_its_name(name, kind, rate):
    trainer, runs = finished(optimizer=name, learning_rate=rate)
    assert type(trainer.optimizer) is kind
    assert runs[-1].loss < 0.8 * runs[1].loss
    assert all(run.state.weights.dtype == np.float32 for run in runs)


def test_the_optimizers_that_can_be_chosen():
    assert OPTIMIZERS == ("sgd", "momentum", "adam", "adamw")
    assert Settings(steps=1).optimizer == "adamw"
    with pytest.raises(KeyError):
        finished(optimizer="guess")


def test_a_step_of_plain_descent_by_hand():
    trainer, runs = finished(optimizer="sgd", learning_rate=0.5, warm_up=0, clip=100.0, steps=1)
    w = trainer.weights(runs[0])
    tokens, targets = repeat(np.random.default_rng((0, 0)))
    done = gpt.forward(PLAN, w, tokens)
    g = gpt.backward(PLAN, w, done, gpt.loss(done.logits, targets)[1])
    for name, x in trainer.weights(runs[1]).items():
        np.testing.assert_allclose(x, w[name] - 0.5 * g[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("rate", [0.0, 0.2])
def test_the_same_seed_is_the_same_run_and_it_can_go_on_from_anywhere(rate):
    trainer, runs = finished(rate=rate, steps=8)
    _, again = finished(rate=rate, steps=8)
    _, other = finished(rate=rate, steps=8, seed=1)
    assert np.array_equal(runs[-1].state.weights, again[-1].state.weights)
    assert not np.array_equal(runs[-1].state.weights, other[-1].state.weights)
    run = runs[3]
    for _ in range(5):
        run = trainer.advance(run)
    assert np.array_equal(run.state.weights, runs[-1].state.weights)


def arrays(run):
    return run.state.weights, run.state.velocity, run.state.square


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("rate", [0.0, 0.2])
def test_a_step_is_pure(name, rate):
    """Advanced twice a run gives the same to the bit, and no array of a run is written to."""
    settings = Settings(steps=9, optimizer=name)
    trainer = Trainer(PLAN, settings, repeat, gpt_price(PLAN, rate))
    runs = [trainer.start()]
    for _ in range(4):
        runs.append(trainer.advance(runs[-1]))
    for run in runs:
        for x in arrays(run):
            x.flags.writeable = False
    before = [[x.copy() for x in arrays(run)] for run in runs]
    for at in (3, 0, 2, 1, 0):
        again = trainer.advance(runs[at])
        assert again.loss == runs[at + 1].loss
        assert again.gradient_norm == runs[at + 1].gradient_norm
        assert all(map(np.array_equal, arrays(again), arrays(runs[at + 1])))
    for run, kept in zip(runs, before, strict=True):
        assert all(map(np.array_equal, arrays(run), kept))
    for earlier, later in pairwise(runs):
        assert not np.shares_memory(earlier.state.weights, later.state.weights)


def test_float32_follows_float64():
    """The same code in both: after ten steps the losses agree to four digits."""
    losses = []
    for dtype in (np.float32, np.float64):
        trainer = Trainer(PLAN, Settings(steps=10, warm_up=2), repeat, gpt_price(PLAN), dtype)
        run = trainer.start()
        while (following := trainer.advance(run)) is not None:
            run = following
        losses.append(run.loss)
        assert run.state.weights.dtype == dtype
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_the_first_step_is_what_its_parts_say():
    trainer = Trainer(
        PLAN, Settings(steps=9, warm_up=3, clip=0.01), repeat, gpt_price(PLAN), np.float64
    )
    run = trainer.start()
    tokens, targets = repeat(np.random.default_rng((0, 0)))
    w = trainer.weights(run)
    done = gpt.forward(PLAN, w, tokens)
    price, d = gpt.loss(done.logits, targets)
    g = pack(gpt.backward(PLAN, w, done, d), PLAN.shapes())
    after = trainer.advance(run)
    assert after.loss == pytest.approx(price, rel=1e-12)
    assert after.gradient_norm == pytest.approx(math.sqrt(math.fsum(g * g)))
    g = g * 0.01 / after.gradient_norm
    rate, flat = 1e-3 / 3, run.state.weights
    expected = flat - rate * g / (np.abs(g) + 1e-8) - rate * trainer.optimizer.decay * flat
    np.testing.assert_allclose(after.state.weights, expected, rtol=1e-6, atol=1e-12)
