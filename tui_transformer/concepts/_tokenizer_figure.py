"""The panels of the tokenizer screen, and how each of their numbers comes about."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from tui_transformer.concepts._merge_tree import drawn, fitting
from tui_transformer.figure import Bar, Cell, Column, Style, Table, Token, Tokens, Words
from tui_transformer.numbers import count
from tui_transformer.text import shorten, visible
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.tokenizer import Tokenizer

SHOWN_PAIRS = 6
SHOWN_MERGES = 12
SHOWN_TOKENS = 600  # more than the panel has room for
SHOWN_TERMS = 100  # of a count's working; what is left is one more term
TREE_WIDTH = 52


def readable(name: str) -> str:
    """Give every space and control character a visible cell; nobody reads past 200."""
    return visible(name[:200].replace(" ", "␣"))


def many(number: int, noun: str) -> str:
    """Write a number of things: 1 merge, 2 merges."""
    return f"{count(number)} {noun}{'s' * (number != 1)}"


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


def pair_table(m: Tokenizer) -> Table:
    """The most frequent pairs; the first is merged next."""
    rows = tuple(pair_row(m, *pair) for pair in m.leading[:SHOWN_PAIRS])
    none = ((Cell("none is left", "text", role="muted"),),)
    return Table(
        "Pairs: the first is next",
        (Column("pair"), Column("count", "output"), Column("", "output", bar=True)),
        rows or none,
        row=0 if rows else None,
    )


def pair_row(m: Tokenizer, left: int, right: int, times: int) -> tuple[Cell, ...]:
    """One pair and how often it can be merged."""
    return (
        Cell(m.pair(left, right), "text"),
        Cell(
            times,
            "integer",
            role="output",
            working=lambda: pair_working(m, m.merges, left, right, times, "top_pairs"),
        ),
        Cell(Bar(times, 0, m.leading[0][2]), role="output"),
    )


def pair_working(m: Tokenizer, k: int, left: int, right: int, times: int, of: str) -> Working:
    """Show how often a pair could be merged after k merges, word by word or run by run."""
    if m.split_words:
        words = m.learned.in_words(k, left, right)
        names = ", ".join(readable(word) for word, _, _ in words[:3])
        symbols = f"times the word is there · places in it: {shorten(names, 40)}"
        terms = [f"{word_times}*{inside}" for _, word_times, inside in words]
        rest = sum(word_times * inside for _, word_times, inside in words[SHOWN_TERMS:])
    elif left == right:
        runs = m.learned.in_runs(k, left)
        symbols = "runs · ⌊length/2⌋, because overlaps count once"
        terms = [f"{runs_like_it}*floor({length}/2)" for length, runs_like_it in runs]
        rest = sum(runs_like_it * (length // 2) for length, runs_like_it in runs[SHOWN_TERMS:])
    else:
        symbols, terms, rest = f"times that {m.pair(left, right)} stand so", [n(times)], 0
    shown = terms[:SHOWN_TERMS] + ([n(rest)] if rest else [])
    return Working(symbols, total(shown), times, of)


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


def merge_table(m: Tokenizer) -> Table:
    """The latest merges, each with how often it happened."""
    last = len(m.made)
    rows = tuple(merge_row(m, number) for number in range(last, max(last - SHOWN_MERGES, 0), -1))
    none = ((Cell("–", "text"), Cell("none yet", "text", role="muted")),)
    return Table(
        "Merges, newest first",
        (Column("#"), Column("merge"), Column("count", "output"), Column("makes")),
        rows or none,
    )


def merge_row(m: Tokenizer, number: int) -> tuple[Cell, ...]:
    """One merge that was made."""
    merge = m.made[number - 1]
    makes = len(m.learned.alphabet) + number - 1
    return (
        Cell(count(number), "text", role="muted"),
        Cell(m.pair(merge.left, merge.right, 10), "text"),
        Cell(
            merge.count,
            "integer",
            role="output",
            working=lambda: pair_working(
                m, number - 1, merge.left, merge.right, merge.count, "merge_list"
            ),
        ),
        Cell(shorten(m.shown(makes), 16), "text"),
    )


def size_table(m: Tokenizer) -> Table:
    """How much shorter the text became, and at what price in symbols."""
    return Table(
        "What it buys", (Column("size"), Column("")), tuple(size_row(*size) for size in sizes(m))
    )


def size_row(name: str, style: Style, working: Working) -> tuple[Cell, ...]:
    """One number that belongs to the whole text."""
    return Cell(name, "text"), Cell(working.value, style, 4, working=lambda: working)


def sizes(m: Tokenizer) -> list[tuple[str, Style, Working]]:
    """Work out the numbers that belong to the whole text."""
    start, words = m.learned.token_count(0), m.learned.word_count
    taken = [str(merge.count) for merge in m.made]
    rows: list[tuple[str, Style, Working]] = [
        (
            "tokens",
            "integer",
            Working(
                "symbols at first − what each merge took away",
                f"{start} - {total(taken)}" if taken else n(start),
                m.token_count,
                "tokens",
            ),
        ),
        ("vocabulary", "integer", vocabulary_working(m)),
        (
            "symbols at first",
            "integer",
            Working(
                "what words are made of + one </w> a word" if m.split_words else "the whole text",
                f"{start - words} + {words}" if m.split_words else n(start),
                start,
                "tokens",
            ),
        ),
    ]
    if m.characters_per_token is not None:
        rows.insert(
            1,
            (
                "characters/token",
                "number",
                Working(
                    "characters of the text / tokens",
                    f"{len(m.text)}/{m.token_count}",
                    m.characters_per_token,
                    "characters_per_token",
                ),
            ),
        )
    return rows


def vocabulary_working(m: Tokenizer) -> Working:
    """Show what the vocabulary is made of."""
    base = "bytes" if m.base == "bytes" else "different characters"
    parts = [(base, m.learned.alphabet.end), ("</w>", 1), ("merges", len(m.made))]
    if not m.split_words:
        del parts[1]
    return Working(
        " + ".join(name for name, _ in parts),
        total(n(size) for _, size in parts),
        m.vocabulary_size,
        "vocabulary_size",
    )
