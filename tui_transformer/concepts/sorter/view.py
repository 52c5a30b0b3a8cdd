"""The pictures of the concept `sorter`, all lit for the same place, and the sentence over them."""

from functools import partial

import numpy as np

from tui_transformer.concepts._readout import NEXT, look_row, looks, next_row
from tui_transformer.concepts._wrote import neurons, wrote
from tui_transformer.concepts.sorter import cutting
from tui_transformer.concepts.sorter.model import Sorter
from tui_transformer.concepts.sorter.workings import AFTER
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.nn.cutting import components
from tui_transformer.nn.made_up.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.numbers import probability
from tui_transformer.panels import Heatmap, Table, Tokens, main
from tui_transformer.pieces import Bar, Cell, Column, Token, cell


def view(m: Sorter) -> Figure:
    """What it reads, where it looks, what comes next, and when it knows."""
    return Figure(
        rows=(
            (line(m),),
            (main(square(m)), read_off(m)),
            (next_letter(m), by_letter(m)),
            (wrote(m, LETTERS[m.highest], components(PLAN)), cutting.damage(m)),
            *(((cutting.board(m),),) if m.cut else ()),
            (when_it_knows(m),),
            (row_table(m),),
            (scores(m),),
            (stream(m),),
            (neurons(m, LETTERS[m.highest], PLAN.block.d_ff),),
        ),
        says=says(m),
        formula=m.the("chances").working(PLAN.layers, m.at, LETTERS.index(m.guesses[-1])),
        data="trained, on this line too" if m.seen_in_training else "trained, never on this line",
    )


def says(m: Sorter) -> str:
    """Say what comes next and since when that was known; or what is left of it, cut."""
    if m.cut:
        return f"Without {m.cut} it sorts {m.sorted_right} of all 729 lines."
    letter, p = m.guesses[-1], probability(m.chance, 5)
    if not m.asked:
        return f"Place {m.at} was never asked in training: its {letter} ({p}) means nothing."
    if m.steps == LENGTH and m.at == m.places - 1:
        new = "" if m.seen_in_training else "; training never showed it this line"
        return f"{m.letters} → {m.output}: sorted{new}."
    said = f"After {m.read[: m.at + 1][:LENGTH]}{'→' * (m.at >= LENGTH)}{m.read[LENGTH : m.at + 1]}"
    if m.known == 0:
        return f"{said} comes {letter} again ({p}): said before any layer."
    before = m.guesses[m.known - 1]
    return f"{said} comes {letter} ({p}); {before} until layer {m.known} decides."


# ── what it reads, and where it looks ──────────────────────────────────────────────────


def line(m: Sorter) -> Tokens:
    """The six letters and those given out, shaded by how much the chosen place looks at them."""
    shares = [*m.row, *[0.0] * (LENGTH + m.steps - m.places)]
    every = zip(m.letters + m.output, shares, strict=True)
    return Tokens(
        "Six letters in, then out; shaded by where ▸ looks",
        tuple(
            Token(letter, strength=float(w), note="out" if at >= LENGTH else "in")
            for at, (letter, w) in enumerate(every)
        ),
        token=m.at,
        token_control="position",
        height=2,
    )


def square(m: Sorter) -> Heatmap:
    """Who looks at whom in the chosen head."""
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention[m.head],
        m.names,
        m.names,
        high=1.0,
        style="probability",
        row=m.at,
        row_control="position",
        working=partial(m.the("attention").working, m.head),
        height=12,
        width=28,
    )


def row_table(m: Sorter) -> Table:
    """The chosen row of attention in numbers."""
    rows = each(partial(key_row, m), range(m.at + 1))
    return Table("The row of ▸", looks("z=q·k/√16"), rows, width=30)


def key_row(m: Sorter, key: int) -> tuple[Cell, ...]:
    """How much the chosen place looks at one other."""
    w, z = (m.the(name)[m.head, m.at, key] for name in ("attention", "scores"))
    return look_row(m.names[key], w, z)


def by_letter(m: Sorter) -> Table:
    """How much of the chosen row goes to each letter, wherever it stands."""
    columns = (
        Column("key", "key"),
        Column("share", "output"),
        Column("each"),
        Column("seen"),
        Column("", "output", bar=True),
    )
    rows = each(partial(letter_row, m), range(len(LETTERS)))
    return Table("What ▸ takes, by letter", columns, rows, width=26)


def letter_row(m: Sorter, i: int) -> tuple[Cell, ...]:
    """What one letter gets in all, how often it is seen, and what each of it gets."""
    count, share = len(m.seen(LETTERS[i])), m.the("letter_shares")[i]
    each = cell(m.the("each_share")[i], "probability", 3)
    return (
        Cell(LETTERS[i], "text", role="key"),
        cell(share, "probability", 3, "output"),
        each if count else Cell("–", "text", role="muted"),
        Cell(count, "integer"),
        Cell(Bar(share.value), role="output"),
    )


# ── what comes next, and when that is known ────────────────────────────────────────────


def next_letter(m: Sorter) -> Table:
    """The scores of the next letter at the chosen place, and their probabilities."""
    rows = each(partial(letter_next, m), range(len(LETTERS)))
    return Table("The next letter, at ▸", NEXT, rows, LETTERS.index(m.guesses[-1]), width=26)


def letter_next(m: Sorter, i: int) -> tuple[Cell, ...]:
    """One letter's score, and how likely it comes next."""
    chance = m.the("chances")[PLAN.layers, m.at, i]
    return next_row(LETTERS[i], m.the("logits")[m.at, i], chance)


def read_off(m: Sorter) -> Heatmap:
    """What the chosen place would say if the stream were read before it is finished."""
    return Heatmap(
        "Read off ▸ after layer",
        m.chances[:, m.at],
        tuple(map(str, range(PLAN.layers + 1))),
        tuple(LETTERS),
        high=1.0,
        style="probability",
        decimals=3,
        row=m.layer,
        working=lambda layer, letter: m.the("chances").working(layer, m.at, letter),
        height=12,
        width=23,
    )


def when_it_knows(m: Sorter) -> Heatmap:
    """The probability of the right letter at every place that is asked, after each layer."""
    asked = range(LENGTH - 1, m.places)
    right = [LETTERS.index(x) for x in sorted(m.letters)]
    return Heatmap(
        "When does it know? p(right next letter)",
        np.array([m.chances[:, at, right[at - LENGTH + 1]] for at in asked]),
        tuple(f"{m.names[at]}→{LETTERS[right[at - LENGTH + 1]]}" for at in asked),
        AFTER,
        high=1.0,
        style="probability",
        decimals=3,
        row=m.at - LENGTH + 1 if m.asked else None,
        column=m.layer,
        working=lambda row, layer: m.the("chances").working(layer, asked[row], right[row]),
        height=len(asked) + 2,
        width=44,
        row_keys=tuple(map(str, asked)),
    )


def scores(m: Sorter) -> Heatmap:
    """The scores at every place; those before the sixth were never asked for."""
    return Heatmap(
        "Logits at every place (asked: from the sixth on)",
        m.logits,
        m.names,
        tuple(LETTERS),
        "diverging",
        row=m.at,
        row_role="output",
        row_control="position",
        working=m.the("logits").working,
        height=m.places + 2,
        width=30,
    )


def stream(m: Sorter) -> Heatmap:
    """The vectors of all places after the chosen layer."""
    return Heatmap(
        "The residual stream after the layer",
        m.residual,
        m.names,
        tuple(map(str, range(PLAN.d_model))),
        "diverging",
        row=m.at,
        row_role="output",
        row_control="position",
        working=m.the("residual").working,
        height=m.places + 3,
        width=50,
    )
