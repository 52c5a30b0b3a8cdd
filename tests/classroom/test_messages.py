"""What travels is read exactly, or not at all."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tui_transformer.classroom import messages
from tui_transformer.classroom.messages import BadMessage, Page, State
from tui_transformer.classroom.room import OWNER, Room
from tui_transformer.classroom.wire import read, write

STATE = State("tfx softmax", (0, 1, 2), 1, True, "tfx softmax logits=1,2", 3, "logits")
PAGE = Page("A lesson", "ask", "# A\n\n## B\n", 1, 3)
SENT = (
    STATE,
    replace(STATE, pin=None, step=PAGE),
    messages.Ask(1, "What becomes of p?", ("larger", "smaller")),
    messages.Tell(1, "larger"),
    messages.Tally(1, (("larger", 12), ("smaller", 3))),
    messages.Chalk(3, True),
    messages.Bye("It is over."),
    messages.Greeting("physics", 23, 1_800_000_000),
    messages.Hello("Zoë"),
    messages.Away(),
    messages.Back(),
    messages.Drawn(),
    messages.Raise(False),
    messages.Vote(1, 0.25),
)


@pytest.mark.parametrize("message", SENT, ids=lambda message: message.kind)
def test_what_is_written_is_read(message: messages.Message) -> None:
    line = write(message)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert read(line) == message
    assert json.loads(line)["type"] == message.kind


WRONG = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"\xff\xfe",
    b"{" * 30_000,
    b"[" * 60_000,
    b'{"type": 1}',
    b'{"type": "shell", "command": "id"}',
    b'{"type": "page", "title": "", "phase": "ask"}',
    b'{"type": "hello", "name": "' + b"x" * 25 + b'"}',
    b'{"type": "hello", "name": "\\ud800"}',
    b'{"type": "hello", "name": null}',
    b'{"type": "hello", "more": 1}',
    b'{"type": "vote", "id": 1}',
    b'{"type": "vote", "id": true, "answer": 1}',
    b'{"type": "vote", "id": 1, "answer": NaN}',
    b'{"type": "vote", "id": 1, "answer": Infinity}',
    b'{"type": "vote", "id": 1, "answer": 1e999}',
    b'{"type": "vote", "id": 1, "answer": "1"}',
    b'{"type": "vote", "id": -1, "answer": 1}',
    b'{"type": "vote", "id": 1, "answer": ' + b"9" * 5000 + b"}",
    b'{"type": "vote", "id": 1, "answer": ' + b"9" * 400 + b"}",
    b'{"type": "state"}',
    b'{"type": "state", "link": "tfx softmax", "pin": [1, 2]}',
    b'{"type": "state", "link": "tfx softmax", "pin": [1, 2, -1]}',
    b'{"type": "state", "link": "tfx softmax", "pin": [1, 2, 3.5]}',
    b'{"type": "state", "link": "tfx softmax", "zoom": 1}',
    b'{"type": "state", "link": "tfx softmax", "step": {"title": ""}}',
    b'{"type": "state", "link": "a", "step": {"title": "", "phase": "told", "at": 2, "of": 2}}',
    b'{"type": "state", "link": "a", "step": {"title": "", "phase": "gone"}}',
    b'{"type": "state", "link": "a", "step": {"title": "", "phase": "ask", "text": "'
    + "ü".encode() * 5000
    + b'"}}',
    b'{"type": "ask", "id": 1, "question": "?", "choices": ["a", "b", "c", "d", "e"]}',
    b'{"type": "tally", "id": 1, "counts": [["a", -1]]}',
    b'{"type": "hello", "name": "' + b"x" * 70_000 + b'"}',
)


@pytest.mark.parametrize("line", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_gets_a_sentence(line: bytes) -> None:
    with pytest.raises(BadMessage) as problem:
        read(line)
    assert 5 < len(str(problem.value)) < 120


@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused(line: bytes) -> None:
    with suppress(BadMessage):
        read(line)


_THINGS = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(max_size=9),
    lambda thing: some.lists(thing, max_size=4) | some.dictionaries(some.text(max_size=6), thing),
    max_leaves=8,
)
_NAMES = ("link", "pin", "page", "zoom", "step", "id", "name", "answer", "counts", "up", "to")


@given(
    some.sampled_from([one.kind for one in SENT]),
    some.dictionaries(some.sampled_from(_NAMES), _THINGS),
)
def test_any_parts_are_read_or_refused(kind: str, parts: dict[str, object]) -> None:
    line = json.dumps({"type": kind} | parts).encode()
    try:
        message = read(line)
    except BadMessage:
        return
    assert read(write(message)) == message


def test_a_state_that_is_too_long_does_not_travel() -> None:
    with pytest.raises(BadMessage, match="too long"):
        write(State("x" * 70_000))


def test_what_a_full_class_answers_is_read_by_everybody() -> None:
    """Two hundred follow, one of them has the chalk, and who opened the class answers as well."""
    room = Room()
    for number in range(1, messages.MOST + 1):
        room.enter(number, messages.Hello())
    room.hear(OWNER, messages.Chalk(1))
    room.hear(1, messages.Ask(messages.LARGEST_ID, "?", ("a", "b")))
    for number in range(messages.MOST + 1):
        room.hear(number, messages.Vote(messages.LARGEST_ID, 1.0))
    tally = room.tally()
    assert tally is not None and dict(tally.counts)["b"] == messages.MOST + 1
    assert read(write(tally).strip()) == tally
    after = messages.Ask(messages.next_id(room.asked), "?")
    assert read(write(after).strip()) == after and after.id != messages.LARGEST_ID
