"""What a terminal answers is never taken for keys, however it arrives; what is typed always is."""

import time
import tracemalloc
from itertools import pairwise
from random import Random

import pytest
from textual import events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual._xterm_parser import XTermParser
from textual.message import Message

from tests.bench.input import key_sequence, mouse_sequence
from tests.terminal_parts.wire import Wire, timeless
from tests.torture.replies import REPLIES, encodings
from tui_transformer.ui.terminal.keyboard import Parser
from tui_transformer.ui.terminal.paste import END, START
from tui_transformer.ui.terminal.sequences import Sequences, patience

SPLIT = 0.3  # seconds between the halves of a sequence
LATE = 5.0  # seconds after which nothing more comes of it
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
KEYS = (
    *("up", "down", "left", "right", "home", "end", "insert", "delete", "pageup", "pagedown"),
    *("shift+left", "ctrl+right", "shift+tab", "f1", "f4", "f5", "f12", "enter", "tab", "ctrl+p"),
)
# As terminals send keys that were asked to send them all in one way (kitty's protocol).
KITTY = {
    "\x1b[27u": "escape",
    "\x1b[97;;97u": "a",
    "\x1b[97;2;65u": "A",
    "\x1b[112;5u": "ctrl+p",
    "\x1b[1;2D": "shift+left",
    "\x1b[57419u": "up",
    "\x1b[1094;;1094u": "ц",
    "\x1b[27;5;9~": "ctrl+tab",  # as xterm does with modifyOtherKeys
}


def halves(data: bytes) -> list[tuple[bytes, ...]]:
    """The ways to cut something in two, and not at all."""
    return [(data[:cut], data[cut:]) if cut else (data,) for cut in range(len(data))]


async def heard(*parts: bytes, pause: float = SPLIT) -> list[str]:
    """The keys heard for some parts, and for the letter that is typed when they are over."""
    async with Wire() as wire:
        await wire.send(*parts, pause=pause)
        await wire.sleep(LATE)
        await wire.send(b"l")
        return wire.keys


def plain(sequence: str) -> list[Message]:
    """What Textual by itself makes of something that is whole."""
    parser = XTermParser()
    found = list(parser.feed(sequence))
    while parser._timeout_time is not None:
        parser._timeout_time = time.monotonic() - 1
        found += parser.tick()
    return found


def keys_of(found: list[Message]) -> list[tuple[str, str | None]]:
    return [(event.key, event.character) for event in found if isinstance(event, events.Key)]


# ── what is no key ─────────────────────────────────────────────────────────────────────


def test_textual_takes_replies_for_keys() -> None:
    """Else nothing of this is needed any more."""
    wrong = [name for name, reply in REPLIES.items() if keys_of(plain(reply))]
    assert {"DA1", "XTVERSION", "background", "selection", "kitty's keyboard"} <= set(wrong)


@timeless
async def test_no_reply_is_a_key() -> None:
    wrong = {
        (name, way): keys
        for name, reply in REPLIES.items()
        for data in encodings(reply)
        for way in halves(data)
        if (keys := await heard(*way)) != ["l"]
    }
    assert not wrong


@timeless
async def test_no_reply_is_a_key_byte_by_byte() -> None:
    for name, reply in REPLIES.items():
        for data in encodings(reply):
            assert await heard(*[bytes([byte]) for byte in data], pause=0.1) == ["l"], name


@timeless
async def test_the_half_of_a_reply_is_no_key() -> None:
    for name, reply in REPLIES.items():
        for cut in range(2, len(reply)):
            assert await heard(reply[:cut].encode()) == ["l"], (name, cut)


def test_replies_among_keys_in_any_pieces() -> None:
    for seed in range(300):
        random = Random(seed)
        typed = random.choices(KEYS, k=12)
        text = ""
        for key in typed:
            text += key_sequence(key)
            text += "".join(random.choices(list(REPLIES.values()), k=random.randint(0, 2)))
        cuts = sorted({0, len(text), *(random.randrange(len(text)) for _ in range(9))})
        sequences, parser, found = Sequences(lambda: 0.0), Parser(), []
        for start, end in pairwise(cuts):
            for piece in sequences.admit(text[start:end]):
                found += parser.hear(piece)
        assert [key for key, _ in keys_of(found)] == typed, (seed, cuts)


@timeless
async def test_over_a_network_there_is_more_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    assert patience({}) < patience(SSH) == patience({"SSH_TTY": "/dev/pts/1"})
    monkeypatch.setenv(*next(iter(SSH.items())))
    for data in (b"\x1b[C", b"\x1b]11;rgb:0/0/0\x1b\\", b"\x1b[?61;4c"):
        for way in halves(data):
            assert await heard(*way, pause=0.55) == (["right"] * (data[-1:] == b"C") + ["l"])


# ── what does not end ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("begun", ["]11;", "P>|", "_G", "^", "X", "[", "[?1;", "O", "[M"])
def test_what_has_begun_is_soon_over(begun: str) -> None:
    sequences = Sequences(lambda: 0.0)
    assert sequences.admit(f"\x1b{begun}") == []
    assert sequences.pause is not None and sequences.pause <= 1
    assert sequences.expire() == []
    assert sequences.pause is None
    assert sequences.admit("l") == ["l"]


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q", "escape", "right", "ctrl+l"])
@timeless
async def test_a_string_without_an_end_holds_back_no_command(key: str) -> None:
    async with Wire() as wire:
        await wire.send(b"\x1b]0;half a title", key_sequence(key).encode(), pause=LATE)
        assert wire.keys == [key]


@timeless
async def test_a_string_without_an_end_is_over_even_while_somebody_types() -> None:
    async with Wire() as wire:
        await wire.send(b"\x1b]0;half a title", *[b"l"] * 200, pause=0.1)
        assert 90 < len(wire.keys) < 120


def test_a_string_without_an_end_takes_no_memory() -> None:
    for begun in ("\x1b]52;c;", "\x1b[1;"):
        sequences = Sequences(lambda: 0.0)
        sequences.admit(begun)
        tracemalloc.start()
        for _ in range(900):
            assert sequences.admit("1" * 1024) == []
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert grown < 10_000
    flooded = Sequences(lambda: 0.0)
    flooded.admit("\x1b]52;c;")
    assert any(flooded.admit("l" * 1024) for _ in range(1100))


# ── what is a key ──────────────────────────────────────────────────────────────────────


@timeless
async def test_escape_is_a_key_when_nothing_follows() -> None:
    async with Wire() as wire:
        await wire.send(b"\x1b", pause=SPLIT)
        assert wire.keys == []  # it may still be the beginning of something
        await wire.sleep(0.1)
        assert wire.keys == ["escape"]
        await wire.send(b"\x1b\x1b", pause=LATE)
        assert wire.keys == ["escape"] * 3


@timeless
async def test_whoever_types_on_after_escape_has_pressed_both() -> None:
    for key in "qj./?1":
        async with Wire() as wire:
            await wire.send(b"\x1b", key.encode(), pause=0.1)
            assert [character for _, character in keys_of(wire.heard)] == ["\x1b", key]
    async with Wire() as wire:  # but both at once are the alt key
        await wire.send(b"\x1bx")
        assert wire.keys == ["alt+x"]


@timeless
async def test_keys_in_two_halves_are_put_together() -> None:
    for name in KEYS:
        for way in halves(key_sequence(name).encode()):
            assert await heard(*way) == [name, "l"], way
    for sequence, name in KITTY.items():
        for way in halves(sequence.encode()):
            assert await heard(*way) == [name, "l"], way


def test_every_sequence_that_textual_knows_is_still_heard() -> None:
    for sequence, key in ANSI_SEQUENCES_KEYS.items():
        if sequence in ("\x1b\x1b", "\x9b") or key is IGNORE_SEQUENCE:
            continue  # twice the key; a control of eight bits
        sequences, parser = Sequences(lambda: 0.0), Parser()
        pieces = sequences.admit(sequence) + sequences.expire()
        found = [message for piece in pieces for message in parser.hear(piece)]
        assert [type(message) for message in found] == [type(one) for one in plain(sequence)] != []
        assert keys_of(found) == keys_of(plain(sequence)), repr(sequence)


@timeless
async def test_mouse_focus_and_mode_reports_are_heard() -> None:
    said = {
        mouse_sequence(7, 3, "left", "press"): events.MouseDown,
        mouse_sequence(7, 3, "left", "release"): events.MouseUp,
        mouse_sequence(700, 300, "none", "move"): events.MouseMove,
        mouse_sequence(7, 3, "wheel_down", "press"): events.MouseScrollDown,
        "\x1b[I": events.AppFocus,
        "\x1b[O": events.AppBlur,
        "\x1b[48;24;80;480;800t": events.Resize,
        "\x1b[?2026;2$y": messages.TerminalSupportsSynchronizedOutput,
        "\x1b[?2048;2$y": messages.InBandWindowResize,
    }
    for sequence, kind in said.items():
        for way in halves(sequence.encode()):
            async with Wire() as wire:
                await wire.send(*way)
                assert [type(message) for message in wire.heard] == [kind], way


@timeless
async def test_the_oldest_mouse_presses_no_key() -> None:
    for report in ("\x1b[M qq", "\x1b[M#ll", "\x1b[35;40;12M"):
        for way in halves(report.encode()):
            assert await heard(*way) == ["l"]


@timeless
async def test_a_paste_may_hold_anything_and_come_in_pieces() -> None:
    text = "q\x1b]11;rgb:0\x07 \x9d1;x\x9c \x1b[?61;4c ünï"
    for way in halves(f"{START}{text}{END}".encode()):
        async with Wire() as wire:
            await wire.send(*way)
            await wire.send(b"l")
            assert wire.keys == ["l"]
            pasted = [event.text for event in wire.heard if isinstance(event, events.Paste)]
            assert pasted == [text.replace("\x1b", "")]


@timeless
async def test_bytes_that_are_no_utf8_swallow_nothing() -> None:
    for stray in (b"\xff", b"\xc3\x28", b"\xf0\x9f", b"\xf0\x9d\x9f", b"\xe2\x80"):
        async with Wire() as wire:
            await wire.send(stray + b"lq")
            assert wire.keys[-2:] == ["l", "q"]
