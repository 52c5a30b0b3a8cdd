"""The contents page of `nn`: every module is on it, after all that it uses."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import tui_transformer
from tui_transformer import nn

ROOT = Path(tui_transformer.__file__).parent
PACKAGE = "tui_transformer.nn"
LINE = re.compile(r"^    ([a-z0-9_.]+) +(\S.*)$", re.M)


def contents() -> list[str]:
    assert nn.__doc__
    return [name for name, _ in LINE.findall(nn.__doc__)]


def modules() -> dict[str, Path]:
    """Every file of nn by its name inside it, "attention" or "bpe.pairs"; "bpe" is a folder's."""
    home, found = ROOT / "nn", {}
    for path in sorted(home.rglob("*.py")):
        name = ".".join(path.relative_to(home).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """Everything of nn that a file names in an import, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield str(node.module)
            yield from (f"{node.module}.{each.name}" for each in node.names)


def used(name: str) -> set[str]:
    """The modules of nn that a module uses: a folder stands for all that its __init__ uses."""
    every, found = modules(), set()
    for full in imported(every[name]):
        inside = full.removeprefix(PACKAGE + ".")
        if full.startswith(PACKAGE + ".") and inside in every:
            found |= used(inside) if every[inside].name == "__init__.py" else {inside}
    return found


def test_every_module_is_named_once() -> None:
    real = [name for name, path in modules().items() if path.name != "__init__.py"]
    assert sorted(contents()) == sorted(real)


def test_a_module_uses_only_what_stands_above_it() -> None:
    for i, name in enumerate(contents()):
        assert not used(name) - set(contents()[:i]), name


def test_the_names_stand_in_one_column() -> None:
    assert nn.__doc__
    assert len({line.start(2) - line.start() for line in LINE.finditer(nn.__doc__)}) == 1


def test_nothing_is_laid_out_by_hand() -> None:
    assert not [path for path in sorted(ROOT.rglob("*.py")) if "fmt: " in path.read_text()]


def test_array_is_defined_in_one_place() -> None:
    """Elsewhere it is imported from there, so that it means the same everywhere."""
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id == "Array":
                wrong.append(path.name)
            if isinstance(node, ast.ImportFrom) and node.module != "tui_transformer.arrays":
                wrong += [path.name for each in node.names if each.name == "Array"]
    assert wrong == ["arrays.py"]
