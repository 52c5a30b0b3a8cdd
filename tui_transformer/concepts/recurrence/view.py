"""The pictures of the concept `recurrence`: the walk, what is left, and who waits for whom."""

from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.recurrence.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.recurrence.model import Recurrence
from tui_transformer.figure import Figure
from tui_transformer.later import each, each_with
from tui_transformer.numbers import number
from tui_transformer.panels import Field, Heatmap, Plot, Table, Tokens, Words, main
from tui_transformer.pieces import (
    Axis,
    Bar,
    Cell,
    Column,
    Line,
    Mark,
    Points,
    Role,
    Rule,
    Token,
    cell,
)
from tui_transformer.terms import Working

FINE = 6  # dots of the picture for each number of the state, so that none is skipped
ROLES: dict[str, Role] = {"recurrent": "output", "attention": "key"}


def view(m: Recurrence) -> Figure:
    """The state as it walks, what it holds of each word, and the steps that wait."""
    return Figure(
        rows=(
            (main(walked(m)), main(left(m))),
            (waiting(m),),
            (sentence(m),),
            (word_table(m),),
            *(((states(m),),) if m.step else ()),
            (measured(m),),
        ),
        says=says(m),
        formula=formula(m),
        data=f"designed text, random (seed {m.seed})",
    )


def formula(m: Recurrence) -> Working:
    """What is left of the word that is followed, once it was read."""
    if m.position < m.step:
        return m.the("influence_so_far").working(m.position)
    return m.the("path_length").working("recurrent")


def says(m: Recurrence) -> str:
    """Say which word was read last, and what is left of the one that is followed."""
    followed = f"“{m.words[m.position]}”"
    if not m.step:
        return f"No word is read yet, of {m.length}; {followed} is followed."
    read = f"“{m.words[m.step - 1]}” is read, {m.step} of {m.length}"
    if m.position >= m.step:
        return f"{read}; {followed} is still to come."
    here = number(float(m.influence_so_far[m.position]), 3)
    back = m.step - 1 - m.position
    if not back:
        return f"{read}: of itself the state holds {here}."
    words = "1 word back" if back == 1 else f"{back} words back"
    return f"{read}: of {followed}, {words}, the state holds {here}."


# ── pictures ───────────────────────────────────────────────────────────────────────────


def walked(m: Recurrence) -> Field:
    """The numbers of the state after each word; what is still to be read is blank."""
    h = np.where(np.arange(m.length)[:, None] < m.step, m.hidden, 0.0)
    reach = max(float(np.max(np.abs(h))), 1e-9)
    return Field(
        "h as it walks",
        np.repeat(np.repeat(h.T, FINE, axis=0), FINE, axis=1),
        Axis("word", -0.5, m.length - 0.5),
        Axis("h", -0.5, m.width - 0.5),
        scale="diverging",
        low=-reach,
        high=reach,
        height=9,
        width=24,
    )


def left(m: Recurrence) -> Plot:
    """What the state holds of each word that was read, against attention that looks evenly."""
    return Plot(
        "Held of each word",
        tuple(left_marks(m)),
        Axis("word", 0, m.length - 1),
        Axis("", *limits(m), log=True),
        height=9,
        width=24,
    )


def left_marks(m: Recurrence) -> Iterator[Mark]:
    """The curve so far, the even share, and the word that is followed."""
    held = m.influence_so_far
    yield Rule(m.even_share, role="key", label=f"attention: 1/{m.length}")
    if m.step:
        yield Line(range(m.step), np.where(held > 0, held, np.nan), "output", "the state")
    if m.position < m.step and held[m.position] > 0:
        yield Points([m.position], [float(held[m.position])], "output")


def limits(m: Recurrence) -> tuple[float, float]:
    """Room for all that is drawn, and for a hundredth and 1 at the least."""
    held = m.influence_so_far[m.influence_so_far > 0]
    low, high = float(np.min(held, initial=1.0)), float(np.max(held, initial=1.0))
    return min(low, 0.01, m.even_share), high


def sentence(m: Recurrence) -> Tokens:
    """The words, each shaded by what the state holds of it."""
    held = np.zeros(m.length)
    held[: m.step] = m.influence_so_far
    most = max(float(np.max(held)), 1e-300)
    return Tokens(
        "The sentence, shaded by what is held",
        tuple(Token(word, strength=float(x / most)) for word, x in zip(m.words, held, strict=True)),
        token=m.position,
        token_control="position",
        height=2,
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def waiting(m: Recurrence) -> Table:
    """How many steps must wait for one another, through the state and through attention."""
    columns = (
        Column("to do"),
        Column("recurrent", "output"),
        Column("", "output", bar=True, key="recurrent bar"),
        Column("attention", "key"),
        Column("", "key", bar=True, key="attention bar"),
    )
    followed, last = m.words[m.position], m.words[-1]
    names = {
        "sequential_steps": f"read {m.length} words",
        "writing_steps": f"write {m.length} words",
        "path_length": f"{followed} → {last}",
    }
    rows = each(lambda of: waiting_row(m, of, names[of]), tuple(names))
    return Table("Steps that wait for one another", columns, rows, width=44)


def waiting_row(m: Recurrence, of: str, name: str) -> tuple[Cell, ...]:
    """Both counts, as numbers and as bars."""
    both = [(m.the(of)[kind], role) for kind, role in ROLES.items()]
    shown = [
        part
        for count, role in both
        for part in (
            cell(count, "integer", role=role),
            Cell(Bar(float(count.value), 0, m.length), role=role),
        )
    ]
    return Cell(name, "text", key=of), *shown


def word_table(m: Recurrence) -> Table:
    """Every word, how far back it is, and what is left of it."""
    columns = (
        Column("word"),
        Column("back"),
        Column("", "output", bar=True),
        Column("held", "output"),
        Column("attention", "key"),
    )
    return Table(
        "Word by word",
        columns,
        each_with(partial(most_influence, m), partial(word_row, m), range(m.length)),
        row=m.position,
        row_control="position",
        width=44,
    )


def most_influence(m: Recurrence) -> float:
    """How much the word that counts most counts."""
    return float(np.max(m.influence_so_far, initial=1e-300))


def word_row(m: Recurrence, most: float, at: int) -> tuple[Cell, ...]:
    """One word; one that is still to come has nothing but its share of attention."""
    name = Cell(f"{at} {m.words[at]}", "text", role="output" if at == m.position else "plain")
    even = cell(m.one("even_share"), decimals=4, role="key")
    if at >= m.step:
        unread = Cell("–", "text", role="muted")
        return name, unread, Cell(""), unread, even
    held = m.the("influence_so_far")[at]
    return (
        name,
        Cell(f"{m.step - 1 - at}", "text"),
        Cell(Bar(held.value, 0, most), role="output"),
        cell(held, role="output"),
        even,
    )


def states(m: Recurrence) -> Heatmap:
    """The state after each word, number by number."""
    return Heatmap(
        "h after each word",
        m.hidden[: m.step],
        tuple(m.words[: m.step]),
        tuple(str(k) for k in range(m.width)),
        scale="diverging",
        row=m.position if m.position < m.step else None,
        row_control="position",
        row_role="output",
        working=m.the("hidden").working,
        row_keys=tuple(f"{at} {word}" for at, word in enumerate(m.words[: m.step])),
        ahead=m.length - m.step,
        height=5,
    )


def measured(m: Recurrence) -> Words:
    """The definition of everything drawn."""
    c = "h·W + x·U" if m.activation == "identity" else "tanh(h·W + x·U)"
    step = "h ← z·h + (1 − z)·c" if m.gated else "h ← c"
    gate = "  z = σ(h·W_z + x·U_z + 2), a GRU’s update gate." if m.gated else ""
    return Words(
        "How it is measured",
        (
            f"One step: {step}, c = {c}.{gate} h starts at 0.",
            "W is gain times a random turn, U a random turn; each word is a random arrow of "
            "length 1, the same word the same arrow.",
            "What is held of a word: the most that moving it by 1 can move the state, the "
            "spectral norm of ∂h/∂x, a product of one matrix for every step since.",
            f"Attention that looks evenly at {m.length} words holds 1/{m.length} of each, near or "
            "far; of a word that it looks at alone, 1.",
        ),
    )
