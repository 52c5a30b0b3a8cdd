"""The pictures of the concept `tokenizer`, and the sentence under them."""

from collections.abc import Callable
from functools import lru_cache

import tui_transformer.concepts.tokenizer.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.tokenizer.model import SAMPLES, Tokenizer, readable
from tui_transformer.concepts.tokenizer.tables import merge_table, pair_table, size_table
from tui_transformer.concepts.tokenizer.tree import drawn, fitting
from tui_transformer.figure import Figure
from tui_transformer.nn.bpe import UNKNOWN, UNKNOWN_ID
from tui_transformer.numbers import count, many
from tui_transformer.panels import Tokens, Words, main
from tui_transformer.pieces import Token
from tui_transformer.text import shorten

LINE = 76
SHOWN_TOKENS = 600  # more than the panel has room for
TREE_WIDTH = 52


def view(m: Tokenizer) -> Figure:
    """The text in tokens; what is merged next; how the sample splits; what was learned."""
    return Figure(
        rows=(
            (main(text_panel(m)),),
            (main(pair_table(m)), sample_panel(m)),
            (rule_panel(m),),
            (merge_table(m), size_table(m)),
        ),
        says=says(m),
        formula=m.the("top_pairs").working(0, 2) if m.leading else m.one("token_count").why(),
        data="designed" if m.text in SAMPLES else "yours",
    )


def says(m: Tokenizer) -> str:
    """Say what was merged last, and what the merges so far make of the sample."""
    if not m.token_count:
        nothing = "Only spaces, no words" if m.text else "No text, no pairs"
        return f"{nothing}: type some and watch tokens grow."
    if letter := unknown_letter(m):
        return f"{letter} is not in the text: {UNKNOWN}. A byte base would know it: base = bytes."
    if not m.leading:
        last = (
            f"after {many(len(m.made), 'merge')} no pair is left"
            if m.made
            else "a single symbol has no neighbour to merge with"
        )
    elif m.made:
        merge = m.made[-1]
        last = (
            f"merge {len(m.made)} was {m.pair(merge.left, merge.right, 8)}, "
            f"{many(merge.count, 'time')}"
        )
    else:
        left, right, times = m.leading[0]
        last = f"next comes {m.pair(left, right, 8)}, {many(times, 'time')}"
    if not m.sample_nodes:
        return f"{last[0].upper()}{last[1:]}."
    return f"{sample_splits(m, LINE - len(last) - 3)}; {last}."


def sample_splits(m: Tokenizer, room: int) -> str:
    """Say how the sample splits, in so many characters where that can be."""
    one_word = not m.split_words or len(m.sample.split()) == 1
    unseen = "Unseen " if one_word and not m.learned.holds(m.sample) else ""
    sample = f"{unseen}{shorten(readable(m.sample), 12)}"
    if len(m.sample_nodes) == 1:
        return f"{sample} is one token"
    pieces = "│".join(map(namer(m), (node.symbol for node in m.sample_nodes[:room])))
    for said in (f"{sample} splits as {pieces}", f"{sample} is {pieces}"):
        if m.made and len(said) <= room:
            return said
    return f"{sample} is {many(len(m.sample_nodes), 'token')}"


def unknown_letter(m: Tokenizer) -> str:
    """Find the first character of the sample that no symbol stands for; nothing if all do."""
    if UNKNOWN_ID not in (node.symbol for node in m.sample_nodes):
        return ""
    known = m.learned.alphabet.characters
    return readable(
        next(c for c in m.sample if c not in known and not (m.split_words and c.isspace()))
    )


# ── panels ─────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=8192)
def token(name: str, group: int) -> Token:
    """Make a token to show; each time the same one, so that panels are quickly compared."""
    return Token(shorten(readable(name), 60), group)


def text_panel(m: Tokenizer) -> Tokens:
    """The text, or the beginning of it that a screen can hold."""
    name = m.learned.name
    ids = m.learned.token_ids(m.merges)[:SHOWN_TOKENS].tolist()
    some = f", the first {count(len(ids))} of them" if m.token_count > len(ids) else ""
    return Tokens(
        f"The text in {many(m.token_count, 'token')}{some}",
        tuple(token(name(i), i) for i in ids),
        height=2,
        key="text",
    )


def sample_panel(m: Tokenizer) -> Words:
    """The tree of merges over the sample, or over as much of it as fits."""
    name = namer(m)
    shown = fitting(m.sample_nodes, name, TREE_WIDTH)
    lines = drawn(shown, name) if m.sample_nodes else ["Type a sample."]
    if len(shown) < len(m.sample_nodes):
        lines.append(f"… {many(len(m.sample_nodes) - len(shown), 'more token')}")
    return Words("The sample, merged", tuple(lines), width=min(max(map(len, lines)), TREE_WIDTH))


def namer(m: Tokenizer) -> Callable[[int], str]:
    """Make a function that writes a symbol so that spaces can be seen too."""
    name = m.learned.name
    return lambda symbol: readable(name(symbol))


def rule_panel(m: Tokenizer) -> Words:
    """The rule, in the form it has with these controls."""
    spaces = (
        "A word ends in </w>; no merge crosses a space."
        if m.split_words
        else "Spaces are characters like any other, shown as ␣."
    )
    return Words(
        "The rule",
        (
            "Merge the most frequent pair; among equals, the one seen first.",
            "Overlaps count once: aaa holds one a + a.",
            "A sample replays the merges in the order learned.",
            spaces,
            *(["Bytes that are no character by themselves: <0xE2>."] if m.base == "bytes" else []),
        ),
    )
