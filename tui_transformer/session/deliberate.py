"""What was changed by hand: a star takes two changes, and what was pulled along is none."""

from functools import lru_cache

from tui_transformer.concept import Concept
from tui_transformer.controls import Text
from tui_transformer.model import Model

DELIBERATE = 2  # knobs that must differ from what was opened, before a task counts as met


def by_hand(concept: Concept, before: Model, after: Model) -> frozenset[str]:
    """Name the controls that differ; the one alone that takes all others along, if there is one."""
    names = list(after.differing(before))
    for name in names if len(names) > 1 else ():
        alone, follow = before.replace(**{name: getattr(after, name)}), concept.follows.get(name)
        if alone.same(after) or (follow is not None and follow(alone).same(after)):
            return frozenset((name,))
    return frozenset(names)


@lru_cache(maxsize=2)  # asked several times a key, of the same two
def changes(before: Model, after: Model, touched: frozenset[str] | None = None) -> int:
    """Count the knobs at which two models of one concept differ, without those that were pulled:
    only the `touched` ones, if these are known."""
    found: dict[str, int] = {}
    for name in after.differing(before):
        if touched is not None and name not in touched:
            continue
        control, old, new = after.controls()[name], getattr(before, name), getattr(after, name)
        if isinstance(control, Text) and new not in control.samples:
            found[name] = DELIBERATE  # nobody types a text by chance
            continue
        places = control.knobs(new)
        alike = control.knobs(old) == places
        found[name] = sum(control.at(old, p) != control.at(new, p) for p in places) if alike else 1
    for name, count in found.items():
        if count == 1 and before.replace(**{name: getattr(after, name)}).same(after):
            return 1
    return sum(found.values())
