"""The words from which status sentences are made, read from the concepts' sources.

A sentence that no state of the tests ever shows is checked by nobody; so every piece of text in
the function `says` of a concept, and in those of its own functions that it calls, has to turn
up in a sentence that was checked.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tui_transformer import concepts

HOME = Path(concepts.__file__).parent


@cache
def functions(concept: str) -> dict[str, ast.FunctionDef]:
    """Collect the functions and methods of a concept's own modules that give a text, by name."""
    stem = concept.replace("-", "_")
    files = [
        *HOME.glob(f"{stem}.py"),
        *HOME.glob(f"_{stem}_*.py"),
        *HOME.glob(f"{stem}/*.py"),
    ]
    found: dict[str, ast.FunctionDef] = {}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and _gives_text(node):
                found[node.name] = node
    return found


def pieces(concept: str) -> set[str]:
    """List the pieces of text (of two words or more) that `says` can be made of."""
    known = functions(concept)
    waiting, seen, texts = ["says"], set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        texts |= {text for text in _texts(known[name]) if " " in text.strip()}
        waiting += _called(known[name])
    return texts


def _gives_text(function: ast.FunctionDef) -> bool:
    return function.returns is not None and "str" in ast.unparse(function.returns)


def _called(function: ast.FunctionDef) -> Iterator[str]:
    """Name what a function uses: calls, and properties of the model."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _texts(function: ast.FunctionDef) -> Iterator[str]:
    """The texts in a function, but for its docstring and what is only compared."""
    skipped: set[ast.AST] = set()
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        skipped.add(body[0].value)
    for node in ast.walk(function):
        if isinstance(node, ast.Compare | ast.MatchValue | ast.Subscript | ast.FormattedValue):
            inner = node.format_spec if isinstance(node, ast.FormattedValue) else node
            if inner is not None:
                skipped |= set(ast.walk(inner))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value
