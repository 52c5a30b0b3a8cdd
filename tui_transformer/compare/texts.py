"""Tokens and lines of text: what was put in is marked, what was taken out is counted."""

import dataclasses
from collections.abc import Sequence

from tui_transformer.compare.pairing import lost, outcome, partners
from tui_transformer.numbers import alike
from tui_transformer.panels import Tokens, Words
from tui_transformer.pieces import Token

_MOST = 250_000  # pairs of tokens that are looked at for the best alignment
_SEEN = 0.02  # shades that differ by less look the same


def tokens(now: Tokens, before: Tokens) -> Tokens:
    """Compare two texts token by token; each token says with its sign how it differs."""
    texts, old = [token.text for token in now.tokens], [token.text for token in before.tokens]
    found = aligned(texts, old)
    pairs = [
        (token, None if at is None else before.tokens[at])
        for token, at in zip(now.tokens, found, strict=True)
    ]
    differs = None
    if any(was and _shaded(token, was) for token, was in pairs):
        differs = ("shades differ", "≠")
    if any(was and token.note != was.note for token, was in pairs):
        differs = ("differs", "≠")
    return dataclasses.replace(
        now,
        tokens=tuple(_signed(token, _sign(token, was)) for token, was in pairs),
        outcome=outcome(differs, found.count(None), lost(found, old)),
    )


def _signed(token: Token, sign: str) -> Token:
    return dataclasses.replace(token, sign=sign) if sign else token


def _shaded(now: Token, before: Token) -> bool:
    """Say whether a token's shade is another one, however little."""
    if now.strength is None or before.strength is None:
        return now.strength is not before.strength
    return not alike(now.strength, before.strength)


def _sign(now: Token, before: Token | None) -> str:
    """Say in one character how a token differs from itself in another state."""
    if before is None:
        return "+"
    more = (now.strength or 0.0) - (before.strength or 0.0)
    if abs(more) >= _SEEN:
        return "▲" if more > 0 else "▼"
    return "" if now.note == before.note else "≠"


def words(now: Words, before: Words) -> Words:
    """Compare two texts line by line; of several lines, those that are new begin with +."""
    found = aligned(now.lines, before.lines)
    lines = now.lines
    if len(lines) > 1 and None in found:
        marks = ["+ " if at is None else "  " for at in found]
        lines = tuple(f"{mark}{line}".rstrip() for mark, line in zip(marks, lines, strict=True))
    said = outcome(None, found.count(None), lost(found, before.lines))
    return dataclasses.replace(now, lines=lines, outcome=said)


def aligned(now: Sequence[str], before: Sequence[str]) -> list[int | None]:
    """Find the partners of a text's pieces, in the order of the text as far as that is cheap."""
    if now == before or len(now) * len(before) > _MOST:
        return partners(now, before)
    found: list[int | None] = [None] * len(now)
    from difflib import SequenceMatcher  # only where two texts are compared

    for old, new, size in SequenceMatcher(None, before, now, False).get_matching_blocks():
        found[new : new + size] = range(old, old + size)
    return found
