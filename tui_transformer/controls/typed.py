"""Numbers as people type them: arithmetic of plain numbers, in lists with any usual separator.

Nothing is evaluated but what is written here: + − * / ** and their other signs, parentheses and
superscripts, within bounds. A comma always separates; a decimal has a point. An operator has a
space on both sides or on none: `1 -2` are two numbers, as NumPy prints them, `1 - 2` is one.
"""

import math
import operator
import re
from collections.abc import Callable
from typing import Any, Final

from tui_transformer.controls.base import BadValue
from tui_transformer.text import shorten, visible

LONGEST: Final = 100_000  # characters of all that is typed
LONGEST_NUMBER: Final = 100  # characters of a plain number
DEEPEST: Final = 50  # parentheses and powers within each other

# Other signs for the same, one for one, so that places in a text stay what they are.
_SIGNS: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    "−·⋅×÷⁄∕、،؛\r\v\f\x85\u2028\u2029", "-***///,,;\n\n\n\n\n\n"
)
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_OPERATIONS: Final[dict[str, Callable[[float, float], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "^": operator.pow,
}

_NUMBER: Final = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SUPERSCRIPT: Final = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_OPERATOR: Final = re.compile(r" *(\*\*|[-+*/^])( *)")
_OPENED: Final = re.compile(r"\( *")
_CLOSED: Final = re.compile(r" *\)")
_BETWEEN: Final = re.compile(r"[ \t\n,;]*")
_GAP: Final = re.compile(r"[,;][ \t\n]*[,;]|[^,;\s] *\t *\t[ \t]*[^,;\s]")
_DECIMAL: Final = re.compile(r"[-+]?\d+,\d+")
_GROUPED: Final = re.compile(r"[-+]?[1-9]\d{0,2}(?:(?:,\d{3}){1,8}|(?: \d{3}){1,8})")
_ONE: Final = re.compile(r"[^,;\t\n]*")


def read_real(text: str, name: str) -> float:
    """Read one finite number, or a calculation of one; BadValue for anything else."""
    numbers = [x for row in read_rows(text, name) for x in row]
    if len(numbers) == 1:
        return numbers[0]
    if not numbers:
        raise BadValue(f"{name} is a number, nothing is not one that can be used.")
    raise BadValue(f"{name} is one number, this is {len(numbers):,}{meant_as_decimal(text)}.")


def read_whole(text: str, name: str) -> float:
    """Read one number that has no decimals: 124,439,808 is one, in groups of three digits."""
    grouped = _plain(text).strip()
    return read_real(re.sub("[, ]", "", grouped) if _GROUPED.fullmatch(grouped) else text, name)


def read_list(text: str, name: str) -> list[float]:
    """Read numbers in a row, or one below the other."""
    return [x for row in _Reader(text, name).rows(flat=True) for x in row]


def read_rows(text: str, name: str) -> list[list[float]]:
    """Read rows of numbers, set apart by semicolons or line ends."""
    return _Reader(text, name).rows(flat=False)


def meant_as_decimal(text: str) -> str:
    """Say how a decimal is written, where `1,5` may be meant as one; else nothing."""
    pair = _plain(text).strip()
    if not _DECIMAL.fullmatch(pair) or len(pair) > 20:
        return ""
    return f"; a decimal has a point, as in {pair.replace(',', '.').replace('-', '−')}"


def _plain(text: str) -> str:
    """Write the same with the signs that are known here, character for character."""
    return re.sub(r"[^\S\t\n]", " ", text.translate(_SIGNS))


def _bare(text: str) -> str:
    """Take the brackets off a list: where one row's ends and the next begins, rows part."""
    text = _bracketed(text)
    text = re.sub(r"[\]}](\s*[,;]?\s*)[\[{]", lambda m: ";" + " " * (len(m[0]) - 1), text)
    return re.sub(r"^[\s\[{]+|[\s\]}]+$", lambda m: " " * len(m[0]), text)


def _bracketed(text: str) -> str:
    """Write the parentheses that hold several numbers as brackets; the others calculate."""
    characters = list(text)
    opened: list[int] = []
    several: set[int] = set()
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character in ",;\t\n" and opened:
            several.add(opened[-1])
        elif character == ")" and opened and (start := opened.pop()) in several:
            characters[start], characters[place] = "[", "]"
    return "".join(characters)


class _Reader:
    """Walks through a text once; `start` is where the number began that is being read."""

    def __init__(self, text: str, name: str) -> None:
        if len(text) > LONGEST:
            raise BadValue(f"{name}: {len(text):,} characters are too many for numbers.")
        self.name, self.typed, self.text = name, text, _bare(_plain(text)).rstrip()
        self.at = self.start = len(self.text) - len(self.text.lstrip())
        self.depth = self.parentheses = 0

    def rows(self, flat: bool) -> list[list[float]]:
        """Read all there is; `flat` says that a new row is nothing but a new number."""
        if _GAP.search(self.text, self.at) or self.text[self.at : self.at + 1] in (",", ";"):
            raise BadValue(f"{self.name} has a gap: a number is missing between two separators.")
        rows: list[list[float]] = [[]]
        kinds = set()
        while self.at < len(self.text):
            self.start = self.at
            rows[-1].append(self._sum())
            between = self._take(_BETWEEN)
            if self.at == len(self.text):
                break
            if not between:
                raise self._unusable()
            new_row = ";" in between or "\n" in between
            kinds.add("row" if new_row else "comma" if "," in between else "space")
            if new_row:
                rows.append([])
        others = {"row", "space"} if flat else {"space"}
        if "comma" in kinds and kinds & others and re.search(r"\d,\d", self.text):
            raise BadValue(
                f"{self.name} mixes commas with other separators: a decimal has a point, as in 0.5."
            )
        return [row for row in rows if row]

    # ── arithmetic ─────────────────────────────────────────────────────────────────────

    def _sum(self) -> float:
        result = self._product()
        while sign := self._operator("+", "-"):
            result = self._calculated(sign, result, self._product())
        return result

    def _product(self) -> float:
        result = self._signed()
        while sign := self._operator("*", "/"):
            result = self._calculated(sign, result, self._signed())
        return result

    def _signed(self) -> float:
        negative = False
        while self.text[self.at : self.at + 1] in ("+", "-"):
            negative ^= self.text[self.at] == "-"
            self.at += 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadValue(f"{self.name}: {self._shown()} goes too deep.")
        result = self._power()
        self.depth -= 1
        return -result if negative else result

    def _power(self) -> float:
        result = self._single()
        if raised := self._take(_SUPERSCRIPT):
            result = self._calculated("**", result, float(raised.translate(_RAISED)))
        if sign := self._operator("**", "^"):
            result = self._calculated(sign, result, self._signed())
        return result

    def _single(self) -> float:
        if self._take(_OPENED):
            self.parentheses += 1
            result = self._sum()
            if not self._take(_CLOSED):
                raise self._unusable()
            self.parentheses -= 1
            return result
        number = self._take(_NUMBER)
        result = float(number) if 0 < len(number) <= LONGEST_NUMBER else math.nan
        if not math.isfinite(result):
            raise self._unusable()
        return result

    def _operator(self, *signs: str) -> str:
        """Take the next operator if it is one of these; `-2` after a space is another number."""
        found = _OPERATOR.match(self.text, self.at)
        if found is None or found[1] not in signs:
            return ""
        leans_right = found.start(1) > self.at and not found[2]
        if leans_right and found[1] in ("+", "-") and not self.parentheses:
            return ""
        self.at = found.end()
        return found[1]

    def _calculated(self, sign: str, left: float, right: float) -> float:
        try:
            result = _OPERATIONS[sign](left, right)
        except ZeroDivisionError:
            raise BadValue(f"{self.name}: {self._shown()} divides by zero.") from None
        except OverflowError:
            result = math.inf
        if isinstance(result, complex):
            raise BadValue(f"{self.name}: {self._shown()} is no real number.")
        if not math.isfinite(result):
            raise BadValue(f"{self.name}: {self._shown()} is too large.")
        return float(result)

    # ── reading ────────────────────────────────────────────────────────────────────────

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _shown(self) -> str:
        """The number that is being read, as it was typed."""
        found = _ONE.match(self.text, self.start)
        end = found.end() if found else self.at
        return visible(shorten(self.typed[self.start : end].strip(), 20)) or "nothing"

    def _unusable(self) -> BadValue:
        return BadValue(f"{self.name} is a number, {self._shown()} is not one that can be used.")
