"""A training run, plainly: what is drawn, what it costs, and the gradient by differences.

Everything is float64 and drawn again as its definition says; the program trains in float32.
The weights after many steps are the run's own (the last function fetches them): what is made of
them is worked out here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import SimpleNamespace

import numpy as np

from tests.claims.plain_transformer import block_of, gelu, norm, shares_of
from tui_transformer.training.course import Course
from tui_transformer.training.kept import Kept, kept

Array = np.ndarray
Weights = dict[str, Array]
UNASKED = -1
LETTERS, DIGITS = 16, 8


# ── what is taught ─────────────────────────────────────────────────────────────────────


@dataclass
class Lesson:
    """A task: how many tokens there are, what is drawn, the probe and what validation asks."""

    tokens: int
    t: int
    even: float  # the loss of guessing evenly among possible answers
    probe: tuple[Array, Array]
    check: tuple[Array, Array]
    draw: object


def repeating(letters: Array, periods: Array, t: int) -> tuple[Array, Array]:
    """Rows that repeat with their period; asked from the second round on."""
    rows = np.array([[row[i % p] for i in range(t + 1)]
                     for row, p in zip(letters, periods, strict=True)])  # fmt: skip
    wanted = [[row[i + 1] if i >= p else UNASKED for i in range(t)]
              for row, p in zip(rows, periods, strict=True)]  # fmt: skip
    return rows[:, :-1], np.array(wanted)


def induction(t: int) -> Lesson:
    def draw(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        periods = rng.integers(max(t // 4, 2), t // 2 + 1, (count, 1))[:, 0]
        return repeating(rng.integers(LETTERS, size=(count, t + 1)), periods, t)

    once = np.random.default_rng(1).permutation(LETTERS)[None]
    probe = repeating(once, np.array([min(t // 2, LETTERS)]), t)
    return Lesson(LETTERS, t, math.log(LETTERS), probe, draw(np.random.default_rng(2), 32), draw)


def in_and_out(context: int, letters: int, *, in_order: bool) -> Lesson:
    """Half a context of letters, a mark, and the same letters again, or in order."""
    n = context // 2

    def draw(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        given = rng.integers(letters, size=(count, n))
        out = [sorted(row) if in_order else list(row) for row in given.tolist()]
        rows = np.array([[*a, letters, *b] for a, b in zip(given.tolist(), out, strict=True)])
        wanted = np.array([[UNASKED] * n + b for b in out])
        return rows[:, :-1], wanted

    def first(seed: int, count: int) -> tuple[Array, Array]:
        return draw(np.random.default_rng(seed), count)

    return Lesson(letters + 1, 2 * n, math.log(letters), first(1, 1), first(2, 32), draw)


def sums() -> Lesson:
    """a, b, = and what a + b is modulo 23; where a + b is hidden, b + a is too."""
    hide = np.random.default_rng(3).random((23, 23)) < 0.3
    pairs = [(a, b) for a in range(23) for b in range(23)]
    hidden = [(a, b) for a, b in pairs if hide[min(a, b), max(a, b)]]
    shown = [pair for pair in pairs if pair not in hidden]

    def asked(of: Sequence[tuple[int, int]]) -> tuple[Array, Array]:
        rows = np.array([[a, b, 23] for a, b in of])
        return rows, np.array([[UNASKED, UNASKED, (a + b) % 23] for a, b in of])

    def draw(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        rows, wanted = asked(pairs)
        places = np.array([pairs.index(pair) for pair in shown])
        chosen = rng.choice(places, count)
        return rows[chosen], wanted[chosen]

    return Lesson(24, 3, math.log(23), asked(hidden[:1]), asked(hidden), draw)


def of_text(text: str, context: int) -> Lesson:
    """Each character from those before it; the last fifth is never trained on.

    For texts of at most 100 characters that differ.
    """
    known = sorted(set(text))
    ids = np.array([known.index(c) for c in text])
    t, cut = min(context, len(ids) // 5 - 1), len(ids) - -(-len(ids) // 5)
    shown, hidden = ids[:cut], ids[cut:]

    def windows(of: Array, starts: Sequence[int]) -> tuple[Array, Array]:
        rows = np.array([of[at : at + t + 1] for at in starts])
        return rows[:, :-1], rows[:, 1:]

    def draw(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        return windows(shown, rng.integers(len(shown) - t, size=count).tolist())

    every = sorted({int(x) for x in np.linspace(0, len(hidden) - t - 1, 32)})
    check = windows(hidden, every)
    return Lesson(len(known), t, math.log(len(known)), windows(hidden, [0]), check, draw)


def lesson(c: SimpleNamespace) -> Lesson:
    return _lesson(c.task, c.context, c.text)


@cache
def _lesson(task: str, context: int, text: str) -> Lesson:
    match task:
        case "induction":
            return induction(context)
        case "copy":
            return in_and_out(context, LETTERS, in_order=False)
        case "sort":
            return in_and_out(context, DIGITS, in_order=True)
        case "modular-addition":
            return sums()
        case _:
            return of_text(text, context)


# ── what it costs ──────────────────────────────────────────────────────────────────────


def first_weights(c: SimpleNamespace) -> Weights:
    """Draw the first weights: N(0, 0.02²), smaller where something is added to the stream."""
    d, one, rng = c.d_model, lesson(c), np.random.default_rng(c.seed)
    inner: dict[str, tuple[int, ...]] = {"norm_1.gain": (d,), "norm_1.bias": (d,)}
    for part in "qkvo":
        inner |= {f"attention.w_{part}": (d, d), f"attention.b_{part}": (d,)}
    inner |= {"norm_2.gain": (d,), "norm_2.bias": (d,), "feed_forward.w_1": (d, 4 * d)}
    inner |= {"feed_forward.b_1": (4 * d,), "feed_forward.w_2": (4 * d, d)}
    inner |= {"feed_forward.b_2": (d,)}
    shapes: dict[str, tuple[int, ...]] = {"embedding": (one.tokens, d), "position": (one.t, d)}
    for i in range(c.layers):
        shapes |= {f"block_{i}.{name}": shape for name, shape in inner.items()}
    shapes |= {"norm.gain": (d,), "norm.bias": (d,)}
    w: Weights = {}
    for name, shape in shapes.items():
        adds = name.endswith((".w_o", ".w_2"))
        spread = 0.02 / math.sqrt(2 * c.layers) if adds else 0.02
        drawn = rng.normal(0.0, spread, shape) if len(shape) == 2 else np.zeros(shape)
        w[name] = (
            np.ones(shape) if name.endswith("gain") else drawn.astype(np.float32).astype(float)
        )
    return w


def forward(
    w: Weights, heads: int, tokens: Array, drop: list[dict[str, Array]] | None = None
) -> tuple[Array, Array]:
    """Read sequences [b, t]: logits [b, t, V], and every layer's shares [layers, b, h, t, t]."""
    b, t = tokens.shape
    factor = drop or [dict.fromkeys(("embedding", "attention", "feed_forward"), np.ones(1))] * 99
    x = (w["embedding"][tokens] + w["position"][:t]) * factor[0]["embedding"]
    every = []
    for i in range(sum(name.endswith("norm_1.gain") for name in w)):
        one = block_of(w, f"block_{i}.")
        read = norm(x, one["norm_1.gain"], one["norm_1.bias"])
        q, k, v = (
            (read @ one[f"attention.w_{p}"] + one[f"attention.b_{p}"]).reshape(b, t, heads, -1)
            for p in "qkv"
        )
        scores = np.einsum("bnhc,bmhc->bhnm", q, k) / math.sqrt(q.shape[-1])
        every.append(shares_of(scores, np.tri(t, dtype=bool)))
        found = np.einsum("bhnm,bmhc->bnhc", every[-1], v).reshape(b, t, -1)
        said = found @ one["attention.w_o"] + one["attention.b_o"]
        x = x + said * factor[i + 1]["attention"]
        read = norm(x, one["norm_2.gain"], one["norm_2.bias"])
        hidden = gelu(read @ one["feed_forward.w_1"] + one["feed_forward.b_1"])
        said = hidden @ one["feed_forward.w_2"] + one["feed_forward.b_2"]
        x = x + said * factor[i + 1]["feed_forward"]
    return norm(x, w["norm.gain"], w["norm.bias"]) @ w["embedding"].T, np.array(every)


def price(logits: Array, wanted: Array) -> float:
    """The mean of −ln p(right) where one is asked."""
    top = logits.max(axis=-1, keepdims=True)
    whole = top[..., 0] + np.log(np.exp(logits - top).sum(axis=-1))
    asked = np.argwhere(wanted != UNASKED)
    return math.fsum(whole[i, j] - logits[i, j, wanted[i, j]] for i, j in asked) / len(asked)


def batch_of(c: SimpleNamespace, step: int) -> tuple[Array, Array, list[dict[str, Array]] | None]:
    """Draw what a step learns from, and what it leaves out of it."""
    rng, one = np.random.default_rng((c.seed, step)), lesson(c)
    rows, wanted = one.draw(rng, c.batch)  # type: ignore[operator]
    if not c.dropout:
        return rows, wanted, None

    def factors() -> Array:
        return (rng.random((*rows.shape, c.d_model)) >= c.dropout) / (1 - c.dropout)

    blocks = [{"attention": factors(), "feed_forward": factors()} for _ in range(c.layers)]
    return rows, wanted, [{"embedding": factors()}, *blocks]


def loss_of(c: SimpleNamespace, w: Weights, step: int) -> float:
    rows, wanted, drop = batch_of(c, step)
    return price(forward(w, c.heads, rows, drop)[0], wanted)


def gradient(c: SimpleNamespace, w: Weights, step: int) -> Weights:
    """∂loss/∂w of every single weight, by central differences."""
    rows, wanted, drop = batch_of(c, step)
    slopes = {name: np.zeros_like(x) for name, x in w.items()}
    for name, x in w.items():
        for at in np.ndindex(x.shape):
            kept, around = x[at], []
            for moved in (kept + 1e-4, kept - 1e-4):
                x[at] = moved
                around.append(price(forward(w, c.heads, rows, drop)[0], wanted))
            x[at] = kept
            slopes[name][at] = (around[0] - around[1]) / 2e-4
    return slopes


def length(slopes: Weights) -> float:
    return math.sqrt(math.fsum(float((x * x).sum()) for x in slopes.values()))


def after_one_step(c: SimpleNamespace, w: Weights, slopes: Weights) -> Weights:
    """Take the very first step by the rule of the optimizer; longer gradients are cut to 1."""
    cut, rate = 1 / max(length(slopes), 1), c.learning_rate / max(c.warmup, 1)
    moved: Weights = {}
    for name, x in w.items():
        g = slopes[name] * cut
        # Adam's two means are g and g² after their corrections, so that its first step is ±1.
        step = g if c.optimizer in ("sgd", "momentum") else g / (np.abs(g) + 1e-8)
        decays = c.optimizer == "adamw" and x.ndim == 2 and "." in name
        moved[name] = x - rate * (step + c.weight_decay * decays * x)
    return moved


# ── the run's own weights ──────────────────────────────────────────────────────────────


def _run(c: SimpleNamespace, find: Callable[[Course], Kept], step: int) -> Weights:
    chosen = {field.name: getattr(c, field.name) for field in fields(Course)}
    run = find(Course(**chosen | {"text": c.text if c.task == "own-text" else ""}))
    return {name: x.astype(float) for name, x in run.trainer.weights(run.at(step)).items()}


def kept_weights(c: SimpleNamespace, step: int) -> Weights:
    """The weights after so many steps, as the program has them."""
    return _run(c, kept, step)


def one_step(c: SimpleNamespace) -> Weights:
    """The weights after one step of a run that nobody looks at again."""
    return _run(c, Kept, 1)
