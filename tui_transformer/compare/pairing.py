"""Which things of two states are the same: those of one name, the first with the first."""

from collections.abc import Hashable, Sequence

SAME = ("no difference", "same")
_LONGEST = 60  # no title has more room for the names of what is gone


def numbered(names: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    """Tell things of one name apart: the first "the" of a sentence from its second."""
    seen: dict[Hashable, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, -1) + 1
        found.append((name, seen[name]))
    return found


def partners(now: Sequence[Hashable], before: Sequence[Hashable]) -> list[int | None]:
    """Find, for each thing now, the place where it stood before; None for what is new."""
    if now == before:
        return list(range(len(now)))
    places = {name: place for place, name in enumerate(numbered(before))}
    return [places.get(name) for name in numbered(now)]


def lost(found: Sequence[int | None], before: Sequence[str]) -> list[str]:
    """List what stood before and has no partner now."""
    kept = set(found)
    return [name for place, name in enumerate(before) if place not in kept]


def outcome(differs: tuple[str, str] | None, new: int, gone: Sequence[str]) -> tuple[str, ...]:
    """Word what comparing found, the longest wording first.

    `differs` is how to say, at length and in short, that what both have differs; None where
    it does not.
    """
    if not (new or gone):
        return differs or SAME
    long, short = differs or ("", "")
    came, went = f"{new} new" if new else "", f"{len(gone)} gone" if gone else ""
    named = went
    if gone and all(gone) and sum(map(len, gone)) + 2 * len(gone) <= _LONGEST:
        named = f"gone: {', '.join(gone)}"
    signs = " ".join([f"+{new}"] * bool(new) + [f"−{len(gone)}"] * bool(gone))
    wordings = (long, came, named), (long, came, went), (short, signs)
    return tuple(", ".join(part for part in wording if part) for wording in wordings)
