"""What a teacher takes home: each question, what is true, how often what was answered. No names."""

import json
import os
from collections.abc import Sequence

from tui_transformer.controls import BadValue
from tui_transformer.text import visible


class Log:
    """A file to which one line of JSON is added for each question that was told."""

    def __init__(self, path: str) -> None:
        """Raises BadValue where nothing can be written there."""
        self._path = path
        self._add("")

    def told(self, link: str, question: str, truth: str, counts: Sequence[tuple[str, int]]) -> str:
        """Add a question; returns a sentence where that cannot be."""
        record = {"state": link, "question": question, "truth": truth, "answers": dict(counts)}
        try:
            self._add(json.dumps(record, ensure_ascii=False) + "\n")
        except BadValue as problem:
            return str(problem)
        return ""

    def _add(self, line: str) -> None:
        """Add a line as a whole; the file is the person's own from its beginning."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY
        try:
            file = os.open(self._path, flags, 0o600)
            try:
                os.write(file, line.encode(errors="replace"))
            finally:
                os.close(file)
        except (OSError, ValueError) as problem:  # ValueError for a path with a zero in it
            why = problem.strerror if isinstance(problem, OSError) else "no such path"
            raise BadValue(f"{visible(self._path)} cannot be written: {why}.") from None
