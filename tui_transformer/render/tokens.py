"""A text in its tokens: each piece told from the next by a thin line and by its shade."""

import math
from functools import lru_cache
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style

from tui_transformer.panels import Tokens
from tui_transformer.pieces import Role, Token
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.compact import box, plain
from tui_transformer.render.contrast import READ, mix
from tui_transformer.render.palette import Palette
from tui_transformer.render.spelling import drawn
from tui_transformer.render.tokens_flow import Piece, lines_of, natural_height, view

_GROUPS: tuple[Role, ...] = ("first", "second", "third", "fourth")
_SWATCH = 4  # cells of the scale
_SHADED = 64  # tokens that are asked whether they are shaded
_TINT = 0.74  # how much of the background is in a token's own


def tokens_height(panel: Tokens, width: int) -> int:
    """Say how many lines all tokens take, up to 200."""
    return natural_height(panel, width)


def tokens_cell(
    panel: Tokens,
    width: int,
    height: int,
    column: int,
    row: int,
    pin: tuple[int, int] | None = None,
) -> tuple[int, int] | None:
    """Find the token at a place of the panel, as (0, token)."""
    for y, line in view(panel, width, height).lines:
        for piece in line:
            under = y + bool(piece.note)
            if y <= row <= min(under, height - 1) and piece.x <= column < piece.x + piece.width:
                return 0, piece.token
    return None


def tokens_uses(panel: Tokens, width: int, height: int) -> tuple[int, int]:
    """Say how many columns and lines of its room a text takes."""
    lines = [(y, line) for y, line in view(panel, width, height).lines if line]
    right = max((line[-1].x + line[-1].width for _, line in lines), default=0)
    return min(right + 1, width), min(
        max((y + lines_of(line) for y, line in lines), default=0), height
    )


def tokens_tail(
    panel: Tokens, width: int, height: int, palette: Palette, pin: tuple[int, int] | None
) -> list[Segment]:
    """Draw the scale of the shades, from 0 to 1, for the line of the title."""
    if all(token.strength is None for token in panel.tokens[:_SHADED]):
        return []
    shares = [i / (_SWATCH - 1) for i in range(_SWATCH)]
    text = "a" if palette.colors != "full" else " "
    ramp = [Segment(text, _style(palette, 0, share, False)) for share in shares]
    muted = palette.role("muted")
    return [Segment("0 ", muted), *ramp, Segment(" 1", muted)]


def draw_tokens(
    panel: Tokens, width: int, height: int, palette: Palette, pin: tuple[int, int] | None = None
) -> Lines:
    """Draw tokens into exactly width × height cells; a pin (0, token) lights one as well."""
    canvas = Canvas(width, height, palette)
    found = view(panel, width, height)
    lit = {panel.token, pin[1] if pin else None} - {None}
    muted, bold = palette.role("muted"), palette.role("plain", bold=True)
    for y, line in found.lines:
        for piece in line:
            _draw(canvas, panel.tokens[piece.token], piece, y, piece.token in lit)
        for left, right in pairwise(line):
            if left.token not in lit and right.token not in lit:
                canvas.put(right.x - 1, y, "│", muted)
        for piece in line:
            token = panel.tokens[piece.token]
            if token.sign and piece.first and piece.x and piece.token not in lit:
                canvas.put(piece.x - 1, y, token.sign, bold)
    if found.before:
        canvas.put(int(width > 2), 0, found.before, muted)
    if found.after:
        y, line = found.lines[-1]
        start = line[-1].x + line[-1].width + 1 if line else int(width > 2)
        start = max(min(start, width - len(found.after)), 0)
        if canvas.chars[y][start] == "":  # the right half of a wide character goes with it
            canvas.chars[y][start - 1] = " "
        canvas.put(start, y, found.after, muted)
    return canvas.lines()


def _draw(canvas: Canvas, token: Token, piece: Piece, y: int, lit: bool) -> None:
    """Draw one piece with its note under it; a lit one in bold between two marks."""
    palette = canvas.palette
    style = _style(palette, token.group, _share(token.strength), lit)
    text = drawn(piece.text.replace("·", "_")) if palette.ascii else plain(piece.text)
    canvas.put(piece.x, y, box(text, piece.width), style)
    if piece.note:
        canvas.put(
            piece.x,
            y + 1,
            box(piece.note, piece.width, palette.ascii),
            palette.role("plain" if lit else "muted", bold=lit),
        )
    if lit:
        frame = palette.role("cursor", bold=True)
        left, right = "><" if palette.ascii else "▸◂"
        if piece.first and piece.x:
            canvas.put(piece.x - 1, y, left, frame)
        if piece.last:
            canvas.put(piece.x + piece.width, y, right, frame)


def _share(strength: float | None) -> float | None:
    """Bring a strength to one of twenty between 0 and 1; NaN is none."""
    if strength is None or math.isnan(strength):
        return None
    return round(min(max(strength, 0.0), 1.0) * 20) / 20


@lru_cache(maxsize=512)
def _style(palette: Palette, group: int, strength: float | None, lit: bool) -> Style:
    """The look of a token: its strength as a shade, or its group as a tint or underline."""
    emphasis = Style(bold=True) if lit else Style()
    if palette.colors != "full":
        if strength is not None:
            look = Style(dim=strength < 0.25, bold=strength >= 0.5, reverse=strength >= 0.75)
            return palette.base + look + emphasis
        role = _GROUPS[group % 4] if palette.colors == "ansi" else "plain"
        return palette.role(role) + Style(underline=bool(group % 2)) + emphasis
    if strength is not None:
        return palette.shade("sequential", strength) + emphasis
    tint, paper = palette.role(_GROUPS[group % 4]).color, palette.background
    assert tint is not None and tint.triplet is not None and paper is not None
    red, green, blue = tint.triplet
    soft = palette.sent_as(mix((red, green, blue), paper, _TINT))
    ink = palette.readable(palette.inks.roles["plain"], soft, READ)
    return palette.paint(ink, soft) + emphasis
