"""What fits into very few cells: numbers with fewer digits that still do not lie, and labels."""

import math
from functools import lru_cache

import numpy as np
from rich.cells import cell_len

from tui_transformer.arrays import Array
from tui_transformer.numbers import number
from tui_transformer.pieces import Style
from tui_transformer.records import dataclass
from tui_transformer.render.fit import cells, fit, short
from tui_transformer.render.spelling import drawn, spell
from tui_transformer.text import visible


@lru_cache(maxsize=4096)
def box(text: str, width: int, ascii: bool = False, right: bool = False) -> str:
    """Write text into exactly so many cells: padded, or cut, from five on with an ellipsis.

    What takes no cell of its own (combining marks, selectors) is left out, so that the
    sum of the characters is the width on every terminal.
    """
    text = plain(text, ascii)
    size = cells(text)
    if size > width:
        text = fit(text, width) if width > 4 else short(text, width)
        text = drawn(text) if ascii else text
        size = cells(text)
    space = " " * (width - size)
    return space + text if right else text + space


def initial(text: str, width: int, ascii: bool = False, right: bool = False) -> str:
    """Write the first letters of a name into exactly so many cells, without an ellipsis."""
    return box(short(plain(text, ascii), width), width, ascii, right)


@lru_cache(maxsize=4096)
def plain(text: str, ascii: bool = False) -> str:
    """Make text safe to show, without characters that have no cell of their own."""
    text = visible(text)
    text = spell(text) if ascii else text
    return text if text.isascii() else "".join(c for c in text if cell_len(c))


# What a plain format writes for numbers that need a second look: those that are not finite,
# that round to zero, and probabilities that round to one.
_NOT = {"nan", "inf", "-inf"} | {sign + f"{0:.{d}f}" for d in range(20) for sign in ("", "-")}
_SPECIAL = (frozenset(_NOT), frozenset(_NOT | {f"{1:.{d}f}" for d in range(20)}))


@dataclass(frozen=True)
class Digits:
    """How the numbers of one matrix are written, so that all of them look alike."""

    style: Style
    decimals: int
    zero: bool = True  # 0.88 rather than .88
    ascii: bool = False

    def row(self, numbers: list[float], room: int) -> list[str]:
        """Write a row of numbers, each into so many cells."""
        form, zero = f"%.{self.decimals}f", self.zero
        special = _SPECIAL[self.style == "probability"]
        known: dict[tuple[str, int], str] = {}
        texts = []
        for x in numbers:
            text = form % x
            if text in special:
                # Of those that look alike, what is written depends on no more than this.
                same = text, (x >= 0) + (x > 0) + (x >= 1) + (x > 1)
                if same not in known or not self.decimals:
                    known[same] = self.write(x, room)
                text = known[same]
            elif text[0] == "-":
                text = "−" + (text[1:] if zero or text[1] != "0" else text[2:])
            elif not zero and text[0] == "0":
                text = text[1:]
            texts.append(text if len(text) <= room else self.write(x, room))
        return texts

    def write(self, x: float, room: int) -> str:
        """Write a number into so many cells; an ellipsis where even that cannot be done.

        >>> Digits("probability", 2, zero=False).write(0.0004, 4)
        '<.01'
        >>> Digits("probability", 2, zero=False).write(0.0004, 3)
        '≈0'
        """
        for text in self._attempts(x):
            if len(text) <= room:
                return text
            if self.ascii and len(text := text.replace("~=", "~")) <= room:
                return text
        return ("~" if self.ascii else "…") if room > 0 else ""

    def _attempts(self, x: float) -> list[str]:
        found = self._ways(x)
        return [spell(text) for text in found] if self.ascii else found

    def _ways(self, x: float) -> list[str]:
        sure = self.style == "probability" and x == 1
        if not math.isfinite(x) or x == 0 or sure:
            return [number(x)]
        if self.style == "probability" and 0 < x < 1:
            return _chance(x, max(self.decimals, 1), self.zero)
        tries = [t for d in range(self.decimals, -1, -1) for t in _real(x, d, self.zero)]
        return [*tries, number(float(x), 2), number(float(x), 1)]


def _chance(p: float, decimals: int, zero: bool) -> list[str]:
    """Write a probability that is neither 0 nor 1 so that it does not look like it."""
    text, near = f"{p:.{decimals}f}", []
    if float(text) == 0:
        text, near = f"<0.{'1'.rjust(decimals, '0')}", ["≈0"]
    elif float(text) == 1:
        text, near = f">0.{'9' * decimals}", ["≈1"]
    short = text.replace("0.", ".", 1)
    return [text, short, *near] if zero else [short, *near]


def _real(x: float, decimals: int, zero: bool) -> list[str]:
    if abs(x) >= 1e16:
        return []
    text = f"{x:.{decimals}f}".replace("-", "−")
    if float(text.replace("−", "-")) == 0:
        return ["≈0"] if decimals else []
    short = text.replace("0.", ".", 1) if abs(x) < 1 and text.lstrip("−").startswith("0.") else text
    return [text, short] if zero else [short]


def digits(values: Array, style: Style, decimals: int, room: int) -> Digits | None:
    """Choose how to write a matrix into cells with room for so many characters.

    None where they cannot be told apart in so little.
    """
    with np.errstate(invalid="ignore"):
        finite = values[np.isfinite(values)]
    if style == "text" or room < 1:
        return None
    most = float(np.max(np.abs(finite), initial=0.0))
    decimals = min(max(decimals, 0), 17)
    sign = bool(np.any(finite < 0))
    whole = len(f"{most:.0f}") if most > 1 or (most == 1 and style != "probability") else 0
    if most < 1e6 and (style == "integer" or not np.any(finite % 1)):
        return Digits("integer", 0) if sign + max(whole, 1) <= room else None
    if most >= 1e6:
        return Digits(style, decimals) if room >= 6 else None
    if decimals == 0 and style == "number":
        return Digits(style, 0) if sign + max(whole, 1) <= room else None
    for places in range(max(decimals, 1), 0, -1):
        if sign + max(whole, 1) + 1 + places <= room:
            return Digits(style, places)
        if sign + whole + 1 + places <= room:
            return Digits(style, places, zero=False)
    # Each number then keeps as many decimals as it has room for.
    return Digits(style, min(decimals, 1), zero=False) if max(sign + whole, 3) <= room else None
