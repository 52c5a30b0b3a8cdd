"""The line of a question: `ask EXPR after CHANGE …`, maybe `within X`; its choices and replies."""

import dataclasses
import re
from typing import Any, Final

from tui_transformer.controls import BadValue, read_real
from tui_transformer.lessons.change import read_changes
from tui_transformer.lessons.grammar import parse, shown
from tui_transformer.lessons.prose import cells
from tui_transformer.lessons.records import Ask, Choice, Prose, Reply, Within
from tui_transformer.lessons.scope import uses_value, verified
from tui_transformer.link import words
from tui_transformer.model import Model

WIDEST: Final = 78  # columns of the line of choices


def read_ask(line: Prose, choices: Prose | None, model: type[Model]) -> Ask:
    """Read what is asked."""
    text, found = _split(line.text)
    if found is None:
        raise BadValue("The change is missing: ask an expression, “after” and what is changed.")
    expression = verified(parse(text), model)
    if not uses_value(expression, model):
        raise BadValue(f"{shown(text)} only reads controls: ask something that is computed.")
    parts = words(found)
    within = None
    if "within" in parts:
        at = parts.index("within")
        within, parts = read_within(parts[at + 1 :]), parts[:at]
    ask = Ask(line.line, expression, read_changes(parts, model), within, _choices(choices))
    if not ask.choices and within is None:
        raise BadValue("Nothing says what counts: give choices in the next line, or “within”.")
    return ask


def _split(text: str) -> tuple[str, str | None]:
    """Part the expression from the change at the first `after` that is not in quotation marks."""
    at, quoted = 0, ""
    for match in re.finditer(r"""["']|\safter(?=\s)""", text):
        if match[0] in "\"'":
            quoted = "" if quoted == match[0] else quoted or match[0]
        elif not quoted:
            at = match.start()
            return text[:at], text[match.end() :]
    return text, None


def read_within(parts: list[str]) -> Within:
    """Read how far from the truth still counts."""
    text = " ".join(parts)
    amount = read_real(text.removesuffix("%").strip(), "within")
    if amount <= 0:
        raise BadValue("within is a number above 0.")
    return Within(amount, text.endswith("%"))


def _choices(line: Prose | None) -> tuple[Choice, ...]:
    if line is None:
        return ()
    choices = []
    for part in line.text.split(" | "):
        text, sign, meaning = (piece.strip() for piece in part.partition(" = "))
        if not text or (sign and not meaning):
            raise BadValue(f"{shown(part)} is no choice: it is a text, or text = meaning.")
        choices.append(Choice(text, meaning or text))
    texts = [choice.text for choice in choices]
    if len(texts) > 4:
        raise BadValue(f"{len(texts)} choices are too many: there are 2 to 4.")
    for text in texts:
        if texts.count(text) > 1:
            raise BadValue(f"{shown(text)} can be chosen twice.")
    if row_of(texts) > WIDEST:
        raise BadValue(f"The choices are {row_of(texts)} columns wide: one line has {WIDEST}.")
    return tuple(choices)


def row_of(texts: list[str]) -> int:
    """How wide the choices are in one line: a mark and a digit before each, gaps between."""
    return sum(1 + 2 + cells(text) for text in texts) + 3 * (len(texts) - 1) + 1


def read_reply(line: Prose, ask: Ask) -> Reply:
    """Read a reply: a choice and a sentence."""
    for choice in sorted(ask.choices, key=lambda choice: -len(choice.text)):
        if line.text.startswith(f"{choice.text} ") and line.text[len(choice.text) :].strip():
            return Reply(line.line, choice.text, line.text[len(choice.text) :].strip())
    raise BadValue(f"{shown(line.text)} answers no choice: a reply begins with a choice's text.")


def completed(ask: Ask, **parts: Any) -> Ask:
    """Add what was read from other lines."""
    return dataclasses.replace(ask, **parts)
