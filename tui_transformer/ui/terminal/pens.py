"""How a cell is coloured, and the fewest bytes that turn one colouring into another."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from tui_transformer.text import is_clean

UNKNOWN: Final = "\0"
"""The mark of a cell whose pen is not known."""

_ROOM: Final = 8192

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
_ATTRIBUTES: Final = _SEEN_ON_BLANKS | _OFF.keys()
_CODES: Final = re.compile(r"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+")


class Look(NamedTuple):
    """What makes pens different: the SGR codes of attributes and colours, and a link."""

    attributes: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""

    @property
    def codes(self) -> str:
        """The SGR codes that give this look to a terminal that was reset."""
        codes = *sorted(self.attributes), self.foreground, self.background
        return ";".join([code for code in codes if code])

    @property
    def blank(self) -> "Look":
        """What remains to be seen of this look on a space."""
        seen = self.link or self.attributes & _SEEN_ON_BLANKS
        return self if seen else Look(background=self.background)


class Pen:
    """A look, kept once, so that pens compare by identity.

    `mark` is a character that stands for it, `blank` the pen that paints a space alike.
    """

    __slots__ = ("blank", "look", "mark")

    def __init__(self, look: Look, mark: str, blank: "Pen | None") -> None:
        self.look = look
        self.mark = mark
        self.blank: Pen = blank or self

    def marks(self, text: str) -> str:
        """Return a mark for each cell of a text; a blank has that of the pen that paints it
        alike, so that two cells are marked differently only where they can be told apart."""
        mark, blank = self.mark, self.blank.mark
        if mark == blank or not text.strip(" "):
            return blank * len(text)
        on = text.lstrip(" ")
        words = on.rstrip(" ")
        if " " in words:
            inside = blank.join([mark * len(word) for word in words.split(" ")])
        else:
            inside = mark * len(words)
        return f"{blank * (len(text) - len(on))}{inside}{blank * (len(on) - len(words))}"


class Pens:
    """The pens in use, by style and by mark."""

    def __init__(self) -> None:
        self._by_look: dict[Look, Pen] = {}
        self._blanks: dict[tuple[Pen | None, Pen], Pen] = {}
        self.marked = [Pen(Look(), UNKNOWN, None)]
        """The pen of each mark, by its code; the first is like no other."""

    @property
    def full(self) -> bool:
        """Whether there are so many that it is time to begin again."""
        return len(self.marked) > _ROOM

    def styled(self, sgr: str, link: str = "") -> Pen:
        """Return the pen for a style rendered as SGR codes (`1;38;5;17`) and a link target."""
        return self.looking(_parse(sgr, link if is_clean(link) else ""))

    def looking(self, look: Look) -> Pen:
        """Return the one pen of this look."""
        pen = self._by_look.get(look)
        if pen is None:
            blank = None if look.blank == look else self.looking(look.blank)
            pen = self._by_look[look] = Pen(look, chr(len(self.marked)), blank)
            self.marked.append(pen)
        return pen

    def for_blanks(self, held: Pen | None, blank: Pen) -> Pen:
        """Return the pen nearest to the one held that paints spaces as `blank` does."""
        found = self._blanks.get((held, blank))
        if found is None:
            found = self._blanks[held, blank] = self._nearest(held, blank)
        return found

    def _nearest(self, held: Pen | None, blank: Pen) -> Pen:
        if held is None or blank.look.attributes or blank.look.link:
            return blank
        attributes = held.look.attributes - _SEEN_ON_BLANKS
        return self.looking(Look(attributes, held.look.foreground, blank.look.background))


@lru_cache(8192)
def change(before: Pen | None, after: Pen) -> str:
    """Return the shortest sequence that turns one pen (None: not known) into another."""
    old, new = before.look if before else None, after.look
    reset = f"0;{new.codes}" if new.codes else ""
    if old is None:
        return f"{_link(new.link)}\x1b[{reset}m"
    link = "" if old.link == new.link else _link(new.link) or "\x1b]8;;\x1b\\"
    if not old.attributes - new.attributes <= _OFF.keys():
        return f"{link}\x1b[{reset}m"
    codes = _difference(old, new)
    if not codes:
        return link
    return f"{link}\x1b[{codes if len(codes) <= len(reset) else reset}m"


def _link(target: str) -> str:
    return f"\x1b]8;;{target}\x1b\\" if target else ""


def _difference(old: Look, new: Look) -> str:
    """Return the SGR codes for only what differs."""
    codes: list[str] = []
    if old.attributes != new.attributes:
        off = {_OFF[code] for code in old.attributes - new.attributes}
        # Bold and dim share one "off", so what it takes along is set again.
        kept = {code for code in old.attributes if _OFF.get(code) not in off}
        codes += [*sorted(off), *sorted(new.attributes - kept)]
    if old.foreground != new.foreground:
        codes.append(new.foreground or "39")
    if old.background != new.background:
        codes.append(new.background or "49")
    return ";".join(codes)


def _parse(sgr: str, link: str) -> Look:
    """Sort SGR codes into attributes and the two colours, the defaults being empty."""
    attributes = set()
    foreground = background = ""
    for code in _CODES.findall(sgr):
        if code in _ATTRIBUTES:
            attributes.add(code)
        elif code.startswith(("3", "9")):
            foreground = "" if code == "39" else code
        else:
            background = "" if code == "49" else code
    # Of two kinds of underlining or blinking a terminal shows the one that it was told last.
    for hidden, shown in (("4", "21"), ("5", "6")):
        if shown in attributes:
            attributes.discard(hidden)
    return Look(frozenset(attributes), foreground, background, link)
