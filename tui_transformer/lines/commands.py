"""The commands of line mode, once: what each is called, what it takes, what it does."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from tui_transformer import describe, why
from tui_transformer.concepts import entries
from tui_transformer.concepts.words import look_up
from tui_transformer.controls import BadValue
from tui_transformer.lessons.course import COURSE
from tui_transformer.lessons.library import shipped
from tui_transformer.lines import looking
from tui_transformer.lines.heard import prose
from tui_transformer.lines.typed import Command, Doing, Prompt, whole
from tui_transformer.link import link_to
from tui_transformer.numbers import number
from tui_transformer.session import Session
from tui_transformer.text import shorten, visible

LONG = 24  # numbers of a value that are told one by one
DEPTH = 2  # levels of a walk down


def _change(change: Callable[[Session], Session], said: str = "") -> Doing:
    """Make a command of a change to the session; `said` stands where words for keys would."""

    def run(prompt: Prompt, rest: str) -> None:
        here = prompt.here()
        moved = change(here)
        prompt.session = moved.say(said) if said and moved.model is not here.model else moved

    return run


def _cut(session: Session) -> Session:
    return session.cut()


def _steps(way: int) -> Doing:
    """Make a command that moves the clock by so many steps, one where nothing is said."""

    def run(prompt: Prompt, rest: str) -> None:
        steps = whole(rest or "1", "play 10") * way
        prompt.session = prompt.here().step(steps)

    return run


def _play(prompt: Prompt, rest: str) -> None:
    if not rest:
        raise BadValue("Say how many steps, as in: play 10")
    _steps(1)(prompt, rest)


def _random(prompt: Prompt, rest: str) -> None:
    randomised = prompt.here().randomise(np.random.default_rng())
    prompt.session = randomised.say("Randomised; undo takes it back.")


def _why(prompt: Prompt, rest: str) -> None:
    session = prompt.here()
    working = session.working
    asked = (
        why.find(session.model, session.figure, rest)
        if rest
        else why.operand_of(working, working.name)
    )
    prompt.say(*why.lines(asked, DEPTH))


def _explain(prompt: Prompt, rest: str) -> None:
    session = prompt.here()
    prompt.say(*map(prose, describe.explanation(session.concept)), "")
    prompt.say(*describe.connections(session.concept.id))


def _words(prompt: Prompt, rest: str) -> None:
    if not rest:
        session = prompt.here()
        prompt.say(*describe.glosses(describe.words_here(session.concept, session.model)))
    elif word := look_up(rest):
        prompt.say(*describe.glosses((word,)))
    else:
        raise BadValue(f"“{visible(shorten(rest, 40))}” is not among the words.")


def _tasks(prompt: Prompt, rest: str) -> None:
    session = prompt.here()
    if rest:
        number = whole(rest, "tasks 1")
        goals = session.concept.challenges
        if number > len(goals):
            raise BadValue(f"There are {len(goals)} tasks here.")
        hint = goals[number - 1].hint
        prompt.say(f"Hint: {hint}" if hint else f"Task {number} has no hint.")
    else:
        prompt.say(*map(prose, describe.tasks(session.concept, session.solved)))


def _values(prompt: Prompt, rest: str) -> None:
    model = prompt.here().model
    computed = model.computed()
    if rest and rest not in computed:
        raise BadValue(f"There is no value {visible(shorten(rest, 30))}. values lists them.")
    for name in [rest] if rest else computed:
        prompt.say(*_value(name, getattr(model, computed[name].name), whole=bool(rest)))


def _value(name: str, found: object, whole: bool) -> Iterator[str]:
    """Write a value: a list of numbers on a line, a matrix row by row, or how large it is."""
    if not isinstance(found, np.ndarray):
        yield f"{name} = {visible(str(found) if not isinstance(found, float) else number(found))}"
    elif found.dtype.kind not in "fiub" or not found.size:
        yield f"{name} = {visible(shorten(str(found.tolist()), 1000))}"
    elif found.ndim < 2 and (whole or found.size <= LONG):
        yield f"{name} = {', '.join(number(x) for x in found.ravel().tolist())}"
    elif whole:
        yield f"{name}:"
        for place in np.ndindex(found.shape[:-1]):
            yield f"  {list(place)} {', '.join(number(x) for x in found[place].tolist())}"
    else:
        size = " × ".join(map(str, found.shape))
        low, high = number(np.nanmin(found)), number(np.nanmax(found))
        yield f"{name}: {size} numbers from {low} to {high}; values {name} lists them."


def _controls(prompt: Prompt, rest: str) -> None:
    session = prompt.here()
    for name, control in session.model.controls().items():
        clock = " (the clock)" if name == session.concept.clock else ""
        idle = f" Idle: {session.idle[name]}" if name in session.idle else ""
        shown = control.show(getattr(session.model, name))
        domain = describe.sentence(control.domain(session.model))
        prompt.say(f"{name} = {shown}{clock}: {prose(control.help)} {domain}{idle}")
        prompt.say(*_rows(session, name))


def _rows(session: Session, name: str) -> Iterator[str]:
    """Tell the matrix of a control row by row, with the names that rows and columns have."""
    for fold in session.rows:
        if fold.kind == "grid" and fold.label == name:
            for row, called in enumerate(fold.rows):
                knobs = (session.knobs[fold.at(row, at)] for at in range(len(fold.columns)))
                numbers = [session.shown(knob) for knob in knobs]
                if not fold.columns[0].isdecimal():
                    pairs = zip(fold.columns, numbers, strict=True)
                    numbers = [f"{column} {shown}" for column, shown in pairs]
                yield f"  {name} {called}: {', '.join(numbers)}"


def _link(prompt: Prompt, rest: str) -> None:
    session = prompt.here()
    prompt.say(link_to(session.concept.id, session.model, prompt.ascii))


def _learn(prompt: Prompt, rest: str) -> None:
    """A lesson: one that is named, or that of the concept in hand, or the course."""
    here = prompt.session.concept.id if prompt.session is not None else ""
    name = rest or (here if here in shipped() else COURSE)
    if name != COURSE and name not in shipped():
        raise BadValue(f"There is no lesson called {visible(shorten(name, 30))}.")
    prompt.learn(name)


def _quiz(prompt: Prompt, rest: str) -> None:
    if rest and rest not in shipped():
        raise BadValue(f"There is no lesson called {visible(shorten(rest, 30))}.")
    prompt.learn(f"quiz {rest}".strip())


def _list(prompt: Prompt, rest: str) -> None:
    prompt.say(*(f"{entry.id}  {entry.title}: {entry.line}" for entry in entries()))


def _help(prompt: Prompt, rest: str) -> None:
    prompt.say(
        "name=value  set a control, or several, as in: temperature=2",
        *listed(prompt.commands),
        "A concept's name, or a line such as softmax temperature=2, opens it.",
        "Where a text names a key, it can be typed: space, which is play 10, . and , and others.",
    )


def listed(commands: Mapping[str, Command]) -> Iterator[str]:
    """Tell commands, each on a line."""
    return (f"{name}{command.takes}  {command.help}" for name, command in commands.items())


def _quit(prompt: Prompt, rest: str) -> None:
    prompt.ended = True


COMMANDS: dict[str, Command] = {
    "show": Command(" [PANEL]", "tell all of this state again, or all of one panel", looking.show),
    "panels": Command("", "name the panels", looking.panels),
    "controls": Command("", "what can be set here, where it stands and how far it goes", _controls),
    "values": Command(" [NAME]", "what follows from them", _values),
    "why": Command(" [NAME[i]]", "how a number came about, as in: why probabilities[0]", _why),
    "explain": Command("", "the explanation, and what it is connected with", _explain),
    "words": Command(" [WORD]", "what the words used here mean, or one of them", _words),
    "tasks": Command(" [N]", "what to try here; with a number, a hint", _tasks),
    "next": Command(" [N]", "one step of the clock on, or N", _steps(1)),
    "back": Command(" [N]", "one step back, or N", _steps(-1)),
    "play": Command(" N", "N steps on", _play),
    "preset": Command(
        " [N or NAME]", "open a preset; without a number or a name, list them", looking.preset
    ),
    "undo": Command("", "go back to the state before", _change(lambda s: s.undo(), "Undone.")),
    "redo": Command("", "take back the last undo", _change(lambda s: s.redo())),
    "reset": Command("", "every control as it was at the start", _change(lambda s: s.reset())),
    "compare": Command(
        "", "tell from now on what was before, as it is now; again: no longer", looking.compare
    ),
    "cut": Command("", "cut the chosen head; again: leave its mean; again: whole", _change(_cut)),
    "random": Command("", "draw every control", _random),
    "link": Command("", "the command that opens this state", _link),
    "elsewhere": Command("", "the same in a model that was trained", looking.elsewhere),
    "previous": Command("", "back to the concept before", looking.previous),
    "learn": Command(" [ID]", "a lesson that asks first: this concept's, or another's", _learn),
    "quiz": Command(" [ID]", "ten questions, asked again with other numbers", _quiz),
    "list": Command("", "name all concepts", _list),
    "help": Command("", "this list", _help),
    "quit": Command("", "leave", _quit),
}
# Keys that texts name, as the words for what they do here.
KEYS: dict[str, str] = {
    "space": "play 10",
    ".": "next",
    ",": "back",
    "b": "compare",
    "e": "explain",
    "q": "quit",
    "r": "reset",
    "s": "elsewhere",
    "t": "tasks",
    "u": "undo",
    "U": "redo",
    "w": "why",
    "x": "cut",
    "y": "link",
    "*": "random",
    "?": "help",
    **{str(number): f"preset {number}" for number in range(1, 10)},
}
