"""`python -m tests.claims` writes TABLE.md: what the program says, and what recomputes it."""

from tests.claims.table import TABLE, written

if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
