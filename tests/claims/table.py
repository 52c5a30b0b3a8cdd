"""The table of all claims, as Markdown."""

from pathlib import Path

from tests.claims.book import CLAIMING, Check, claims

TABLE = Path(__file__).parent / "TABLE.md"


def written() -> str:
    """Write a row for every status sentence, every numeric passage and every value."""
    lines = [
        "# What is claimed, and what recomputes it",
        "",
        "Made by `python -m tests.claims`. A *sentence* stands in the status line, a *passage* in",
        "an explanation, a *value* in `--json`; each is recomputed by the function beside it.",
    ]
    for concept in CLAIMING:
        mine = claims(concept)
        lines += ["", f"## `{concept}`", "", "| kind | what is claimed | by |", "|---|---|---|"]
        lines += [_row("sentence", said.pattern, said.check) for said in mine.said]
        lines += [_row("passage", told.quote, told.check) for told in mine.told]
        for oracle in mine.oracles:
            lines += [_row("value", f"`{name}`", oracle.check) for name in oracle.names]
    return "\n".join(lines) + "\n"


def _row(kind: str, claim: str, check: Check) -> str:
    where = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
    return f"| {kind} | {claim.replace('|', chr(92) + '|')} | `{where}` |"
