"""Records that cost little to define do what a frozen dataclass of the standard library does."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tui_transformer import records


def hidden() -> Any:
    return dataclasses.field(default=0, compare=False)


@records.dataclass(frozen=True)
class Ours:
    a: int
    b: str = "b"
    c: list[int] = dataclasses.field(default_factory=list)
    d: int = hidden()
    e: int = dataclasses.field(default=7, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "b", self.b.upper())


@records.dataclass(frozen=True)
class OursGiven:
    a: int
    kept: list[int] = dataclasses.field(default_factory=list, init=False)
    self_made: int = dataclasses.field(default=3, init=False)


@dataclasses.dataclass(frozen=True)
class TheirsGiven:
    a: int
    kept: list[int] = dataclasses.field(default_factory=list, init=False)
    self_made: int = dataclasses.field(default=3, init=False)


@dataclasses.dataclass(frozen=True)
class Theirs:
    a: int
    b: str = "b"
    c: list[int] = dataclasses.field(default_factory=list)
    d: int = hidden()
    e: int = dataclasses.field(default=7, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "b", self.b.upper())


@records.dataclass(frozen=True)
class OursBelow(Theirs):
    f: float = 1.0


@dataclasses.dataclass(frozen=True)
class TheirsBelow(Ours):
    f: float = 1.0


@records.dataclass(frozen=True, eq=False)
class Same:
    a: int = 1


@records.dataclass(frozen=True)
class One:
    a: float = 1.0


@records.dataclass(frozen=True)
class Nothing:
    pass


@records.dataclass(frozen=True, kw_only=True)
class Named:
    a: int = 1
    b: int


PAIRS: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (Ours, Theirs),
    (OursBelow, TheirsBelow),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize(
    ("given", "named"),
    [((1,), {}), ((1, "x", [2], 3), {"e": 4}), ((), {"a": 1, "c": [1]}), ((5, "y"), {"d": 9})],
)
def test_made_alike(ours: Any, theirs: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    mine, other = ours(*given, **named), theirs(*given, **named)
    assert dataclasses.asdict(mine) == dataclasses.asdict(other) == vars(mine) == vars(other)
    assert repr(mine).partition("(")[2] == repr(other).partition("(")[2]
    assert dataclasses.replace(mine, a=8) == ours(**{**vars(mine), "a": 8})
    assert copy.deepcopy(mine) == pickle.loads(pickle.dumps(mine)) == mine


def test_what_is_not_given_is_made_alike() -> None:
    for at in range(30):
        mine, other = OursGiven(at), TheirsGiven(at)
        assert dataclasses.asdict(mine) == dataclasses.asdict(other)
        assert mine.kept is not OursGiven(at).kept
        with pytest.raises(TypeError):
            OursGiven(at, [])  # type: ignore[call-arg]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize("wrong", [{}, {"a": 1, "z": 2}, {"a": 1, "f": 1.0, "g": 1}])
def test_refused_alike(ours: Any, theirs: Any, wrong: dict[str, Any]) -> None:
    for each in (ours, theirs):
        with pytest.raises(TypeError):
            each(**wrong)
    with pytest.raises(TypeError):
        ours(1, "b", [], 0, 5, 6, 7)


@pytest.mark.parametrize("record", [Ours(1), OursBelow(1), TheirsBelow(1), Same(), Nothing()])
def test_frozen(record: Any) -> None:
    for name in ("a", "anything"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, name, 2)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(record, name)


def test_equal_by_what_is_compared_and_of_one_class_alone() -> None:
    assert Ours(1, d=1) == Ours(1, d=2) != Ours(2)
    assert Ours(1) != OursBelow(1)
    assert Same() != Same()
    assert Nothing() == Nothing()
    assert One() == One() != One(2.0)
    nan = float("nan")
    assert One(nan) == One(nan), "the same object, as in a tuple"
    assert len({One(), One(), One(2.0), Nothing(), Nothing()}) == 3
    assert hash(One(1.0)) == hash((1.0,))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ours(1))


def test_fields_by_name_alone() -> None:
    assert Named(b=2) == Named(a=1, b=2)
    with pytest.raises(TypeError):
        Named(1, 2)  # type: ignore[misc]


def test_a_function_of_its_own_is_kept() -> None:
    @records.dataclass(frozen=True)
    class Own:
        a: int = 1

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 3

        def __repr__(self) -> str:
            return "own"

    assert Own(1) == Own(2)
    assert (hash(Own()), repr(Own())) == (3, "own")


def test_what_makes_a_record_is_written_once_several_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    write = records._written

    def counting(cls: type[Any], init: bool) -> Any:
        written.append(cls.__name__)
        return write(cls, init)

    monkeypatch.setattr(records, "_written", counting)

    def fresh(name: str) -> Any:
        space = {"__annotations__": {"f": int}, "f": 0}
        return records.dataclass(frozen=True)(type(name, (Ours,), space))

    many, few = fresh("Many"), fresh("Few")
    made = [many(at, f=at + 1) if at % 2 else many(at, "b", [], 0, at + 1) for at in range(30)]
    assert written == ["Many"]
    for at, one in enumerate(made):
        assert vars(one) == {"a": at, "b": "B", "c": [], "d": 0, "e": 7, "f": at + 1}
    assert len({id(one.c) for one in made}) == 30
    for given, named in (((), {}), ((1,), {"a": 1, "f": 2}), ((1,), {"g": 2}), (range(9), {})):
        with pytest.raises(TypeError, match="__init__"):
            few(*given, **named)
    assert written == ["Many", "Few"]


def test_a_start_has_little_of_it_written() -> None:
    code = (
        "from tui_transformer import records; made = []; write = records._written\n"
        "records._written = lambda cls, init: made.append(cls.__name__) or write(cls, init)\n"
        "from tui_transformer.cli import main; main(['softmax', '--json']); print(len(made))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert int(done.stdout.splitlines()[-1]) <= 4


def test_no_record_that_starts_with_the_program_is_made_of_six_functions() -> None:
    code = (
        "import dataclasses, sys; made = []; plain = dataclasses._process_class\n"
        "def noted(cls, *a):\n"
        "    made.append((cls.__module__, a[0] or a[1] or a[2])); return plain(cls, *a)\n"
        "dataclasses._process_class = noted\n"
        "import tui_transformer.session, tui_transformer.concepts.softmax\n"
        "ours = [full for name, full in made if name.startswith('tui_transformer')]\n"
        "print(len(ours), sum(ours))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    classes, full = map(int, done.stdout.split())
    assert classes > 40
    assert full == 0
