"""The pictures of the concept `encoder-decoder`, lit for one row, and the sentence over them."""

from dataclasses import replace
from functools import partial

import numpy as np

from tui_transformer.concepts._readout import NEXT, look_row, looks, next_row
from tui_transformer.concepts._wrote import neurons, wrote
from tui_transformer.concepts.encoder_decoder.model import END, EncoderDecoder
from tui_transformer.concepts.encoder_decoder.workings import D_HEAD, numbered
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.nn.cutting_halves import components
from tui_transformer.nn.made_up import reversing as task
from tui_transformer.nn.made_up.reversing import PLAN, SIGNS, TRAINED
from tui_transformer.numbers import probability
from tui_transformer.panels import Heatmap, Panel, Table, Tokens, Words, main
from tui_transformer.pieces import Cell, Token

SHOWN = 5  # of the 28 signs that could come next


def view(m: EncoderDecoder) -> Figure:
    """The words, the three attentions, the next sign, and the chosen row in numbers."""
    best = told(m.highest)
    reads, given = numbered(m.source), numbered(m.read)
    cross = main(crossed(m, given, reads))
    own = (
        square(m, "Encoder: all see all", "encoder", reads, reads),
        square(m, "Decoder: sees its past", "decoder", given, given, row=m.at),
    )
    attended: tuple[tuple[Panel, ...], ...] = (cross, *own), (next_sign(m), row_table(m))
    if len(m.source) == 1:  # one letter is no picture: what comes of it stands with it
        attended = (cross,), (main(next_sign(m)),), (*own, row_table(m))
    return Figure(
        rows=(
            (source(m), written(m)),
            *attended,
            (wiring(),),
            (scores(m),),
            (wrote(m, best, components(PLAN)), neurons(m, best, PLAN.block.d_ff)),
        ),
        says=says(m),
        formula=m.the("cross_attention").working(m.head, m.at, int(np.argmax(m.crossing))),
        data=data(m),
    )


def told(sign: int) -> str:
    """Name a sign of the answer: a letter, or the end."""
    return "the end" if SIGNS[sign] == END else SIGNS[sign]


def data(m: EncoderDecoder) -> str:
    """Say where the weights come from, and whether training can have met this word."""
    if len(m.source) > TRAINED:
        return f"trained, on up to {TRAINED} letters"
    return "trained, never on this word" if task.held_out(task.encode(m.source)) else "trained"


def says(m: EncoderDecoder) -> str:
    """Say which letter the chosen row looks at, or how the word came out."""
    n = len(m.source)
    if m.steps == n + 1 and m.at == m.rows - 1:
        return finished(m)
    sign = SIGNS[int(np.argmax(m.logits[m.at]))]
    top = int(np.argmax(m.crossing))
    w = probability(float(m.crossing[top]), 3)
    next_ = "the end" if sign == END else sign
    places = "the last letter" if top == n - 1 else f"letter {n - top} from the end"
    return f"Sign {m.at + 1} will be {next_}: it looks most at {m.source[top]}, {places}: {w}."


def finished(m: EncoderDecoder) -> str:
    """Say how the word came out."""
    if m.right:
        share = probability(m.mirror, 3)
        return f"{m.source} → {m.output}: right; the anti-diagonal holds {share} of a row."
    if m.said == m.source[:TRAINED][::-1] + END:
        return f"{m.source} → {m.output}: of the first {TRAINED} only; more were never trained."
    wrong = sum(
        a != b for a, b in zip(m.said.ljust(len(m.source) + 1), m.expected + END, strict=True)
    )
    return f"{m.source} → {m.output}: wrong at {wrong} of {len(m.source) + 1} places."


# ── the words ──────────────────────────────────────────────────────────────────────────


def source(m: EncoderDecoder) -> Tokens:
    """The source, shaded by how much the chosen row looks at each letter."""
    tokens = (Token(x, strength=float(w)) for x, w in zip(m.source, m.crossing, strict=True))
    return Tokens("Source: where ▸ looks", tuple(tokens), height=1, width=27)


def written(m: EncoderDecoder) -> Tokens:
    """What the decoder reads, the chosen row marked; it writes what comes after it."""
    tokens = tuple(Token(x) for x in m.read)
    return Tokens("Decoder reads", tokens, m.at, "row", height=1, width=24)


# ── the three attentions ───────────────────────────────────────────────────────────────


def square(
    m: EncoderDecoder,
    title: str,
    which: str,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    width: int = 25,
    row: int | None = None,
) -> Heatmap:
    """Who looks at whom in the chosen head of one of the three."""
    shares = m.the(f"{which}_attention")
    return Heatmap(
        title,
        shares.values[m.head],
        rows,
        columns,
        high=1.0,
        style="probability",
        row=row,
        row_control="" if row is None else "row",
        working=partial(shares.working, m.head),
        height=11,
        width=width,
    )


def crossed(m: EncoderDecoder, wrote: tuple[str, ...], reads: tuple[str, ...]) -> Heatmap:
    """Cross-attention, with room for the rows that are still to be written."""
    panel = square(m, "Cross: written ↓ read →", "cross", wrote, reads, width=28, row=m.at)
    return replace(panel, ahead=max(len(m.source) + 1 - m.rows, 0))


# ── the chosen row ─────────────────────────────────────────────────────────────────────


def row_table(m: EncoderDecoder) -> Table:
    """The chosen row of cross-attention in numbers."""
    rows = each(partial(letter_row, m), range(len(m.source)))
    return Table("▸ looks at the source", looks(f"z=q·k/√{D_HEAD}"), rows, width=30)


def letter_row(m: EncoderDecoder, at: int) -> tuple[Cell, ...]:
    """How much the chosen row looks at one letter."""
    w, z = (m.the(name)[m.head, m.at, at] for name in ("cross_attention", "cross_scores"))
    return look_row(numbered(m.source)[at], w, z)


def wiring() -> Words:
    """Say where q, k and v come from in each of the three."""
    return Words(
        "Who asks whom",
        (
            "encoder  q k v: source        n×n",
            "decoder  q k v: written       m×m, masked",
            "cross    q: written, k v: source  m×n",
        ),
        width=40,
    )


def next_sign(m: EncoderDecoder) -> Table:
    """The likeliest next signs of the chosen row."""
    shown = 3 * SHOWN if len(m.source) == 1 else SHOWN
    best = sorted(range(len(SIGNS)), key=lambda i: -m.logits[m.at, i])[:shown]
    rows, of = each(partial(sign_row, m), best), f"{len(SIGNS)} signs"
    return Table("The next sign, after ▸", NEXT, rows, row=0, of=of, width=24)


def sign_row(m: EncoderDecoder, i: int) -> tuple[Cell, ...]:
    """One sign's score, and how likely it comes next."""
    return next_row(SIGNS[i], m.the("logits")[m.at, i], m.the("chances")[m.at, i])


def scores(m: EncoderDecoder) -> Heatmap:
    """All scores of all rows."""
    return Heatmap(
        "Logits of every row",
        m.logits,
        numbered(m.read),
        tuple(SIGNS),
        "diverging",
        decimals=1,
        row=m.at,
        row_role="output",
        row_control="row",
        working=m.the("logits").working,
        height=m.rows + 3,
        width=46,
    )
