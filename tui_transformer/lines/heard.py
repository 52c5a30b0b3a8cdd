"""Signs that are looked at, as words that can be heard: nothing drawn is read out."""

import re

_DRAWN = re.compile(r"[\u2500-\u257f\u2580-\u259f\u2800-\u28ff]+")  # lines, blocks, dots
_BEFORE = re.compile(r"^(?:[●○◆◇⊕★☆]+\s+)+(?=\S)")  # what a word or a number says as well
_AFTER = re.compile(r" [●○◆◇]$")  # the sign that a title gives to something
_POINTER = re.compile(r"\s+◂$")
_WRONG = re.compile(r"\s!$")
_AXES = re.compile(r"(\S+) ↓ (\S+) →")
_ALONE = {"✓": "yes", "✗": "no", "·": "none", "●": "filled", "○": "hollow", "!": "wrong"}
_IN_PROSE = {
    "●": "filled point",
    "○": "hollow point",
    "◆": "diamond",
    "◇": "open diamond",
    "★": "star",
    "☆": "star",
    "⊕": "circled plus",
    "✓": "yes",
    " ◂": "",
}


def cell(text: str) -> str:
    """Say what stands in a cell of a table, or what a row or column is called."""
    text = undrawn(text)
    text = _WRONG.sub(", wrong", _POINTER.sub("", _BEFORE.sub("", text)))
    return _ALONE.get(text) or _worded(text)


def undrawn(text: str) -> str:
    """Leave out what is drawn of lines and dots; nothing else is moved."""
    return " ".join(_DRAWN.sub(" ", text).split()) if _DRAWN.search(text) else text


def prose(text: str) -> str:
    """Say a title or a sentence in which signs stand for words."""
    return _worded(_AXES.sub(r"\1 down, \2 across", _AFTER.sub("", undrawn(text))))


def _worded(text: str) -> str:
    for sign, word in _IN_PROSE.items():
        text = text.replace(sign, word)
    return text
