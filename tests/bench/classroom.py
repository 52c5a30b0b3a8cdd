"""A class of thirty on one machine, and what a session of a host costs.

Who follows is forked by `tfx host`, and shown by `tfx-visit`, as where people come in by an sshd.
They are measured in turns with as many who draw text alone, in a class of their own.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from select import select
from statistics import median
from typing import NamedTuple

from tests.bench.apps import TFX, Failed, NotAvailable, Plan
from tests.bench.memory import processor_time
from tests.bench.report import Row, percentile
from tests.classroom.hosted import SIZES, Hosted, answered, held, hosted
from tests.classroom.screens import everybody_reads
from tests.hosting.lodging import alone
from tests.hosting.served import started
from tests.pty_terminal import Terminal

STATES = {"softmax": "", "attention source=random count=16": "up"}
"""What is presented, and the key that leads to a control whose every step shows something new."""
RATE = 60  # keys a second


class Bare:
    """A terminal that only reads, of somebody who draws text."""

    def __init__(self, size: tuple[int, int]) -> None:
        import fcntl
        import struct
        import termios

        self._master, self.slave = os.openpty()
        os.set_blocking(self._master, False)
        columns, rows = size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.chunks: list[tuple[float, bytes]] = []

    def close(self) -> None:
        """Be gone."""
        os.close(self._master)
        os.close(self.slave)

    def listen(self, seconds: float) -> bool:
        """Read what there is."""
        try:
            self.chunks.append((time.perf_counter(), os.read(self._master, 1 << 16)))
        except OSError:
            return False
        return True


class Writing(NamedTuple):
    """A class in which everybody who follows draws text, and the process that forked them."""

    presenter: Terminal
    followers: list[Bare]
    process: int


@contextmanager
def writing(folder: Path, shown: str, count: int) -> Iterator[Writing]:
    """Open a class in which everybody who follows draws text."""
    place = {"TFX_CLASS_DIR": str(folder / "text"), "XDG_STATE_HOME": str(folder)}
    with Terminal([*TFX, "present", "physics", *shown.split()], env=place) as presenter:
        presenter.wait_for("0 following", timeout=60)
        bare = [Bare(SIZES[at % len(SIZES)]) for at in range(count)]
        slaves = [one.slave for one in bare]
        command = [sys.executable, "-m", "tests.bench.text_followers"]
        process = subprocess.Popen(
            [*command, str(folder / "text" / "physics.sock"), *map(str, slaves)], pass_fds=slaves
        )
        try:
            presenter.wait_for(f"{count} following", timeout=60)
            while not all(one.chunks for one in bare):
                select([one._master for one in bare], [], [], 1)
                everybody_reads(presenter, *bare)  # type: ignore[arg-type]
            yield Writing(presenter, bare, process.pid)
        finally:
            presenter.kill()
            for one in bare:  # who waits for room to write is not waited for
                one.close()
            process.wait(60)


def following(plan: Plan) -> Iterator[Row]:
    """From a key of the presenter's to the last picture of the last follower; a key held down."""
    for shown, leads in STATES.items():
        name = shown.split()[0]
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            screens = stack.enter_context(hosted(folder, shown, plan.followers, started))
            text = stack.enter_context(writing(folder, shown, plan.followers))
            classes: tuple[tuple[Terminal, Sequence[Terminal | Bare], int], ...] = (
                (text.presenter, text.followers, text.process),
                (screens.presenter, screens.followers, screens.house.process.pid),
            )
            times: tuple[list[float], list[float]] = ([], [])
            spent = [0.0, 0.0]
            for turn in range(max(plan.keys // 4, 1) * 2):  # there and back
                for at, (presenter, followers, process) in enumerate(classes):
                    before = processor_time(process)
                    times[at].append(_last(presenter, "right" if turn % 2 else "left", followers))
                    spent[at] += processor_time(process) - before
            what = f"{plan.followers} follow {name}: key → last picture"
            for percent, limit in ((50, None), (95, 1.5)):
                yield Row(
                    f"{what}, p{percent}, to text alone",
                    "ms",
                    *(percentile(found, percent) for found in times),
                    limit,
                )
            each = (all / len(times[0]) / plan.followers for all in spent)
            yield Row(f"{what}, processor each", "ms", *each)
            for presenter, followers, _ in classes if leads else ():
                everybody_reads(presenter, *followers)
                answered(presenter.key(leads), followers)
            yield from _held(screens, text, plan, name)


def _last(presenter: Terminal, key: str, followers: Sequence[Terminal | Bare]) -> float:
    everybody_reads(presenter, *followers)
    sent = presenter.key(key)
    return 1000 * answered(sent, followers)


def _held(screens: Hosted, text: Writing, plan: Plan, name: str) -> Iterator[Row]:
    """Hold a key several times, to and fro so that no control comes to its end, in turns with
    those who draw text alone."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(plan.holds):
        key = "left" if turn % 2 else "right"
        times[1].append(_let_go(screens.presenter, key, screens.followers, plan))
        times[0].append(_let_go(text.presenter, key, text.followers, plan))
        if not screens.agree():
            raise Failed("those who follow do not end at one state")
    what = f"{plan.followers} follow {name}, {RATE} keys a second"
    usual = (median(found) for found in times)
    worst = f"worst {max(times[1]):.0f} ms, of text {max(times[0]):.0f}"
    late = f"{what}: last key → last picture"
    yield Row(late, "ms", *usual, limit=250, absolute=True, note=worst)


def _let_go(
    presenter: Terminal, key: str, followers: Sequence[Terminal | Bare], plan: Plan
) -> float:
    everybody_reads(presenter, *followers)
    sent = held(presenter, key, followers, plan.hold_seconds, RATE)
    return 1000 * answered(sent, followers, quiet=1.0)  # the first may come later than it should


def hosting(plan: Plan) -> Iterator[Row]:
    """A session that is forked by a host, in turns with a kiosk that starts afresh."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise NotAvailable("not available here: needs Linux")
    seen: dict[str, list[tuple[float, float, float]]] = {"fresh": [], "forked": []}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        house = stack.enter_context(alone(Path(folder) / "host.sock", start=started))
        for _ in range(plan.starts):
            with Terminal([*TFX, "--kiosk", "softmax"]) as fresh:
                seen["fresh"].append(_cost(fresh, fresh.pid, whole=True))
            with house.direct("softmax") as forked:
                forked.wait_for("0.659001", timeout=60)
                (session,) = house.sessions()
                seen["forked"].append(_cost(forked, session, whole=False))
            house.empty()
    parts = ("exec → tfx softmax", "ms", 160), ("processor", "ms", 80), ("private memory", "MB", 14)
    for at, (what, unit, goal) in enumerate(parts):
        fresh, forked = (median(one[at] for one in seen[name]) for name in ("fresh", "forked"))
        name = f"a session of a host, to a fresh kiosk: {what}"
        yield Row(name, unit, fresh, forked, goal, absolute=True)


def _cost(terminal: Terminal, process: int, whole: bool) -> tuple[float, float, float]:
    """Milliseconds to the first picture and of processor, and private megabytes.

    `whole` counts all that descends from the process, as a supervisor's program does.
    """
    moment = terminal.wait_for("0.659001", timeout=60)
    terminal.settle(quiet=0.4)
    from tests.bench.memory import family

    members = family(process) if whole else [Path(f"/proc/{process}")]
    memory = sum(_private(member) for member in members)
    return 1000 * (moment - terminal.started), processor_time(process), memory


def _private(process: Path) -> float:
    lines = (process / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024
