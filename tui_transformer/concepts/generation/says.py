"""Tokens in letters, the sentence over the text, and what counts as a challenge met."""

from tui_transformer.concepts.generation.model import Generation, V
from tui_transformer.numbers import probability
from tui_transformer.text import shorten, visible


def label(spelled: str) -> str:
    """Write a token for a label, its space as ·."""
    return visible(shorten(spelled.replace(" ", "·"), 12)) or "(space)"


def quoted(m: Generation, token: int) -> str:
    """Write a token that may come next in a sentence or a formula."""
    return f"“{label(m.spelled(token)).removeprefix('·')}”"


def names(m: Generation) -> tuple[str, ...]:
    """Name the places that are read."""
    return tuple(map(label, m.token_strings[m.dropped_tokens :]))


def says(m: Generation) -> str:
    """Say what is likeliest and what the draw makes of it."""
    top, coming = (quoted(m, i) for i in (int(m.ranked[0]), m.coming))
    p = probability(float(m.p[m.ranked[0]]), 3)
    if m.loop:
        times = "the same token" if m.loop == 1 else f"the same {m.loop} tokens"
        again = quoted(m, m.state_of_text.ids[-m.loop])
        more = probability(m.once_more, 3)
        return f"A loop: {times} three times; {again} would begin a fourth ({more})."
    if m.kept == 1:
        return f"No chance left: of {V} tokens only {top} may come, the likeliest ({p})."
    if m.coming == m.ranked[0]:
        return f"Of {V} tokens {top} is the likeliest ({p}), and the draw takes it."
    mine = probability(float(m.p[m.coming]), 3)
    return f"Likeliest of {V} is {top} ({p}); the draw takes {coming} ({mine})."


def loops_at_some_heat(m: Generation) -> bool:
    """Say whether it repeats itself although the temperature is not 0."""
    return m.loop > 0 and m.temperature > 0


def far_from_the_favourite(m: Generation) -> bool:
    """Say whether a token is coming that was less likely than one in five hundred."""
    return float(m.p[m.coming]) < 0.002 and m.temperature <= 1


def sure_with_all_kept(m: Generation) -> bool:
    """Say whether hardly anything is open although every token may be drawn."""
    return m.entropy < 0.05 and m.temperature >= 0.8 and m.kept == V
