"""What an open tfx costs: processor time while nobody touches it, and memory.

Both are read from /proc, children included.
"""

import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from tests.bench.apps import Failed, NotAvailable, Plan, open_baseline, open_tfx, titles
from tests.bench.report import Row
from tests.bench.screen import Screen
from tests.pty_terminal import Terminal

PROC = Path("/proc")


def family(pid: int) -> list[Path]:
    """The folders in /proc of a process and of all that descend from it."""
    if not (PROC / "self/stat").exists():
        raise NotAvailable("not available here: needs /proc")
    parents: dict[str, str] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            parents[folder.name] = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:  # gone in the meantime
            continue
    found = [str(pid)]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return [PROC / member for member in found]


def processor_time(pid: int) -> float:
    """Milliseconds of processor time used so far.

    The scheduler's own account, in nanoseconds: the ticks of /proc/PID/stat are 10 ms long.
    """
    threads = chain.from_iterable(member.glob("task/*/schedstat") for member in family(pid))
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def idle(plan: Plan) -> Iterator[Row]:
    """Processor time while nothing happens. Textual's own input thread wakes ten times a second."""
    with open_baseline() as baseline, open_tfx() as tfx_map, open_tfx("softmax") as softmax:
        terminals = (baseline, tfx_map, softmax)
        begun = [processor_time(terminal.pid) for terminal in terminals]
        deadline = time.perf_counter() + plan.idle_seconds
        for terminal in terminals:
            terminal.listen(max(0, deadline - time.perf_counter()))
        time.sleep(max(0, deadline - time.perf_counter()))
        spent = [
            processor_time(terminal.pid) - before
            for terminal, before in zip(terminals, begun, strict=True)
        ]
        if not all(terminal.running for terminal in terminals):
            raise Failed("a program ended while it was left alone")
    for what, used in (("map", spent[1]), ("softmax", spent[2])):
        yield Row(f"idle {plan.idle_seconds:g} s, {what}: processor", "ms", spent[0], used, 1.1)


def own(pid: int) -> float:
    """Megabytes that a program and its children have for themselves, what two share counted once.

    Not what is in memory of files, such as weights: the system takes that back when it likes.
    """
    rolls = "\n".join((member / "smaps_rollup").read_text() for member in family(pid))
    return sum(int(line.split()[1]) for line in rolls.splitlines() if "Pss_Anon" in line) / 1024


def private(plan: Plan) -> Iterator[Row]:
    """What one more session takes, over what the app of one label does."""
    with open_baseline() as baseline:
        plain = own(baseline.pid)
        for link in ("", "softmax", "attention"):
            with open_tfx(link) as tfx:
                tfx.settle(quiet=1.0)  # the map loads what draws
                used = own(tfx.pid) - plain
            what = f"a session's own memory over the baseline's, {link or 'map'}"
            yield Row(what, "MB", plain, used, 26, absolute=True)


def memory(plan: Plan) -> Iterator[Row]:
    """Memory after opening every concept once, and after doing it again and again."""
    first = next(iter(titles()))
    with open_baseline() as baseline, open_tfx(first) as tfx:
        visit(tfx, "]")
        once = own(tfx.pid)
        for turn in range(plan.rounds):
            visit(tfx, "]" if turn % 2 else "[")
        yield Row("own memory, every concept opened once", "MB", own(baseline.pid), once, 4.0)
        again = f"own memory, {plan.rounds} more times, to once"
        yield Row(again, "MB", once, own(tfx.pid), 1.05)


def visit(tfx: Terminal, key: str) -> None:
    """Go through all concepts in one direction, each once its title is in the first line."""
    names = list(titles().values())
    for name in names[1:] if key == "]" else names[-2::-1]:
        tfx.key(key)
        tfx.wait_for(partial(heads, name))
        tfx.settle(quiet=0.03)


def heads(title: str, screen: Screen) -> bool:
    """Whether it stands in the first line."""
    return title in screen.text()[0]
