"""`python -m tests.generate [ID …]` makes what is made: tables, pictures and snapshots.

Without an id everything; with some, what concerns those concepts alone.
"""

import asyncio
import sys
from pathlib import Path

from tests import conftest as _the_terminal_that_tests_have  # noqa: F401
from tests.articles import table as articles
from tests.claims import table as claims
from tests.pages import table as pages
from tests.test_snapshots import SIZES, renewed
from tui_transformer import docs
from tui_transformer.cli import manual
from tui_transformer.concepts import entries

ROOT = Path(__file__).parent.parent


def main(ids: list[str]) -> None:
    """Make everything, or what belongs to some concepts."""
    if ids:
        readme = ROOT / "README.md"
        readme.write_text(docs.with_table(readme.read_text("utf-8")), "utf-8")
    else:
        docs.main()
    (ROOT / "man" / "tfx.1").write_text(manual.page(), "utf-8")
    for made in (articles, claims, pages):
        made.TABLE.write_text(made.written(), encoding="utf-8")
    for concept in ids or ["", *(entry.id for entry in entries())]:
        for size in SIZES:
            asyncio.run(renewed(concept, size))


if __name__ == "__main__":
    main(sys.argv[1:])
