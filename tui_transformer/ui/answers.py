"""What a class has answered: how often what, as bars on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

if TYPE_CHECKING:
    from tui_transformer.lessons.asking import Answer

BINS = 5  # groups of numbers
_PARTS = " ▏▎▍▌▋▊▉█"


class Room(NamedTuple):
    """A class at a question: what is said of it, how often each answer was given, and what is
    said to the person."""

    note: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    said: str = ""


NOBODY = Room()


class Group(NamedTuple):
    """Answers that are counted together, and whether the right one is among them."""

    label: str
    times: int
    right: bool


def groups(counts: tuple[tuple[str, int], ...], answer: Answer | None) -> list[Group]:
    """Group what was answered: by choice, or numbers by where they lie, the truth among them."""
    from tui_transformer.numbers import number  # which loads NumPy

    if answer is not None and answer.choice is not None:
        return [Group(text, n, i == answer.choice) for i, (text, n) in enumerate(counts)]
    try:
        given = [(float(text), n) for text, n in counts]
    except ValueError:
        return [Group(text, n, False) for text, n in counts]
    truth = [float(answer.after)] if answer is not None and isinstance(answer.after, float) else []
    values = [value for value, _ in given] + truth
    low, high = min(values), max(values)
    if len(set(values)) <= BINS:
        return [
            Group(number(value), sum(n for v, n in given if v == value), value in truth)
            for value in sorted(set(values))
        ]
    step = high / BINS - low / BINS

    def place(value: float) -> int:
        return min(int((value - low) / step), BINS - 1) if step else 0

    return [
        Group(
            f"{low + at * step:.3g} to {low + (at + 1) * step:.3g}",
            sum(n for value, n in given if place(value) == at),
            any(place(value) == at for value in truth),
        )
        for at in range(BINS)
    ]


def bars(
    counts: tuple[tuple[str, int], ...], answer: Answer | None, width: int
) -> list[tuple[str, bool]]:
    """Write the groups with bars that fit into a line, and say which one is right."""
    found = groups(counts, answer)
    texts = [(f"{'✓' * one.right}{one.label} ", f" {one.times}") for one in found]
    words = sum(cell_len(label + count) for label, count in texts) + 3 * len(texts)
    room = min(max((width - words) // max(len(found), 1), 0), 20)
    most = max((one.times for one in found), default=0) or 1
    return [
        (f"{label}{_bar(one.times / most * room)}{count}", one.right)
        for (label, count), one in zip(texts, found, strict=True)
    ]


def _bar(length: float) -> str:
    """A bar of so many columns, in eighths."""
    whole, eighths = divmod(round(length * 8), 8)
    return "█" * whole + (_PARTS[eighths] if eighths else "")
