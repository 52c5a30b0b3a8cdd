"""A link: the command line that reopens a state, safe to paste into a shell."""

import re
import shlex
from collections.abc import Mapping

from tui_transformer.controls import BadValue
from tui_transformer.text import is_clean

PROGRAM = "tfx"


def link(concept: str, assignments: Mapping[str, str]) -> str:
    """Write the command that opens a state."""
    words = [PROGRAM, concept, *(f"{name}={text}" for name, text in assignments.items())]
    return " ".join(quote(word) for word in words)


def quote(word: str) -> str:
    """Quote a word for a shell; control characters are spelled out, never sent raw."""
    if is_clean(word):
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return "$'" + "".join(c if is_clean(c) else _spelled(c) for c in escaped) + "'"


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x80 else f"\\U{code:08x}"


_PIECE = re.compile(
    r"""(?P<space>\s+) | \$'(?P<spelled>(?:[^'\\]|\\.)*)' | '(?P<single>[^']*)'
      | "(?P<double>(?:[^"\\]|\\.)*)" | \\(?P<escaped>.) | (?P<plain>(?:[^\s'"\\$]|\$(?!'))+)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:x(?P<hex>[0-9a-f]{2})|U(?P<long>[0-9a-f]{8})|(?P<self>.))", re.DOTALL)


def words(command: str) -> list[str]:
    """Split a command line as a shell does, `$'…'` included; the inverse of `quote`.

    Raises BadValue where a quotation is never closed.
    """
    result: list[str] = []
    current: list[str] | None = None
    position = 0
    while position < len(command):
        piece = _PIECE.match(command, position)
        if piece is None:
            raise BadValue("a quotation mark is never closed.")
        position = piece.end()
        if piece.lastgroup == "space":
            result += ["".join(current)] if current is not None else []
            current = None
        else:
            current = [] if current is None else current
            current.append(_meaning(piece.lastgroup or "", piece))
    return result + (["".join(current)] if current is not None else [])


def _meaning(kind: str, piece: re.Match[str]) -> str:
    text = piece[kind]
    if kind == "spelled":
        return _ESCAPE.sub(_character, text)
    if kind == "double":
        return re.sub(r'\\(["\\$`])', r"\1", text)
    return text


def _character(escape: re.Match[str]) -> str:
    code = escape["hex"] or escape["long"]
    return chr(int(code, 16)) if code else escape["self"]
