"""Messages as lines: each one line of JSON, read by the table of its kind and by nothing else.

What is not exactly as it should be is a BadMessage with a sentence; nothing that was sent is ever
run, opened or shown unseen.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final, get_args

from tui_transformer.classroom.messages import (
    LARGEST,
    LARGEST_ID,
    LONGEST,
    LONGEST_NAME,
    LONGEST_PAGE,
    LONGEST_TEXT,
    MOST,
    Ask,
    Away,
    Back,
    BadMessage,
    Bye,
    Chalk,
    Drawn,
    Greeting,
    Hello,
    Message,
    Page,
    Phase,
    Pin,
    Raise,
    State,
    Tally,
    Tell,
    Vote,
)

Check = Callable[[Any], Any]


def _text(most: int) -> Check:
    def check(thing: Any) -> str:
        if not isinstance(thing, str) or len(thing) > most:
            raise BadMessage(f"a text of at most {most:,} characters is wanted")
        try:
            thing.encode()
        except UnicodeEncodeError:
            raise BadMessage("half a character is no text") from None
        return thing

    return check


def _whole(most: int) -> Check:
    def check(thing: Any) -> int:
        if type(thing) is not int or not 0 <= thing <= most:
            raise BadMessage(f"a whole number from 0 to {most:,} is wanted")
        return thing

    return check


def _switch(thing: Any) -> bool:
    if not isinstance(thing, bool):
        raise BadMessage("true or false is wanted")
    return thing


def _number(thing: Any) -> float:
    if type(thing) not in (int, float) or not abs(thing) <= LARGEST:  # which nan is not
        raise BadMessage("a number is wanted")
    return float(thing)


def _phase(thing: Any) -> str:
    if not isinstance(thing, str) or thing not in get_args(Phase):
        raise BadMessage("a phase is look, ask, told, do or done")
    return thing


def _pin(thing: Any) -> Pin | None:
    if thing is None:
        return None
    if not isinstance(thing, list) or len(thing) != 3:
        raise BadMessage("a pin is three whole numbers")
    panel, row, column = (_whole(100_000)(part) for part in thing)
    return panel, row, column


def _list(check: Check, most: int) -> Check:
    def listed(thing: Any) -> tuple[Any, ...]:
        if not isinstance(thing, list) or len(thing) > most:
            raise BadMessage(f"a list of at most {most} is wanted")
        return tuple(check(part) for part in thing)

    return listed


def _count(thing: Any) -> tuple[str, int]:
    if not isinstance(thing, list) or len(thing) != 2:
        raise BadMessage("a count is an answer and how often it was given")
    return _text(100)(thing[0]), _whole(MOST + 1)(thing[1])  # who opened the class answers, too


def _step(thing: Any) -> Page | None:
    if thing is None:
        return None
    page = Page(**_record(thing, Page, _PAGE))
    if len(page.text.encode()) > LONGEST_PAGE:
        raise BadMessage(f"a step has at most {LONGEST_PAGE:,} bytes")
    if page.at >= page.of:
        raise BadMessage("a step is one of so many")
    return page


_LINE, _SHORT, _ID = _text(LONGEST_TEXT), _text(100), _whole(LARGEST_ID)
_PAGE: Final[Mapping[str, Check]] = {
    "title": _text(300),
    "phase": _phase,
    "text": _text(LONGEST_PAGE),
    "at": _whole(60),
    "of": _whole(60),
    "number": _text(300),
    "after": _LINE,
}
_KINDS: Final[Mapping[type[Message], Mapping[str, Check]]] = {
    State: {
        "link": _text(LONGEST),
        "pin": _pin,
        "page": _whole(1000),
        "zoom": _switch,
        "compare": _text(LONGEST),
        "at": _whole(100_000),
        "inside": _text(300),
        "step": _step,
    },
    Ask: {"id": _ID, "question": _LINE, "choices": _list(_SHORT, 4)},
    Tell: {"id": _ID, "truth": _SHORT},
    Tally: {"id": _ID, "counts": _list(_count, MOST)},
    Chalk: {"to": _ID, "yours": _switch},
    Bye: {"why": _LINE},
    Greeting: {"name": _text(32), "following": _whole(MOST), "since": _whole(2**40)},
    Hello: {"name": _text(LONGEST_NAME)},
    Away: {},
    Back: {},
    Drawn: {},
    Raise: {"up": _switch},
    Vote: {"id": _ID, "answer": _number},
}
_BY_NAME: Final = {kind.kind: kind for kind in _KINDS}


def _record(thing: Any, kind: type[Message], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Check the parts of a record: those without a default are there, and no others."""
    if not isinstance(thing, dict):
        raise BadMessage("an object is wanted")
    read = {}
    for name, part in thing.items():
        if name not in checks:
            raise BadMessage(f"{kind.kind} has a part that is not known")
        try:
            read[name] = checks[name](part)
        except BadMessage as problem:
            raise BadMessage(f"{kind.kind}, {name}: {problem}") from None
    try:
        kind(**read)
    except TypeError:
        raise BadMessage(f"{kind.kind} lacks a part") from None
    return read


def read(line: bytes) -> Message:
    """Read a line. Raises BadMessage for whatever is no message."""
    if len(line) > LONGEST:
        raise BadMessage(f"a line has at most {LONGEST:,} bytes")
    try:
        thing = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):  # which UTF-8 that is none is, too
        raise BadMessage("that is no line of JSON") from None
    name = thing.pop("type", None) if isinstance(thing, dict) else None
    kind = _BY_NAME.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadMessage("that is no message of a class")
    return kind(**_record(thing, kind, _KINDS[kind]))


def _no_constant(name: str) -> None:
    raise ValueError(name)


def write(message: Message) -> bytes:
    """Write a line. Raises BadMessage where it would be too long to travel."""
    plain = {one.name: one.default for one in fields(message)}
    record = {name: thing for name, thing in asdict(message).items() if thing != plain[name]}
    line = json.dumps({"type": message.kind} | record, ensure_ascii=False).encode() + b"\n"
    if len(line) > LONGEST:
        raise BadMessage("This state is too long to be followed.")
    return line
