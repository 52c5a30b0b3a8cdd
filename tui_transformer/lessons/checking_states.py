"""Checks of what is computed: answers, expectations, tasks, pins, and what is drawn anew."""

import re
from collections.abc import Iterator

import numpy as np

from tui_transformer.controls import BadValue
from tui_transformer.lessons.again import ask_again, is_clear
from tui_transformer.lessons.asking import Question, question, shown_thing
from tui_transformer.lessons.change import apply
from tui_transformer.lessons.doing import one_key, reached, solved
from tui_transformer.lessons.evaluate import condition, evaluate
from tui_transformer.lessons.grammar import shown
from tui_transformer.lessons.records import Ask, Do, Fault, Step
from tui_transformer.lessons.scope import Scope
from tui_transformer.lessons.tree import Compare, Literal, Node
from tui_transformer.model import Model

SLOW = ("training", "real-model")
"""Concepts whose models are trained or loaded: their questions are not drawn again and again."""


def in_state(step: Step) -> Iterator[Fault]:
    """Check a step in the states that it opens and ends in."""
    end = step.model
    if isinstance(step.task, Ask):
        yield from _drawn(step, step.task)
        end = question(step.task, step.model).after
    elif isinstance(step.task, Do):
        yield from _task(step, step.task)
        try:
            end = solved(step.task, step.model)
        except BadValue:
            return  # said already
    for expect in step.expects:
        try:
            if not condition(expect.condition, Scope(end, step.model)):
                yield Fault(expect.line, _false(expect.condition, Scope(end, step.model)))
        except BadValue as problem:
            yield Fault(expect.line, str(problem))
    yield from _looked_at(step, end)


def _drawn(step: Step, ask: Ask) -> Iterator[Fault]:
    """What a question is drawn by must make sense in the state that the step opens."""
    if ask.when is not None:
        try:
            condition(ask.when, Scope(step.model))
        except BadValue as problem:
            yield Fault(_line(step, "when"), str(problem))
    for variant in ask.variants:
        try:
            if ask.vary:  # what is drawn decides whether it can be asked
                apply(variant.changes, step.model)
            elif not is_clear(Question(ask, step.model, variant.changes)):
                yield Fault(variant.line, "It is never asked: the answer is too near to before.")
        except BadValue as problem:
            yield Fault(variant.line, str(problem))


def _line(step: Step, word: str) -> int:
    """Find the line of a word in the block."""
    return next(line.line for line in step.block if line.text.split(" ", 1)[0] == word)


def _false(node: Node, scope: Scope) -> str:
    """Say that something does not hold, and what is there instead."""
    parts = getattr(node, "parts", (node,))
    wrong = next((part for part in parts if not condition(part, scope)), node)
    said = f"{shown(wrong.text)} does not hold"
    if isinstance(wrong, Compare):
        sides = [wrong.first, *(part for _, part in wrong.rest)]
        worth = [
            f"{shown(side.text)} is {shown_thing(evaluate(side, scope))}"
            for side in sides
            if not isinstance(side, Literal)
        ]
        return f"{said}: {', '.join(worth)}." if worth else f"{said}."
    return f"{said}."


def _task(step: Step, do: Do) -> Iterator[Fault]:
    """A task is not done yet, can be done, and by more than one key."""
    if reached(do, step.model):
        yield Fault(do.line, "Done already: the task is met in the state that the step opens.")
        return
    line = _line(step, "solution")
    try:
        if not condition(do.condition, Scope(solved(do, step.model))):
            yield Fault(line, "The solution does not do it: the task is not met there.")
    except BadValue as problem:
        yield Fault(line, f"The solution does not do it: {problem}")
    for key in one_key(do, step.model):
        yield Fault(do.line, f"One key does it: {key}. A task takes more than that.")
        return


def _looked_at(step: Step, end: Model) -> Iterator[Fault]:
    """Panels, pins and states compared with must be there."""
    if step.compare:
        try:
            apply(step.compare, step.model)
        except BadValue as problem:
            yield Fault(_line(step, "compare"), str(problem))
    if not step.panels and not step.pin:
        return
    figures = [step.concept.look(model) for model in {id(m): m for m in (step.model, end)}.values()]
    titles = [{name for panel in figure.panels for name in _titles(panel)} for figure in figures]
    for title in step.panels:
        if not all(title in known for known in titles):
            there = ", ".join(panel.title for panel in figures[0].panels)
            yield Fault(
                _line(step, "panel"), f"There is no panel {shown(title)}. There are: {there}."
            )
    if step.pin:
        from tui_transformer import why

        try:
            why.find(step.model, figures[0], step.pin)
        except BadValue as problem:
            yield Fault(_line(step, "pin"), re.sub("^there is", "There is", str(problem)))


def _titles(panel: object) -> tuple[str, ...]:
    """What a panel may be called: its title, and the key that stays when the title changes."""
    found = (getattr(panel, "title", ""), getattr(panel, "key", ""))
    return tuple(name for name in found if isinstance(name, str) and name)


def draws(step: Step, ask: Ask, times: int, rng: "np.random.Generator") -> Iterator[Fault]:
    """Report a question that cannot be drawn, or whose answer is always the same."""
    if not ask.vary or step.concept.id in SLOW:
        return
    found = []
    for _ in range(times):
        again = ask_again(step, rng)
        if again is None:
            yield Fault(ask.line, "Asked again, no draw is clear-cut: it is asked as it stands.")
            return
        answer = again.question.answer
        found.append(answer.choice if answer.choice is not None else answer.after)
    if len(set(found)) == 1:
        yield Fault(
            ask.line, f"Asked again, the answer is the same in {times} draws: {answer.text}."
        )
