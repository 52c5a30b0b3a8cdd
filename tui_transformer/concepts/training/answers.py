"""What the model in training answers to its probe, and what each answer costs."""

from functools import lru_cache

import numpy as np

from tui_transformer.concepts.training.model import Training
from tui_transformer.later import each
from tui_transformer.nn import kv_cache
from tui_transformer.nn.softmax import softmax
from tui_transformer.panels import Table, Tokens, Words
from tui_transformer.pieces import Bar, Cell, Column, Token, cell
from tui_transformer.text import visible

WRITTEN = 32  # characters that a model of a text writes by itself


def shown(m: Training, token: int) -> str:
    """Write a token so that it can be seen."""
    return _seen(m.lesson.symbols[token])


@lru_cache(maxsize=1024)
def _seen(symbol: str) -> str:
    return "␣" if symbol.isspace() else visible(symbol)


def guesses(m: Training) -> Tokens:
    """The probe; where something is asked, the model's guess, shaded by how sure it is."""
    tokens, best = [], np.argmax(m.chances, axis=1).tolist()
    for at, given in enumerate(m.lesson.probe[0][0].tolist()):
        if at not in m.asked:
            tokens.append(Token(shown(m, given), note="·"))
            continue
        guess, right = best[at], m.right(at)
        note = "✓" if guess == right else shown(m, right)
        tokens.append(Token(shown(m, guess), strength=float(m.chances[at, guess]), note=note))
    return Tokens("Guesses; below ✓ or the right one, · given", tuple(tokens), height=4)


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
    rows = each(lambda k: _price(m, k, m.asked[k]), range(len(m.asked)))
    return Table("The probe, answer by answer", columns, rows)


def _price(m: Training, k: int, at: int) -> tuple[Cell, ...]:
    """Answer k of the probe, which is asked for at a place."""
    right = m.right(at)
    p = m.the("chances")[at, right]
    return (
        Cell(f"{shown(m, int(m.lesson.probe[0][0, at]))} ({at})", "text"),
        Cell(shown(m, right), "text", role="target"),
        cell(p, "probability", 4),
        cell(m.the("costs")[k], decimals=4),
        Cell(Bar(p.value), role="output"),
        Cell(shown(m, int(np.argmax(m.logits[at]))), "text", role="output"),
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
