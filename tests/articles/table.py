"""The table of the articles' claims, as Markdown."""

from itertools import groupby

from tests.articles.claims import ARTICLES, FOLDER, VERDICTS, Place, every, rows

TABLE = FOLDER / "TABLE.md"


def written() -> str:
    """Write a row for every claim, chapter by chapter, with what to type."""
    counts = ", ".join(f"{sum(r.verdict == v for r in every())} {v}" for v in VERDICTS)
    lines = [
        "# What the articles claim, and where it is on the screen",
        "",
        "Made by `python -m tests.generate`, from `bricks.txt` and `gates.txt`, in our own words.",
        "*right*: the screen shows it. *weak*: true within limits, and these are on the screen.",
        "*wrong*: the screen shows what is right. *missing-before*: neither article says it enough",
        f"to be seen; it is here. {len(every())} claims: {counts}.",
    ]
    for article, title in ARTICLES.items():
        lines += ["", f"## {title}"]
        for chapter, group in groupby(rows(article), key=lambda row: row.chapter):
            lines += ["", f"### {chapter}", "", "| | claim | where |", "|---|---|---|"]
            lines += [
                f"| {row.verdict} | {row.claim} | {'<br>'.join(map(_where, row.places))} |"
                for row in group
            ]
    return "\n".join(lines) + "\n"


def _where(place: Place) -> str:
    if place.kind == "not":
        return f"nowhere: {place.what}"
    kind = {"prose": "explanation", "step": "step"}.get(place.kind, place.kind)
    return f"`{place.opened}`, {kind}: {place.what}".replace("|", "\\|")
