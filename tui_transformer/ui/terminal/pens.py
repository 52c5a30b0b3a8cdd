"""How a cell is coloured, and the fewest bytes that turn one colouring into another."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from tui_transformer.text import is_clean

LIMIT: Final = 2048

# What switches an attribute off. Frames and overlines have such codes too, but few
# terminals know them: they are left by a reset.
_OFF: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "21": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
}
# What can be seen on a space.
_SEEN_ON_BLANKS: Final = frozenset({"4", "21", "5", "6", "7", "9", "51", "52", "53"})


class Look(NamedTuple):
    """What makes pens different: the SGR codes of attributes and colours, and a link."""

    attributes: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""

    @property
    def codes(self) -> list[str]:
        """The SGR codes that give this look to a terminal that was reset."""
        colours = [code for code in (self.foreground, self.background) if code]
        return sorted(self.attributes) + colours

    @property
    def blank(self) -> "Look":
        """What remains to be seen of this look on a space."""
        seen = self.link or self.attributes & _SEEN_ON_BLANKS
        return self if seen else Look(background=self.background)


class Pen:
    """A look, kept once, so that pens compare by identity; `blank` is how it paints spaces."""

    __slots__ = ("blank", "look")

    def __init__(self, look: Look, blank: "Pen | None") -> None:
        self.look = look
        self.blank: Pen = blank or self


class Pens:
    """The pens in use; all forgotten when there are too many, which only costs time."""

    def __init__(self) -> None:
        self._pens: dict[Look, Pen] = {}

    def styled(self, sgr: str, link: str = "") -> Pen:
        """Return the pen for a style rendered as SGR codes (`1;38;5;17`) and a link target."""
        return self.looking(_parse(sgr, link if is_clean(link) else ""))

    def looking(self, look: Look) -> Pen:
        """Return the one pen of this look."""
        pen = self._pens.get(look)
        if pen is None:
            if len(self._pens) > LIMIT:
                self._pens.clear()
            blank = None if look.blank == look else self.looking(look.blank)
            pen = self._pens[look] = Pen(look, blank)
        return pen

    def for_blank(self, pen: Pen | None, blank: Pen) -> Pen:
        """Return the pen nearest to `pen` that paints a space as `blank` does."""
        if pen is None or blank.look.attributes or blank.look.link:
            return blank
        attributes = pen.look.attributes - _SEEN_ON_BLANKS
        return self.looking(Look(attributes, pen.look.foreground, blank.look.background))


@lru_cache(8192)
def change(before: Pen | None, after: Pen) -> str:
    """Return the shortest sequence that turns one pen (None: not known) into another."""
    return _way(before.look if before else None, after.look)


def _parse(sgr: str, link: str) -> Look:
    """Sort SGR codes into attributes and the two colours, the defaults being empty."""
    attributes: set[str] = set()
    colours = {"3": "", "4": ""}
    for code in _codes(sgr):
        if code in _OFF or code in _SEEN_ON_BLANKS:
            attributes.add(code)
        elif len(code) > 1:
            ground = {"9": "3", "10": "4"}.get(code[:-1], code[0])
            colours[ground] = "" if code[:2] in ("39", "49") else code
    return Look(frozenset(attributes), colours["3"], colours["4"], link)


def _codes(sgr: str) -> Iterator[str]:
    """Split SGR codes, keeping `38;5;n` and `38;2;r;g;b` in one piece."""
    parts = iter(sgr.split(";") if sgr else ())
    for code in parts:
        if code in ("38", "48"):
            kind = next(parts)
            yield ";".join([code, kind, *(next(parts) for _ in range(3 if kind == "2" else 1))])
        else:
            yield code


def _way(before: Look | None, after: Look) -> str:
    reset = ";".join(["0", *after.codes]) if after.codes else ""
    if before is None:
        return f"{_link(after)}\x1b[{reset}m"
    link = "" if before.link == after.link else _link(after) or "\x1b]8;;\x1b\\"
    if before._replace(link="") == after._replace(link=""):
        return link
    if not before.attributes - after.attributes <= _OFF.keys():
        return f"{link}\x1b[{reset}m"
    return f"{link}\x1b[{min(_difference(before, after), reset, key=len)}m"


def _link(look: Look) -> str:
    return f"\x1b]8;;{look.link}\x1b\\" if look.link else ""


def _difference(before: Look, after: Look) -> str:
    """Return the SGR codes for only what differs."""
    off = {_OFF[code] for code in before.attributes - after.attributes}
    # Bold and dim share one "off", so what it takes along is set again.
    kept = {code for code in before.attributes if _OFF.get(code) not in off}
    codes = sorted(off) + sorted(after.attributes - kept)
    if before.foreground != after.foreground:
        codes.append(after.foreground or "39")
    if before.background != after.background:
        codes.append(after.background or "49")
    return ";".join(codes)
