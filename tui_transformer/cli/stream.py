"""What is printed: with the characters that the stream can show, and none that acts on it."""

import sys
from collections.abc import Callable
from typing import TextIO


def speaks_unicode(encoding: str | None) -> bool:
    """Say whether both the stream and the locale take UTF-8; in C, Python's stream does alone."""
    import locale

    return all(
        (name or "").lower().replace("-", "") == "utf8" for name in (encoding, locale.getencoding())
    )


def speller(ascii: bool, stream: TextIO | None = None) -> Callable[[str], str]:
    """Find how text is written on a stream, by itself the standard output: as it is, or ASCII."""
    if not ascii and speaks_unicode((stream or sys.stdout).encoding):
        return str
    from tui_transformer.render.spelling import spell

    return spell


def spelled(record: str) -> str:
    """Spell out, in JSON, what could act on a terminal or does not fit the stream's encoding."""
    import json
    import re

    from tui_transformer.text import is_clean

    unicode = speaks_unicode(sys.stdout.encoding)
    if is_clean(record) and (unicode or record.isascii()):
        return record
    return re.sub(
        "[^ -~]+",
        lambda odd: odd[0] if unicode and is_clean(odd[0]) else json.dumps(odd[0])[1:-1],
        record,
    )
