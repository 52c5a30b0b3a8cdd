"""The shapes in the margin of `nn` are those of the arrays that the lines make."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import reference
from tests.nn.margins import Watch, margins
from tests.published import bert_tensors, gpt2_tensors
from tui_transformer.nn import (
    attention,
    cutting,
    cutting_halves,
    encoder_decoder,
    gaussian_process,
    gpt,
    kv_cache,
    norms,
    patches,
    positions,
    reach,
    recurrence,
    rotary,
    sampling,
    search,
    shallow,
    softmax,
    training,
)
from tui_transformer.nn import residual_stack as deep
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.bpe import Learned
from tui_transformer.nn.fast import shallow as fast
from tui_transformer.nn.fast.gpt import loss_and_gradient
from tui_transformer.nn.geometry import hinges, piecewise
from tui_transformer.nn.made_up import designed, lessons, reversing, sorting, surfaces
from tui_transformer.nn.optimizers import GradientDescent
from tui_transformer.nn.published import bert, contributions, gpt2, pretrained
from tui_transformer.nn.published.safetensors import read, write

PLAN = gpt.Gpt(vocabulary=11, context=7, layers=2, heads=3, d_model=6)
HALVES = encoder_decoder.EncoderDecoder(
    vocabulary=9, context=8, encoders=1, decoders=2, heads=2, d_model=6
)


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(size=shape)


def whole(high: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(high, size=shape)


def scores() -> None:
    z = drawn(4, 5)
    p = softmax.softmax(z)
    softmax.log_sum_exp(z)
    softmax.entropy(p)
    sampling.filtered(p[0], 3, 0.7)
    sampling.draw(p[0], 0, 9)


def one_hidden_layer() -> None:
    net = shallow.Shallow(drawn(2, 3), drawn(3), drawn(3), 0.5)
    x, phi = drawn(5, 2), ACTIVATIONS["tanh"]
    run = shallow.forward(net, x, phi)
    _, slope = shallow.logistic_loss(run.y, whole(2, 5))
    shallow.backward(net, x, run, slope, phi)


def a_search() -> None:
    prior = gaussian_process.Prior(0.2, 0.7, 0.05)
    known = gaussian_process.learn(prior, search.scattered(5, 0), drawn(5))
    seen = gaussian_process.forecast(prior, known, search.grid(3, 4))
    search.expected_improvement(seen, 0.3)


def many_networks() -> None:
    nets = fast.stacked([shallow.Shallow(drawn(2, 3), drawn(3), drawn(3), 0.5)] * 4)
    nets = fast.train(nets, drawn(5, 2), whole(2, 5), abs(drawn(4)), abs(drawn(4)), 2)
    fast.losses(fast.forward(nets, drawn(5, 2)).y, whole(2, 5))


def looks() -> None:
    attention.attention(drawn(2, 4, 6), drawn(2, 5, 6), drawn(2, 5, 3))
    positions.sinusoidal(5, 6)
    positions.rotate(drawn(3, 5, 6), np.arange(5))
    rotary.turned(drawn(3, 5, 6), np.arange(5), rotary.Rotary(6).rates())
    reach.layer_mask("convolution", 8)
    reach.recurrent_mask(6, 3)
    mask = reach.pattern_mask("sliding", 9, 2, 3)
    reach.route(mask, reach.first_hops(mask, 5), 0, 8)


def a_walk() -> None:
    plan = recurrence.Recurrence(width=4, gain=0.9, gated=True)
    recurrence.jacobians(plan, recurrence.walk(plan, drawn(6, 4)))
    recurrence.drawn(3, 98765)
    recurrence.longest_chain(recurrence.waits("recurrent", 5))


def a_picture() -> None:
    tokens = patches.cut(drawn(6, 6), 2)
    patches.look(tokens, patches.designed_weights(2))
    patches.convolve(drawn(5, 5), patches.KERNELS["blur"])


def norm() -> None:
    x = drawn(2, 4, 6)
    done = norms.layer_norm(x, drawn(6), drawn(6))
    norms.layer_norm_backward(x, drawn(6), done)
    norms.rms_norm(x, drawn(6), drawn(6))
    for kind in ("pre", "post"):
        stack = deep.Stack(depth=3, width=5, gain=1.0, norm=kind)
        trace = deep.way_forward(stack)
        deep.way_back(stack, trace)
        deep.lengths(trace.signals)


def one_gpt() -> None:
    rng = np.random.default_rng(0)
    w, tokens, targets = PLAN.random_weights(rng), whole(11, 2, 5), whole(11, 2, 5)
    run = gpt.forward(PLAN, w, tokens)
    _, d_logits = gpt.loss(run.logits, targets)
    gpt.backward(PLAN, w, run, d_logits)
    gpt.greedy(PLAN, w, tokens, 2)
    loss_and_gradient(PLAN, w, tokens, targets, training.dropout(PLAN, 2, 5, 0.1, rng))
    step = kv_cache.feed(PLAN, w, kv_cache.empty(PLAN), tokens[0][:3])
    kv_cache.feed(PLAN, w, step.cache, tokens[0][3:])
    whole_run = gpt.forward(PLAN, w, tokens[0])
    cutting.contributions(PLAN, w, whole_run, 4, 3)
    cutting.cut(PLAN, w, map(cutting.read, ("1.0", "1.ffn:mean", "2.1:mean", "2:mean")), run)
    price = training.gpt_price(PLAN)
    trainer = training.Trainer(
        PLAN, training.Settings(1), lambda _: (tokens, targets), price, np.float64
    )
    trainer.advance(trainer.start())


def two_halves() -> None:
    w = HALVES.random_weights(np.random.default_rng(0))
    run = encoder_decoder.forward(HALVES, w, whole(9, 3, 4), whole(9, 3, 5))
    encoder_decoder.backward(HALVES, w, run, drawn(*run.logits.shape))
    one = encoder_decoder.forward(HALVES, w, whole(9, 4), whole(9, 5))
    cutting_halves.contributions(HALVES, w, one, 4, 3)
    cutting_halves.cut(HALVES, w, map(cutting.read, ("e1.0:mean", "d2.x1:mean")), one)
    encoder_decoder.greedy(HALVES, w, whole(9, 3, 4), 1, 3)


def curves() -> None:
    hinges.interpolate(np.sin, -1.0, 1.0, 5)
    hinges.misses(hinges.TARGETS["sine"], -1.0, 1.0, 5)
    stack = [(drawn(3, 1), drawn(3)), (drawn(4, 3), drawn(4)), (drawn(1, 4), drawn(1))]
    piecewise.forward(stack, np.tanh, drawn(6))
    piecewise.collapse(stack)
    piecewise.relu_pieces(stack, -5.0, 5.0)


def made_up() -> None:
    designed.read(drawn(4, 16), designed.designed_layers(16))
    for task in ("induction", "copy", "sort", "modular-addition"):
        lessons.lesson(task, 8).draw(np.random.default_rng(0), 3)
    lessons.lesson("own-text", 8, "a text of some length, long enough " * 4)
    sorting.lesson(sorting.every_input()[:4])
    reversing.lesson(whole(26, 4, 5))
    surface, rule = surfaces.bowl((1.0, 10.0)), GradientDescent(0.1)
    points = [surfaces.stand(surface, rule.start(np.array([1.0, 2.0])))]
    for _ in range(3):
        points.append(surfaces.walk(surface, rule, points[-1]))
    surfaces.overshoots(surface, points)
    Learned("aaab abab aaaa banana", "bytes", True).top_pairs(3, 4)


WORK = (
    scores, one_hidden_layer, many_networks, looks, a_walk, a_picture, a_search, norm, one_gpt,
    two_halves, curves, made_up,
)  # fmt: skip


def test_every_margin_says_what_its_line_makes(tmp_path) -> None:
    lines = margins()
    assert len(lines) > 100
    watch = Watch(lines)

    def models() -> None:
        families = ((gpt2, gpt2_tensors(), "n_head"), (bert, bert_tensors(), "num_attention_heads"))
        for family, tensors, heads in families:
            write(tmp_path / "x.safetensors", tensors, {})
            network = family.load(read(tmp_path / "x.safetensors").tensors, {heads: 3})
            run = pretrained.forward(network, np.array([7, 2, 7]), True)
            pretrained.scores(network, network.read(run.streams[-1]))
        for name in ("llama", "qwen3"):
            network = reference.network(Path(reference.__file__).parent / name)
            pretrained.forward(network, np.array([7, 2, 7]), True)
        contributions.components(contributions.doubled(network), np.array([7, 2, 7]), True, 1)

    for work in (*WORK, models):
        watch(work)
    assert not watch.wrong
    assert not [str(each) for each in lines if each not in watch.passed]


@pytest.mark.parametrize("said", [("n", "2n"), ("n",), ("...", "4")])
def test_a_margin_that_is_wrong_is_noticed(said: tuple[str, ...]) -> None:
    (line,) = [each for each in margins() if "norms.py" in each.file and each.names == ("centred",)]
    watch = Watch([replace(line, shapes=(said,))])
    watch(norm)
    assert watch.wrong
