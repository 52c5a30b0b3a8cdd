"""The fewest bytes that turn one screen into another, found apart from anything tfx does.

The answer is the bytes themselves, so that a test can send them to a terminal and look. They are
the fewest under these assumptions:

- Cells are written in reading order, from the cursor's place and style left by the last frame. A
  style is free to stay as it is at the end. (Writing all cells of one style first, across the
  screen, can be shorter; nobody does it.)
- Only cells that look different count. A blank has no foreground: its colour, weight and slant are
  whatever is cheapest. Unchanged cells in a gap are written again where that beats a jump.
- The vocabulary: characters, cursor movement (absolute, relative, carriage return, backspace), and
  styles (differences or a reset, joined in one sequence, colours as the program chose them). No
  erasing, repeating or scrolling, which terminals do not agree on.
- A line feed costs two bytes, as the terminal driver puts a carriage return before it.
- A cursor past the last column is nowhere: only an absolute movement leaves it.
"""

from collections.abc import Iterable
from functools import lru_cache

from pyte.screens import Char
from wcwidth import wcwidth

Cells = list[list[Char]]

_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_FLAGS = {"bold": 1, "italics": 3, "underscore": 4, "blink": 5, "reverse": 7, "strikethrough": 9}
_DEFAULT = Char(" ")


def fewest(before: Cells, cursor: tuple[int, int, Char], after: Cells) -> bytes:
    """The shortest output that makes a terminal showing `before` show `after`."""
    x, y, style = cursor
    paths = {style._replace(data=" "): b""}
    for row, (old, new) in enumerate(zip(before, after, strict=True)):
        changed = _changed(old, new)
        for index, column in enumerate(changed):
            following = _styles_after(new, column, changed[index + 1 :])
            jump = _move(x, y, column, row, len(new))
            there = [(style, path + jump) for style, path in paths.items()]
            if y == row and x < column:
                through = paths
                for between in range(x, column):
                    through = _write(through, new, between, _styles_after(new, between, [column]))
                there += through.items()
            paths = _write(_cheapest(there), new, column, following)
            x, y = column + max(1, wcwidth(new[column].data[:1] or " ")), row
    return min(paths.values(), key=len)


def changed_cells(before: Cells, after: Cells) -> int:
    """How many cells look different."""
    return sum(len(_changed(old, new)) for old, new in zip(before, after, strict=True))


def _changed(old: list[Char], new: list[Char]) -> list[int]:
    """The columns to write; for a wide character that is the left one."""
    columns = [x for x in range(len(new)) if _look(old[x]) != _look(new[x])]
    return sorted({x - 1 if new[x].data == "" and x else x for x in columns})


def _look(cell: Char) -> Char:
    """The cell with everything that cannot be seen on it left out."""
    if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return Char(" ", bg=cell.bg)
    return cell


def _styles_after(row: list[Char], column: int, changed: list[int]) -> list[Char]:
    """Styles that a blank might take in advance: of the characters that come next."""
    neighbour = next((cell for cell in row[column + 1 :] if cell.data.strip()), None)
    written = next((row[x] for x in changed if row[x].data.strip()), None)
    return [cell._replace(data=" ") for cell in (neighbour, written) if cell is not None]


def _write(
    paths: dict[Char, bytes], row: list[Char], column: int, following: list[Char]
) -> dict[Char, bytes]:
    """Every way to have written the cell as well, by the style in force after it."""
    cell = row[column]
    data = cell.data.encode()
    if _look(cell) is cell:
        style = cell._replace(data=" ")
        return _cheapest((style, path + _style(old, style) + data) for old, path in paths.items())
    return _cheapest(
        (style, path + _style(old, style) + data)
        for old, path in paths.items()
        for style in (_under_blank(each, cell) for each in (old, _DEFAULT, *following))
    )


def _under_blank(style: Char, blank: Char) -> Char:
    """The style with what shows on a blank as the blank has it."""
    return style._replace(bg=blank.bg, underscore=False, strikethrough=False, reverse=False)


def _cheapest(ways: Iterable[tuple[Char, bytes]]) -> dict[Char, bytes]:
    best: dict[Char, bytes] = {}
    for style, path in ways:
        if style not in best or len(path) < len(best[style]):
            best[style] = path
    return best


@lru_cache(maxsize=100_000)
def _style(old: Char, new: Char) -> bytes:
    """The shortest sequence from one style to another."""
    if old == new:
        return b""
    change = ";".join(_parameters(old, new))
    afresh = ";".join(["", *_parameters(_DEFAULT, new)])
    return f"\x1b[{min(change, afresh, key=len)}m".encode()


def _parameters(old: Char, new: Char) -> list[str]:
    parameters = []
    for name, code in _FLAGS.items():
        if getattr(old, name) != getattr(new, name):
            parameters.append(str(code if getattr(new, name) else max(code + 20, 22)))
    if old.fg != new.fg:
        parameters.append(_colour(new.fg, 30))
    if old.bg != new.bg:
        parameters.append(_colour(new.bg, 40))
    return parameters


def _colour(name: str, base: int) -> str:
    if name == "default":
        return str(base + 9)
    plain = name.replace("bfight", "bright").removeprefix("bright")  # pyte's slip of the pen
    if plain in _NAMES:
        return str(base + _NAMES.index(plain) + (60 if plain != name else 0))
    red, green, blue = bytes.fromhex(name)
    return f"{base + 8};2;{red};{green};{blue}"


@lru_cache(maxsize=100_000)
def _move(x: int, y: int, to_x: int, to_y: int, columns: int) -> bytes:
    """The shortest cursor movement."""
    if (x, y) == (to_x, to_y):
        return b""
    line, column = str(to_y + 1) if to_y else "", f";{to_x + 1}" if to_x else ""
    ways = [f"\x1b[{line}{column}H"]
    vertical = [f"\x1b[{line}d", _steps(to_y - y, "B", "A")] if y != to_y else [""]
    starts = [(way, x) for way in vertical] + [(way + "\r", 0) for way in vertical]
    if to_y > y:
        starts.append(("\r\n" * (to_y - y), 0))
    for way, start in starts:
        ways.append(way + f"\x1b[{to_x + 1 if to_x else ''}G")
        if start < columns:
            ways.append(way + _steps(to_x - start, "C", "D"))
            if start > to_x:
                ways.append(way + "\b" * (start - to_x))
    return min(ways, key=len).encode()


def _steps(count: int, forward: str, back: str) -> str:
    if count == 0:
        return ""
    return f"\x1b[{abs(count) if abs(count) > 1 else ''}{forward if count > 0 else back}"
