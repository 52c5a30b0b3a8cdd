"""What stands in the margin of `nn`, `# [n, d]`, compared with the arrays that lines make."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from tests.calculator import calculate
from tui_transformer import nn

HOME = Path(nn.__file__).parent
SHAPE = re.compile(r"\[([^\]]*)\]")
NAME = re.compile(r"[A-Za-z_]+")
PER_LINE = {"in", "out", "kept"}  # what differs from layer to layer, or from turn to turn


@dataclass(frozen=True)
class Margin:
    """A line that makes arrays: what it names, and the shapes that its comment gives them."""

    file: str
    first: int
    last: int
    names: tuple[str, ...]
    shapes: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return f"{Path(self.file).relative_to(HOME)}:{self.last}"


def margins() -> list[Margin]:
    """All lines of functions in nn that name arrays and say their shapes."""
    return [each for path in sorted(HOME.rglob("*.py")) for each in _margins(path)]


def _margins(path: Path) -> Iterator[Margin]:
    source = path.read_text()
    comments = tokenize.generate_tokens(io.StringIO(source).readline)
    said = {each.start[0]: each.string for each in comments if each.string.startswith("# [")}
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            names = _names(node)
            if names and node.end_lineno in said:
                comment = said.pop(node.end_lineno)
                shapes = [tuple(map(str.strip, side.split(","))) for side in SHAPE.findall(comment)]
                shapes = shapes * len(names) if "] each" in comment else shapes
                yield Margin(str(path), node.lineno, node.end_lineno, names, tuple(shapes))


def _names(node: ast.AST) -> tuple[str, ...]:
    """Which names a line gives to arrays."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=elements)]):
            return tuple(each.id for each in elements if isinstance(each, ast.Name))
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
        case ast.Assign(targets=[ast.Subscript() as part]):
            return (ast.unparse(part),)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"))):
            return (f"{name}[-1]",)
    return ()


class Watch:
    """Looks at every line of `margins` as it is passed, and keeps what does not fit."""

    def __init__(self, lines: list[Margin]) -> None:
        self.lines = {
            (each.file, at): each for each in lines for at in range(each.first, each.last + 1)
        }
        self.files = {each.file for each in lines}
        self.passed: set[Margin] = set()
        self.wrong: list[str] = []

    def __call__(self, work: Callable[[], Any]) -> None:
        """Do some work under watch."""
        before = sys.gettrace()
        sys.settrace(self._entered)
        try:
            work()
        finally:
            sys.settrace(before)

    def _entered(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename not in self.files:
            return None
        sizes: dict[str, int] = {}
        begun: list[Margin] = []

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            here = self.lines.get((frame.f_code.co_filename, frame.f_lineno))
            here = here if event == "line" else None
            if begun and event != "exception" and here is not begun[-1]:
                self._look(begun.pop(), frame, sizes)
            if here and not begun:
                begun.append(here)
            return step

        return step

    def _look(self, line: Margin, frame: FrameType, sizes: dict[str, int]) -> None:
        for name in PER_LINE:
            sizes.pop(name, None)
        for name, shape in zip(line.names, line.shapes, strict=False):
            made = _value(name, frame)
            if made is None:
                continue
            self.passed.add(line)
            if not fits(np.shape(made), shape, sizes, frame):
                self.wrong.append(f"{line} {name} is {np.shape(made)}, not [{', '.join(shape)}]")


def _value(name: str, frame: FrameType) -> Any:
    """Look up `x`, `trace.weights[...]` or what was appended last, `rows[-1]`."""
    first, *rest = name.removesuffix("[-1]").removesuffix("[...]").split(".")
    value = frame.f_locals.get(first)
    for part in rest:
        value = getattr(value, part)
    return value[-1] if name.endswith("[-1]") else value


def fits(
    found: tuple[int, ...], said: tuple[str, ...], sizes: dict[str, int], frame: FrameType
) -> bool:
    """Say whether a shape is what the margin says; what a letter stands for is kept in `sizes`."""
    if said[:1] == ("...",):
        said = said[1:]
        if len(found) < len(said):
            return False
        found = found[len(found) - len(said) :]
    if len(found) != len(said):
        return False
    return all(_side(size, side, sizes, frame) for size, side in zip(found, said, strict=True))


def _side(size: int, side: str, sizes: dict[str, int], frame: FrameType) -> bool:
    text = re.sub(r"(\d)([A-Za-z])", r"\1*\2", side.replace("·", "*").replace("−", "-"))
    known = {name: _known(name, sizes, frame) for name in NAME.findall(text)}
    if known.get(text, 0) is None:
        sizes[text] = size
        return True
    if None in known.values():
        return True  # a letter that nothing has given a number yet
    return calculate(NAME.sub(lambda match: str(known[match[0]]), text)) == size


def _known(name: str, sizes: dict[str, int], frame: FrameType) -> int | None:
    """What a letter stands for: a whole number of that name, or what it stood for before."""
    for value in (frame.f_locals.get(name), sizes.get(name), frame.f_globals.get(name)):
        if isinstance(value, int | np.integer):
            return int(value)
    return None
