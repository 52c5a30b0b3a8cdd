"""Prose as it will stand on the screen: without its marks, and how many lines it takes."""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import combining, east_asian_width

COLUMNS: Final = 78

_LINK: Final = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
_MARKS: Final = re.compile(r"\*\*|\*|`")


def plain(text: str) -> str:
    """Write a paragraph without Markdown's marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def links(text: str) -> list[str]:
    """List where the links of a paragraph lead."""
    return [match[2] for match in _LINK.finditer(text)]


def count(paragraphs: Iterable[str]) -> int:
    """Count the words of paragraphs."""
    return sum(len(re.findall(r"\w[\w'’.,−-]*", plain(text))) for text in paragraphs)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum((east_asian_width(c) in "WF") + 1 for c in text if not combining(c))


def rows(paragraphs: Iterable[str], columns: int = COLUMNS) -> int:
    """How many lines paragraphs take, each beginning one."""
    return sum(len(wrapped(plain(text), columns)) for text in paragraphs)


def wrapped(text: str, columns: int = COLUMNS) -> list[str]:
    """Break a text into lines; a word that is longer than a line is cut."""
    lines: list[str] = []
    now = ""
    for word in text.split():
        if now and cells(now) + 1 + cells(word) <= columns:
            now = f"{now} {word}"
            continue
        lines += [now] if now else []
        now = word
        if cells(word) > columns:
            half = max(columns // 2, 1)  # fits, however wide its characters are
            *cut, now = (word[at : at + half] for at in range(0, len(word), half))
            lines += cut
    return lines + ([now] if now else [])
