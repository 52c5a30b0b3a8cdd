"""Lessons written for tests: one step round a block, and what is said of it."""

from tui_transformer.lessons.checking import Report, check
from tui_transformer.lessons.reading import read
from tui_transformer.lessons.records import Ask, Do, Fault, Step

ASK = """\
softmax logits=2,1,0.1
ask probabilities[0] after logits+=5
larger | smaller | the same"""
DO = """\
softmax logits=2,1,0.1 target=2
do cross_entropy < 0.1 and probabilities[0] > probabilities[1]
only logits temperature
solution logits=2,1,5"""


def step(block: str, before: str = "What happens?", after: str = "", heading: str = "One") -> str:
    """Write a step."""
    return f"## {heading}\n\n{before}\n\n```tfx\n{block}\n```\n\n{after}\n"


def lesson(*steps: str) -> str:
    """Write a lesson."""
    return "# A title\n\n" + "\n".join(steps)


def one(block: str, **prose: str) -> str:
    """Write a lesson of one step; its block begins in line 8, with the command in line 8."""
    return lesson(step(block, **prose))


def line_of(text: str, part: str) -> int:
    """Find the first line that begins with a text."""
    return next(i for i, line in enumerate(text.split("\n"), 1) if line.startswith(part))


def faults(text: str) -> list[tuple[int, str]]:
    """What reading alone finds."""
    return [(fault.line, fault.sentence) for fault in read(text).faults]


def checked(text: str, shipped: bool = False, draw: int = 0) -> list[tuple[int, str]]:
    """What checking finds."""
    return pairs(report(text, shipped, draw).faults)


def report(text: str, shipped: bool = False, draw: int = 0) -> Report:
    return check(text, shipped, draw)


def pairs(found: list[Fault]) -> list[tuple[int, str]]:
    return [(fault.line, fault.sentence) for fault in found]


def only_step(text: str) -> Step:
    reading = read(text)
    assert not reading.faults, reading.faults
    (found,) = reading.lesson.steps
    return found


def ask_of(text: str) -> Ask:
    task = only_step(text).task
    assert isinstance(task, Ask)
    return task


def do_of(text: str) -> Do:
    task = only_step(text).task
    assert isinstance(task, Do)
    return task
