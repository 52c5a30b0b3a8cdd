"""The panels of the feed-forward screen: three heatmaps with the same rows, and one memory."""

import numpy as np

import tui_transformer.concepts.feed_forward.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.feed_forward.model import FeedForward
from tui_transformer.concepts.feed_forward.tables import pairs, parameters, places
from tui_transformer.figure import Figure
from tui_transformer.numbers import number, subscript
from tui_transformer.panels import Heatmap, Panel, main
from tui_transformer.terms import Named, Working
from tui_transformer.text import and_list, shorten, visible


def view(m: FeedForward) -> Figure:
    """x, hidden and output with the same rows; the strongest pair; who moved; the weights."""
    return Figure(
        rows=(
            (
                rows(m, "x: one word, one row", m.the("x"), 20),
                rows(m, "output = hidden·W₂ + b₂", m.the("output"), 20),
            ),
            (main(rows(m, "hidden = act(x·W₁ + b₁)", m.the("hidden"), 44)),),
            (main(pairs(m)) if len(m.tokens) == 1 else pairs(m),),  # one row is no picture
            *pair(m),
            (places(m), parameters(m)),
        ),
        says=says(m),
        formula=m.the("output").working(m.token, 0),
        data="trained: the sorter's first layer"
        if m.trained
        else f"random: vectors and weights (seed {m.seed})",
    )


def says(m: FeedForward) -> str:
    """Say what became of the rows, and what the lit word answers to."""
    if m.words.note:
        return m.words.note
    if m.shuffle and len(m.tokens) > 1:
        return (
            f"Shuffled: all {len(m.tokens)} rows went with their words; the largest change in any "
            f"is {number(m.shuffle_difference)}."
        )
    same = [str(at) for at, row in enumerate(m.x) if np.array_equal(row, m.x[m.token])]
    if len(same) > 1:
        return f"{name(m)} stands at {and_list(same[:4])}: the same row, to the last bit."
    awake = m.awake_keys[m.token]
    return f"{name(m)} wakes {awake} of {m.d_ff} keys."


def name(m: FeedForward) -> str:
    """Quote the lit word."""
    return f"“{shorten(visible(m.tokens[m.token]), 14)}”"


# ── three heatmaps with the same rows ──────────────────────────────────────────────────


def rows(m: FeedForward, title: str, numbers: Named, width: int) -> Heatmap:
    """One matrix with a row for each word; pinning a row lights it in all three."""
    return Heatmap(
        title,
        numbers.values,
        tuple(shorten(word, 12) for word in m.tokens),
        tuple(str(i) for i in range(numbers.values.shape[1])),
        "diverging",
        decimals=1,
        row=m.token,
        row_role="input",
        row_control="token",
        working=numbers.working,
        width=width,
    )


def pair(m: FeedForward) -> tuple[tuple[Panel, ...], ...]:
    """The vectors of the strongest pair below each other, if any key was answered."""
    j = m.strongest
    if j < 0:
        return ()

    def working(row: int, i: int) -> Working:
        """Show a number of the strongest pair."""
        match row:
            case 0 | 4:
                return m.the("output" if row else "x").working(m.token, i)
            case 1:
                return m.drawn["w_1"].working(i, j)
            case 2:
                return m.drawn["w_2"].working(j, i)
            case _:
                return m.the("added").working(i)

    panel = Heatmap(
        "Its strongest pair: x answers k, so h·v is added",
        np.array(
            [
                m.x[m.token],
                m.matrices["w_1"][:, j],
                m.matrices["w_2"][j],
                m.added,
                m.output[m.token],
            ]
        ),
        ("x", *(f"{each}{subscript(j)}" for each in ("k", "v", "h·v")), "output"),
        tuple(str(i) for i in range(m.width)),
        "diverging",
        decimals=1,
        working=working,
        height=9,
        width=44,
    )
    return ((panel,),)
