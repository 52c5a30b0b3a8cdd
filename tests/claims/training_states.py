"""The states that `training` claims things of: runs drawn and priced again."""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims import plain_training as plain
from tests.claims.book import Claims, State, opened
from tests.claims.plain_transformer import without

Array = np.ndarray
TINY = "layers=1 heads=1 d_model=8 context=8 batch=4 steps=1"
LIST = "task=modular-addition layers=1 heads=4 batch=64 learning_rate=0.003 warmup=10"
training = Claims(
    "training",
    (
        # Small enough that every gradient and the first step are worked out anew.
        f"tfx training task=sort {TINY} optimizer=momentum learning_rate=0.3 warmup=2",
        f"tfx training task=copy {TINY} warmup=0 weight_decay=2 dropout=0.2",
        *(f"tfx training {LIST} weight_decay=0 steps={steps}" for steps in (20, 150, 300)),
        "tfx training task=copy context=8 learning_rate=1 warmup=0 optimizer=adam steps=5",
        "tfx training task=own-text context=24 dropout=0.1 steps=8 show_layer=1 show_head=1",
        *(f"tfx training steps={steps}" for steps in (10, 150, 250, 325)),
        *(f"tfx training steps=325 cut='{cut}'" for cut in ("1.0 2.1", "1.ffn", "2", "1 2.0")),
        "tfx training cut=1.1",
    ),
    random=4,
)


@cache
def tiny() -> dict[str, SimpleNamespace]:
    """The examples that are small enough for it, by their links."""
    found = map(opened, (link for link in training.examples if TINY in link))
    return {s.link: s.controls for s in found}


@cache
def slopes(link: str) -> plain.Weights:
    """The gradient of the first step of such an example, weight by weight."""
    c = tiny()[link]
    return plain.gradient(c, plain.first_weights(c), 0)


def weights(s: State) -> plain.Weights:
    """The weights of a state, without what is cut."""
    return without(whole(s), s.controls.cut, s.controls.heads)


def whole(s: State) -> plain.Weights:
    """The weights of a run: drawn, taken one step by hand, or the run's own."""
    c = s.controls
    if not c.steps:
        return plain.first_weights(c)
    if s.link in tiny():
        return plain.after_one_step(c, plain.first_weights(c), slopes(s.link))
    return plain.kept_weights(c, c.steps)


def on_the_unseen(
    s: State, model: Callable[[State], plain.Weights] = weights
) -> tuple[float, int, int]:
    """The loss on what is never shown, right answers, and how many are asked."""
    rows, wanted = plain.lesson(s.controls).check
    logits = plain.forward(model(s), s.controls.heads, rows)[0]
    right = (logits.argmax(axis=-1) == wanted) & (wanted != plain.UNASKED)
    return plain.price(logits, wanted), int(right.sum()), asked_unseen(s)


def asked_unseen(s: State) -> int:
    """How many answers are asked for on what is never shown."""
    return int((plain.lesson(s.controls).check[1] != plain.UNASKED).sum())


def aims(c: SimpleNamespace) -> list[tuple[int, list[int]]]:
    """For every asked place of the probe, the places where its answer can be read."""
    rows, wanted = (x[0].tolist() for x in plain.lesson(c).probe)
    asked = [i for i, token in enumerate(wanted) if token != plain.UNASKED]
    if c.task == "modular-addition":
        return [(i, [0, 1]) for i in asked]
    if c.task == "induction":
        twins = [(i, [j + 1 for j in range(i) if rows[j] == rows[i]]) for i in asked]
        return [(i, keys) for i, keys in twins if keys]
    n = len(rows) // 2
    if c.task == "copy":
        return [(i, [i - n]) for i in asked]
    return [(i, [j for j in range(n) if rows[j] == wanted[i]]) for i in asked]
