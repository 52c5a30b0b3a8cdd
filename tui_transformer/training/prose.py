"""Train the model that writes and keep its weights: python -m tui_transformer.training.prose

It learns the program's own prose: the explanation of every screen, paragraphs with formulas left
out, and the plain retelling in `prose_texts`. Every tenth paragraph is held out; the file keeps
those, so that what is measured stays the same when an explanation is edited. About four minutes
on one core. The same seed and the same prose give the same weights on the same machine.
"""

import os

from tui_transformer.arrays import Array

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more only make products this small slower

import argparse
import re
from hashlib import sha256
from pathlib import Path

import numpy as np

from tui_transformer.concepts import entries, load
from tui_transformer.nn import gpt
from tui_transformer.nn.made_up.prose import PARAGRAPH, PLAN, Tokenizer, learn, unreadable
from tui_transformer.nn.published.safetensors import write
from tui_transformer.nn.softmax import log_softmax
from tui_transformer.nn.training import Batch, Settings, Trainer, gpt_price
from tui_transformer.training.progress import train
from tui_transformer.weights import FOLDER

TEXTS = Path(__file__).parent / "prose_texts"
EVERY = 10  # one paragraph in so many is held out
BATCH = 16
DROPOUT = 0.15
SETTINGS = Settings(steps=3000, learning_rate=5e-3, last_rate=5e-4, warm_up=100)


# ── what it reads ──────────────────────────────────────────────────────────────────────


def plain(markdown: str) -> str:
    """Take links, emphasis and code marks out of a text."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[*`]", "", words)


def paragraphs(text: str) -> list[str]:
    """Cut a text at its empty lines, each paragraph on one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def corpus() -> list[str]:
    """List every paragraph that can be read, in order: the explanations, then the retelling."""
    explained = [plain(load(entry.id).prose) for entry in entries()]
    retold = [path.read_text("utf-8") for path in sorted(TEXTS.glob("*.txt"))]
    every = (part for text in (*explained, *retold) for part in paragraphs(text))
    return [part for part in every if not unreadable(part)]


def divided(parts: list[str]) -> tuple[list[str], list[str]]:
    """Divide paragraphs into those that are learned and those that are held out."""
    held = parts[EVERY - 1 :: EVERY]
    return [part for i, part in enumerate(parts, 1) if i % EVERY], held


def joined(parts: list[str]) -> str:
    """Put paragraphs one after the other, each after its mark, as the model reads them."""
    return f" {PARAGRAPH} ".join(parts)


# ── how good it is ─────────────────────────────────────────────────────────────────────


def price(w: gpt.Weights, tokens: Array) -> float:
    """Say what a long text costs, in nats for each token but the first.

    It is read as the screen reads it: in windows that move by half a context.
    """
    half, prices = PLAN.context // 2, []
    for start in range(0, max(len(tokens) - half, 1), half):
        part = tokens[start : start + PLAN.context + 1]
        log_p = log_softmax(gpt.forward(PLAN, w, part[:-1]).logits)
        new = slice(half if start else 0, None)
        prices.append(-np.take_along_axis(log_p, part[1:, None], axis=-1)[new, 0])
    return float(np.mean(np.concatenate(prices)))


def unigram(learned: Array, vocabulary: int = PLAN.vocabulary) -> Array:
    """Estimate how often each token comes, [V], as if each had been seen a tenth more."""
    counts = np.bincount(learned, minlength=vocabulary) + 0.1
    return counts / np.sum(counts)


def bigram_price(learned: Array, held: Array, prior: float) -> float:
    """Say what a text costs a model that counts pairs, in nats for each token but the first.

    p(b after a) = (pairs ab + prior·p(b)) / (times a + prior): MacKay & Peto (1995), eq. 14.
    """
    size = PLAN.vocabulary
    pairs = np.bincount(learned[:-1].astype(int) * size + learned[1:], minlength=size**2)
    pairs = pairs.reshape(size, size)
    a, b = held[:-1], held[1:]
    chances = (pairs[a, b] + prior * unigram(learned)[b]) / (pairs.sum(axis=1)[a] + prior)
    return float(-np.mean(np.log(chances)))


PRIORS = (1, 2, 4, 8, 16)  # of which the baseline gets the best, chosen on the held-out text


def report(w: gpt.Weights, tokens: Tokenizer, learned: Array, held: Array) -> None:
    """Print the figures that the tests pin."""
    characters = len("".join(tokens.spelled(held.tolist()))) / len(held)
    print(f"parameters  {sum(x.size for x in w.values()):,}")
    print(f"learned     {len(learned):,} tokens, loss {price(w, learned):.4f}")
    print(f"held out    {len(held):,} tokens, {characters:.3f} characters each")
    baseline = unigram(learned)
    for name, loss in (
        ("this model", price(w, held)),
        ("bigram", min(bigram_price(learned, held, prior) for prior in PRIORS)),
        ("unigram", float(-np.mean(np.log(baseline[held[1:]])))),
    ):
        print(f"  {name:<10} {loss:.4f} nats a token, {loss / characters:.4f} a character")


# ── training ───────────────────────────────────────────────────────────────────────────


def trainer(learned: Array, settings: Settings = SETTINGS) -> Trainer:
    """Set up the run: batches of pieces of the text, as long as the context."""

    def draw(rng: "np.random.Generator") -> Batch:
        at = rng.integers(len(learned) - PLAN.context, size=(BATCH, 1))
        lines = learned[at + np.arange(PLAN.context + 1)]
        return lines[:, :-1], lines[:, 1:]

    return Trainer(PLAN, settings, draw, gpt_price(PLAN, DROPOUT))


def main() -> None:
    """Train, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER / "prose.safetensors")
    out = parser.parse_args().out
    parts = corpus()
    seen, unseen = divided(parts)
    pairs = learn(f"{PARAGRAPH} {joined(seen)}")
    tokens = Tokenizer(pairs)
    learned, held = tokens.encode(joined(seen)), tokens.encode(joined(unseen))
    run_of = trainer(learned)
    kept = {name: x.astype(np.float16) for name, x in run_of.weights(train(run_of)).items()}
    report({name: x.astype(np.float64) for name, x in kept.items()}, tokens, learned, held)
    texts = {
        "made_by": "python -m tui_transformer.training.prose",
        "task": "the program's own prose in, the next token out",
        "steps": str(SETTINGS.steps),
        "corpus_sha256": sha256("\n\n".join(parts).encode()).hexdigest(),
        "corpus_characters": str(sum(map(len, parts))),
        "corpus_paragraphs": str(len(parts)),
        "learned_tokens": str(len(learned)),
    }
    write(out, {**kept, "merges": pairs, "held_out": held.astype(np.int16)}, texts)
    print(f"{out.name}  {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
