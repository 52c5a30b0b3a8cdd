"""What `training` says of a run; the values that it names have oracles in `training`."""

import math

from tests.claims import plain_training as plain
from tests.claims.book import State, read, shown
from tests.claims.training_states import asked_unseen, on_the_unseen, training, whole


def even(s: State) -> float:
    return plain.lesson(s.controls).even


def counted(s: State, right: str, asked: str) -> None:
    """So many answers of so many, among what is never shown."""
    of = asked_unseen(s)
    assert int(asked) == of
    assert int(right) == round(s.values.accuracy * of)


def at(s: State, step: str, loss: str) -> None:
    assert read(step) == s.controls.steps
    shown(loss, s.values.validation_loss)


@training.says("Random weights: loss {loss}; guessing evenly costs {chance}. Space trains.")
def random_weights(s: State, loss: str, chance: str) -> None:
    at(s, "0", loss)
    shown(chance, even(s))


@training.says("Step {step}: loss {loss} without {cut} (whole {uncut}); {right} of {asked} right.")
def cut(s: State, step: str, loss: str, cut: str, uncut: str, right: str, asked: str) -> None:
    at(s, step, loss)
    counted(s, right, asked)
    assert cut == s.controls.cut
    assert abs(float(uncut) - on_the_unseen(s, whole)[0]) < 0.0051


@training.says("Step {step}: loss {loss} (guessing {chance}); {right} of {asked} right.")
def under_way(s: State, step: str, loss: str, chance: str, right: str, asked: str) -> None:
    at(s, step, loss)
    shown(chance, even(s))
    counted(s, right, asked)


@training.says(
    "Step {step}: loss {loss}: worse than guessing evenly ({chance}); {right} of {asked} right."
)
def worse(s: State, step: str, loss: str, chance: str, right: str, asked: str) -> None:
    under_way(s, step, loss, chance, right, asked)
    assert s.values.validation_loss > even(s)


@training.says(
    "Step {step}: loss {loss}; {right} of {asked} unseen sums right: a rule, not a list."
)
def a_rule(s: State, step: str, loss: str, right: str, asked: str) -> None:
    at(s, step, loss)
    counted(s, right, asked)
    # A list of what was shown would be right on one in 23 of the others.
    assert int(right) > 0.5 * int(asked)


@training.says("Step {step}: loss {loss} on the unseen, {here} on batches: {how} by heart.")
def by_heart(s: State, step: str, loss: str, here: str, how: str) -> None:
    at(s, step, loss)
    recent = s.values.loss[-25:]
    mean = math.fsum(recent) / len(recent)
    shown(here, mean)
    assert mean < min(s.values.validation_loss, even(s))
    assert how == ("learnt" if mean < even(s) / 2 else "learning")


@training.says(
    "Step {step}: loss {loss}; layer {layer} head {head}: {share} of its attention on the answers."
)
def puts(s: State, step: str, loss: str, layer: str, head: str, share: str) -> None:
    at(s, step, loss)
    best(s, layer, head, share)
    assert max(map(max, s.values.stripe)) > 0.5


def best(s: State, layer: str, head: str, share: str) -> None:
    shown(share, s.values.stripe[int(layer) - 1][int(head)])
    assert s.values.stripe[int(layer) - 1][int(head)] == max(map(max, s.values.stripe))


@training.says("Step {step}: loss {loss}. It knows which letters there are, not which is next.")
def plateau(s: State, step: str, loss: str) -> None:
    at(s, step, loss)
    assert entropy_of_letters(s) <= s.values.validation_loss < 0.95 * even(s)


def entropy_of_letters(s: State) -> float:
    """What it costs to know how often each letter came, and not which is next."""
    rows, wanted = plain.lesson(s.controls).check
    prices = []
    for row, targets in zip(rows.tolist(), wanted.tolist(), strict=True):
        first = row[: next(i for i, token in enumerate(targets) if token != plain.UNASKED)]
        shares = [first.count(x) / len(first) for x in set(first)]
        prices += [-math.fsum(p * math.log(p) for p in shares)] * (len(row) - len(first))
    return math.fsum(prices) / len(prices)


@training.says("Step {step}: loss {loss}. The drop: a stripe forms in layer {layer} head {head} "
               "({share} so far).")  # fmt: skip
def the_drop(s: State, step: str, loss: str, layer: str, head: str, share: str) -> None:
    at(s, step, loss)
    best(s, layer, head, share)
    assert s.values.validation_loss < entropy_of_letters(s)


@training.says(
    "Step {steps}: {right} of {asked} answers that it was never shown are right; guessing gets one "
    "in {n}."
)
def nine_in_ten(s: State, steps: str, right: str, asked: str, n: str) -> None:
    assert read(steps) == s.controls.steps
    counted(s, right, asked)
    assert int(right) >= 0.9 * int(asked)
    assert math.isclose(math.log(int(n)), even(s))


@training.says(
    "Layer {layer} head {head} puts {share} of its attention where the answers stand; the loss is "
    "{loss}."
)
def a_stripe(s: State, layer: str, head: str, share: str, loss: str) -> None:
    puts(s, str(s.controls.steps), loss, layer, head, share)


@training.says("Step {steps}: {right} of {asked} sums that it was never shown are right.")
def sums_right(s: State, steps: str, right: str, asked: str) -> None:
    assert read(steps) == s.controls.steps
    counted(s, right, asked)
    assert 4 * int(right) >= 3 * int(asked)
