"""The model that writes, plainly: its tokens by replayed merges, its text token by token.

Nothing is cached: every token is written after a forward pass over the whole window.
"""

import math
import re
import string
from dataclasses import dataclass
from functools import cache, cached_property
from types import SimpleNamespace

import numpy as np

from tests.claims.plain_transformer import Plan, Run, gpt, without
from tui_transformer.weights import load

Array = np.ndarray
PLAN = Plan(heads=4)
STOPS = ".,;:?!"
CHARACTERS = "".join(sorted(f"{string.ascii_letters}{string.digits}{STOPS}'()-¶"))
MARK = len(CHARACTERS)  # the token that begins a word, where no other one holds it
PLACES = 64


@cache
def weights(cut: str = "") -> dict[str, Array]:
    w = {k: v.astype(float) for k, v in load("prose", {}).tensors.items() if k != "held_out"}
    return without(w, cut, PLAN.heads)


@cache
def pieces() -> list[tuple[str, bool]]:
    """What each of the 256 tokens stands for, and whether it holds the mark of a word's start."""
    found = [(c, False) for c in CHARACTERS] + [("", True)]
    for left, right in weights()["merges"].astype(int):
        # Words are read backwards, so what stands left is written right.
        found.append((found[right][0] + found[left][0], found[right][1]))
    return found


def encode(text: str) -> list[int]:
    """Number the tokens of a text, after ¶: the merges are replayed in every word."""
    kept = "".join(c for c in text if c in CHARACTERS or c.isspace())
    ids: list[int] = []
    for word in re.sub(rf"(?<=\S)([{STOPS}])(?=\s|$)", r" \1", f"¶ {kept}").split():
        symbols = [CHARACTERS.index(c) for c in reversed(word)] + [MARK]
        for number, (left, right) in enumerate(weights()["merges"].astype(int).tolist()):
            at = 0
            while at + 1 < len(symbols):
                if symbols[at : at + 2] == [left, right]:
                    symbols[at : at + 2] = [MARK + 1 + number]
                at += 1
        ids += symbols[::-1]
    return ids


def spell(token: int, before: int | None) -> str:
    """A token as it stands after another: with a space where it begins a word."""
    piece, begins = pieces()[token]
    space = (begins or before == MARK) and piece not in ("", *STOPS)
    return " " * space + piece


@dataclass
class Written:
    """A text in token numbers, and what the model makes of its last window."""

    ids: list[int]
    prices: list[float | None]  # −ln p of each, when it was next
    start: int  # where the window begins
    runs: list[Run]
    logits: Array  # of every place of the window
    read: int  # how many tokens had to be read for it with a cache

    @cached_property
    def p(self) -> list[float]:
        return shares(self.logits[-1].tolist(), 1.0)


def shares(z: list[float], temperature: float) -> list[float]:
    """e^(z/T) over their sum; at 0 the first of the largest gets all."""
    top = max(z)
    if temperature == 0:
        return [float(i == z.index(top)) for i in range(len(z))]
    with np.errstate(over="ignore"):
        powers = [math.exp(max((x - top) / temperature, -745.0)) for x in z]
    whole = math.fsum(powers)
    return [x / whole for x in powers]


def filtered(p: list[float], top_k: int, top_p: float) -> list[float]:
    """Top-k, then top-p of what is left; the token that crosses the share stays."""
    order = sorted(range(len(p)), key=lambda i: -p[i])[: top_k or len(p)]
    left, had, kept = math.fsum(p[i] for i in order), 0.0, set()
    for i in order:
        if top_p >= 1 or had / left < top_p:
            kept.add(i)
        had += p[i]
    whole = math.fsum(p[i] for i in kept)
    return [p[i] / whole if i in kept else 0.0 for i in range(len(p))]


def window(count: int) -> int:
    """Where reading begins: half of the places fall out whenever they are too few."""
    start = 0
    while count - start > PLACES:
        start += PLACES // 2
    return start


def look(ids: list[int], prices: list[float | None], read: int, cut: str) -> Written:
    start = window(len(ids))
    runs, logits = gpt(PLAN, weights(cut), ids[start:])
    return Written(ids, prices, start, runs, logits, read)


@cache
def opened(prompt: str, cut: str) -> Written:
    ids = encode(prompt)
    state = look(ids, [], len(ids) - window(len(ids)), cut)
    rows = zip(state.logits.tolist(), ids[state.start + 1 :], strict=False)
    asked = [-math.log(shares(row, 1.0)[token]) for row, token in rows]
    state.prices = [None] * (state.start + 1) + asked
    return state


@cache
def _written(prompt: str, rule: tuple[float, int, float, int], tokens: int, cut: str) -> Written:
    if tokens == 0:
        return opened(prompt, cut)
    before = _written(prompt, rule, tokens - 1, cut)
    token = coming(before, rule, tokens - 1)
    ids = [*before.ids, token]
    read = 1 if window(len(ids)) == before.start else len(ids) - window(len(ids))
    return look(ids, [*before.prices, -math.log(before.p[token])], read, cut)


def coming(state: Written, rule: tuple[float, int, float, int], turn: int) -> int:
    """Draw the token of a turn: the first at which the sum of shares passes u."""
    temperature, top_k, top_p, seed = rule
    q = filtered(shares(state.logits[-1].tolist(), temperature), top_k, top_p)
    u, reached = np.random.default_rng(seed).random(turn + 1)[turn], 0.0
    for token, share in enumerate(q):
        reached += share
        if reached > u:
            return token
    return max(i for i, share in enumerate(q) if share)


def rule_of(c: SimpleNamespace) -> tuple[float, int, float, int]:
    return c.temperature, c.top_k, c.top_p, c.seed


def written(c: SimpleNamespace) -> Written:
    """Let it write: the text of a state."""
    for tokens in range(0, c.tokens, 40):  # no deep recursion
        _written(c.prompt, rule_of(c), tokens, c.cut)
    return _written(c.prompt, rule_of(c), c.tokens, c.cut)


def drawn_with(c: SimpleNamespace) -> list[float]:
    """What each token is drawn with, next."""
    z = written(c).logits[-1].tolist()
    return filtered(shares(z, c.temperature), c.top_k, c.top_p)
