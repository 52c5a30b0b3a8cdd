"""What a key costs the processor in every concept, against the app of one label.

Processor time, not time on the clock: it stays what it is while the machine is busy with
something else. Both programs run at once, each in its own terminal, and are asked in turns; of
several turns the cheapest counts, for nothing makes a program work less than it must; what seems
too dear after a few is asked for more of them, and so is the app of one label beside it.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median

from tests.bench.apps import BASELINE, TFX, Failed, Plan
from tests.bench.keys import ATTENTION, DESCENT, SOFTMAX
from tests.bench.report import Row
from tests.pty_terminal import Terminal
from tests.ssh_server import state
from tui_transformer.concepts import load
from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.link import words
from tui_transformer.session import Session

STEPS = 6  # keys there and keys back
PAUSE = 0.012  # seconds in which a program at rest does nothing; Textual paints after 8 ms
SIZES = ((80, 24), (120, 36))
GOALS = {(80, 24): (2.2, 3.0), (120, 36): (2.5, 3.5)}
DEARER = {"training": 3.5}  # which has more to say at each key


@dataclass(frozen=True)
class Keys:
    """A state, the keys that go to what is held, and the two that move it there and back."""

    link: str
    setup: tuple[str, ...]
    key: str
    back: str


NAMED = {
    "softmax, -8 1 0.1": SOFTMAX,
    "descent, a step": DESCENT,
    "attention, 16 at random": ATTENTION,
}


def processor(plan: Plan, sizes: tuple[tuple[int, int], ...] = SIZES) -> Iterator[Row]:
    """A key in every concept at two sizes: on a control, and on the clock where it has one.

    What is judged of a concept is the dearest of its keys.
    """
    for size in sizes if precise(plan) else sizes[:1]:
        middle, worst = GOALS[size]
        at = f"{size[0]}×{size[1]}"
        dearest: dict[str, float] = {}
        for what, keys in islice(cases(), None if precise(plan) else len(NAMED)):
            concept = keys.link.split()[0]
            floor, ours = measured(keys, size, plan)
            limit = DEARER.get(concept, worst)
            if precise(plan) and ours > limit * floor:  # in so few turns there may be no quiet one
                again = measured(keys, size, replace(plan, turns=4 * plan.turns))
                floor, ours = min(floor, again[0]), min(ours, again[1])
            dearest[concept] = max(dearest.get(concept, 0.0), ours / floor)
            yield Row(f"{at} {what}", "ms", 1000 * floor, 1000 * ours, limit)
        yield Row(f"{at} median of all concepts", "", 1.0, median(dearest.values()), middle)
        yield Row(f"{at} worst of all concepts", "", 1.0, max(dearest.values()), worst)


def precise(plan: Plan) -> bool:
    """Say whether more is asked than whether it can be carried out."""
    return plan.keys > STEPS


def cases() -> Iterator[tuple[str, Keys]]:
    """What is pressed: named states, then in each concept a number and its clock."""
    for what, case in NAMED.items():
        yield what, Keys(case.link, case.setup, case.key, case.back)
    for concept_id in (entry.id for entries in SYLLABUS.values() for entry in entries):
        session = Session.open(load(concept_id))
        yield f"{concept_id}, a control", Keys(concept_id, _held(session), "right", "left")
        for key, back, step in ((".", ",", 1), (",", ".", -1)):
            if session.concept.clock and _moves(session, lambda s, by=step: s.step(by)):
                yield f"{concept_id}, its clock", Keys(concept_id, (), key, back)
                break


def _held(session: Session) -> tuple[str, ...]:
    """The keys that go to the first number (or else control) that moves as often as is asked."""
    rows = [(at, row) for at, row in enumerate(session.rows) if row.kind == "one"]
    for kinds in (("real", "integer"), None):
        for at, row in rows:
            held = session.hold(row.start)
            wanted = kinds is None or held.knob.control.kind in kinds
            if wanted and _moves(held, lambda s: s.nudge(1)):
                return ("down",) * at
    raise Failed(f"{session.concept.id} has no control that moves {STEPS} times")


def _moves(session: Session, change: Callable[[Session], Session]) -> bool:
    """Say whether a change can be made as often as is asked."""
    for _ in range(STEPS):
        session = change(before := session)
        if session.model.same(before.model):
            return False
    return True


def measured(keys: Keys, size: tuple[int, int], plan: Plan) -> tuple[float, float]:
    """Seconds of processor time that a key takes the app of one label, and tfx."""
    turns = plan.turns if precise(plan) else 1
    columns, rows = size
    taken: tuple[list[float], list[float]] = ([], [])
    command = [*TFX, *words(keys.link)]
    with (
        Terminal(BASELINE, columns=columns, rows=rows) as baseline,
        # The process that watches over it would stand in its place, and does nothing here.
        Terminal(command, columns=columns, rows=rows, env={"TFX_SUPERVISOR": "0"}) as tfx,
    ):
        baseline.wait_for("label 0", timeout=30)
        tfx.wait_for(load(words(keys.link)[0]).title, timeout=30)
        for terminal in (baseline, tfx):
            terminal.settle(quiet=0.5)
        for key in keys.setup:
            _pressed(tfx, key)
        for turn in range(turns + 1):
            for terminal, found in zip((baseline, tfx), taken, strict=True):
                before = spent(terminal.pid)
                for key in (*[keys.key] * STEPS, *[keys.back] * STEPS):
                    _pressed(terminal, key)
                after = spent(terminal.pid)
                # The first turn may still load something; what a thread did that has ended
                # meanwhile is not known any more.
                if turn and before.keys() <= after.keys():
                    found.append(sum(after.values()) - sum(before.values()))
    if not all(taken):
        raise Failed(f"threads came and went at every turn of {keys.link}")
    return min(taken[0]) / (2 * STEPS), min(taken[1]) / (2 * STEPS)


def _pressed(terminal: Terminal, key: str) -> None:
    """Press a key and wait until the program is at rest again."""
    terminal.press(key, quiet=PAUSE)
    while not at_rest(terminal.pid):
        terminal.settle(quiet=PAUSE)


def spent(pid: int) -> dict[str, float]:
    """Seconds that each thread of a process has run that is there (Linux)."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends meanwhile
            found[task.name] = int((task / "schedstat").read_text().split()[0]) / 1e9
    return found


def at_rest(pid: int) -> bool:
    """Say whether no thread of a process has anything to do."""
    return all(state(task) == "S" for task in Path(f"/proc/{pid}/task").iterdir())
