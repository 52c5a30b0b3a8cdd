"""The file that a lesson is recorded in: what stands in it, and each new step at its end."""

import os
from pathlib import Path

from tui_transformer import kiosk, whole_file
from tui_transformer.controls import BadValue
from tui_transformer.lessons.library import text_in
from tui_transformer.lessons.markdown import MOST_STEPS
from tui_transformer.lessons.reading import parse, read
from tui_transformer.lessons.recording import Draft
from tui_transformer.lessons.records import BadLesson
from tui_transformer.text import ending, is_clean, visible

SUFFIX = ".md"


class Recorded:
    """A lesson's file; `title` is empty until it has one, `steps` are how many it has."""

    def __init__(self, path: str) -> None:
        """Raises BadValue, with one sentence, where a lesson cannot be recorded there."""
        self._path, self.name = Path(path), visible(ending(path, 30))
        self.title, self.steps = "", 0
        self._kept = self._text = ""  # without, and with the step that is being typed
        if kiosk.is_on():
            raise BadValue("nothing is recorded here.")
        if not path.endswith(SUFFIX) or self._path.name == SUFFIX:
            raise BadValue(f"a lesson's file ends in {SUFFIX}, as in: tfx record lesson.md softmax")
        folder = Path(os.path.realpath(path)).parent if "\0" not in path else None
        if folder is None or not folder.is_dir():
            raise BadValue(f"{self.name} cannot be written: there is no such folder.")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise BadValue(f"{self.name} cannot be written: its folder is not open to you.")
        self._look()

    @property
    def suggestion(self) -> str:
        """A title for a file that has none yet."""
        words = self._path.stem.replace("-", " ").replace("_", " ").strip()
        return words[:1].upper() + words[1:] if words and is_clean(words) else "A lesson"

    def finish(self) -> None:
        """Let the step that is being typed stand."""
        self._kept = self._text

    def write(self, draft: Draft) -> None:
        """Write the file with a step at its end, in place of what was typed of it before.

        Raises BadValue, with nothing changed, where that cannot be.
        """
        if self._read() != self._text:  # somebody has edited it meanwhile: what they wrote stays
            self._look()
        step = draft.write(first=not self._kept)
        text = f"{self._kept.rstrip()}\n\n{step.lstrip()}" if self._kept else step
        reading = read(text)
        if reading.faults:
            raise BadValue(reading.faults[0].sentence)
        try:
            whole_file.write(self._path, text, private=False)
        except OSError as problem:
            raise BadValue(f"{self.name} cannot be written: {problem.strerror}.") from None
        self._text = text
        self.title, self.steps = reading.lesson.title, len(reading.lesson.steps)

    def _look(self) -> None:
        """Take what stands in the file. Raises BadValue where that is something else."""
        self._kept = self._text = self._read()
        if not self._text:
            return
        try:
            lesson = parse(self._text)
        except BadLesson as problem:
            raise BadValue(f"{self.name} is no lesson to add to: {problem}") from None
        self.title, self.steps = lesson.title, len(lesson.steps)
        if self.steps >= MOST_STEPS:
            raise BadValue(f"{self.name} is full: a lesson has {MOST_STEPS} steps at the most.")

    def _read(self) -> str:
        try:
            self._path.stat()
            text = text_in(str(self._path))
        except FileNotFoundError:
            return ""
        except OSError as problem:
            raise BadValue(f"{self.name} cannot be read: {problem.strerror}.") from None
        except BadLesson as problem:
            raise BadValue(f"{self.name}: {problem}") from None
        return text if text.strip() else ""
