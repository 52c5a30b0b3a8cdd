"""Everything that is said is recomputed, and nothing is said that nobody recomputes."""

import ast
import inspect
import re
import textwrap
from importlib import import_module

import pytest

from tests.claims.book import CLAIMING, Claims, State, claims
from tests.claims.sources import pieces
from tests.claims.table import TABLE, written
from tui_transformer.concepts import load

every_concept = pytest.mark.parametrize("concept", CLAIMING)

# What makes a passage a numeric claim.
_NUMERALS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|"
    "twice|thrice|half|quarter|third|tenth|double|doubles|doubled|halves|halved|quadratic"
)
NUMBER = re.compile(rf"(?<![\w`])[\d½¼¾⅓⅔⅛][\d.,/⁄]*|\b(?:{_NUMERALS})s?\b", re.IGNORECASE)


@every_concept
def test_what_is_said_is_so(concept: str) -> None:
    mine = claims(concept)
    heard: set[str] = set()
    sentences: list[str] = []
    for state in mine.states():
        sentences += state.says
        heard |= {_said(mine, state, sentence) for sentence in state.says}
        for oracle in mine.oracles:
            _noted(lambda oracle=oracle, state=state: oracle.check(state), state, oracle.names)
    away = [said for said in mine.said if getattr(said.check, "elsewhere", False)]
    here = [said for said in mine.said if said not in away]
    never = [said.pattern for said in here if said.pattern not in heard]
    assert not never, f"no state says: {never}"
    sentences += [said.pattern for said in away]  # which are heard with the weights
    silent = [p for p in sorted(pieces(concept)) if not any(p in s for s in sentences)]
    assert not silent, f"never said in a state of the tests: {silent}"


def _said(mine: Claims, state: State, sentence: str) -> str:
    """Check a sentence said of a state by the one claim that it fits."""
    fitting = [
        (said, match)
        for said in mine.said
        if (match := said.expression.fullmatch(sentence)) is not None
    ]
    assert len(fitting) == 1, (
        f"{len(fitting)} claims fit: {sentence}\n{state.link}\n"
        f"{[said.pattern for said, _ in fitting]}"
    )
    ((said, match),) = fitting
    _noted(lambda: said.check(state, **match.groupdict()), state, (sentence,))
    return said.pattern


def _noted(check, state: State, what: tuple[str, ...]) -> None:
    """Run a check; where it fails, say where."""
    try:
        check()
    except AssertionError as failure:
        failure.add_note(f"{state.link}: {', '.join(what)}")
        raise


@every_concept
def test_every_value_has_an_oracle(concept: str) -> None:
    checked = [name for oracle in claims(concept).oracles for name in oracle.names]
    missing = [name for name in load(concept).model.computed() if name not in checked]
    assert not missing, f"no oracle: {missing}"
    assert set(checked) <= set(load(concept).model.computed()), "an oracle of no value"


@every_concept
def test_every_number_of_the_explanation_is_recomputed(concept: str) -> None:
    mine = claims(concept)
    text = mine.text
    covered = [False] * len(text)
    for told in mine.told:
        assert told.quote in text, f"not in the explanation: {told.quote}"
        assert NUMBER.search(told.quote), f"no number in it: {told.quote}"
        for match in re.finditer(re.escape(told.quote), text):
            covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    open_ends = [
        text[max(number.start() - 40, 0) : number.end() + 30]
        for number in NUMBER.finditer(text)
        if not all(covered[number.start() : number.end()])
    ]
    assert not open_ends, f"{len(open_ends)} recomputed by nobody: {open_ends}"


@every_concept
def test_what_is_told_is_so(concept: str) -> None:
    for told in claims(concept).told:
        try:
            told.check()
        except AssertionError as failure:
            failure.add_note(told.quote)
            raise


@every_concept
def test_the_checks_do_not_call_what_they_check(concept: str) -> None:
    module = import_module(f"tests.claims.{concept.replace('-', '_')}")
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert not name.startswith("tui_transformer") or name == "tui_transformer.weights", name


@every_concept
def test_every_check_checks(concept: str) -> None:
    """An oracle, a sentence and a passage each compare something."""
    mine = claims(concept)
    for check in {c.check for c in (*mine.said, *mine.told, *mine.oracles)}:
        names = {n.id for n in ast.walk(_tree(check)) if isinstance(n, ast.Name)}
        asserts = any(isinstance(n, ast.Assert) for n in ast.walk(_tree(check)))
        assert asserts or names & {"shown", "close"} or _helps(check, names), check.__name__


def _tree(check) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(check)))


def _helps(check, names: set[str]) -> bool:
    """Say whether a function of the same module that it calls compares something."""
    module = inspect.getmodule(check)
    called = [getattr(module, name, None) for name in names]
    return any(
        inspect.isfunction(f)
        and any(
            isinstance(n, ast.Assert) or (isinstance(n, ast.Name) and n.id in {"shown", "close"})
            for n in ast.walk(_tree(f))
        )
        for f in called
    )


def test_the_table_of_claims_is_up_to_date() -> None:
    assert TABLE.read_text(encoding="utf-8") == written(), "run: python -m tests.claims"
