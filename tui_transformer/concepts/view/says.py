"""What a state of a file comes to, in one sentence: what is wrong with its numbers first."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.view.model import View
from tui_transformer.numbers import count, number, probability
from tui_transformer.text import shorten

NEAR = 1e-4  # how far from 1 a sum of float32 shares may be
TALLEST = 4096  # queries of an array whose columns are added up too


def quoted(m: View, at: int, of: int) -> str:
    """Write a place within a sentence: its token, or its number."""
    name = m.names(range(at, at + 1), of)[0]
    return str(at) if name == str(at) else f"“{shorten(name.strip() or '␣', 12)}” ({at})"


def says(m: View, odd: str) -> str:
    """Say what is odd about the numbers in sight, or where the chosen query looks."""
    where = f"layer {m.layer}, head {m.head}"
    if odd:
        return f"{where.capitalize()}: {odd}"
    query, share = quoted(m, m.query, m.size[2]), probability(float(m.row[m.favourite]), 2)
    equals = int(np.sum(m.row == m.row[m.favourite]))
    key = f"key {quoted(m, m.favourite, m.size[3])}"
    if equals == m.size[3] > 1:
        key, share = f"no key: all {count(equals)} get the same", f"{share} each"
    elif equals > 1:
        key, share = f"{count(equals)} keys alike, the first {key}", f"{share} each"
    misfit = ""
    if m.called and len(m.called) not in m.size[2:]:
        misfit = f" Its {count(len(m.called))} tokens do not fit {count(m.size[2])} places."
    return f"{where.capitalize()}: query {query} looks most at {key}, {share}.{misfit}"


def numbers(m: View) -> str:
    """Say what keeps the rows in sight from being shares; nothing where they are."""
    x, reach = m.whole, f"of queries {m.first}–{m.queries[-1]}"
    lost = np.isnan(x) if x.dtype.kind == "f" else np.zeros(x.shape, bool)
    if lost.any():
        return f"{_some(lost, reach)} NaN, the first {_at(m, lost)}."
    for sign, of in (("−∞", x == -np.inf), ("∞", x == np.inf)):
        if of.any():
            some = f"{_some(of, reach)} {sign}"
            return f"{some}: scores before softmax, not shares." if sign == "−∞" else f"{some}."
    if (x < 0).any():
        return f"the numbers {reach} go down to {number(float(x.min()))}: no shares."
    off = np.abs(m.sums - 1) > tolerance(m)
    if not off.any():
        return ""
    if turned(m):
        other = "qk" if m.order == "kq" else "kq"
        return f"its columns add up to 1, not its rows; order={other} turns it round."
    worst = int(np.argmax(np.abs(m.sums - 1)))
    do = "does" if off.sum() == 1 else "do"
    some = f"{int(off.sum())} of {len(off)} rows {reach} {do} not add up to 1"
    return f"{some}: query {m.queries[worst]} adds up to {number(float(m.sums[worst]))}."


def tolerance(m: View) -> float:
    """How far from 1 a sum may be, by what the file keeps of each number."""
    return max(NEAR, m.seen.rounding)


def turned(m: View) -> bool:
    """Say whether it is the columns that add up to 1: then keys come before queries."""
    if m.size[2] > TALLEST:
        return False
    columns = m.seen.take(m.layer - 1, m.head, slice(None), slice(m.keys.start, m.keys.stop))
    sums = columns.sum(axis=0, dtype=np.float64)
    return bool((np.abs(sums - 1) <= tolerance(m)).all())


def _some(of: Array, reach: str) -> str:
    """Begin to say how many of the numbers are so."""
    many = int(of.sum())
    return f"{count(many)} of the numbers {reach} {'is' if many == 1 else 'are'}"


def _at(m: View, which: Array) -> str:
    """Say where the first of some numbers stands."""
    query, key = np.argwhere(which)[0]
    return f"at query {m.queries[query]}, key {key}"
