"""On a slow line, behind a large buffer, what is seen is never more than two pictures old."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from tests.hosting.served import serving
from tests.slow_terminal import FAR, FOREVER, SlowTerminal
from tui_transformer.ui.terminal import restore
from tui_transformer.ui.terminal.coarse import coarse, coarsely, halfway
from tui_transformer.ui.terminal.pace import MOST, QUESTION, Pace, is_far
from tui_transformer.ui.terminal.pens import Look

TFX = [sys.executable, "-m", "tui_transformer"]
BAUD = 960  # bytes a second: 9,600 baud


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    return FAR | {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}


def opened(slow: SlowTerminal, text: str) -> SlowTerminal:
    """The line is quick until the first picture is there."""
    slow.until(lambda: text in slow.shown)
    slow.rest()
    return slow


@pytest.mark.parametrize("options", [(), ("--kiosk",)])
def test_a_key_held_down_leaves_two_pictures_to_come(
    state: dict[str, str], options: tuple[str, ...]
) -> None:
    asked = {"SSH_ORIGINAL_COMMAND": "descent"} if options else {}
    command = [*TFX, *options] if options else [*TFX, "descent"]
    with SlowTerminal(command, env=state | asked) as slow:
        opened(slow, "Gradient descent").rate = BAUD
        for _ in range(2):  # the line shows how slow it is
            slow.key(".")
            slow.rest()
        slow.hold(".", 30, 3)
        before, on_their_way = slow.pictures, len(slow.waiting)
        slow.rest()
        assert 3 < before < slow.pictures <= before + 2
        assert on_their_way < 2 * BAUD, "and the round trip is none"
        assert "steps" in slow.shown


def test_through_a_host_it_is_the_same(tmp_path: Path, state: dict[str, str]) -> None:
    with serving(tmp_path) as host:
        command = host.ssh("descent", options=("-tt", "-e", "none"))
        with SlowTerminal(command, env=state) as slow:
            opened(slow, "Gradient descent").rate = BAUD
            for _ in range(2):
                slow.key(".")
                slow.rest()
            slow.hold(".", 30, 3)
            before = slow.pictures
            slow.rest()
            assert 3 < before < slow.pictures <= before + 2


@pytest.mark.parametrize("concept", ["xor", "neuron"])
def test_a_key_takes_few_bytes_where_the_line_is_slow(state: dict[str, str], concept: str) -> None:
    sizes = []
    with SlowTerminal([*TFX, concept], env=state) as slow:
        slow.until(lambda: slow.pictures > 1)
        slow.rest()
        slow.rate = 4 * BAUD
        for _ in range(9):
            before = slow.arrived
            slow.key("right")
            slow.rest(0.4)
            sizes.append(slow.arrived - before)
    # In xor the key goes round three choices, of which one changes all that is on the screen.
    assert median(sizes[-3:]) <= 2500
    assert median(sizes[-3:]) < 0.75 * max(sizes), "the first is not coarse yet"


def test_a_terminal_that_never_answers_is_not_kept_waiting(state: dict[str, str]) -> None:
    with SlowTerminal([*TFX, "descent"], env=state) as slow:
        slow.answers = False
        opened(slow, "Gradient descent")
        for number in range(1, 9):
            slow.key(".")
            slow.until(lambda number=number: f"step {number}" in slow.shown.lower(), timeout=60)


def test_one_that_stops_answering_is_waited_for_once(state: dict[str, str]) -> None:
    with SlowTerminal([*TFX, "descent"], env=state) as slow:
        opened(slow, "Gradient descent")
        slow.answers = False
        for _ in range(MOST + 4):
            slow.key(".")
            slow.turn()
        slow.until(lambda: f"step {MOST + 4}" in slow.shown.lower(), timeout=60)


def test_leaving_reads_every_answer_that_is_on_its_way(state: dict[str, str]) -> None:
    shell = [sys.executable, "-m", "tests.far_terminal", *TFX, "descent"]
    with SlowTerminal(shell, env=state, delay=0.15) as slow:
        opened(slow, "Gradient descent")
        for _ in range(MOST):
            slow.key(".")
            slow.turn()
        slow.key("q")
        slow.until(lambda: "ready>" in slow.shown)
        slow.rest()
        slow.type("<end of what is typed>")
        slow.until(lambda: "read: " in slow.shown)
        read = slow.shown.replace("\n", "").partition("read: ")[2].partition(".")[0]
    assert bytes.fromhex(read).decode() == "<end of what is typed>"


# ── the pace ───────────────────────────────────────────────────────────────────────────


class Loop:
    """A loop whose time is told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[[], None]) -> "Loop":
        self.timers = [(self.now + seconds, call)]
        return self

    def cancel(self) -> None:
        self.timers = []

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        for due, call in list(self.timers):
            if due <= self.now:
                self.timers = []
                call()


@pytest.fixture
def loop() -> Iterator[Loop]:
    yield Loop()
    restore.owed[0] = 0


def pace(loop: Loop, calls: list[int] | None = None) -> Pace:
    told = [] if calls is None else calls
    clock: asyncio.AbstractEventLoop = loop  # type: ignore[assignment]
    return Pace(clock, lambda: told.append(1))


def test_nothing_waits_before_the_first_answer(loop: Loop) -> None:
    p = pace(loop)
    for _ in range(50):
        assert not p.full
        assert p.ask(1000) == QUESTION
    p.answered()
    assert p.full


def test_the_window_grows_while_answers_are_quick_and_shrinks_to_one(loop: Loop) -> None:
    p = pace(loop)
    rooms = []
    for took in (0.3, 0.3, 0.4, 0.3, 0.3, 0.5, 0.3, 3.0):
        p.ask(300)
        loop.pass_by(took)
        p.answered()
        rooms.append(0)
        while not p.full:
            p.ask(300)
            rooms[-1] += 1
        for _ in range(rooms[-1]):
            p._sent.pop()
    assert rooms == [2, 3, 4, 4, 4, 1, 2, 1]


def test_what_is_owed_is_known_to_whoever_leaves(loop: Loop) -> None:
    p = pace(loop)
    p.ask(10), p.ask(10)
    assert restore.owed[0] == 2
    p.answered()
    assert restore.owed[0] == 1


def test_an_answer_that_stays_away_lets_pictures_go_again(loop: Loop) -> None:
    calls: list[int] = []
    p = pace(loop, calls)
    p.ask(0)
    p.answered()
    while not p.full:
        p.ask(960)
    before = len(calls)
    loop.pass_by(3.9)
    assert p.full, "a slow line may take that long"
    loop.pass_by(30)
    assert not p.full and len(calls) == before + 1
    p.answered()  # late, to what was given up
    p.ask(10)
    p.ask(10)
    assert p.full


def test_a_line_is_slow_by_its_bytes_and_not_by_its_length(loop: Loop) -> None:
    for seconds, size, slow in (
        (0.3, 2000, False),  # a long way, as every answer shows
        (2.4, 2000, True),
        (0.31, 20_000, False),
        (20.0, 100, False),  # too little to tell
    ):
        p = pace(loop)
        p.ask(0)
        loop.pass_by(0.3)
        p.answered()
        p.ask(size)
        loop.pass_by(seconds)
        p.answered()
        assert p.slow is slow, (seconds, size)


def test_who_is_far_away() -> None:
    assert is_far({"SSH_TTY": "/dev/pts/1"}) and is_far({"SSH_CONNECTION": "1 2 3 4"})
    assert not is_far({})


# ── coarse colours ─────────────────────────────────────────────────────────────────────


def rgb(code: str) -> tuple[int, int, int]:
    """A colour of 256 by xterm's rule: a cube of 6·6·6, and 24 greys."""
    number = int(code.rpartition(";")[2])
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    cube = number - 16
    return steps[cube // 36], steps[cube // 6 % 6], steps[cube % 6]


def test_a_coarse_colour_is_near_and_a_ramp_has_few_of_them() -> None:
    ramp = [(i, 40 + i * 3 // 4, 255 - i) for i in range(256)]
    looks = [coarse(Look(background=f"48;2;{r};{g};{b}")).background for r, g, b in ramp]
    assert all(code.startswith("48;5;") for code in looks)
    assert 8 <= len(set(looks)) <= 24
    for wanted, code in zip(ramp, looks, strict=True):
        assert max(abs(a - b) for a, b in zip(wanted, rgb(code), strict=True)) <= 48
    changes = sum(a != b for a, b in pairwise(looks))
    assert changes < 24, "no shade comes back"


def test_paper_ink_and_the_terminals_own_colours_stay() -> None:
    for grey in (8, 18, 28, 238):
        code = coarse(Look(foreground=f"38;2;{grey};{grey};{grey}")).foreground
        assert rgb(code) == (grey,) * 3
    own = Look(frozenset({"1"}), "33", "44")
    assert coarse(own) == own
    assert halfway(own) is None


def test_two_shades_become_the_one_between() -> None:
    look = Look(foreground="38;2;255;0;0", background="48;2;0;0;0")
    between = halfway(look)
    assert between is not None
    assert rgb(between.background) == (135, 0, 0)
    assert between.foreground == ""
    assert coarsely("▀▄", look) == ("  ", between)


def test_shades_beside_each_other_become_one_and_columns_stay_what_they_are() -> None:
    slope = Look(foreground="38;2;120;60;40", background="48;2;110;60;50")
    for text in ("▄██ ▀", "██", "  ", "▄"):
        shown, look = coarsely(text, slope)
        assert shown == " " * len(text) and look == halfway(slope)
    chart = Look(foreground="38;2;95;175;215", background="48;2;16;16;20")
    for text in ("▁▂▃▄▅▆▇█", "█ ▄ █", "▄", "██▌ ", "  "):
        assert coarsely(text, chart) == (text, coarse(chart))
    own = Look(frozenset({"1"}), "33", "44")
    assert coarsely("█▀", own) == ("█▀", own)


def test_the_program_that_is_here_is_asked_nothing(tmp_path: Path) -> None:
    code = "from tui_transformer.ui.terminal.pace import is_far; print(is_far())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={}, timeout=60
    )
    assert done.stdout.strip() == "False"
    with SlowTerminal([*TFX, "softmax"], env={"XDG_STATE_HOME": str(tmp_path)}) as here:
        opened(here, "0.659001")
        here.key("right")
        here.rest()
        assert here.pictures == 0 and here.rate == FOREVER
