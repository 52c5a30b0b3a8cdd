"""The sheet that walks a number down: what it is made of, each with where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_transformer.records import dataclass
from tui_transformer.terms import Operand, digits, gradients, operands, shown
from tui_transformer.text import visible
from tui_transformer.ui.stage import Action, Content, Row, Text

FOLDED = 8  # how many operands a long sum shows until it is unfolded
WAYS = {
    "control": "you set it",
    "weight": "a weight",
    "draw": "drawn by the seed",
    "constant": "a constant",
    "working": "worked out",
}


@dataclass(frozen=True)
class Walk:
    """Where a walk down stands: a number, where one came from, and how its parts are shown."""

    here: Operand
    above: Walk | None = None
    unfolded: bool = False
    by_size: bool = False
    held: int = 0

    def down(self, below: Operand) -> Walk:
        """Go into a number that this one is made of."""
        return Walk(below, self)

    @property
    def trail(self) -> tuple[str, ...]:
        """The names of the numbers on the way."""
        return (*(self.above.trail if self.above else ()), self.here.said)


def content(walk: Walk) -> Content:
    """Show one level of a walk."""

    def rows(width: int, typed: str) -> Sequence[Row]:
        working = walk.here.working
        head: list[Row] = [(Text(visible(_end(walk.trail, width)), "muted"),), ()]
        head = head if walk.above else []
        if working is None:
            said = f"{walk.here.said} = {digits(walk.here.value)}: {WAYS[walk.here.kind]}."
            return [*head, (Text(visible(said)),)]
        head += [
            (Text(visible(working.symbols), "output"),),
            (Text(visible(f"= {shown(working.term)} = {digits(working.value)}")),),
            (),
        ]
        return [*head, *_parts(walk, list(operands(working.term)))]

    back = None if walk.above is None else _to(walk.above)
    return Content(f"Why {visible(walk.here.said)}", rows, start=walk.held, back=back)


def _end(trail: tuple[str, ...], width: int) -> str:
    """Keep the end of a trail that is too long: the start is where one came from."""
    text = " › ".join(trail)
    while len(text) > width and len(trail) > 1:
        trail = trail[1:]
        text = " › ".join(("…", *trail))
    return text


def _parts(walk: Walk, parts: list[Operand]) -> list[Row]:
    """List what a number is made of: name, value, where it comes from."""
    if walk.by_size and walk.here.working is not None:
        slopes = gradients(walk.here.working.term)
        parts = sorted(parts, key=lambda part: -abs(part.value * slopes.get(part, 0.0)))
    many = len(parts) > FOLDED + 1 and not walk.unfolded
    listed = parts[:FOLDED] if many else parts
    wide = max((len(part.said) for part in listed), default=0)
    rows = [_part(walk, i, part, wide) for i, part in enumerate(listed)]
    if many:
        more = Text(
            f"… +{len(parts) - FOLDED} terms: enter unfolds",
            action=_to(replace(walk, unfolded=True)),
        )
        rows.append((more,))
    if len(parts) > FOLDED:
        order = "as they are written" if walk.by_size else "by size"
        sort = _to(replace(walk, by_size=not walk.by_size))
        rows += [(), (Text(f"sort {order}", "muted", action=sort),)]
    return rows


def _part(walk: Walk, i: int, part: Operand, wide: int) -> Row:
    """One operand; enter goes down into it."""
    return (
        Text(
            visible(f"{part.said:<{wide}}  "), "input", action=_to(replace(walk, held=i).down(part))
        ),
        Text(f"{digits(part.value):>12}  "),
        Text(WAYS[part.kind], "muted"),
    )


def _to(walk: Walk) -> Action:
    return lambda screen: screen.show_sheet(content(walk))
