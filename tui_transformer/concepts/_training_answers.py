"""What the model in training answers to its probe, and what each answer costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.figure import Bar, Cell, Column, Table, Token, Tokens, Words
from tui_transformer.nn import kv_cache
from tui_transformer.nn.softmax import softmax
from tui_transformer.text import visible
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.training import Training

WRITTEN = 32  # characters that a model of a text writes by itself


def shown(m: Training, token: int) -> str:
    """Write a token so that it can be seen."""
    symbol = m.lesson.symbols[token]
    return "␣" if symbol.isspace() else visible(symbol)


def chances(m: Training) -> Array:
    """Say how likely each next token is held to be, at every place of the probe, [t, V]."""
    return softmax(m.run.logits[0])


def guesses(m: Training) -> Tokens:
    """The probe; where something is asked, the model's guess, shaded by how sure it is."""
    targets = m.lesson.probe[1][0]
    p = chances(m)
    tokens = []
    for at, given in enumerate(m.lesson.probe[0][0]):
        if not m.lesson.asked[at]:
            tokens.append(Token(shown(m, given), note="·"))
            continue
        guess, right = int(np.argmax(p[at])), int(targets[at])
        note = "✓" if guess == right else shown(m, right)
        tokens.append(Token(shown(m, guess), strength=float(p[at, guess]), note=note))
    return Tokens("Given (·), guessed (below: ✓ or what is right)", tuple(tokens), height=4)


def prices(m: Training) -> Table:
    """Every answer to the probe with its probability and its price."""
    columns = (
        Column("after"),
        Column("right", "target"),
        Column("p(right)"),
        Column("−ln p"),
        Column("", "output", bar=True),
        Column("says"),
    )
    rows = tuple(_price(m, int(at)) for at in np.flatnonzero(m.lesson.asked))
    return Table("The probe, answer by answer", columns, rows)


def _price(m: Training, at: int) -> tuple[Cell, ...]:
    logits, right = m.run.logits[0, at], int(m.lesson.probe[1][0, at])
    p = float(softmax(logits)[right])
    cost = _cost(logits, right)
    return (
        Cell(f"{shown(m, int(m.lesson.probe[0][0, at]))} ({at})", "text"),
        Cell(shown(m, right), "text", role="target"),
        Cell(p, "probability", 4, working=partial(_chance, logits, right, p)),
        Cell(cost, decimals=4, working=partial(_cost_working, logits, right, cost)),
        Cell(Bar(p), role="output"),
        Cell(shown(m, int(np.argmax(logits))), "text", role="output"),
    )


def _powers(logits: Array) -> list[str]:
    return [f"exp({n(z)})" for z in logits - np.max(logits)]


def _chance(logits: Array, right: int, p: float) -> Working:
    terms = _powers(logits)
    return Working("p = e^z / Σ e^z (z less the largest)", f"{terms[right]} / {total(terms)}", p)


def _cost(logits: Array, right: int) -> float:
    """Price one answer, −ln p: ln Σ e^(z − z_right), which never divides by 0."""
    top = np.max(logits)
    with np.errstate(under="ignore"):
        return float(top - logits[right] + np.log(np.sum(np.exp(logits - top))))


def _cost_working(logits: Array, right: int, cost: float) -> Working:
    gap = float(np.max(logits) - logits[right])
    return Working(
        "−ln p = z_max − z_right + ln Σ e^(z − z_max)",
        f"{n(gap)} + log({total(_powers(logits))})",
        cost,
    )


def loss_working(m: Training) -> Working:
    """Show the loss of the probe: the mean price of its answers."""
    asked = np.flatnonzero(m.lesson.asked)
    costs = [_cost(m.run.logits[0, at], int(m.lesson.probe[1][0, at])) for at in asked]
    return Working(
        "loss of the probe = Σ −ln p(right) / answers",
        f"{total([n(cost) for cost in costs])} / {len(costs)}",
        float(np.mean(costs)),
    )


def writing(m: Training) -> Words:
    """What a model of a text writes by itself after the probe, drawn with the seed."""
    begun = m.lesson.probe[0][0].tolist()
    text = "".join(m.lesson.symbols[i] for i in begun)
    more = "".join(m.lesson.symbols[i] for i in _written(m, begun))
    return Words("It goes on, drawn with the seed", (f"{visible(text)}▸{visible(more)}",))


def _written(m: Training, begun: list[int]) -> list[int]:
    """Draw what follows, one token after the other."""
    plan, ids = m.course.plan, list(begun)
    start = kv_cache.window(len(ids), plan.context)
    step = kv_cache.feed(plan, m.weights, kv_cache.empty(plan), np.array(ids[start:]))
    for u in np.random.default_rng(m.seed).random(WRITTEN):
        ends = np.cumsum(softmax(step.logits[-1]))
        ids.append(min(int(np.searchsorted(ends, u, side="right")), len(ends) - 1))
        fits = kv_cache.window(len(ids), plan.context) == start
        start = start if fits else kv_cache.window(len(ids), plan.context)
        old, new = (step.cache, ids[-1:]) if fits else (kv_cache.empty(plan), ids[start:])
        step = kv_cache.feed(plan, m.weights, old, np.array(new))
    return ids[len(begun) :]
