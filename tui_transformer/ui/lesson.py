"""The page of a lesson: its title, the strip below the figure, and the keys that matter there."""

from rich.cells import cell_len

from tui_transformer.lessons.asking import Answer, Told, shown_thing
from tui_transformer.lessons.doing import Part, parts
from tui_transformer.lessons.records import Ask, Do
from tui_transformer.lessons.run import Run
from tui_transformer.pieces import Role
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import fit
from tui_transformer.render.palette import Palette
from tui_transformer.render.prose import wrap
from tui_transformer.ui.answers import NOBODY, Room, bars
from tui_transformer.ui.beside import put

ROWS = 6  # a rule with the heading, and five lines
STORY = 4  # lines of story and question; a reply and what is told after it take two each

_ALWAYS = (("?", "help"), ("ctrl+p", "find"))
_REST = (("esc", "play freely"), ("N", "back"), ("q", "quit"))
_LOOKING = (("tab", "look closer"), *_ALWAYS, *_REST)
KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "look": (("n", "next"), *_LOOKING),
    "ask": (("enter", "answer"), ("n", "skip"), *_ALWAYS, *_REST),
    "told": (("n", "next"), ("m", "working"), *_LOOKING),
    "do": (
        ("↑↓←→", "change"),
        ("enter", "type"),
        ("t", "hint"),
        ("n", "skip"),
        *_ALWAYS,
        *_REST,
        ("r", "start again"),
    ),
    "done": (("n", "next"), *_LOOKING),
}


def keys(run: Run) -> tuple[tuple[str, str], ...]:
    """What the footer says: what would do nothing now is not among it."""
    first: tuple[tuple[str, str], ...] = ()
    if run.phase == "ask" and isinstance(run.task, Ask):
        choices = len(run.task.choices)
        first = ((f"1–{choices} or ←→", "choose") if choices else ("digits", "a number"),)
    idle = {"back"} if run.at == 0 and run.phase not in ("told", "done") else set()
    idle |= set() if run.session.before else {"start again"}
    return (*first, *(pair for pair in KEYS[run.phase] if pair[1] not in idle))


_WALKING = ("next", "skip", "back", "play freely", "hint", "start again", "change", "type")


def held_keys(run: Run) -> tuple[tuple[str, str], ...]:
    """What the footer says to somebody who is led through."""
    return tuple(pair for pair in keys(run) if pair[1] not in _WALKING)


def title(run: Run, width: int, palette: Palette, mark: str = "") -> Lines:
    """The concept, and which lesson this is, or a class's mark; once told, what is compared."""
    canvas = Canvas(width, 1, palette)
    bar = palette.role("plain", bold=True, reverse=True)
    canvas.put(0, 0, " " * width, bar)
    lesson = f"lesson · {run.lesson.title}"
    if mark:
        lesson = mark
    elif run.phase == "told":
        lesson = f"now beside before   {lesson}"
    lesson = fit(palette.spell_parts(lesson), width - 12)
    room = width - 4 - cell_len(lesson)
    canvas.put(1, 0, fit(palette.spell_parts(run.step.concept.title), room), bar)
    canvas.right(width - 1, 0, lesson, palette.role("plain", reverse=True))
    return canvas.lines()


def strip(run: Run, width: int, palette: Palette, room: Room = NOBODY) -> Lines:
    """The rule with the heading, and what is asked, told or to be done; in a class, the answers."""
    canvas = Canvas(width, ROWS, palette)
    canvas.put(0, 0, "─" * width, palette.role("muted"))
    where = palette.spell_parts(f" {room.note} · " if room.note else " ")
    where += f"{run.at + 1}/{len(run.lesson.steps)} "
    heading = palette.spell_parts(f" {run.step.heading} ")
    canvas.put(0, 0, fit(heading, width - len(where) - 1), palette.role("plain", bold=True))
    canvas.right(width, 0, where, palette.role("muted"))
    match run.phase:
        case "ask":
            _asked(canvas, run, room)
        case "told":
            _told(canvas, run, room)
        case "do" | "done":
            _doing(canvas, run)
        case _:
            _looked(canvas, run)
    if room.said:
        line = fit(palette.spell(room.said), width - 2).ljust(width - 2)
        canvas.put(1, ROWS - 1, line, palette.role("plain", bold=True))
    return canvas.lines()


def _written(canvas: Canvas, y: int, text: str, most: int, role: Role = "plain") -> int:
    """Write Markdown from a line on, at most so many lines; returns the next line."""
    palette = canvas.palette
    lines = [line for line in wrap(text, canvas.width - 2, palette.spell) if line]
    for line in lines[:most]:
        put(canvas, y, line, role)
        y += 1
    return y


def _looked(canvas: Canvas, run: Run) -> None:
    step = run.step
    text = step.skipped or "\n\n".join(step.story + tuple(p.text for p in step.after))
    _written(canvas, 1, text, ROWS - 1)


def _asked(canvas: Canvas, run: Run, room: Room) -> None:
    """Story and question, and below them what can be chosen, or the number as it is typed."""
    palette = canvas.palette
    y = _written(canvas, 1, "\n\n".join(run.step.story), STORY)
    y = _written(canvas, y, run.step.question, max(STORY + 1 - y, 1), "output")
    if run.said:
        canvas.put(1, ROWS - 1, fit(palette.spell(run.said), canvas.width - 2), palette.role("bad"))
        return
    assert isinstance(run.task, Ask)
    if room.counts:
        _counted(canvas, room, None)
        return
    if not run.task.choices:
        prompt = canvas.put(1, ROWS - 1, palette.spell("your guess: "), palette.role("muted"))
        x = canvas.put(prompt, ROWS - 1, run.typed, palette.role("input", bold=True))
        canvas.put(x, ROWS - 1, " ", palette.role("cursor", reverse=True))
        return
    for i, (x, text) in enumerate(_choices(run, run.task, palette)):
        held = i == run.held
        style = palette.role("cursor" if held else "input", bold=held)
        canvas.put(x, ROWS - 1, text, style)


def _choices(run: Run, ask: Ask, palette: Palette) -> list[tuple[int, str]]:
    """Say where in the last line each choice begins, and how it is written there."""
    found: list[tuple[int, str]] = []
    x = 1
    for i, choice in enumerate(ask.choices):
        text = palette.spell(f"{'▸' if i == run.held else ' '}{i + 1} {choice.text}")
        found.append((x, text))
        x += cell_len(text) + 3
    return found


def choice_at(run: Run, x: int, y: int, palette: Palette) -> int | None:
    """Find the choice that stands at a place of the strip."""
    if y != ROWS - 1 or run.phase != "ask" or run.said or not isinstance(run.task, Ask):
        return None
    choices = enumerate(_choices(run, run.task, palette))
    return next((i for i, (at, text) in choices if at <= x < at + cell_len(text)), None)


def _guessed(told: Told | None) -> str:
    """The guess, and how far off it was; in a class there may be none."""
    if told is None:
        return ""
    off = "" if told.off is None else f"  off by {shown_thing(told.off)}"
    return f"{'✓' if told.right else '▸'} your guess: {told.guess}{off}"


def _told(canvas: Canvas, run: Run, everybody: Room) -> None:
    """Before and after, the answer beside the guess; the reply to it, and what follows."""
    palette, answer, told = canvas.palette, run.answer, run.told
    assert answer is not None and isinstance(run.task, Ask)
    right = f"✓ {answer.text}   " if answer.choice is not None else ""
    mine = _guessed(told)
    room = canvas.width - 2 - cell_len(palette.spell(right + mine))
    was, now = shown_thing(answer.before), shown_thing(answer.after)
    # What was asked and its two values, or these alone, or the answer with the guess alone.
    ways = (f"{run.task.expression.text}  {was} → {now}    ", f"{was} → {now}    ", "")
    numbers = next(text for text in ways if cell_len(palette.spell(text)) <= room or not text)
    x = canvas.put(1, 1, palette.spell(numbers), palette.role("output", bold=True))
    x = canvas.put(x, 1, palette.spell(right), palette.role("good", bold=True))
    role: Role = "good" if told is None or told.right else "plain"
    canvas.put(x, 1, fit(palette.spell(mine), canvas.width - x - 1), palette.role(role))
    y = 2
    if everybody.counts:
        _counted(canvas, everybody, answer, y)
        y += 1
    y = _written(canvas, y, told.reply if told else "", 2)
    _written(canvas, y, "\n\n".join(p.text for p in run.step.after), ROWS - y)


def _counted(canvas: Canvas, room: Room, answer: Answer | None, y: int = ROWS - 1) -> None:
    """What a class answered, as bars; with the answer, which of them is right."""
    palette, x = canvas.palette, 1
    for text, right in bars(room.counts, answer, canvas.width - 2):
        style = palette.role("good" if right else "output", bold=right)
        x = canvas.put(x, y, fit(palette.spell(text), canvas.width - x), style) + 3


def _doing(canvas: Canvas, run: Run) -> None:
    """The task, and every part of it with a sign and its number as it is now."""
    palette = canvas.palette
    assert isinstance(run.task, Do)
    if run.phase == "done":
        canvas.put(1, 1, palette.spell("★ Reached."), palette.role("good", bold=True))
        _written(canvas, 2, "\n\n".join(p.text for p in run.step.after), ROWS - 2)
        return
    live = _flowed(run, canvas)
    if run.said:
        live[:-1] = [[(palette.spell(run.said), "plain")]]
    y = _written(canvas, 1, "\n\n".join(run.step.story), 2)
    _written(canvas, y, run.step.question, ROWS - len(live) - y, "output")
    for y, line in enumerate(live, ROWS - len(live)):
        x = 1
        for text, role in line:
            x = canvas.put(x, y, fit(text, canvas.width - x), palette.role(role)) + 3


def _flowed(run: Run, canvas: Canvas) -> list[list[tuple[str, Role]]]:
    """Every part of the task with its sign and its numbers, on two lines if it must be."""
    assert isinstance(run.task, Do)
    lines: list[list[tuple[str, Role]]] = [[]]
    x = 1
    for part in parts(run.task, run.session.model):
        text = canvas.palette.spell(f"{'●' if part.holds else '○'} {_live(part)}")
        if lines[-1] and x + cell_len(text) > canvas.width and len(lines) < 2:
            lines.append([])
            x = 1
        lines[-1].append((text, "good" if part.holds else "muted"))
        x += cell_len(text) + 3
    return lines


def _live(part: Part) -> str:
    """A comparison with its numbers as they are: cross_entropy 0.290664 < 0.1."""
    if not part.sides:
        return part.text
    words = []
    for side in part.sides:
        words += [side.sign] if side.sign else []
        words.append(side.text if side.is_written else f"{side.text} {shown_thing(side.value)}")
    return " ".join(words)
