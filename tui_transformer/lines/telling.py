"""What is said of a lesson line by line: a page, what became of a guess, how far a task is."""

from collections.abc import Iterator

from tui_transformer.figure import Figure
from tui_transformer.lessons.asking import shown_thing
from tui_transformer.lessons.doing import Part, allowed, parts
from tui_transformer.lessons.prose import plain
from tui_transformer.lessons.records import Ask, Do
from tui_transformer.lessons.run import Run, asked_figure
from tui_transformer.lines.figures import figure_lines
from tui_transformer.lines.heard import prose
from tui_transformer.session import Session


def marks(ask: Ask) -> str:
    """How the choices are counted: by letters, where a choice is a number itself."""
    numbers = any(choice.text.strip().isdecimal() for choice in ask.choices)
    return "abcd" if numbers else "1234"


def choices(ask: Ask) -> str:
    """Say what can be chosen."""
    marked = zip(marks(ask), ask.choices, strict=False)
    return "Choose " + ", ".join(f"{mark}: {choice.text}" for mark, choice in marked) + "."


def page(run: Run, alone: bool = True) -> Iterator[str]:
    """Tell a page: where it is, the story, the figure, and at the end what is asked.

    Who is not `alone` with it sees somebody else do what is to be done.
    """
    step, count = run.step, len(run.lesson.steps)
    yield f"Lesson {run.lesson.title}, page {run.at + 1} of {count}: {_said(step.heading)}"
    yield from ([step.skipped] if step.skipped else map(_said, step.story))
    yield f"{step.concept.title}:"
    yield from figure_lines(_figure(run.session))
    match run.task:
        case Ask() as ask:
            yield _said(step.question)
            yield choices(ask) if ask.choices else "Type a number."
        case Do() as do:
            yield _said(step.question)
            model = run.session.model
            free = ((name, model.controls()[name]) for name in allowed(do, model))
            for name, control in free if alone else ():
                yield f"You may set {name}, which is {control.show(getattr(model, name))}."
            yield from _parts(run)
        case _:
            yield from (_said(one.text) for one in step.after if not step.skipped)


def _said(text: str) -> str:
    """Write Markdown as it is read out."""
    return prose(plain(text))


def _figure(session: Session) -> Figure:
    """The figure as it is, without what it is compared with."""
    return session.pictures.look(session.concept, session.model)


def answered(run: Run) -> Iterator[str]:
    """Tell what became of a guess: the answer, the guess, the reply, and what is new to see."""
    answer, told = run.answer, run.told
    assert answer is not None and isinstance(run.task, Ask)
    was, now = shown_thing(answer.before), shown_thing(answer.after)
    yield f"{run.task.expression.text} was {was} and is {now}."
    if told is None:  # nobody guessed: it was told to a class
        yield f"The answer is {answer.text}."
    else:
        off = "" if told.off is None else f", off by {shown_thing(told.off)}"
        right = "which is right" if told.right else f"the answer is {answer.text}"
        yield f"Your guess was {told.guess}{off}; {right}."
        if told.reply:
            yield _said(told.reply)
    yield from (_said(one.text) for one in run.step.after)
    yield from figure_lines(_figure(run.session), asked_figure(run.step))


def done(run: Run, before: Run) -> Iterator[str]:
    """Tell what a change has done, and how far the task is."""
    if run.session.said:
        yield run.session.said
    yield from figure_lines(_figure(run.session), _figure(before.session))
    if run.phase == "done" and before.phase != "done":
        yield "Reached."
        yield from (_said(one.text) for one in run.step.after)
    elif run.phase == "do":
        yield from _parts(run)


def _parts(run: Run) -> Iterator[str]:
    """Tell every part of a task, with its numbers as they are."""
    assert isinstance(run.task, Do)
    for part in parts(run.task, run.session.model):
        yield f"{'Holds' if part.holds else 'Not yet'}: {_live(part)}"


def _live(part: Part) -> str:
    if not part.sides:
        return f"{part.text}. {part.problem}".strip()
    words = []
    for side in part.sides:
        words += [side.sign] if side.sign else []
        worth = "" if side.is_written else f" (now {shown_thing(side.value)})"
        words.append(f"{side.text}{worth}")
    return " ".join(words)
