"""Random inputs for the program in a real terminal, terminals of every kind, and a slow reader."""

import os
import re
import time

from tests.forked_terminal import ForkedTerminal
from tests.pty_terminal import Terminal
from tests.torture.hostile import SIZES
from tests.torture.inputs import Input, Inputs
from tests.torture.rounds import Broken, Round, resident
from tests.torture.starting import (
    checked_end,
    children_of,
    computing,
    left_alone,
    program_of,
    ready,
    tfx,
)
from tui_transformer.concepts import entries

MEMORY = 600_000_000  # bytes; it is a fifth of that after a day
LOOKS: tuple[dict[str, str], ...] = (
    {},
    {"TERM": "xterm", "COLORTERM": ""},
    {"NO_COLOR": "1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0"},
)


# The letters of a flag: wcwidth, by which pyte counts, gives each two cells from 0.9 on, while
# terminals give the flag two. What stands behind one is not where pyte has it.
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")


def random_inputs(round_: Round) -> None:
    """Give it bursts of input; it answers every time, and its screen has what it should have."""
    concept = round_.random.choice(entries()).id
    look = round_.pick(LOOKS)
    kind = Terminal if "LC_ALL" in look else ForkedTerminal
    bursts: list[list[Input]] = []
    try:
        with tfx(round_, concept, fault="none", env=look, kind=kind) as terminal:
            terminal.wait_for("? help", 60)
            _given(round_, terminal, bursts)
            terminal.send("\x1b[201~")
            time.sleep(0.2)
            terminal.key("ctrl+q")
            checked_end(round_, terminal)
    except (Broken, TimeoutError) as problem:
        last = "\n".join(f"  {[one.name for one in burst]}" for burst in bursts[-6:])
        raise Broken(f"{problem}\nopen {concept}, then send …\n{last}") from None


def _given(round_: Round, terminal: Terminal, bursts: list[list[Input]]) -> None:
    inputs = Inputs(round_.random, terminal.size)
    program = program_of(terminal)
    for number in range(18 * round_.size):
        bursts.append(inputs.burst())
        for one in bursts[-1]:
            if one.size is not None:
                terminal.resize(*one.size)
            else:
                terminal.send(one.sent)
        round_.tally.inputs += len(bursts[-1])
        at_rest(terminal, 2)
        if not terminal.running:
            raise Broken(f"it has ended: {terminal.exit_status()}\n" + "\n".join(terminal.text()))
        if number % 6 == 5:
            _same_again(round_, terminal)
    if (memory := resident(program)) > MEMORY:
        raise Broken(f"it has grown to {memory / 1e6:,.0f} MB")


def at_rest(terminal: Terminal, timeout: float = 4) -> bool:
    """Wait until it neither writes nor computes, and say whether that came about."""
    end = time.monotonic() + timeout
    program = next(iter(children_of(terminal.pid)), terminal.pid)
    while time.monotonic() < end:
        before = computing(program)
        quiet = not terminal.listen(0.12) and not ready(program)
        if quiet and computing(program) - before < 0.02:
            return True
    return False  # it plays


def _same_again(round_: Round, terminal: Terminal) -> None:
    """Have everything drawn again: an answer must come, and show what was there before."""
    if not (at_rest(terminal) and at_rest(terminal)):
        return
    before = terminal.text()
    if any("▶" in line for line in before):
        return  # it plays, slowly enough to look at rest
    began = time.perf_counter()
    terminal.press("ctrl+l", quiet=0.1, timeout=round_.patience)
    at_rest(terminal)
    first = next((moment for moment, _ in terminal.chunks if moment > began), began)
    round_.tally.slowest = max(round_.tally.slowest, first - began)
    after = terminal.text()
    if before != after and terminal.size[0] > 40:
        lines = [
            f"was |{a}\nnow |{b}"
            for a, b in zip(before, after, strict=True)
            if a != b and not FLAG.search(a + b)
        ]
        if not lines:
            return
        raise Broken("the screen did not show what it should\n" + "\n".join(lines))


def typed_ahead(round_: Round) -> None:
    """Send many keys in one go, as a slow connection does: none of them is lost."""
    with tfx(round_, "softmax", kind=ForkedTerminal) as terminal:
        terminal.wait_for("0.659001", 30)
        for keys, shown in (
            ("gdescent\r", "lesson"),
            ("\x10entropy\r", "0.659001"),
            ("jj\r5\r", "logits bird = 5"),
            ("/tfx softmax target=2 temperature=3\r", "2 bird"),
            ("tlll", "temperature"),
        ):
            terminal.send(keys)
            round_.tally.inputs += len(keys)
            terminal.wait_for(shown, round_.patience)
        terminal.key("ctrl+q")
        checked_end(round_, terminal)


# ── terminals of every kind ────────────────────────────────────────────────────────────

TERMS = ("linux", "vt100", "screen", "screen-256color", "tmux", "xterm", "xterm-256color", "nobody")
BARE = {"COLORTERM": ""}
PLACES: dict[str, dict[str, str]] = {
    **{f"TERM={term}": {"TERM": term, **BARE} for term in TERMS},
    "LC_ALL=C": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "LC_ALL=POSIX, TERM=vt100": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "TERM": "vt100", **BARE},
    "LANG and nothing": {"LC_ALL": "", "LANG": "", "PYTHONCOERCECLOCALE": "0"},
    "a locale that is not there": {"LC_ALL": "xx_YY.UTF-8"},
    "NO_COLOR": {"NO_COLOR": "1"},
    "NO_COLOR, empty": {"NO_COLOR": ""},
    "COLUMNS and LINES lie": {"COLUMNS": "9", "LINES": "99999"},
    "COLUMNS is nonsense": {"COLUMNS": "x" * 99, "LINES": "-3"},
    "Textual's variables": {
        "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_FPS": "x", "TEXTUAL_DEBUG": "1",
        "TEXTUAL_SCREENSHOT": "9", "TEXTUAL_PRESS": "o", "TEXTUAL_THEME": "nothing",
        "TEXTUAL_COLOR_SYSTEM": "windows", "TEXTUAL_DRIVER": "nothing:Here",
    },
    "no home": {"HOME": "/nonexistent", "USER": ""},
}  # fmt: skip
# What nothing asks for while it is loaded; the others want a start.
ASKED_LATE = {"TERM", "COLORTERM", "NO_COLOR"}
REFUSED = {"TERM is empty": {"TERM": ""}, "?": {"TERM": "unknown"}}
ALL_PLACES = (*PLACES, *REFUSED)
COLOURED = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)[;m]")


def places(round_: Round) -> None:
    """Start on a terminal of some kind, change its size wildly, and leave."""
    name = round_.pick(ALL_PLACES)
    env = PLACES.get(name) or REFUSED[name]
    kind = ForkedTerminal if env.keys() <= ASKED_LATE else Terminal
    round_.tally.faults += 1
    try:
        with tfx(round_, "softmax", env=env, kind=kind) as terminal:
            if name in REFUSED:
                status, shown = terminal.exit_status(), "\n".join(terminal.text())
                if status != 2 or "TERM" not in shown:
                    raise Broken(f"exit status {status}: {shown}")
                return
            terminal.wait_for("0.659001", 30)
            _checked_place(name, terminal)
            storm(round_, terminal)
            terminal.send("q")
            checked_end(round_, terminal)
    except (Broken, TimeoutError) as problem:
        raise Broken(f"{name}: {problem}") from None


def _checked_place(name: str, terminal: Terminal) -> None:
    terminal.settle(quiet=0.3)
    if ("C" in name or "POSIX" in name or "nothing" in name) and "LC_ALL" in PLACES[name]:
        odd = [line for line in terminal.text() if not line.isascii()]
        if odd and not PLACES[name].get("LC_ALL", "").endswith("UTF-8"):
            raise Broken(f"not ASCII: {odd[0]}")
    if name == "NO_COLOR" and (colour := COLOURED.search(terminal.raw)):
        raise Broken(f"colour: {colour[0]!r}")


def storm(round_: Round, terminal: Terminal) -> None:
    """Change the size often, sometimes before the last change was drawn; then look."""
    for _ in range(25 * round_.size):
        terminal.resize(*round_.random.choice(SIZES))
        round_.tally.inputs += 1
        if round_.random.random() < 0.5:
            terminal.listen(round_.random.random() * 0.05)
    terminal.resize(80, 24)
    terminal.settle(quiet=0.3)
    terminal.wait_for("0.659001")


# ── a reader that stops reading ────────────────────────────────────────────────────────


def slow_reader(round_: Round) -> None:
    """Stop reading while it plays and keys arrive; then the newest state comes, no backlog."""
    seconds = 10.0 if round_.size > 1 else 2.0
    with tfx(round_, "approximation", size=(120, 36), kind=ForkedTerminal) as terminal:
        terminal.wait_for("? help", 30)
        terminal.settle(quiet=0.3)
        for number in range(int(seconds * 50)):
            os.write(terminal._master, b"l" if number % 40 < 20 else b"h")
            time.sleep(0.02)
        os.write(terminal._master, b"r")
        for _ in range(7):
            os.write(terminal._master, b".")
        round_.tally.inputs += int(seconds * 50)
        round_.tally.faults += 1
        before = len(terminal.raw)
        terminal.wait_for("hinges = 11", round_.patience)
        terminal.settle(quiet=0.3)
        backlog = len(terminal.raw) - before
        if backlog > 200_000:
            raise Broken(f"{backlog:,} bytes came after {seconds:g} s of not reading")
        left_alone(round_, terminal)
        terminal.send("q")
        checked_end(round_, terminal)
