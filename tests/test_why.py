"""Every number can be walked down to what a person set, and each level is right."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.calculator import worked_out
from tui_transformer import concepts, why
from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.concepts.real_model.files import NoModel
from tui_transformer.controls import BadValue, Choice, Text
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.model import Model
from tui_transformer.session import Session
from tui_transformer.terms import Operand, Term, Working, operands
from tui_transformer.why import find, operand_of

HOME = Path(concepts.__file__).parent
WALKABLE = [e.id for e in entries()]
every_concept = pytest.mark.parametrize("name", WALKABLE)

# Numbers that are walked over from one start, starts in a panel, and numbers of a state in all (but
# each start): at the opening state, and at presets and states drawn by chance. Each number of a
# published model is made of hundreds.
OPENING = (250, 30, 2500)
ELSEWHERE = (40, 4, 250)
FEWER = {"real-model": (25, 1, 250)}
# Numbers of one value, at one state, that the calculator works out from what is written: they are
# written alike. Those after them are worked out by their own terms.
CALCULATED = 6
KNOWN = {0.044715, 0.5, 0.25, 0.1, 1e-5, 10000.0}  # numbers that formulas have in them


def states(concept: Concept) -> Iterator[Model]:
    yield concept.model()
    yield from map(concept.preset, concept.presets)
    for seed in range(3):
        session = Session.open(concept).randomise(np.random.default_rng(seed))
        yield (session.step(seed) if session.clock else session).model


def asked(figure: Figure, rng: np.random.Generator, most: int) -> Iterator[Working]:
    """The figure's own working, and some of the numbers of every panel."""
    yield figure.formula
    for i, panel in enumerate(figure.panels):
        cells = list(islice(pinnable(panel), 20_000))
        for at in rng.permutation(len(cells))[:most]:
            yield working_at(figure, Pin(i, *cells[at]))


def walk(
    start: Working, rng: np.random.Generator, most: int, known: dict[int, Operand]
) -> Iterator[Operand]:
    """Everything below a number, each once; where that is much, some of it, to the ground.

    Many ways lead over the same numbers: those that are known are not gone through again, and
    what is new is added to them.
    """
    waiting, seen = [operand_of(start, start.name)], set()
    while waiting and len(seen) < most:
        here = waiting.pop()
        if here.name in seen or id(here) in known:
            continue
        seen.add(here.name)
        known[id(here)] = here
        yield here
        if here.working is not None:
            below = [each for each in operands(here.working.term) if each.name not in seen]
            waiting += [below[i] for i in rng.permutation(len(below))]


def unnamed(term: Term) -> Iterator[float]:
    """The plain numbers in a term."""
    waiting = [term]
    while waiting:
        here = waiting.pop()
        if here.of:
            waiting += here.of
        elif not isinstance(here, Operand):
            yield float(here.value)


def is_plain(x: float) -> bool:
    """Say whether a number may stand in a formula without a name: a small or a short one."""
    return not math.isfinite(x) or (x == int(x) and abs(x) <= 1000) or abs(x) in KNOWN


def resolved(model: Model, record: dict, leaf: Operand) -> float:
    """Find the number that a leaf's name says, in what `--json` prints or among the weights."""
    name, _, place = leaf.name.partition("[")
    at = [
        int(i) if i.lstrip("-").isdecimal() else i.strip('"')
        for i in re.split(r",\s*", place.rstrip("]"))
        if i
    ]
    found = record["controls"][name] if leaf.kind == "control" else model.sources()[name]
    if isinstance(found, str):  # numbers by name, as people write them: w=0.5 x=2
        found = dict(pair.split("=") for pair in found.split())
    for step in at:
        found = found[step]
    return float(found)


@every_concept
def test_every_level_is_right_and_every_way_ends_at_what_is_known(name: str) -> None:
    concept, rng = load(name), np.random.default_rng(0)
    for at, model in enumerate(states(concept)):
        most, starts, every = FEWER.get(name, ELSEWHERE if at else OPENING)
        record, state = json.loads(model.to_json(name)), f"tfx {name} {model.assignments()}"
        known: dict[int, Operand] = {}
        told = Counter[str]()  # how many numbers of each value the calculator has worked out
        for start in asked(concept.view(model), rng, starts):
            for here in walk(start, rng, min(most, max(every - len(known), 1)), known):
                where = f"{here.name} in {state}"
                working = here.working
                if working is not None:
                    told[working.of] += 1
                    by_hand = told[working.of] <= CALCULATED
                    term = working.term
                    result = worked_out(term) if by_hand else float(term.value)
                    value = float(here.value)
                    assert working.symbols and working.shown, where
                    assert (
                        result == value
                        or abs(result - value) <= 1e-9 * abs(value)  # the least that is allowed
                        or abs(result - value) <= working.tolerance
                        or (math.isnan(result) and math.isnan(value))
                    ), f"{where}: {working.shown} = {result}, not {value}"
                    bad = [x for x in unnamed(working.term) if not is_plain(x)]
                    assert not bad, f"{where}: numbers without a name: {bad[:5]}"
                elif here.kind != "constant":
                    true = resolved(model, record, here)
                    assert math.isclose(here.value, true, rel_tol=1e-12, abs_tol=1e-12), where
                else:
                    assert here.name, where


@every_concept
def test_printed_values_can_be_asked_for_by_name(name: str) -> None:
    """`tfx ID --why NAME[place]` finds every number that `--json` prints."""
    concept = load(name)
    model = concept.model()
    record = json.loads(model.to_json(name))
    figure = concept.view(model)
    for key, value in record["values"].items():
        for place, number in islice(numbers(value), 12):
            found = find(model, figure, key + place)
            assert math.isclose(found.value, number, rel_tol=1e-12, abs_tol=1e-12), key + place
            assert found.why().holds, key + place


@every_concept
def test_what_is_no_number_is_refused_with_a_sentence(name: str) -> None:
    """A whole array, a text, a place that is not there, a name that nothing has."""
    concept = load(name)
    model = concept.model()
    figure = concept.view(model)
    places = ("", "[0]", "[0, 0]", "[0, 2]", "[99999]", '["nothing"]', "[x]")
    for key in (*model.explained(), *model.controls(), "nothing"):
        for asked in (key + place for place in places):
            try:
                found = find(model, figure, asked)
            except BadValue as refusal:
                assert str(refusal).endswith("."), asked
            else:
                assert isinstance(found.value, int | float), asked


@every_concept
def test_a_refusal_names_a_place_where_there_is_a_number(name: str) -> None:
    """What is named in its place can be asked for, and nothing is named that is a text."""
    concept = load(name)
    model = concept.model()
    figure = concept.view(model)
    for key in (*model.explained(), *model.controls(), "nothing"):
        for asked in (key, f"{key}[99999, 99999, 99999, 99999, 99999]"):
            try:
                find(model, figure, asked)
            except BadValue as refusal:
                if isinstance(refusal, NoModel):
                    continue  # nothing has a number
                said = str(refusal).replace(" is one, without a place.", ".").split("; ")[-1]
                if "There are: " in said:
                    names = said.partition("There are: ")[2].rstrip(".").split(", ")
                    texts = [n for n, c in model.controls().items() if isinstance(c, Text | Choice)]
                    assert not {*names} & {*texts} - {*model.explained()}, said
                elif not said.endswith("is no number here."):
                    there = find(model, figure, said.rpartition("as in: ")[2].rstrip("."))
                    assert there.said.partition("[")[0] == key, said


def test_a_long_run_is_walked_down_to_its_first_step() -> None:
    """Five hundred levels and more, which Python's stack has not: tree, record and JSON."""
    concept = load("descent")
    model = concept.model(steps=500)
    asked = find(model, concept.view(model), "path[500, 0]")
    assert sum(1 for _ in why.lines(asked, why.DEEPEST)) > 500
    record = why.record(asked, why.DEEPEST)
    waiting, deepest, count = [(record, 1)], 0, 0
    while waiting:
        here, level = waiting.pop()
        deepest, count = max(deepest, level), count + 1
        waiting += [(each, level + 1) for each in here["operands"]]
    assert deepest > 500
    assert "".join(why.written(record)).count('"operands": [') == count


def test_a_record_is_written_as_json_writes_it() -> None:
    concept = load("layer-norm")
    asked = find(concept.model(), concept.view(concept.model()), "output[0]")
    record = why.record(asked, 4)
    assert "".join(why.written(record)) == json.dumps(record, ensure_ascii=False)


def test_what_would_hardly_end_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """All 729 lines through the network: millions of numbers, of which each has a working."""
    concept = load("quantization")
    asked = find(concept.model(), concept.view(concept.model()), "sorted_right")
    monkeypatch.setattr(why, "MOST", 3000)
    *_, last = tree = list(why.lines(asked, why.DEEPEST))
    assert len(tree) == 3001 and "sorted_right is made of more than" in last
    with pytest.raises(BadValue, match=r"sorted_right is made of more than .* fewer levels"):
        why.record(asked, why.DEEPEST)


def numbers(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[str, float]]:
    """The numbers in a printed value, each with its place as `--why` takes it."""
    match value:
        case bool() | None | str():
            return
        case int() | float():
            yield f"[{', '.join(place)}]" if place else "", float(value)
        case list():
            for i, each in enumerate(value):
                yield from numbers(each, (*place, str(i)))
        case dict():
            for key, each in value.items():
                yield from numbers(each, (*place, f'"{key}"'))
