"""What the two articles that this program answers claim, and where each claim is on the screen.

A row is `verdict | claim | place ;; place …`, in our own words. A place is one of
`preset ID: NAME`, `task ID: GOAL`, `step LESSON: HEADING`, `prose ID: WORDS` (of an explanation)
and `panel LINK: TITLE`; where a claim is on no screen, `not: WHY` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
ARTICLES = {
    "bricks": "Neural networks and transformers, brick by brick",
    "gates": "Transformers, from gates to attention",
}
VERDICTS = ("right", "weak", "wrong", "missing-before")
KINDS = ("preset", "task", "step", "prose", "panel", "not")


@dataclass(frozen=True)
class Place:
    """One place: its kind, what it is of (a concept, a lesson or a link), and what stands there."""

    kind: str
    of: str
    what: str

    @property
    def opened(self) -> str:
        """What a person types to get there."""
        match self.kind:
            case "step":
                return f"tfx learn {self.of}"
            case "panel":
                return self.of
            case _:
                return f"tfx {self.of}"


@dataclass(frozen=True)
class Row:
    """A claim, what is to be said of it, and where that is said."""

    article: str
    chapter: str
    verdict: str
    claim: str
    places: tuple[Place, ...]


def rows(article: str) -> list[Row]:
    """Read the claims of an article."""
    found, chapter = [], ""
    for line in (FOLDER / f"{article}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            chapter = line[2:]
            continue
        verdict, claim, places = (part.strip() for part in line.split(" | "))
        found.append(
            Row(article, chapter, verdict, claim, tuple(map(_place, places.split(" ;; "))))
        )
    return found


def _place(text: str) -> Place:
    head, _, what = text.strip().partition(": ")
    kind, _, of = head.partition(" ")
    return Place(kind, of, what.strip())


def every() -> list[Row]:
    """All claims of both."""
    return [row for article in ARTICLES for row in rows(article)]
