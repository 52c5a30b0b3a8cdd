"""From the text of a file to a lesson: everything that can be told without working anything out."""

from tui_transformer.controls import BadValue
from tui_transformer.lessons.block import read_block
from tui_transformer.lessons.markdown import MOST_FAULTS, Section, outline
from tui_transformer.lessons.records import Ask, BadLesson, Do, Fault, Lesson, Step
from tui_transformer.records import dataclass


@dataclass(frozen=True)
class Reading:
    """What could be read of a file, and what is wrong with it."""

    lesson: Lesson
    faults: tuple[Fault, ...]


def parse(text: str) -> Lesson:
    """Read a lesson. Raises BadLesson, with the line of every fault, where it is none."""
    reading = read(text)
    if reading.faults:
        raise BadLesson(reading.faults)
    return reading.lesson


def read(text: str) -> Reading:
    """Read what can be read; steps that break the contract are left out, with a fault each."""
    found = outline(text)
    steps, faults = [], found.faults
    for section in found.sections:
        if section.block is not None and len(faults) < MOST_FAULTS:
            step, wrong = _step(section)
            steps += [step] if step is not None else []
            faults += wrong
    facts = dict(found.facts)
    lesson = Lesson(
        found.title.text,
        tuple(steps),
        found.title.line,
        facts.pop("language", ""),
        facts.pop("author", ""),
        facts,
    )
    return Reading(lesson, tuple(sorted(set(faults))[:MOST_FAULTS]))


def _step(section: Section) -> tuple[Step | None, list[Fault]]:
    try:
        read = read_block(section)
    except BadValue as problem:
        return None, [Fault(section.block_line, str(problem))]
    step, faults = read
    return step, [*faults, *(_asked(step) if step else [])]


def _asked(step: Step) -> list[Fault]:
    """What must stand before a block that asks, or that wants something done."""
    match step.task:
        case Ask() if not step.question.endswith("?"):
            line = step.before[-1].line if step.before else step.task.line
            return [Fault(line, "No question: the paragraph before the block ends with “?”.")]
        case Do() if not step.question:
            return [Fault(step.task.line, "Nothing says what is to be done, before the block.")]
    return []
