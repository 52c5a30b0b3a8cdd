"""What the vectors of a published model say: words, a topic, how alike two sentences are."""

from tui_transformer.concepts._wrote import neurons, wrote_most
from tui_transformer.concepts.real_model import reading
from tui_transformer.concepts.real_model.model import RealModel
from tui_transformer.concepts.real_model.reading import Reading, said
from tui_transformer.concepts.real_model.says import quoted, readable
from tui_transformer.later import each
from tui_transformer.nn.published.wordpiece import SPECIAL
from tui_transformer.numbers import count, probability
from tui_transformer.panels import Table, Words
from tui_transformer.pieces import Bar, Cell, Column, cell
from tui_transformer.text import shorten, visible

SHOWN = 8
ACROSS = 6  # places side by side
WIDE = 8  # cells of each name


def by_layer(m: RealModel, r: Reading) -> Table:
    """What the chosen token says after each layer: the best entry of the vocabulary."""

    def row(layer: int) -> tuple[Cell, ...]:
        best, then = (
            Cell(readable(r.name(int(i))), "text", role="output") for i in m.said.tokens[layer, :2]
        )
        return Cell(str(layer), "text", role="muted"), best, then if itself else strength(layer)

    def strength(layer: int) -> Cell:
        if r.network.has_head:
            return cell(m.the("chances")[layer, 0], "probability", 3)
        return cell(m.the("best_logits")[layer, 0], decimals=2)

    # A token that means nothing says its own name first: what comes after that is of interest.
    itself = not r.network.has_head and r.names[m.at] in SPECIAL
    last = Column("then", "output") if itself else Column("p" if r.network.has_head else "z")
    columns = (Column(""), Column("▸ says", "output"), last)
    rows = each(row, range(m.layers + 1))
    return Table("▸ after layer", columns, rows, m.layer, "layer", width=16)


def places(m: RealModel, r: Reading) -> Table:
    """What ▸ and those before it say after each layer: the best entry, and how likely."""
    first = max(m.at - ACROSS + 1, 0)
    across = range(first, m.at + 1)
    head = r.network.has_head

    def row(layer: int) -> tuple[Cell, ...]:
        return Cell(str(layer), "text", role="muted"), *(guess(layer, at) for at in across)

    def guess(layer: int, at: int) -> Cell:
        there = said(r, at)  # made when the page is seen, and kept
        name = shorten(readable(r.name(int(there.tokens[layer, 0]))), WIDE)
        chance = f" {probability(float(there.chances[layer, 0]), 2)}" if head else ""
        return Cell(f"{name}{chance}", "text", role="output")

    columns = (
        Column(""),
        *(
            Column(shorten(readable(r.names[at]), WIDE), "query", key=f"{m.at - at} back")
            for at in across
        ),
    )
    rows = each(row, range(m.layers + 1))
    said_of = "next" if r.network.causal else "here"
    return Table(f"All places: what each layer says {said_of}", columns, rows, m.layer, key="all")


def top(m: RealModel, r: Reading) -> Table:
    """What the last layer says at the chosen token, the best entries of the vocabulary."""
    head = r.network.has_head

    def row(place: int) -> tuple[Cell, ...]:
        z, p = (m.the(name)[m.layers, place] for name in ("best_logits", "chances"))
        reach = max(m.the("best_logits")[m.layers, 0].value, 1e-9)
        token = int(m.said.tokens[-1, place])
        name = Cell(readable(r.name(token)), "text", role="output", key=f"{token}")
        drawn = Bar(p.value) if head else Bar(min(max(z.value, 0.0), reach), 0.0, reach)
        logit, length = cell(z, decimals=2), Cell(drawn, role="output")
        if not head:
            return name, logit, length
        return name, cell(p, "probability", 4, "output"), length, logit

    chance, bar = Column("p", "output"), Column("", "output", bar=True)
    guess = Column("next" if r.network.causal else "masked", "output", key="entry")
    columns = (
        (guess, chance, bar, Column("logit", key="z"))
        if head
        else (Column("entry", "output"), Column("z"), bar)
    )
    title = "▸ at the end says" if head else "▸ at the end: nearest"
    rows = each(row, range(min(SHOWN, r.network.vocabulary)))
    return Table(title, columns, rows, width=22, key="end")


def wrote(m: RealModel, r: Reading) -> tuple[Table, Table]:
    """Who wrote the logit of what comes next, the largest parts first; and the layer's neurons."""
    token = quoted(r.name(int(m.said.tokens[-1, 0])))
    return wrote_most(m, token, reading.parts(r)), neurons(m, token, m.d_ff)


# ── two sentences ──────────────────────────────────────────────────────────────────────


def alike(m: RealModel) -> Table:
    """How alike text and other are after each layer."""

    def row(layer: int) -> tuple[Cell, ...]:
        cosine = m.the("similarities")[layer]
        return (
            Cell("start" if layer == 0 else str(layer), "text", role="muted"),
            cell(cosine, decimals=4, role="output"),
            Cell(Bar(cosine.value, -1.0, 1.0), role="output"),
        )

    columns = (Column("layer"), Column("cosine", "output"), Column("", "output", bar=True))
    rows = each(row, range(len(m.similarities)))
    return Table("How alike: text and other", columns, rows, len(rows) - 1, width=27)


def both(m: RealModel) -> Words:
    """The two sentences, one under the other."""
    lines = tuple(visible(said) or "(nothing)" for said in (m.text, m.other))
    return Words("The two", lines, width=22)


# ── the model itself ───────────────────────────────────────────────────────────────────


def about(r: Reading) -> Words:
    """Say what may be read into these numbers, and what not."""
    lines: tuple[str, ...]
    if r.network.causal:
        lines = (
            "Each token sees itself and what comes before.",
            "Its vector, normed, times every entry's own: the next token.",
            "Read earlier, the same product shows when it made up its mind.",
        )
    elif r.network.has_head:
        lines = (
            "Every token sees all.",
            "Its head was trained on words hidden behind [MASK]: type one.",
            "What it says elsewhere was hardly ever asked.",
            "Its stream is normed after every part, and its head bends: no logit is a sum of "
            "parts.",
        )
    else:
        lines = (
            "Every token sees all.",
            "The file has no head that names words: ▸ is compared with the embeddings "
            "that went in. Nobody trained it to say words.",
            "Trained was the mean of all tokens, which compares sentences.",
            "It names no words: there is no logit that heads could have written.",
        )
    return Words("What this model does", (*lines, *_window(r), *_kept(r)), width=25)


def _window(r: Reading) -> tuple[str, ...]:
    """Say how far back it sees, where that is not the whole text."""
    if not r.network.window:
        return ()
    return (f"It looks back {count(r.network.window)} tokens at most, itself included.",)


def _kept(r: Reading) -> tuple[str, ...]:
    """Say what is kept for the next token."""
    if not r.network.causal:
        return ()
    run, read = r.run, r.source.typed
    each = count(run.cache_bytes // len(run.tokens))
    lines = f"Prefill: {read} tokens read at once. Decode: {len(run.tokens) - read} by one."
    return (f"{lines} Cache: {count(run.cache_bytes)} bytes, {each} a token.",)


def sizes(m: RealModel, r: Reading) -> Table:
    """How large it is."""
    network, block = r.network, r.network.block
    known = {
        "layers": network.layers,
        "heads": block.heads,
        "channels": block.d_model,
        "hidden": block.d_ff,
        "vocabulary": network.vocabulary,
        "longest text": network.context,
    }

    def row(name: str) -> tuple[Cell, ...]:
        if name in known:
            return Cell(name, "text"), Cell(known[name], "integer")
        return Cell(name, "text"), cell(m.one("parameter_count"), "integer", role="output")

    rows = each(row, ("numbers", *known))
    title = f"{network.family}, as published"
    return Table(title, (Column("size"), Column("")), rows, width=24, key="published")
