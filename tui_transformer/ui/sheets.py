"""What else a sheet can show about a session: prose, challenges, mathematics, help, go-to."""

import inspect
from collections.abc import Sequence
from typing import Any

from tui_transformer.concepts import find
from tui_transformer.concepts.syllabus import Entry
from tui_transformer.concepts.words import Word, ahead
from tui_transformer.describe import words_here
from tui_transformer.numbers import number
from tui_transformer.pieces import Role
from tui_transformer.render.palette import Palette
from tui_transformer.render.prose import Span, wrap
from tui_transformer.session import Session
from tui_transformer.text import visible
from tui_transformer.ui.code import behind
from tui_transformer.ui.contents import links, opens
from tui_transformer.ui.hints import hint
from tui_transformer.ui.search import concepts, glossary, here, looks, orders, ranked
from tui_transformer.ui.stage import GO_TO, HELP, Action, Command, Content, Row, Text

KINDS: dict[str, tuple[Any, bool]] = {
    "plain": ("plain", False),
    "strong": ("output", True),
    "emphasis": ("third", False),
    "code": ("input", False),
    "link": ("query", True),
}


MOUSE = (
    "Click a control to choose it; a folded one (▸) opens, its heading closes it.",
    "Click or drag a gauge, or turn the wheel over it; with shift by fine steps.",
    "Click the word of the control you hold for the next one; a text is typed.",
    "Click a number to pin it, in a plane to move the point, in a drawing to paint.",
    "Click a preset, a task or the stars for the tasks, the chapter for the map.",
    "Click a key in the last line or over the explanation, an answer to choose it.",
    "Click ▼ or ▲, or turn the wheel, for what is hidden.",
)


def explanation(session: Session, palette: Palette) -> Content:
    """The concept's prose, with its links as choices."""

    def rows(width: int, typed: str) -> list[Row]:
        lines = wrap(session.concept.prose, min(width, 76), palette.spell)
        shown: list[Row] = [tuple(_run(span) for span in line) for line in lines]
        later = ahead(session.concept.id, session.concept.prose)
        return [*shown, *_words("Words that are explained later", later)]

    return Content(session.concept.title, rows)


def _run(span: Span) -> Text:
    role, bold = KINDS[span.kind]
    linked = span.kind == "link" and find(span.link) is not None
    return Text(span.text, role, bold, opens(span.link) if linked else None)


def _words(heading: str, found: Sequence[Word]) -> list[Row]:
    """Words with what they mean; choosing one opens the concept that explains it."""
    if not found:
        return []
    rows: list[Row] = [(), (Text(heading, "key", bold=True),)]
    for word in found:
        rows.append((Text(word.name, action=opens(word.home)), Text(f"  {word.gloss}", "muted")))
    return rows


def challenges(session: Session) -> Content:
    """What there is to achieve; choosing one shows its hint, and after that its solution."""
    concept = session.concept

    some = "Change the controls until a star lights up. Enter: a hint."
    head = some if concept.challenges else "There are no tasks here: look around."

    def rows(width: int, typed: str) -> list[Row]:
        lines: list[Row] = [(Text(head, "muted"),), ()]
        for i, challenge in enumerate(concept.challenges):
            done = i in session.solved
            role: Role = "good" if done else "plain"
            goal = f"{challenge.goal[:1].upper()}{challenge.goal[1:]}."
            mark = Text(f"{'★' if done else '☆'} {i + 1}  ", role)
            lines.append((mark, Text(goal, role, action=_hints(i))))
        return lines

    return Content(f"Tasks · {concept.title}", rows)


def _hints(number: int) -> Action:
    return lambda screen: hint(screen, number)


def mathematics(session: Session) -> Content:
    """The code behind the pinned number: the mathematics, and who called it with which numbers."""
    working = session.working
    name, model = working.of, type(session.model)

    def rows(width: int, typed: str) -> list[Row]:
        lines: list[Row] = [
            (Text(visible(working.symbols), "output"),),
            (Text(visible(f"= {working.shown} = {number(working.value)}")),),
            (),
        ]
        for function in behind(model, name):
            where = (
                f"{function.__module__.removeprefix('tui_transformer.')}.{function.__qualname__}"
            )
            lines.append((Text(where, "key", bold=True),))
            source = inspect.cleandoc("\n" + inspect.getsource(function))
            lines += [tuple(_code(line)) for line in source.split("\n")]
            lines.append(())
        return lines

    return Content(f"Mathematics · {name or session.concept.title}", rows)


def _code(line: str) -> list[Text]:
    """Colour a line of Python a little: comments and docstrings stand back."""
    stripped = line.strip()
    quiet = stripped.startswith(("#", '"""')) or stripped.endswith('"""')
    strong = stripped.startswith(("def ", "@", "class "))
    return [Text(line, "muted" if quiet else "input" if strong else "plain")]


def help_sheet(session: Session | None, commands: Sequence[Command]) -> Content:
    """Every key, and every control with its range."""

    def rows(width: int, typed: str) -> list[Row]:
        lines = _controls(session) if session else []
        if session:
            here = words_here(session.concept, session.model)
            lines += [*_words("Words of this screen", here)[1:], ()]
        lines.append((Text("Keys", "key", bold=True),))
        lines += [(Text(f"{command.key:<12}", "input"), Text(command.help)) for command in commands]
        return [
            *lines,
            (),
            (Text("Typing", "key", bold=True),),
            (Text("A number may be calculated: 1/3, 2*3, 10^-3. A decimal has a point."),),
            (Text("Several are set apart by commas, semicolons, spaces, tabs or lines."),),
            (Text("On the map and in ctrl+p letters search; esc clears, then closes."),),
            (),
            (Text("Mouse", "key", bold=True),),
            *((Text(line),) for line in MOUSE),
        ]

    return Content(HELP, rows)


def _controls(session: Session) -> list[Row]:
    lines: list[Row] = [(Text(f"Controls of {session.concept.title}", "key", bold=True),)]
    for name, control in session.model.controls().items():
        lines.append((Text(f"{name:<14}", "input"), Text(control.help)))
        lines.append((Text(" " * 14 + control.domain(session.model), "muted"),))
    lines += [(), (Text("Presets", "key", bold=True),)]
    lines += [
        (Text(f"{i:<4}", "input"), Text(name)) for i, name in enumerate(session.concept.presets, 1)
    ]
    return [*lines, ()]


def go_to(
    session: Session | None, commands: Sequence[Command], refused: tuple[str, str] = ("", "")
) -> Content:
    """Whatever can be opened, set or done, to be found by typing; a pasted link opens too.

    `refused` is a link that could not be opened, and why.
    """

    themes = looks() if commands else []  # a lesson has none
    known = [*concepts(_entry), *here(session), *orders(commands), *themes, *glossary()]

    def rows(width: int, typed: str) -> list[Row]:
        found = links(typed, width)
        if typed and typed == refused[0]:
            found.append((Text(f"✗ {refused[1]}", "bad", bold=True),))
        return found + ranked(typed, known)

    return Content(GO_TO, rows, filterable=True)


def _entry(entry: Entry) -> tuple[Row]:
    title = Text(f"concept  {entry.title}", action=opens(entry.id))
    return ((title, Text(f"  {entry.id}", "muted")),)
