"""How the house is laid out: what may import what, how long a file may be, what is never used.

Imports inside functions and under TYPE_CHECKING count like any other.
"""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import grimp
import pytest

from tui_transformer.concepts import entries

PACKAGE = "tui_transformer"
HOME = Path(__file__).parent.parent / PACKAGE
FILES = sorted(HOME.rglob("*.py"))
LONGEST = 300  # lines
LATER = "from __future__ import annotations"
CONCEPTS = {entry.module for entry in entries()}
# What a concept's files are for, from the top; a file imports what stands below it.
ORDER = ("tasks", "view", "workings", "model")


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE, exclude_type_checking_imports=False)


def circles() -> Iterator[set[str]]:
    """Find the modules that reach themselves, in groups (Tarjan, without recursion on names)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: list[str] = []

    def visit(module: str) -> Iterator[set[str]]:
        order[module] = low[module] = len(order)
        waiting.append(module)
        for other in sorted(graph().find_modules_directly_imported_by(module)):
            if other not in order:
                yield from visit(other)
                low[module] = min(low[module], low[other])
            elif other in waiting:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            found = set(waiting[waiting.index(module) :])
            del waiting[waiting.index(module) :]
            if len(found) > 1:
                yield found

    for module in sorted(graph().modules):
        if module not in order:
            yield from visit(module)


def test_no_module_imports_itself_by_a_detour() -> None:
    assert list(circles()) == []


def concept_of(module: str) -> str:
    """The concept that a module belongs to; empty for what concepts share."""
    return next((c for c in CONCEPTS if module == c or module.startswith(f"{c}.")), "")


def test_concepts_know_nothing_of_one_another() -> None:
    wrong = [
        (module, other)
        for module in graph().modules
        if concept_of(module)
        for other in graph().find_modules_directly_imported_by(module)
        if concept_of(other) and concept_of(other) != concept_of(module)
    ]
    assert wrong == []


@pytest.mark.parametrize("concept", sorted(CONCEPTS))
def test_in_a_concept_the_view_stands_above_the_model(concept: str) -> None:
    """No file of a package imports the package, and none what stands above it."""
    parts = graph().find_children(concept)
    assert not parts or {f"{concept}.model", f"{concept}.view", f"{concept}.workings"} <= parts
    for module in parts:
        imported = graph().find_modules_directly_imported_by(module)
        assert concept not in imported, module
        name = module.rpartition(".")[2]
        if name in ORDER:
            above = {f"{concept}.{each}" for each in ORDER[: ORDER.index(name)]}
            reached = graph().find_upstream_modules(module)
            assert not above & reached, module


def test_a_file_is_read_without_much_scrolling() -> None:
    long = [file for file in FILES if len(file.read_text().splitlines()) > LONGEST]
    assert not long


def test_nothing_is_handed_to_the_interpreter_but_what_makes_a_record() -> None:
    """Which is written, once a class, from the names of its fields and of nothing else."""
    called = [
        (file.name, node.id)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Name) and node.id in ("eval", "exec", "compile", "__import__")
    ]
    assert called == [("records.py", "exec")]


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if LATER in file.read_text()],
    ids=lambda file: str(file.relative_to(HOME)),
)
def test_annotations_wait_only_where_one_is_used_before_it_is_there(file: Path) -> None:
    """Where a class names itself, or what is imported for the types alone; else it does nothing."""
    tree = ast.parse(file.read_text())
    ends = {
        each.name: each.end_lineno or 0 for each in ast.walk(tree) if isinstance(each, ast.ClassDef)
    }
    ends |= {
        target.id: each.lineno
        for each in tree.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    early = [
        name.id
        for each in ast.walk(tree)
        for written in (getattr(each, "annotation", None), getattr(each, "returns", None))
        for name in (ast.walk(written) if written else ())
        if isinstance(name, ast.Name) and name.lineno < ends.get(name.id, 0)
    ]
    assert early or "TYPE_CHECKING" in file.read_text()


def test_what_is_returned_at_once_has_no_name_of_its_own() -> None:
    """Also not for the sake of its type, which mypy does not ask for here."""
    bodies = (
        (file, each.body)
        for file in FILES
        for each in ast.walk(ast.parse(file.read_text()))
        if isinstance(getattr(each, "body", None), list)
    )
    named = [
        f"{file.relative_to(HOME)}:{one.lineno}"
        for file, body in bodies
        for one, after in pairwise(body)
        if isinstance(one, ast.AnnAssign) and isinstance(after, ast.Return)
        if isinstance(after.value, ast.Name) and ast.unparse(one.target) == after.value.id
    ]
    assert named == []
