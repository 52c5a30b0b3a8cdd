"""Train the sorter and write its weights: python -m tui_transformer.training.sorter

About a minute on one core. The same seed gives the same weights on the same machine.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more only make products this small slower

import argparse
from pathlib import Path

import numpy as np

from tui_transformer.nn import gpt
from tui_transformer.nn.made_up import sorting
from tui_transformer.nn.published.safetensors import write
from tui_transformer.nn.training import Batch, Priced, Settings, Trainer, Weights
from tui_transformer.training.progress import train
from tui_transformer.weights import FOLDER

BATCH = 64
SETTINGS = Settings(steps=600, learning_rate=1e-3, warm_up=50)


def price(w: Weights, batch: Batch, rng: "np.random.Generator") -> Priced:
    """Work out the loss of a batch and its gradient, by the code that is there to be read.

    `training.gpt_price` is three times as fast, and rounds differently: the weights that come
    with the program would not come out to the last digit.
    """
    tokens, targets = batch
    run = gpt.forward(sorting.PLAN, w, tokens)
    loss, d_logits = gpt.loss(run.logits, targets)
    return loss, gpt.backward(sorting.PLAN, w, run, d_logits)


def trainer(settings: Settings = SETTINGS) -> Trainer:
    """Set up the run: batches of 64 from the inputs that are not held out."""
    inputs = sorting.every_input()
    known = inputs[~sorting.held_out()]

    def draw(rng: "np.random.Generator") -> Batch:
        return sorting.lesson(rng.choice(known, BATCH))

    return Trainer(sorting.PLAN, settings, draw, price)


def right(weights: gpt.Weights) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say which of the 729 inputs are sorted right, [729]."""
    inputs = sorting.every_input()
    answers = gpt.greedy(sorting.PLAN, weights, inputs, sorting.LENGTH)[:, sorting.LENGTH :]
    return np.all(answers == np.sort(inputs, axis=1), axis=1)


def report(weights: gpt.Weights) -> None:
    """Print the figures that the tests pin."""
    good, hidden = right(weights), sorting.held_out()
    print(f"parameters      {sum(x.size for x in weights.values()):,}")
    for name, which in (("trained on", ~hidden), ("held out", hidden)):
        done = gpt.forward(sorting.PLAN, weights, sorting.lesson(sorting.every_input()[which])[0])
        loss, _ = gpt.loss(done.logits, sorting.lesson(sorting.every_input()[which])[1])
        print(f"{name:<15} {np.sum(good[which])} of {np.sum(which)} sorted right, loss {loss:.6f}")


def main() -> None:
    """Train, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER / "sorter.safetensors")
    out = parser.parse_args().out
    run_of = trainer()
    weights = run_of.weights(train(run_of))
    report(weights)
    texts = {
        "made_by": "python -m tui_transformer.training.sorter",
        "task": "six letters of ABC in, the same six in order out",
        "steps": str(SETTINGS.steps),
    }
    write(out, {**weights, "held_out": sorting.held_out()}, texts)
    print(f"{out.name}  {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
