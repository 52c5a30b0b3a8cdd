"""Every lesson to its end in a real terminal: one after the other in one program, with keys alone.

What is pressed is worked out from the lessons' files; what is seen is read off the screen.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.screen import Modes, Screen
from tests.forked_terminal import ForkedTerminal
from tests.pty_terminal import Terminal
from tui_transformer.concepts import entries
from tui_transformer.lessons import library
from tui_transformer.lessons.asking import question
from tui_transformer.lessons.doing import solved
from tui_transformer.lessons.records import Ask, Do, Step
from tui_transformer.lessons.run import GUESS_FIRST, Run
from tui_transformer.session import Session

WATCHED = [sys.executable, "-m", "tests.lessons.watched"]
NAMES = library.shipped()
DOWN, CLOSE = "\x1b[B", "\x1b[27u"
FORBIDDEN = "*ur.betm"  # keys that would change the state, or tell
KEYS = ("1", "2", "3", "4", "n", "N", "t", "r", "b", "e", "w", "m", "u", "z", "*", ".", " ", "0")
NAMED = ("enter", "tab", "left", "right", "up", "down", "shift+right", "pagedown", "pageup")


class Pupil:
    """Somebody at a terminal who takes the whole course, from a fresh account."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self.terminal, self._log = terminal, log
        self._looked = 0  # how often after the last answer

    def looked(self) -> int:
        """How often the program has looked at a change that is asked about."""
        return self._log.stat().st_size if self._log.exists() else 0

    def sees(self, *texts: str) -> None:
        """Wait until some texts are on the screen together."""

        def shown(screen: Screen) -> bool:
            text = "\n".join(screen.text())
            return all(one in text for one in texts)

        self.terminal.wait_for(shown)

    def take(self, run: Run, right: bool) -> None:
        """Take one page: see it, answer it, and see what becomes of that."""
        at, count, step = run.at, len(run.lesson.steps), run.step
        self.sees(step.heading, f" {at + 1}/{count} ", f"lesson · {run.lesson.title[:20]}")
        match run.task:
            case Ask() as ask:
                if ask.choices:
                    self.terminal.send(FORBIDDEN)
                    self.sees(step.heading, GUESS_FIRST)
                assert self.looked() == self._looked, (
                    f"{step.heading}: looked at before it was answered"
                )
                self.terminal.send(f"{guess(step, ask, right)}\r")
                self.sees(step.heading, "✓ your guess: " if right else "▸ your guess: ")
                assert self.looked() > self._looked
                self._looked = self.looked()
            case Do() as do if right:
                self.sees("○")
                for keys, text in settings(run, do):
                    self.terminal.send(keys)
                    self.sees("enter take it")
                    self.terminal.paste(text)
                    self.terminal.send("\r")
                self.sees("★ Reached.")


def guess(step: Step, ask: Ask, right: bool) -> str:
    """The keys that answer a question."""
    answer = question(ask, step.model).answer
    if answer.choice is None:
        return repr(float(answer.after) + (0 if right else 1000))
    return str(1 + (answer.choice + (not right)) % len(ask.choices))


def settings(run: Run, do: Do) -> Iterator[tuple[str, str]]:
    """The keys that walk to a control and open its line, and what to type; one after the other."""
    session = run.session
    wanted = solved(do, session.model)
    for name, control in wanted.controls().items():
        text = control.format(getattr(wanted, name))
        if text == control.format(getattr(session.model, name)):
            continue
        keys = CLOSE if session.fold is not None else ""
        session = session.close()
        while name not in held(session):
            keys, session = keys + DOWN, session.choose(1)
        if session.closed:
            keys, session = keys + "\r", session.unfold()
        while session.knob.control.name != name:
            keys, session = keys + DOWN, session.choose(1)
        yield keys + "\r", text
        session = session.answer(text)


def held(session: Session) -> set[str]:
    """The controls in the row that the arrows hold."""
    row = session.row
    return {knob.control.name for knob in session.knobs[row.start : row.start + row.count]}


def opened(home: Path, log: Path) -> Terminal:
    return ForkedTerminal([*WATCHED, str(log), "learn"], env={"XDG_STATE_HOME": str(home)})


def kept(home: Path) -> dict[str, list[str]]:
    return json.loads((home / "tfx" / "progress.json").read_text(encoding="utf-8"))


def ended_well(terminal: Terminal) -> None:
    """Leave, and see the terminal as it was, without a fault."""
    terminal.send("\x03")
    assert terminal.exit_status() == 0
    assert terminal.attributes_restored() and terminal.nothing_left()
    assert terminal.modes == Modes() and b"Traceback" not in terminal.raw


def test_the_whole_course_asks_before_it_tells(tmp_path: Path) -> None:
    """From a fresh account, with lesson keys alone: each concept asks, and nothing looks at what
    the change leads to before somebody has answered. Every other answer is wrong.
    """
    asked, wrong = set(), 0
    with opened(tmp_path, tmp_path / "log") as terminal:
        pupil = Pupil(terminal, tmp_path / "log")
        for name in NAMES:
            lesson = library.load(name)
            for at, step in enumerate(lesson.steps):
                run, right = Run.of(lesson, at), not isinstance(step.task, Ask) or at % 2 == 0
                pupil.take(run, right)
                wrong += not right
                asked |= {step.concept.id} if isinstance(run.task, Ask) else set()
                terminal.send("n")
        terminal.wait_for("enter type")  # after the last one it is played freely
        ended_well(terminal)
    skipped = {name for name in NAMES if all(s.skipped for s in library.load(name).steps)}
    assert asked | skipped >= {entry.id for entry in entries()}
    progress = kept(tmp_path)
    assert set(progress["learnt"]) == set(NAMES) - skipped
    assert 50 < len(progress["missed"]) <= wrong and " ask " in next(iter(progress["missed"]))


def test_random_keys_break_no_lesson(tmp_path: Path) -> None:
    """A page of something is drawn after any keys, in each lesson; most in a few drawn ones."""
    rng = random.Random(14)
    many = rng.sample(NAMES, 4)
    for name in NAMES:
        command = [*WATCHED, str(tmp_path / "log"), "learn", name]
        with ForkedTerminal(command, env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
            terminal.wait_for("lesson · ")
            for _ in range(150 if name in many else 40):
                if rng.random() < 0.3:
                    terminal.key(rng.choice(NAMED))
                else:
                    terminal.send(rng.choice(KEYS))
            terminal.settle()
            assert any(line.strip() for line in terminal.text())
            ended_well(terminal)
