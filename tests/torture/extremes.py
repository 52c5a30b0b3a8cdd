"""Every concept at the ends of its controls: no warning, no wait, no NaN without a word."""

import json
import math
import re
import time
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any, NoReturn

import numpy as np

from tests.torture.hostile import TEXTS
from tests.torture.rounds import Broken, Hang, Round, within
from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.controls import (
    Assigned,
    BadValue,
    Choice,
    Control,
    Formula,
    Letters,
    MatrixControl,
    Number,
    Pick,
    Text,
    Toggle,
    VectorControl,
)
from tui_transformer.figure import Figure
from tui_transformer.model import Model
from tui_transformer.panels import Heatmap, Panel, Table
from tui_transformer.pieces import Bar
from tui_transformer.render.page import whole, working_lines
from tui_transformer.render.palette import DARK
from tui_transformer.session import Session

State = dict[str, Any]
# A picture may have a number that is none, if it says so.
SAYS_SO = re.compile(
    r"overflow|underflow|infinit|∞|not a number|no number|undefined|diverge|too (large|small|far)"
    r"|beyond|nothing|none|lost|empty|blow|escape|\bno\b|\bnot\b|nan",
    re.IGNORECASE,
)


def extremes(round_: Round) -> None:
    """Put a concept's controls at their ends: one, two and many at a time."""
    concept = load(round_.pick([entry.id for entry in entries()]))
    for state in states(concept, round_.random, 12 * round_.size):
        problem = tried(round_, concept, state)
        if problem is not None:
            for name in list(state):  # as few controls as show it
                fewer = {key: value for key, value in state.items() if key != name}
                again = tried(round_, concept, fewer)
                if again is not None and type(again) is type(problem):
                    state, problem = fewer, again
            raise Broken(
                f"{concept.id} {_spoken(concept, state)}: {type(problem).__name__}: {problem}"
            ) from problem


def states(concept: Concept, random: Random, more: int) -> Iterator[State]:
    """The ends of each control, of pairs of controls (all where there is time), of many."""
    ends = {
        name: list(_ends(control, concept.model()))
        for name, control in concept.model.controls().items()
    }
    if concept.ahead is not None:  # its steps take as long as they take, beside the screen
        ends[concept.clock] = [0, 1, 3]
    singles = [(name, end) for name, values in ends.items() for end in values]
    few = random.sample(singles, min(len(singles), 2 * more))
    yield from ({name: end} for name, end in (few if more < 100 else singles))
    pairs = [(a, b) for i, a in enumerate(singles) for b in singles[:i] if a[0] != b[0]]
    yield from (dict(pair) for pair in random.sample(pairs, min(len(pairs), more)))
    for _ in range(more):
        names = random.sample(list(ends), random.randint(min(3, len(ends)), len(ends)))
        # In the order of declaration: what comes later may depend on what comes before.
        yield {name: random.choice(ends[name]) for name in ends if name in names}


def _ends(control: Control, model: Model) -> Iterator[Any]:
    """The least, the most and the oddest that a control takes."""
    match control:
        case Number():
            low, high = control.limits(model)
            near = low, high, math.nextafter(high, low), (low + high) / 2, -1e308, 1e308
            yield from {control.clean(number, model) for number in near}
        case Choice():
            yield from control.choices
        case Pick():
            yield from control.names(model)
        case Formula():
            yield from (*control.samples, "x", "log(x)/x", "+".join("x" * 33), "x**x**x", "1/0 + x")
        case Assigned():
            names = control.names(model)
            for numbers in ([control.low], [control.high], [0], [control.low, control.high]):
                pairs = zip(names, numbers * len(names), strict=False)
                yield " ".join(f"{name}={x}" for name, x in pairs)
        case Toggle():
            yield from (False, True)
        case Letters():
            for length in {control.min_length, control.max_length}:
                yield from (control.alphabet[0] * length, control.alphabet[-1] * length)
        case Text():
            yield from ("", " ", "a", "a" * 300, "ab " * 2000, "日本" * 99)
            yield from (*control.samples, *TEXTS)
        case _ if control.kind == "text":  # one of a list that the model has
            yield from ("", "a" * 300, *TEXTS)
            yield from (control.nudge(getattr(model, control.name), by, model) for by in (-1, 1))
        case VectorControl():
            low, high = control.element.limits(model)
            for length in {control.min_length, control.max_length}:
                yield from ([low] * length, [high] * length, [0.0] * length)
                yield from (([low, high] * length)[:length], [high] + [low] * (length - 1))
        case MatrixControl():
            low, high = control.element.limits(model)
            _, width = control._widths(model)
            for rows in set(control.rows):
                for row in ([low] * width, [high] * width, [0.0] * width, [low, high] * width):
                    yield [row[:width]] * rows


def tried(round_: Round, concept: Concept, state: State) -> BaseException | None:
    """Compute everything there is about a state; return what goes wrong."""
    round_.tally.figures += 1
    try:
        with within(60), warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
            warnings.simplefilter("error")
            try:
                model = concept.model(**state)
            except BadValue:  # a sentence
                return None
            began = time.thread_time()
            figure = Session(concept, model).noticed().figure
            took = time.thread_time() - began
            _looked_at(concept, model, figure)
    except (Exception, Hang) as problem:
        return problem
    round_.tally.slowest = max(round_.tally.slowest, took)
    if took > round_.patience:
        return Broken(f"its figure took {took:.1f} s")
    return None


def _looked_at(concept: Concept, model: Model, figure: Figure) -> None:
    """Draw, print and read it, as a person would who looks for numbers that are none."""

    def refuse(constant: str) -> NoReturn:
        raise Broken(f"JSON with {constant}")

    whole(concept.title, figure, 80, 24, DARK)
    working_lines(figure.formula, 80, DARK)
    json.loads(model.to_json(concept.id), parse_constant=refuse)
    words = " ".join([figure.says, *_texts(figure)])
    odd = [panel.title for panel in figure.panels if _is_odd(panel)]
    if odd and not SAYS_SO.search(words):
        raise Broken(f"numbers that are none in {odd}, and not a word: {figure.says}")
    if re.search(r"\b(nan|None|inf|array\(|np\.float)", figure.says):
        raise Broken(f"it says: {figure.says}")


def _texts(figure: Figure) -> Iterator[str]:
    """Every word on the panels."""
    for panel in figure.panels:
        yield panel.title
        yield from getattr(panel, "lines", ())
        for row in panel.rows if isinstance(panel, Table) else ():
            yield from (cell.content for cell in row if isinstance(cell.content, str))
        for mark in getattr(panel, "marks", ()):
            yield getattr(mark, "label", "") or getattr(mark, "text", "")


def _is_odd(panel: Panel) -> bool:
    """Whether a panel shows a number that is none; minus infinity is how a mask is shown."""
    match panel:
        case Heatmap():
            return bool(np.isnan(panel.values).any() or np.isposinf(panel.values).any())
        case Table():
            shown = (cell.content for row in panel.rows for cell in row if cell.style != "integer")
            numbers = (one.value if isinstance(one, Bar) else one for one in shown)
            return any(
                not math.isfinite(number)
                for number in numbers
                if isinstance(number, int | float | np.number)
            )
    return False


def _spoken(concept: Concept, state: State) -> str:
    """Write a state as a command line."""
    controls = concept.model.controls()
    try:
        written = {name: controls[name].format(value) for name, value in state.items()}
        return " ".join(f"{name}={text:.300}" for name, text in written.items())
    except Exception:
        return f"{state!r:.500}"
