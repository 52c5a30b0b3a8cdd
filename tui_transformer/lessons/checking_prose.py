"""Checks of what is read: how long it is, which numbers it says, where its links go."""

import re
from collections.abc import Iterator
from typing import Final

from tui_transformer.concepts import find
from tui_transformer.lessons.asking import Answer
from tui_transformer.lessons.change import words_of
from tui_transformer.lessons.grammar import shown
from tui_transformer.lessons.prose import count, links, plain, rows
from tui_transformer.lessons.records import Ask, Fault, Step
from tui_transformer.lessons.said import said, unheld, written

MOST_WORDS: Final = {True: 60, False: 120}  # of a step, where it is shipped and where it is not
MOST_ROWS: Final = {"story and question": 4, "the reply": 2, "the paragraphs after": 2}


def in_steps(step: Step, shipped: bool) -> Iterator[Fault]:
    """Check the prose of a step."""
    yield from _lengths(step, shipped)
    for line, number in unheld(step):
        yield Fault(line, f"{number} is said, and nothing in the block holds it: expect it.")
    yield from _question_numbers(step)
    for prose in (*step.before, *step.after):
        for target in links(prose.text):
            if find(target) is None:
                yield Fault(prose.line, f"{shown(target)} is no concept: links go to concept ids.")


def _lengths(step: Step, shipped: bool) -> Iterator[Fault]:
    before, after = [p.text for p in step.before], [p.text for p in step.after]
    words, most = count([*before, *after]), MOST_WORDS[shipped]
    if words > most:
        yield Fault(step.line, f"{words} words are too many: a step has {most} at the most.")
    parts = [(step.line, "story and question", before)]
    if isinstance(step.task, Ask):
        parts += [(reply.line, "the reply", [reply.text]) for reply in step.task.replies]
    parts += [(step.after[0].line, "the paragraphs after", after)] if after else []
    for line, name, texts in parts:
        found, allowed = rows(texts), MOST_ROWS[name]
        if found > allowed:
            yield Fault(
                line,
                f"{found} lines are too many for {name}: {allowed} of 78 columns are the most.",
            )


def _question_numbers(step: Step) -> Iterator[Fault]:
    """Where numbers are drawn, a question may only have those of its own change."""
    ask = step.task
    if not isinstance(ask, Ask) or not ask.vary or not step.before:
        return
    asked = [(step.before[-1].line, step.question, ask.changes)]
    asked += [(variant.line, variant.question, variant.changes) for variant in ask.variants]
    for line, question, changes in asked:
        held = written([words_of(changes)])
        for each in said(question):
            if each.number not in held:
                yield Fault(
                    line, f"{each.text} is in the question, but not in its change; it may be drawn."
                )


def replies_missing(answer: Answer) -> Iterator[Fault]:
    """Find the wrong choices of three or more that have no reply."""
    ask = answer.ask
    for i, choice in enumerate(ask.choices):
        if len(ask.choices) > 2 and i != answer.choice and not ask.reply(i):
            yield Fault(ask.line, f"{choice.text} is wrong and has no reply.")


def tells_answer(heading: str, answer: Answer) -> bool:
    """Say whether a heading names the right answer, and none of the wrong ones."""
    if answer.choice is None:
        off = [abs(each.number - abs(answer.after)) for each in said(heading)]
        return any(each <= (answer.tolerance or 0) for each in off)
    texts = [choice.text for choice in answer.ask.choices]
    named = [_names(heading, text) for text in texts]
    return named[answer.choice] and sum(named) == 1


def _names(heading: str, text: str) -> bool:
    """Say whether a text stands in a heading; a letter or a yes is no name of anything."""
    if len(text) < 3 and not re.fullmatch(r"[0-9]+", text):
        return False
    return (
        re.search(rf"(?<!\w){re.escape(text.casefold())}(?!\w)", plain(heading).casefold())
        is not None
    )
