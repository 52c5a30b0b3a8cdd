"""What one state of the self-attention screen shows, in a sentence."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.self_attention.model import SelfAttention
from tui_transformer.nn.made_up.designed import KINDS, features
from tui_transformer.numbers import probability
from tui_transformer.text import shorten

LONGEST = 12  # a word takes no more characters than this in a sentence
SAME = 1e-12  # weights closer than this are said to tie


def says(m: SelfAttention) -> str:
    """Say where the chosen word looks."""
    note = m.split.note
    return f"{note} {about_row(m)}" if note else about_row(m)


def about_row(m: SelfAttention) -> str:
    """Say it without the limits."""
    where = f"Layer {m.layer}, causal" if m.causal else f"Layer {m.layer}"
    word, tops = quoted(m, m.query), tied(m.row)
    if len(m.tokens) == 1:
        return f"Layer {m.layer}: it looks at itself alone."
    if m.seen == 1:
        return f"{where}: {word} sees only itself, so that gets all of the weight."
    if len(tops) == m.seen:
        return f"{where}: {word} {nothing(m)} {m.seen} words: 1/{m.seen} each."
    told = copied(m, tops)
    if told:
        return f"{where}: {found(m, tops)}; copied: {told}."
    return f"{where}: {found(m, tops)}."


def is_pronoun(m: SelfAttention) -> bool:
    """Whether the chosen word is one that the designed weights send looking."""
    return m.weights == "designed" and "pronoun" in features(m.tokens[m.query])


def nothing(m: SelfAttention) -> str:
    """Say why all words get the same."""
    if not is_pronoun(m):
        return "looks alike at all"
    return "finds no noun it knows among" if m.layer == 2 else "finds no adjective among"


def copied(m: SelfAttention, tops: list[int]) -> str:
    """Name what a pronoun copies from the adjectives it looks at most in layer 1."""
    said = {feature for at in tops for feature in features(m.tokens[at])}
    kinds = [f"+{kind}" for kind in KINDS if f"→{kind}" in said]
    return " ".join(kinds) if m.layer == 1 and is_pronoun(m) else ""


def found(m: SelfAttention, tops: list[int]) -> str:
    """Say where the chosen word looks most."""
    w = probability(float(m.row[tops[0]]), 3)
    if len(tops) == 1:
        at = "itself" if tops[0] == m.query else name(m, tops[0])
        return f"{quoted(m, m.query)} looks at {at} ({w})"
    if len(tops) == 2:
        return f"{name(m, tops[0])} and {name(m, tops[1])} tie ({w})"
    return f"{len(tops)} words tie ({w})"


def tied(row: Array) -> list[int]:
    """List the places of the largest weight: one, unless some are equal."""
    return [int(at) for at in np.flatnonzero(row >= np.max(row) - SAME)]


def name(m: SelfAttention, at: int) -> str:
    """Name a word, shortened."""
    return shorten(m.tokens[at], LONGEST)


def quoted(m: SelfAttention, at: int) -> str:
    """Name a word as the one that is asked about."""
    return f"“{name(m, at)}”"
