"""`python -m tests.pages` writes TABLE.md: what page 1 of every concept shows, on three screens."""

from tests import conftest as _the_terminal_that_tests_have  # noqa: F401
from tests.pages.table import TABLE, written

if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
