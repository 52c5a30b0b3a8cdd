"""Train the reverser and write its weights: python -m tui_transformer.training.reverser

A few minutes on one core. The same seed gives the same weights on the same machine.
"""

import os

from tui_transformer.arrays import Array

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more only make products this small slower

import argparse
from pathlib import Path

import numpy as np

from tui_transformer.nn import encoder_decoder as model
from tui_transformer.nn import gpt
from tui_transformer.nn.made_up import reversing as task
from tui_transformer.nn.published.safetensors import write
from tui_transformer.nn.training import Batch, Priced, Settings, Trainer, Weights
from tui_transformer.training.progress import train
from tui_transformer.weights import FOLDER

BATCH = 64
SETTINGS = Settings(steps=4000, learning_rate=2e-3, warm_up=200)
ASKED = 2000  # words of each length that the report asks for


def draw(rng: "np.random.Generator") -> Batch:
    """Draw words of one length, from 1 to 10 letters, none of them held out."""
    length = int(rng.integers(1, task.TRAINED + 1))
    words = rng.integers(len(task.LETTERS), size=(2 * BATCH, length))
    return task.lesson(words[~task.held_out(words)][:BATCH])


def price(w: Weights, batch: Batch, rng: "np.random.Generator") -> Priced:
    """Work out the loss of a batch and its gradient."""
    source, target, right = batch
    run = model.forward(task.PLAN, w, source, target)
    loss, d_logits = gpt.loss(run.logits, right)
    return loss, model.backward(task.PLAN, w, run, d_logits)


def trainer(settings: Settings = SETTINGS) -> Trainer:
    """Set up the run."""
    return Trainer(task.PLAN, settings, draw, price)


def exact(w: Weights, words: Array) -> Array:
    """Say which words [b, n] come out backwards and end there, [b]."""
    n = words.shape[1]
    out = model.greedy(task.PLAN, w, words, task.START, n + 1)
    return np.all(out == task.lesson(words)[2], axis=1)


def unseen(length: int, count: int, seed: int = 0) -> Array:
    """Draw words that training never sees; from three letters on."""
    words = np.random.default_rng((seed, length)).integers(
        len(task.LETTERS), size=(15 * count, length)
    )
    return words[task.held_out(words)][:count]


def report(w: Weights) -> None:
    """Print the figures that the tests pin."""
    print(f"parameters  {sum(x.size for x in w.values()):,}")
    for length in range(3, task.LONGEST + 1):
        good = exact(w, unseen(length, ASKED))
        print(f"{length:2} letters  {np.sum(good)} of {len(good)} held-out words right")


def main() -> None:
    """Train, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER / "reverser.safetensors")
    out = parser.parse_args().out
    run_of = trainer()
    weights = run_of.weights(train(run_of))
    report(weights)
    texts = {
        "made_by": "python -m tui_transformer.training.reverser",
        "task": "up to ten letters in, the same letters backwards out",
        "steps": str(SETTINGS.steps),
    }
    write(out, weights, texts)
    print(f"{out.name}  {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
