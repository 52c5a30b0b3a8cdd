"""Every way to leave, in the middle of things: the terminal is as it was, and nothing stays."""

import os
import signal
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.forked_terminal import LeavingTerminal
from tests.pty_terminal import Terminal
from tests.torture.inputs import Inputs
from tests.torture.program import HIDDEN
from tests.torture.rounds import Broken, Round
from tests.torture.starting import TFX, checked_end, nothing_stays, program_of, scanned, tfx

Act = Callable[[Terminal], object]


class End(NamedTuple):
    """A way to leave: what is done, the exit status, what is said, and the fault built in."""

    act: Act
    status: int | None
    says: str = ""
    fault: str = ""


def keys(*names: str) -> Act:
    return lambda terminal: [terminal.key(name) for name in names]


def sent(number: int, *, to: str = "supervisor") -> Act:
    """A signal, to the process that was started, to the one that draws, or to both."""

    def act(terminal: Terminal) -> None:
        if to == "all":
            os.killpg(terminal.pid, number)
        else:
            os.kill(terminal.pid if to == "supervisor" else program_of(terminal), number)

    return act


def burst(number: int, *, apart: float, times: int = 15) -> Act:
    def act(terminal: Terminal) -> None:
        for _ in range(times):
            try:
                os.killpg(terminal.pid, number)
            except ProcessLookupError:
                return
            time.sleep(apart)

    return act


def wait(_: Terminal) -> None:
    time.sleep(0.6)


def both(*acts: Act) -> Act:
    return lambda terminal: [(act(terminal), time.sleep(0.1)) for act in acts]


F12 = keys("f12")  # brings about the fault that is built in
# What a terminal shows of what it is sent after the end: keys, and its answer to the question
# that is asked at every start.
NOT_OURS = "^[[?2026;2$y", "^C"
STOPPED = signal.SIGSTOP, signal.SIGTERM, signal.SIGCONT
OWN = "because of a fault of its own (ValueError: boom"

ENDS: dict[str, End] = {
    "q": End(keys("q"), 0),
    "ctrl+c": End(keys("ctrl+c"), 0),
    "ctrl+q": End(keys("ctrl+q"), 0),
    "ctrl+c often": End(keys(*["ctrl+c"] * 9), None),  # those that come late interrupt
    "TERM": End(sent(signal.SIGTERM), 143),
    "TERM to all": End(sent(signal.SIGTERM, to="all"), 143),
    "TERM to the program": End(sent(signal.SIGTERM, to="program"), 143),
    "HUP": End(sent(signal.SIGHUP), 129),
    "HUP to all": End(sent(signal.SIGHUP, to="all"), 129),
    "QUIT": End(sent(signal.SIGQUIT), 131),
    "INT": End(sent(signal.SIGINT), 130),
    "INT, a burst": End(burst(signal.SIGINT, apart=0.004), 130),
    "INT, a fast burst": End(burst(signal.SIGINT, apart=0, times=200), 130),
    "TERM, a burst": End(burst(signal.SIGTERM, apart=0.004), 143),
    "TERM, then INT": End(both(sent(signal.SIGTERM), burst(signal.SIGINT, apart=0)), 143),
    "stopped, TERM and woken": End(
        both(*[sent(number, to="all") for number in STOPPED]), 143
    ),
    "kill -9 of the program": End(sent(signal.SIGKILL, to="program"), 137, "ended by signal 9"),
    "kill -9 of the supervisor": End(sent(signal.SIGKILL), -9),
    "SEGV": End(sent(signal.SIGSEGV, to="program"), 139, "ended by signal 11"),
    "fault in a key": End(F12, 1, OWN, "key"),
    "fault in a view": End(F12, 1, OWN, "view"),
    "fault in the figure's thread": End(F12, 1, OWN, "worker"),
    "fault in a thread": End(F12, 1, OWN, "thread"),
    "fault in a timer": End(F12, 1, OWN, "timer"),
    "fault in drawing": End(F12, 1, OWN, "drawing"),
    "hang, then TERM": End(both(F12, sent(signal.SIGTERM)), 143, "", "hang"),
    "hang, then HUP to all": End(both(F12, sent(signal.SIGHUP, to="all")), 129, "", "hang"),
    "hang, then interrupts": End(both(F12, burst(signal.SIGINT, apart=0)), 130, "", "hang"),
    "a figure that never comes, then quit": End(
        both(F12, wait, keys("ctrl+q")), 0, "", "hanging worker"
    ),
    "a figure that never comes, then TERM": End(
        both(F12, wait, sent(signal.SIGTERM)), 143, "", "hanging worker"
    ),
    "killed in a key": End(F12, 137, "ended by signal 9", "kill"),
    "exit in a key": End(F12, 3, "without a word (exit status 3)", "exit"),
    "fault in C": End(F12, 139, "ended by signal 11", "fault"),
    "abort": End(F12, 134, "ended by signal 6", "abort"),
    "no memory": End(F12, 1, "(MemoryError", "memory"),
    "recursion": End(F12, 1, "RecursionError", "recursion"),
    "no files, then quit": End(both(F12, keys("ctrl+q")), 0, "", "no files"),
    "no files, then TERM": End(both(F12, sent(signal.SIGTERM)), 143, "", "no files"),
    "many files, then quit": End(keys("right", "ctrl+q"), 0, "", "many files"),
}  # fmt: skip


def leaving(round_: Round) -> None:
    """Leave in one way, at rest or in the middle of random input."""
    name = round_.pick(list(ENDS))
    busy = round_.seed // len(ENDS) % 2 == 1
    if busy and name == "q":  # which may be but a letter then
        name = "ctrl+q"
    try:
        _leave(round_, ENDS[name], busy)
    except (Broken, TimeoutError) as problem:
        raise Broken(f"leaving by {name}: {problem}") from None


def _leave(round_: Round, end: End, busy: bool) -> None:
    with tfx(round_, "softmax", fault=end.fault, kind=LeavingTerminal) as terminal:
        terminal.wait_for("0.659001", 30)
        if busy:
            disturbed(round_, terminal)
        round_.tally.faults += 1
        end.act(terminal)
        shown = checked_end(round_, terminal, end.status)
    for odd in NOT_OURS:
        shown = shown.replace(odd, "").strip()
    if end.says not in " ".join(shown.split()) or (shown and not end.says):
        raise Broken(f"it should say {end.says!r} and says {shown!r}")
    if HIDDEN in shown or "Traceback" in shown:
        raise Broken(f"it shows what is nobody's business: {shown}")


def disturbed(round_: Round, terminal: Terminal) -> None:
    """Give it some random input, and let it get over the half of a paste or an escape."""
    inputs = Inputs(round_.random, terminal.size)
    for one in inputs.burst() + inputs.burst():
        if one.size is None:
            terminal.send(one.sent)
            round_.tally.inputs += 1
    terminal.send("\x1b[201~")
    time.sleep(0.3 + round_.random.random() * 0.1)


def hung_up(round_: Round) -> None:
    """Lose the terminal: a status, no word, and nothing left, even if hang-ups are ignored."""
    said = round_.folder / "said"
    trap = "trap '' HUP; " if round_.seed % 2 else ""
    command = ["sh", "-c", trap + f'exec "$@" 2>{said}', "sh", *TFX]
    with tfx(round_, "descent", command=command) as terminal:
        terminal.wait_for("? help", 30)
        terminal.send(" >>>>")  # play, fast
        time.sleep(0.1 + round_.random.random() / 5)
        scanned(round_, terminal)
        round_.tally.faults += 1
        terminal.hang_up()
        if (status := terminal.exit_status(30)) != 129 or said.read_text():
            raise Broken(f"exit status {status}, and it says {said.read_text()!r}")
        nothing_stays(round_)
