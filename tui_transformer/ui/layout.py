"""Keyboards without Latin letters, which are what commands are called by."""

import unicodedata
from typing import Final

ADVICE: Final = "Only Latin letters are commands; F10 or ctrl+q leaves."
"""How to leave with a keyboard that has no `q`."""


def is_foreign(text: str) -> bool:
    """Say whether a text has a letter of an alphabet that names no command."""
    return any(
        letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in text
    )
