"""From what is on the presenter's screen to a message, and from the message to a session.

Who follows opens links and steps as those of anybody: within the limits of the controls, and
without any file.
"""

import dataclasses
from functools import lru_cache

from tui_transformer.classroom.messages import Page, State
from tui_transformer.concept import Concept
from tui_transformer.concepts import load
from tui_transformer.controls import BadValue
from tui_transformer.figure import Pin
from tui_transformer.lessons.change import NamesFile, words_of
from tui_transformer.lessons.pinned import about
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.records import Ask, Lesson, Step
from tui_transformer.lessons.run import Run
from tui_transformer.lessons.states import open_state
from tui_transformer.lessons.tree import Pinned
from tui_transformer.link import link_to
from tui_transformer.model import Model
from tui_transformer.records import dataclass
from tui_transformer.session import Session
from tui_transformer.session.state import holds
from tui_transformer.text import shorten

OTHERS_FILE = (
    "What is shown opens a file of the presenter's own, and no file is opened here for it."
)


# ── what is sent ───────────────────────────────────────────────────────────────────────


def state_of(session: Session, run: Run | None, page: int, zoom: bool) -> State:
    """Write down what a screen shows; `page` is the first panel of the page in sight."""
    pin = session.pin
    return State(
        link_to(session.concept.id, session.model),
        None if pin is None else (pin.panel, pin.row, pin.column),
        page,
        zoom,
        "" if session.pinned is None or run else link_to(session.concept.id, session.pinned),
        session.at,
        session.inside,
        None if run is None else page_of(run),
    )


def page_of(run: Run) -> Page:
    """Write down the step that is open, with what its file says of it and nothing more."""
    title, step, ask = shorten(run.lesson.title, 300), run.step, run.step.task
    if isinstance(ask, Ask) and isinstance(ask.expression, Pinned):
        within = f" within {ask.within.amount:g}{'%' * ask.within.percent}" if ask.within else ""
        after = words_of(ask.changes) + within
        opened = link_to(step.concept.id, step.model)
        return Page(title, run.phase, opened, number=ask.expression.text, after=after)
    return Page(title, run.phase, markdown(title, step), run.at, len(run.lesson.steps))


def markdown(title: str, step: Step) -> str:
    """Write a step as a lesson of its own."""
    block = "\n".join(["```tfx", *(line.text for line in step.block), "```"])
    before, after = ([one.text for one in part] for part in (step.before, step.after))
    return "\n\n".join([f"# {title}", f"## {step.heading}", *before, block, *after]) + "\n"


# ── what arrives ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Shown:
    """What a follower sees: a session, and the lesson that it belongs to."""

    session: Session
    run: Run | None = None
    page: Page | None = None


def shown(state: State, last: Shown | None = None, guess: float | None = None) -> Shown:
    """Open a state that arrived after another; what is told is told beside a guess.

    Raises BadValue where it cannot be opened.
    """
    if state.step is None:
        session = _free(state, last)
        return Shown(_held(session, state))
    run = _taken(state, last, guess)
    session = _held(run.session, state)
    if session.pin is not None and not holds(session.figure, session.pin):
        session = dataclasses.replace(session, pin=None)
    return Shown(session, dataclasses.replace(run, session=session), state.step)


def sent(
    state: State,
    session: Session | None,
    run: Run | None,
    page: Page | None,
    guess: float | None,
) -> tuple[Shown, bool]:
    """Open a state that was sent to whom something is in sight, and say whether its page is new.

    `page` is what was sent of the run. Raises BadValue where the state cannot be opened.
    """
    last = None if session is None else Shown(session, run, page if run else None)
    arrived = shown(state, last, guess)
    return arrived, last is None or not same_page(last.page, arrived.page)


def _free(state: State, last: Shown | None) -> Session:
    concept, model = _opened(state.link)
    session = Session(concept, model)
    if last is not None and last.run is None and last.session.concept is concept:
        old = last.session
        if not old.model.same(model):
            old.pictures.forget(old.model)
            session = dataclasses.replace(old, model=model, said="", opened=True, origin=None)
        else:
            session = old
        session = dataclasses.replace(session, playing=False, until=None)
    if not state.compare:
        return dataclasses.replace(session, pinned=None)
    other, pinned = _opened(state.compare)
    if other is not concept:
        raise BadValue("What is shown is compared with another concept.")
    if session.pinned is not None and session.pinned.same(pinned):
        return session
    return dataclasses.replace(session, pinned=pinned)


def _taken(state: State, last: Shown | None, guess: float | None) -> Run:
    """The run of a step that arrived; a guess that was typed on the same page is kept."""
    page = state.step
    assert page is not None
    run = last.run if last is not None and same_page(last.page, page) else None
    goes_on = run is not None and (run.phase == page.phase or run.phase in ("ask", "do"))
    if run is None or not goes_on:
        run = Run.of(_lesson(page), page.at)
    if page.phase == "told" and run.phase == "ask":
        run = run.tell(guess)
    elif page.phase in ("do", "done"):
        concept, model = _opened(state.link)
        if concept is not run.step.concept:
            raise BadValue("What is shown is not of the concept that its page is about.")
        if not run.session.model.same(model):
            run = run.changed(dataclasses.replace(run.session, model=model))
    return run


def same_page(one: Page | None, other: Page | None) -> bool:
    """Say whether two pages are the same step, whatever has become of it."""
    if one is None or other is None:
        return one is other
    return dataclasses.replace(one, phase=other.phase) == other


def _lesson(page: Page) -> Lesson:
    """Read a step, and let it stand at its place among the others."""
    if page.number:
        concept, model = _opened(page.text)
        return about(concept, model, page.number, page.after)
    step = _read(page.text)
    return Lesson(page.title, (step,) * page.of)


@lru_cache(maxsize=4)
def _read(text: str) -> Step:
    try:
        (step, *more) = parse(text).steps
    except NamesFile:
        raise BadValue(OTHERS_FILE) from None
    if more:
        raise BadValue("What is shown is more than one step.")
    return step


def _opened(link: str) -> tuple[Concept, Model]:
    try:
        return open_state(link)
    except NamesFile:
        raise BadValue(OTHERS_FILE) from None


def _held(session: Session, state: State) -> Session:
    """Hold and pin what the presenter does."""
    pin = None if state.pin is None else Pin(*state.pin)
    return dataclasses.replace(session, pin=pin, at=state.at, inside=state.inside)


def freed(session: Session, kept: Session | None) -> Session:
    """What was followed as a session of one's own; undo goes back to what was tried before."""
    before = () if kept is None else (*kept.before, kept.model)
    return dataclasses.replace(
        Session(load(session.concept.id), session.model),
        pin=session.pin,
        pinned=session.pinned,
        at=session.at,
        inside=session.inside,
        before=before,
    )
