"""Text that is safe to show: nothing a person typed may reach the terminal as a command."""

import re
from collections.abc import Iterable

_STAND_INS = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}

# C1 controls, zero-width and bidirectional format characters, tags, lone surrogates:
# invisible, or able to change how the rest of a line is read.
_INVISIBLE = (
    "\x80-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
UNSAFE = re.compile(f"[\x00-\x1f\x7f{_INVISIBLE}]")


def is_clean(text: str) -> bool:
    """Say whether every character of the text can be shown as it is."""
    return UNSAFE.search(text) is None


def visible(text: str) -> str:
    """Replace every control, invisible or direction-changing character by one visible cell."""
    if is_clean(text):
        return text
    return UNSAFE.sub(lambda match: chr(_STAND_INS.get(ord(match[0]), 0xFFFD)), text)


def shorten(text: str, length: int) -> str:
    """Cut a text to at most `length` characters, with an ellipsis where something is missing."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def ending(path: str, length: int) -> str:
    """Keep the end of a path, where it differs from others, from a slash on if that can be."""
    if len(path) <= length:
        return path
    kept = path[1 - length :]
    slash = kept.find("/", 0, len(kept) - 1)
    return "…" + kept[max(slash, 0) :]


def and_list(words: list[str], joiner: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Ask for the name that is nearest to one that does not exist; nothing where none is near."""
    from difflib import get_close_matches

    names, typed = list(known), name[:50].casefold()
    close = [n for n in names if len(typed) > 1 and n.startswith(typed)]
    close += get_close_matches(typed, names, 1)
    return f" Did you mean {close[0]}?" if close else ""
