"""What a terminal can do to an app: nonsense, floods, stalls, sizes; and silence, which is free."""

import asyncio
import os
import resource
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from tests.bench.screen import Modes
from tests.pty_terminal import Terminal
from tests.terminal_parts.terminal_run import demo
from tui_transformer.ui.terminal.keyboard import Keyboard, Parser
from tui_transformer.ui.terminal.output import Output
from tui_transformer.ui.terminal.paste import PasteGate
from tui_transformer.ui.terminal.sequences import Sequences

NONSENSE = ["\x1b[99999999u", "\x1b[48;24;80;0;0t\x1b[<0;9;9M", "\x1b[48;0;0;9;9t\x1b[<0;9;9M"]
START, END = "\x1b[200~", "\x1b[201~"


@pytest.fixture(scope="module")
def running() -> Iterator[Terminal]:
    with demo() as terminal:
        terminal.wait_for("ready 0")
        yield terminal
        terminal.key("q")
        assert terminal.exit_status() == 0


def count(text: list[str]) -> int:
    return next((int(line.split()[1]) for line in text if line.startswith("ready ")), 0)


def counts(terminal: Terminal) -> bool:
    """Whether the app still answers a key."""
    number = count(terminal.text()) + 1
    terminal.key("n")
    terminal.wait_for(f"ready {number}")
    return True


def app_of(terminal: Terminal) -> int:
    children = ["ps", "-o", "pid=", "--ppid", str(terminal.pid)]
    return int(subprocess.run(children, capture_output=True, check=True).stdout)


def of_process(pid: int, what: str) -> int:
    """A number from what Linux tells about a process."""
    path = Path(f"/proc/{pid}/status")
    if not path.exists():
        pytest.skip("needs /proc")
    line = next(line for line in path.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1])


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense(running: Terminal, text: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):  # else the guards are needed no more
        list(XTermParser().feed(text))
    list(Parser().feed(text))
    running.send(text)
    running.settle()
    assert counts(running)
    assert "x9" not in running.text()[1]


def test_invalid_utf8(running: Terminal) -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode()
    os.write(running._master, b"\xff\xc3\x28\xf0\x9f")
    assert counts(running)


def test_large_pastes_are_cut(running: Terminal) -> None:
    app = app_of(running)
    before = of_process(app, "VmRSS")
    running.send(f"{START}{'x' * 1_100_000}\x1bq{END}")
    running.wait_for("pasted 1000000", 20)
    assert of_process(app, "VmRSS") - before < 30_000
    assert counts(running)


def test_idle_is_free(running: Terminal) -> None:
    running.settle()
    app = app_of(running)
    before = of_process(app, "voluntary_ctxt_switches")
    time.sleep(1)
    assert of_process(app, "voluntary_ctxt_switches") - before <= 5
    assert of_process(app, "Threads") == 1


def test_sizes(running: Terminal) -> None:
    running.resize(600, 210)
    running.wait_for("size 500x200")
    running.resize(80, 24)
    running.wait_for("size 80x24")
    running.settle()
    before = len(running.chunks)
    running.resize(80, 24)
    os.kill(app_of(running), signal.SIGWINCH)
    running.wait_for(lambda screen: len(running.chunks) > before)


def test_a_terminal_that_does_not_read() -> None:
    with demo() as terminal:
        terminal.wait_for("ready 0")
        app = app_of(terminal)
        terminal.key("b")
        time.sleep(0.3)
        before = of_process(app, "VmRSS")
        time.sleep(1.2)
        assert of_process(app, "VmRSS") - before < 5_000
        sent = len(terminal.raw)
        started = time.monotonic()
        terminal.wait_for(lambda screen: count(screen.text()) > 60)
        assert len(terminal.raw) - sent < 300_000
        assert time.monotonic() - started < 5
        time.sleep(0.5)
        os.write(terminal._master, b"q")
        time.sleep(0.5)
        assert terminal.exit_status() == 0
        assert terminal.modes == Modes()


def test_a_paste_has_no_keys_in_it() -> None:
    gate = PasteGate(limit=9)
    gate.begin()
    assert gate.take("one\x1b[31mtwo\x1b[2") == ("one[31mtw", "")
    assert gate.inside
    assert gate.take("01~c") == (END, "c")
    assert not gate.inside


def test_a_paste_may_begin_anywhere() -> None:
    sequences = Sequences(lambda: 0.0)
    assert sequences.admit("ab\x1b[20") == ["ab"]
    assert sequences.admit("0~one\x1b[31mtwo\x1b[2") == [START, "one[31mtwo"]
    assert sequences.admit("01~c") == [END, "c"]


def test_a_paste_that_stops_is_ended() -> None:
    sequences = Sequences(lambda: 0.0)
    assert sequences.admit(f"{START}abc\x1b[20") == [START, "abc"]
    assert sequences.expire() == [END]
    assert sequences.admit("x") == ["x"]


@pytest.mark.parametrize("text", ["", "l", "a\0b\n日本\t", "\x9b31m", "x" * 3000])
@pytest.mark.parametrize("size", [1, 7, 1024])
def test_a_paste_is_what_textual_makes_of_it_and_never_goes_through_its_parser(
    text: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = f"q{START}{text}{END}l{START}{text}{END}"
    true = list(XTermParser().feed(sent))
    read: list[str] = []

    def feed(parser: XTermParser, data: str) -> Iterable[Message]:
        read.append(data)
        return fed(parser, data)

    fed = XTermParser.feed
    monkeypatch.setattr(XTermParser, "feed", feed)
    sequences, parser, heard = Sequences(lambda: 0.0), Parser(), list[Message]()
    for at in range(0, len(sent), size):
        for piece in sequences.admit(sent[at : at + size]):
            heard += parser.hear(piece)
    assert list(map(repr, heard)) == list(map(repr, true))
    assert [event.text for event in heard if isinstance(event, events.Paste)] == [
        text.replace("\0", "")
    ] * 2
    assert read == ["q", "l"]


def test_what_was_begun_before_a_pause_begins_no_paste() -> None:
    sequences = Sequences(lambda: 0.0)
    assert sequences.admit("\x1b") == []
    assert sequences.expire() == ["\x1b"]
    assert sequences.admit("[200~") == ["[200~"]


async def test_a_flood_is_held_back() -> None:
    reading, writing = os.pipe()
    heard: list[Message] = []
    keyboard = Keyboard(reading, heard.append, lambda: len(heard) > 100, lambda: None)
    keyboard.start()
    os.write(writing, b"x" * 6_000)
    total = 0
    async with asyncio.timeout(90):
        while total < 6_000:
            while len(heard) <= 100 and total + len(heard) < 6_000:
                await asyncio.sleep(0.01)
            assert len(heard) <= 2048  # one read at a time: the next waits until it is taken
            total += len(heard)
            heard.clear()
    assert total == 6_000
    keyboard.stop()
    for fileno in (reading, writing):
        os.close(fileno)


async def test_a_lone_escape_is_a_key_and_the_end_of_input_is_told() -> None:
    reading, writing = os.pipe()
    heard: list[Message] = []
    ended = asyncio.Event()
    keyboard = Keyboard(reading, heard.append, lambda: False, ended.set)
    keyboard.start()
    os.write(writing, b"\x1b")
    async with asyncio.timeout(20):
        while not heard:
            await asyncio.sleep(0.01)
    assert [event.key for event in heard if isinstance(event, events.Key)] == ["escape"]
    os.close(writing)
    await asyncio.wait_for(ended.wait(), 2)
    os.close(reading)


async def test_descriptors_beyond_1024() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1200:
        pytest.skip("too few descriptors are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
    reading, writing = os.pipe()
    os.dup2(reading, 1100)
    heard: list[Message] = []
    keyboard = Keyboard(1100, heard.append, lambda: False, lambda: None)
    keyboard.start()
    os.write(writing, b"x")
    await asyncio.sleep(0.1)
    assert len(heard) == 1
    keyboard.stop()
    for fileno in (reading, writing, 1100):
        os.close(fileno)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_output_waits_for_nobody() -> None:
    master, slave = os.openpty()
    caught_up = asyncio.Event()
    output = Output(slave, "utf-8", caught_up.set)
    sent = "".join(f"{number}," for number in range(100_000))
    output.write(sent)
    assert output.behind
    output.write("last")
    received = b""
    while output.behind or received[-4:] != b"last":
        while select.select([master], [], [], 0)[0]:
            received += os.read(master, 1 << 16)
        await asyncio.sleep(0.001)
    assert caught_up.is_set()
    assert received.decode() == sent + "last"
    output.write("x" * 1_000_000)
    assert output.behind and output.finish("the end")
    output.stop()
    output.write("more")
    assert read_all(master).endswith(b"the end")
    for fileno in (master, slave):
        os.close(fileno)


def read_all(fileno: int) -> bytes:
    data = b""
    while select.select([fileno], [], [], 0.1)[0]:
        data += os.read(fileno, 1 << 16)
    return data
