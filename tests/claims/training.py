"""What `training` claims: its values, and the numbers of its explanation."""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np

import tests.claims.training_says  # noqa: F401  (the sentences)
from tests.claims import plain_training as plain
from tests.claims.book import State, close, opened, shown
from tests.claims.training_states import aims, on_the_unseen, slopes, tiny, training, weights

# ── values ─────────────────────────────────────────────────────────────────────────────


@training.oracle("loss", "gradient_norm")
def loss(s: State) -> None:
    c, steps = s.controls, s.controls.steps
    assert len(s.values.loss) == len(s.values.gradient_norm) == steps
    if not steps:
        return
    first = plain.first_weights(c)
    close(s.values.loss[0], plain.loss_of(c, first, 0), 1e-5)
    if steps > 1:
        before = plain.kept_weights(c, steps - 1)
        close(s.values.loss[-1], plain.loss_of(c, before, steps - 1), 1e-3)
    close(s.values.gradient_norm[0], first_length(s, first), 2e-3)


def first_length(s: State, first: plain.Weights) -> float:
    """The length of the first gradient, by differences.

    One step of plain descent goes along it; the slope of the loss in a direction along the
    gradient is the gradient's length.
    """
    if s.link in tiny():
        return plain.length(slopes(s.link))
    plainly = {"optimizer": "sgd", "warmup": 0, "learning_rate": 1.0}
    c = SimpleNamespace(**vars(s.controls) | plainly)
    moved = plain.one_step(c)
    way = {name: first[name] - moved[name] for name in first}
    size = plain.length(way)

    def priced(far: float) -> float:
        there = {name: x + far * way[name] / size for name, x in first.items()}
        return plain.loss_of(c, there, 0)

    return (priced(1e-3) - priced(-1e-3)) / 2e-3


@training.oracle("validation_loss", "accuracy")
def validation(s: State) -> None:
    priced, right, asked = on_the_unseen(s)
    close(s.values.validation_loss, priced, 2e-3)
    count = s.values.accuracy * asked
    assert abs(count - round(count)) < 1e-6
    assert abs(count - right) <= 1 + 0.002 * asked  # two tokens may be as good as equal in float32


@training.oracle("gap")
def gap(s: State) -> None:
    """On the batch that no run draws, and on the unseen, both by plain loops without dropout."""
    c = SimpleNamespace(**vars(s.controls) | {"dropout": 0.0})
    one = plain.lesson(c)
    rows, wanted = one.draw(np.random.default_rng(10_000), 240 // one.t)
    priced = plain.price(plain.forward(weights(s), c.heads, rows)[0], wanted)
    close(s.values.gap, on_the_unseen(s)[0] - priced, 4e-3, least=2e-4)
    table = s.table("The gap, asked without dropout")
    assert table["gap"]["nats"] == s.values.gap
    close(table["never shown"]["nats"] - table["as training draws"]["nats"], s.values.gap, 1e-5)
    (plot,) = (p for p in s.figure.panels if p.title.startswith("Loss in nats"))
    shown(plot.title.rpartition(" ")[2], s.values.gap)


@training.oracle("attention", "stripe")
def attention(s: State) -> None:
    rows, _ = plain.lesson(s.controls).probe
    shares = plain.forward(weights(s), s.controls.heads, rows)[1][:, 0]
    close(s.values.attention, shares, 1e-3)
    close(np.sum(s.values.attention, axis=-1), np.ones(shares.shape[:3]), 1e-9)
    mine = np.array(s.values.attention)
    if s.controls.task == "own-text":
        stripe = [[head.max(axis=-1).mean() for head in layer] for layer in mine]
    else:
        found = aims(s.controls)
        stripe = [
            [math.fsum(head[i, j] for i, keys in found for j in keys) / len(found)
             for head in layer] for layer in mine
        ]  # fmt: skip
    close(s.values.stripe, stripe, 1e-9)


@training.oracle("contributions")
def contributions(s: State) -> None:
    """They add up to the highest logit at the last place asked; what is cut adds nothing."""
    c, (rows, wanted) = s.controls, plain.lesson(s.controls).probe
    last = max(i for i, token in enumerate(wanted[0]) if token != plain.UNASKED)
    logits = plain.forward(weights(s), c.heads, rows)[0]
    parts = dict(s.values.contributions)
    by_hand = c.steps and s.link in tiny()  # whose step was taken in another precision
    close(sum(parts.values()), max(logits[0, last]), 2e-3 if by_hand else 1e-9)
    heads = [f"{layer + 1}.{head}" for layer in range(c.layers) for head in range(c.heads)]
    assert {*heads, *(f"{i + 1}.ffn" for i in range(c.layers))} == {
        name for name in parts if name[0].isdigit()
    }
    for wire in c.cut.split():
        for name in parts:
            assert parts[name] == 0 or (name != wire and name.split(".")[0] != wire)


@training.oracle("parameter_count")
def parameter_count(s: State) -> None:
    c, one = s.controls, plain.lesson(s.controls)
    d = c.d_model
    block = 4 * (d * d + d) + (d * 4 * d + 4 * d) + (4 * d * d + d) + 4 * d
    assert s.values.parameter_count == one.tokens * d + one.t * d + c.layers * block + 2 * d
    assert s.values.parameter_count == sum(x.size for x in plain.first_weights(c).values())


@training.oracle("steps_per_second")
def steps_per_second(s: State) -> None:
    # Measured: nothing can say how fast it was, but that it was, and that nothing was before.
    assert (s.values.steps_per_second is None) == (s.controls.steps == 0)
    assert s.controls.steps == 0 or s.values.steps_per_second > 0


# ── the explanation ────────────────────────────────────────────────────────────────────


@training.tells("guess the next token in 32 new sequences")
def thirty_two() -> None:
    s = opened("tfx training")
    rows, _, _ = plain.batch_of(s.controls, 0)
    assert len(rows) == s.controls.batch == 32


@training.tells("It needs two [layers](block)")
def two_layers() -> None:
    one = opened("tfx training layers=1 steps=325")
    two = opened("tfx training steps=325")
    assert max(map(max, two.values.stripe)) > 0.5 > 4 * max(map(max, one.values.stripe))
    assert max(two.values.stripe[1]) > max(two.values.stripe[0])
    assert one.values.validation_loss > 1.8 * two.values.validation_loss


@training.tells(
    "Now preset 5. Sums modulo 23 are first learnt by heart, and unseen ones stay wrong, "
    "confidently. A while later they come right"
)
@training.tells("Preset 5, and patience beyond the step where the batches cost nothing.")
def first_a_list() -> None:
    early, late = grokking(300), grokking(1000)
    assert math.fsum(early.loss[-25:]) / 25 < math.log(23) / 2
    assert early.accuracy < 0.25
    assert early.validation_loss > math.log(23)
    assert late.accuracy > 0.75


@training.tells("`x` cuts the head: at step 325, 51 of 645 answers stay right, 48 with `cut=1`.")
def cuts_the_head() -> None:
    before = opened("tfx training steps=325")
    after = opened("tfx training steps=325 cut=2.1")
    assert max(map(max, before.values.stripe)) == before.values.stripe[1][1] > 0.5
    assert on_the_unseen(before)[1] > 400
    assert on_the_unseen(after)[1:] == (51, 645)
    assert on_the_unseen(opened("tfx training steps=325 cut=1"))[1:] == (48, 645)


@cache
def grokking(steps: int) -> SimpleNamespace:
    """Preset 5, so many steps on."""
    fifth = training.preset(5)
    assert fifth.controls.task == "modular-addition"
    assert fifth.controls.weight_decay == 1
    return opened(f"{fifth.link} steps={steps}").values


@training.tells(
    "`weight_decay` draws the matrices of the blocks towards 0. Without it (preset 6) the list "
    "stays, and unseen sums cost 2 nats more than shown ones."
)
def without_decay() -> None:
    sixth = training.preset(6)
    assert sixth.controls.weight_decay == 0
    v = opened(f"{sixth.link} steps=300").values
    assert math.fsum(v.loss[-25:]) / 25 < math.log(23) / 2
    assert v.validation_loss > math.log(23)
    assert v.accuracy < 0.15
    assert v.gap > 2


@training.tells("(preset 7) hides numbers at random: the gap closes to half a nat")
def with_dropout() -> None:
    """The same run but for dropout, as far: what is unseen costs hardly more than what is shown."""
    sixth, seventh = training.preset(6), training.preset(7)
    same = vars(sixth.controls) | {"dropout": 0.2}
    assert vars(seventh.controls) == same
    v = opened(f"{seventh.link} steps=300").values
    assert 0 < v.gap < 0.5
