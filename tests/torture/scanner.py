"""Reads everything that was sent to a terminal, and says what nobody meant to send."""

import re
from itertools import islice

from tui_transformer.text import is_clean

# The modes that are switched on for a while: cursor, wrapping, the other screen, mouse, paste,
# focus, and frames that are shown as one. The rest is only ever switched off, on leaving.
_ON = "7|25|1000|1002|1003|1004|1006|1015|1049|2004|2026"
_OFF = f"{_ON}|1016|2048"
_NUMBERS = r"\d{1,3}"
_COLOUR = r"[345]8;(?:5;\d{1,3}|2;\d{1,3};\d{1,3};\d{1,3})"

MEANT = re.compile(
    "|".join(
        [
            rf"\x1b\[(?:{_NUMBERS})?(?:;{_NUMBERS})?H",  # the cursor, to a place
            rf"\x1b\[(?:{_NUMBERS})?[ABCDG]",  # the cursor, a few cells on
            rf"\x1b\[(?:(?:{_COLOUR}|\d{{1,3}})(?:;(?:{_COLOUR}|\d{{1,3}}))*)?m",  # colours
            rf"\x1b\[\?(?:{_ON})h",
            rf"\x1b\[\?(?:{_OFF})l",
            r"\x1b\[\?2026\$p",  # can you show frames as one?
            r"\x1b\]11;\?\x1b\\",  # what colour is your background?
            r"\x1b\[c",  # what are you? (every terminal answers this one)
            r"\x1b\[5n",  # have you done all that you were told?
            r"\x1b\[>25u",  # kitty's keyboard, on
            r"\x1b\[<u",  # and off
            r"\x1b\]8;;\x1b\\",  # the end of a link
            r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07",  # the clipboard, for `y`
            r"\x1b\]22;default\x07",  # the mouse's pointer, which Textual sets to what it is
            r"\x1b\\",  # the end of whatever was cut short
            r"[\r\n\x08]",
        ]
    )
)


def strangers(text: str) -> list[str]:
    """List what could do anything in what is left when all that is meant is taken out."""
    rest = MEANT.sub("", text)
    if is_clean(rest):
        return []
    odd = (at for at, character in enumerate(rest) if not is_clean(character))
    return [rest[max(at - 10, 0) : at + 30] for at in islice(odd, 3)]


# Half a character, as it is left where what a terminal has not read is thrown away at the end.
_CUT = re.compile("[\udcc2-\udcf4][\udc80-\udcbf]{0,2}")


def unmeant(data: bytes) -> list[str]:
    """The same for bytes; those that are not UTF-8 are strangers too."""
    text = _CUT.sub("", data.decode(errors="surrogateescape"), count=1)
    if not text.isascii():
        # A glyph of a script that joins its letters is fine, as is what makes emoji of them.
        text = text.replace("\ufe0f", "")
    return strangers(text)
