"""The tasks of the concept `tokenizer`, and what they say when they are solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.concept import Challenge
from tui_transformer.concepts._tokenizer_figure import many, readable

if TYPE_CHECKING:
    from tui_transformer.concepts.tokenizer import Tokenizer


def makes_two_of_lowest(m: Tokenizer) -> bool:
    """Say whether lowest, where it is new, is two tokens."""
    return m.sample == "lowest" and len(m.sample_nodes) == 2 and not m.learned.holds("lowest")


def seen_lowest(m: Tokenizer) -> str:
    """Say what lowest was put together from."""
    one, two = (m.shown(node.symbol) for node in m.sample_nodes)
    return f"lowest is {one} and {two} after {many(len(m.made), 'merge')}; the text never had it."


def new_letters(m: Tokenizer) -> list[str]:
    """List the letters of the sample that the text never had, in order."""
    return [letter for letter in "".join(m.sample.split()) if letter not in m.text]


def seen_bytes(m: Tokenizer) -> str:
    """Say what became of a letter that the text never had."""
    letter = new_letters(m)[0]
    codes = " ".join(f"{byte:02X}" for byte in letter.encode())
    return f"{readable(letter)} is written in UTF-8, {codes}, and each of 256 bytes is a symbol."


def longest_run(m: Tokenizer) -> int:
    """How long the longest run of one symbol is, where the most frequent pair is twice that."""
    left, right, _ = m.leading[0] if m.leading else (0, 1, 0)
    runs = m.learned.in_runs(m.merges, left) if left == right else []
    return max((length for length, _ in runs), default=0)


def seen_overlap(m: Tokenizer) -> str:
    """Say how often a pair counts that overlaps itself."""
    run, symbol = longest_run(m), m.leading[0][0]
    pair, times = m.pair(symbol, symbol), many(run // 2, "time")
    return f"In {run} in a row {pair} counts {times}, not {run - 1}: no symbol is merged twice."


TASKS = (
    Challenge(
        "make two tokens of lowest, a word that is not in the text",
        makes_two_of_lowest,
        {"merges": 5},
        hint="Step with . until both low and est</w> are learned.",
        seen=seen_lowest,
    ),
    Challenge(
        "write a sample with a letter that the text never had, without getting <unk>",
        lambda m: m.base == "bytes" and bool(new_letters(m)),
        {"base": "bytes", "sample": "löwe"},
        hint="Which base knows everything?",
        seen=seen_bytes,
    ),
    Challenge(
        "find a text whose most frequent pair overlaps itself, and read its count",
        lambda m: longest_run(m) > 2,
        {"text": "aaaaa"},
        hint="One letter, often enough.",
        seen=seen_overlap,
    ),
)
