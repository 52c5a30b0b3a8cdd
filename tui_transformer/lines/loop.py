"""Reading lines and writing answers, from a terminal that places no text or from a pipe."""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from tui_transformer.lines.idle import heard, waits
from tui_transformer.lines.prompt import Prompt
from tui_transformer.text import visible

LONGEST = 100_000  # characters of a line
BEGIN = "tfx, line by line: help lists the commands, quit leaves."
NOWHERE = "Name a concept to begin with, as in: softmax. list names all of them."
CHOSEN = "▸"  # what titles call the row or the word that is chosen


def run(prompt: Prompt, link: str, spell: Callable[[str], str], lesson: str = "") -> int:
    """Answer lines until there are no more; returns the exit status."""
    gc.enable()  # it was left out while everything was loaded
    source = sys.stdin
    if hasattr(source, "reconfigure"):
        source.reconfigure(errors="replace")
    asks = bool(source and source.isatty())

    def write(lines: list[str]) -> None:
        for line in lines:
            print(spoken(line, spell), flush=asks)

    try:
        write([BEGIN] if asks else [])
        if lesson:
            prompt.learn(lesson)
        elif link:
            prompt.follow(link)
        else:
            write([NOWHERE])
        write(_state(prompt))
        for line in _lines(source, asks):
            heard()
            write([TOO_LONG] if line is None else prompt.answer(line))
            if prompt.ended:
                break
            write(_state(prompt))
    except KeyboardInterrupt:
        print()
        return 130
    if asks and not prompt.ended:
        print()
    return 0


TOO_LARGE = "That needs more memory than there is; this was before."
TOO_LONG = f"That line is longer than {LONGEST:,} characters; nothing was changed."


def spoken(line: str, spell: Callable[[str], str]) -> str:
    """Write a line so that it can be read out: no signs for what has a word, nothing unseen."""
    if CHOSEN in line and not line.startswith("tfx "):  # a link is exact
        line = line.replace(CHOSEN, "the chosen one")
    return spell(visible(line))


def _state(prompt: Prompt) -> list[str]:
    """Tell the state, if it is another one, once it is computed."""
    heard()
    if not prompt.changed():
        return []
    try:
        while not prompt.settled():
            time.sleep(0.05)
    except KeyboardInterrupt:
        prompt.stop_waiting()
    try:
        return prompt.tell()
    except MemoryError:
        prompt.step_back()
        return [TOO_LARGE]


def _lines(source: TextIO, asks: bool) -> Iterator[str | None]:
    """Read lines to the end of the stream; None stands for one that is too long."""
    while True:
        if asks:
            print("> ", end="", flush=True)
        waits()
        line = source.readline(LONGEST + 1)
        if not line:
            return
        if len(line) > LONGEST:
            while line and not line.endswith("\n"):
                line = source.readline(LONGEST)
            yield None
        else:
            yield line
