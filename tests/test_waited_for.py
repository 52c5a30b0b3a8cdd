"""What a test finds on a screen it has waited for on that screen, for others may be quicker.

A key pressed in one terminal is seen in another when that one's program has drawn it: a test that
waits for the one and looks at the other passes on an idle machine, and fails on a busy one.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ACTS = {"key", "send", "mouse", "paste", "resize", "type", "kill", "killpg", "hang_up", "say"}
WAITS = {"until", "wait_for", "sees", "press", "settle", "exit_status", "end", "hears", "both"}
WAITS |= {"said", "all_show", "agree", "listen"}


def called(node: ast.AST) -> set[str]:
    """The names of all that is called in it."""
    calls = [x.func for x in ast.walk(node) if isinstance(x, ast.Call)]
    return {x.attr if isinstance(x, ast.Attribute) else getattr(x, "id", "") for x in calls}


def texts(node: ast.AST) -> set[str]:
    return {x.value for x in ast.walk(node) if isinstance(x, ast.Constant) and type(x.value) is str}


def screens(node: ast.AST) -> set[str]:
    """Whose screen, or whose lines, are looked at."""
    read = [x for x in ast.walk(node) if isinstance(x, ast.Attribute)]
    return {ast.unparse(x.value) for x in read if x.attr in ("text", "cell", "state", "lines")}


def looked_for(statement: ast.stmt) -> Iterator[ast.Compare]:
    """What an assertion says is there; that something is not there need not be waited for."""
    for node in ast.walk(statement) if isinstance(statement, ast.Assert) else ():
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In):
            yield node


def in_order(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body one by one, those of loops and blocks too."""
    for statement in body:
        inner = [getattr(statement, part, []) for part in ("body", "orelse", "finalbody")]
        for part in inner:
            yield from in_order(part)
        if not any(inner):
            yield statement


def unwaited(source: str) -> Iterator[str]:
    """Assertions about a screen on which nothing was waited for since somebody did something."""
    functions = [x for x in ast.walk(ast.parse(source)) if isinstance(x, ast.FunctionDef)]
    for function in functions:
        acted, known, before = False, set[str](), set[str]()
        for statement in in_order(function.body):
            names = called(statement)
            if names & WAITS:
                known |= {x.id for x in ast.walk(statement) if isinstance(x, ast.Name)}
                known |= screens(statement)
                before |= texts(statement)
            elif isinstance(statement, ast.Assert):
                for found in looked_for(statement):
                    if acted and screens(statement) - known and not texts(found.left) <= before:
                        yield f"{statement.lineno}: {ast.unparse(statement)}"
            elif names & ACTS:
                acted, known = True, set()


def in_terminals() -> list[Path]:
    """The tests that look at programs in terminals, or at lines that they print."""
    found = re.compile("Terminal|Running|Room|hosted")
    return [path for path in TESTS.rglob("test_*.py") if found.search(path.read_text())]


@pytest.mark.parametrize("path", in_terminals(), ids=lambda path: path.stem)
def test_what_is_found_was_waited_for(path: Path) -> None:
    assert list(unwaited(path.read_text())) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("ada.key('1'); until(lambda: 'x' in ben.text()); assert 'y' in ada.text()", 1),
        ("ada.key('1'); until(lambda: 'x' in ada.text()); assert 'y' in ada.text()", 0),
        ("until(lambda: 'y' in ada.text()); ben.key('1'); assert 'y' in ada.text()", 0),
        ("ada.key('1'); ben.wait_for('x'); assert any('y' in one for one in ada.lines)", 1),
        ("ada.key('1'); ben.wait_for('x'); assert 'y' not in ada.text()", 0),
    ],
)
def test_such_a_place_is_found(body: str, found: int) -> None:
    assert len(list(unwaited(f"def test(): {body}"))) == found
