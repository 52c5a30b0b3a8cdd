"""Which page is in sight, written at the end of its first line, with the keys for the others."""

from rich.segment import Segment
from textual.strip import Strip

from tui_transformer.render.canvas import Lines
from tui_transformer.render.palette import Palette
from tui_transformer.ui.lines import TURNS


def signed(
    lines: Lines, page: int, count: int, width: int, palette: Palette
) -> tuple[str, dict[int, int]]:
    """Write the sign where only the first line's rule is in the way.

    Returns what has to be said elsewhere, nothing if it was written; and where the keys stand,
    each with the way that it turns.
    """
    if count < 2:
        return "", {}
    ways = "PgUp " * (page > 0) + "PgDn" * (page < count - 1)
    sign = palette.spell(f" {page + 1}/{count} {ways.strip()} ")
    end = width - 1 - len(sign)
    rule, style = lines[0][-1][:2] if lines[0] else ("", None)
    first = Strip(lines[0])
    if len(rule) > len(sign) and not rule.strip(palette.spell_parts("─")):
        # The rule of a title ends there, and gives up its end.
        lines[0] = [*lines[0][:-1], Segment(rule[: -len(sign)], style)]
    elif first.crop(end - 1).text.strip(" " + palette.spell_parts("─")):
        return f"panels {page + 1}/{count}: PgUp PgDn", {}
    else:
        lines[0] = list(first.crop(0, end))
    lines[0].append(Segment(sign, palette.role("muted")))
    return "", {end + sign.find(word): step for word, step in TURNS if word in sign}
