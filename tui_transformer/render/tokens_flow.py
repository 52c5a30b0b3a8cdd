"""Where tokens go: they flow over lines, and a long text is only looked at where it is shown.

Every token has a cell before it for what parts it from the last one, and a line has one
more at its end. A lit token is framed in these cells, so that lighting one moves nothing.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from tui_transformer.numbers import count
from tui_transformer.panels import Tokens
from tui_transformer.pieces import Token
from tui_transformer.records import dataclass
from tui_transformer.render.compact import plain
from tui_transformer.render.fit import cells, cut, short

TALLEST = 200  # a text is never measured further than this many lines
_NOTE = 12  # a note takes no more cells than this
_NARROW = 24  # from this width on, "more" is worth the room
_LONGEST = 4000  # nor is more than this of one token ever looked at


class Piece(NamedTuple):
    """A token, or the part of it that stands on one line, at column `x`.

    `first` and `last` say whether the token begins and ends with this piece.
    """

    token: int
    x: int
    width: int
    text: str
    note: str
    first: bool
    last: bool


@dataclass(frozen=True)
class View:
    """What a size shows: pieces by the line they stand on, and how many tokens it does not.

    `before` and `after` say that at the start of the first line and the end of the last.
    """

    lines: tuple[tuple[int, tuple[Piece, ...]], ...] = ()
    before: str = ""
    after: str = ""


@lru_cache(maxsize=8192)
def shown(text: str) -> tuple[str, int]:
    """Make spaces and line breaks of a token visible, and count its cells; nothing is ∅."""
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    text = plain(text.replace(" ", "·").replace("\n", "↵")) or "∅"
    return text, cells(text)


def flow(panel: Tokens, start: int, width: int, indent: int = 0) -> Iterator[tuple[Piece, ...]]:
    """Lay tokens out from one on, line by line, as far as somebody asks."""
    begin = int(width > 2)
    end = max(width - begin, 1)
    line: list[Piece] = []
    x = begin + indent
    for index in range(start, len(panel.tokens)):
        token = panel.tokens[index]
        for text, note, size, first, last in _parts(token, end - begin):
            if x + size > end and x > begin:
                yield tuple(line)
                line, x = [], begin
            line.append(Piece(index, x, size, text, note, first, last))
            x += size + 1
            if text[-1] == "↵":
                yield tuple(line)
                line, x = [], begin
    if line:
        yield tuple(line)


def _parts(token: Token, room: int) -> Iterable[tuple[str, str, int, bool, bool]]:
    """Cut a token where its lines end and where it is wider than a line.

    Each part with its note, its width, and whether the token begins and ends with it.
    """
    text, size = shown(token.text)
    if size <= room and not token.note and "↵" not in text[:-1]:
        return ((text, "", size, True, True),)
    return _cut(text, short(plain(token.note), min(room, _NOTE)), room)


def _cut(text: str, note: str, room: int) -> Iterator[tuple[str, str, int, bool, bool]]:
    at = 0
    while at < len(text):
        stop = text.find("↵", at) + 1 or len(text)
        part = cut(text[at:stop], room)
        after = at + max(len(part), 1)
        part, under = part or "…", "" if at else note
        yield part, under, max(cells(part), cells(under)), at == 0, after >= len(text)
        at = after


def lines_of(line: tuple[Piece, ...]) -> int:
    """Say how many lines of the panel a line of tokens takes: notes stand under it."""
    return 1 + any(piece.note for piece in line)


def natural_height(panel: Tokens, width: int) -> int:
    """Say how many lines all tokens take, up to what anybody could show."""
    total = 0
    for line in islice(flow(panel, 0, max(width, 1)), TALLEST):
        total += lines_of(line)
    return min(max(total, 1), TALLEST)


def view(panel: Tokens, width: int, height: int) -> View:
    """Choose what to show, so that the lit token is on it."""
    if width < 1 or height < 1 or not panel.tokens:
        return View()
    lit = panel.token
    found = _view(panel, 0, width, height)
    if lit is None or not 0 <= lit < len(panel.tokens) or _shows(found, lit):
        return found
    # Windows begin at multiples of a step: the text stands still while the lit token walks.
    step = max(width * height // 16, 1)
    for back in (1, 0):
        start = (lit // step - back) * step
        if start > 0:
            found = _view(panel, start, width, height)
            if _shows(found, lit) and _ends(found, width):
                return found
    found, alone = (_view(panel, lit, width, height, quiet) for quiet in (False, True))
    crowded = not _ends(found, width) and _ends(alone, width)
    return found if _shows(found, lit) and not crowded else alone


def _ends(found: View, width: int) -> bool:
    """Say whether what is told at the end stands behind the frame of the last token."""
    last = next((line[-1] for _, line in reversed(found.lines) if line), None)
    return last is None or last.x + last.width + len(found.after) < width


def _shows(found: View, token: int) -> bool:
    return any(piece.token == token for _, line in found.lines for piece in line)


def _view(panel: Tokens, start: int, width: int, height: int, quiet: bool = False) -> View:
    """Fill a size with tokens from one on; `quiet` keeps the room of what says so."""
    before = ""
    if start and not quiet:
        before = _fitting(width // 2, f"… {count(start)} before", f"{count(start)}…", "…")
    lines: list[tuple[int, tuple[Piece, ...]]] = []
    y = 0
    for line in flow(panel, start, width, len(before) + 1 if before else 0):
        if y >= height or (y and y + lines_of(line) > height):
            break
        lines.append((y, line))
        y += lines_of(line)
    if _next(lines, start) == len(panel.tokens):
        return View(tuple(lines), before)
    return _cut_short(panel, lines, before, start, width)


def _next(lines: list[tuple[int, tuple[Piece, ...]]], start: int) -> int:
    """Say which token comes after the last one that is whole."""
    last = next((line[-1] for _, line in reversed(lines) if line), None)
    return start if last is None else last.token + last.last


def _cut_short(
    panel: Tokens, lines: list[tuple[int, tuple[Piece, ...]]], before: str, start: int, width: int
) -> View:
    """Make room at the end of the last line for how many tokens are not shown."""
    while True:
        y, line = lines[-1]
        rest = len(panel.tokens) - _next(lines, start)
        room = width - (line[-1].x + line[-1].width + 1 if line else 0)
        short = f"…+{count(rest)}" if width < _NARROW else ""
        after = _fitting(room, f"… {count(rest)} more", short)
        alone = sum(len(line) for _, line in lines) < 2
        if after or not line or alone:
            return View(tuple(lines), before, after or "…")
        lines[-1] = y, line[:-1]


def _fitting(room: int, *texts: str) -> str:
    """Choose the first of some texts that fits."""
    return next((text for text in texts if len(text) <= room), "")
