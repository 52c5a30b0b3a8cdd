"""The states that `real-model` claims things of, and what the plain transformer makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from tests.claims import plain_published as plain
from tests.claims.book import Claims, State, looked_at, opened
from tests.claims.small_models import small

CAT = "The cat drank the milk because it was thirsty."


@dataclass
class ReadClaims(Claims):
    """Claims of models in files: no cache of this machine counts, and one has none at all."""

    def states(self) -> Iterator[State]:
        yield from looked_at(plain.nothing_else, super().states())
        without = ("", "layer=1 head=2", f"text='{CAT.replace('thirsty', 'sweet')}'")
        yield from looked_at(_nothing_at_all, (opened(f"tfx real-model {one}") for one in without))


@contextmanager
def _nothing_at_all() -> Iterator[None]:
    with plain.nothing_else(), plain.no_package():
        yield


def link(name: str, controls: str) -> str:
    return f"tfx real-model model={small()[name]} {controls}"


published = ReadClaims(
    "real-model",
    (
        *(link("gpt2", f"text='Hello world, or' query={query} layer=2") for query in (-1, 0, 1)),
        link("gpt2", "text='Hello world' causal=full"),
        link("gpt2", "text='Hello world' query=-1 tokens=3 layer=2"),
        link("gpt2", "text='Hello' query=1 tokens=5"),
        link("gpt2", "text=''"),
        link("parked", "text='the cat drank the milk, the cat' layer=1 head=0 query=2"),
        link("sure", "text='Hello world' query=1"),
        link("back", "text='Hello world, or ld' layer=1 head=0"),
        link("bert", "text='the cat drank' other='milk wants wanted'"),
        *(link("bert", f"text='the cat drank it milk' query=2 layer={layer} head={head}")
          for layer in (1, 2, 3) for head in (0, 1, 2)),
        link("bert", "text='the cat drank, unwanted' query=0 layer=3"),
        link("bert", "text='the cat' causal=causal other='the cat wanted milk.'"),
        link("gpt2", "text='Hello world, or' query=1 cut='1.0 2.ffn'"),
        link("gpt2", "text='Hello world' query=-1 tokens=3 cut=1.1:mean"),
        link("bert", "text='the cat drank' other='milk wants wanted' cut='1.2 2:mean 3'"),
        link("masked", "text='the [MASK] drank milk' query=2 layer=2 cut=2.ffn"),
        link("masked", "text='the [MASK] drank milk' query=2 layer=2"),
        "tfx real-model model=gpt2-xl",
    ),
    random=6,
)  # fmt: skip


def here(s: State) -> plain.Reading:
    """What the model of a state makes of its text."""
    found = plain.reading(s.controls)
    assert found is not None
    return found


def uncut(s: State, text: str | None = None) -> plain.Reading:
    """What the whole model makes of it."""
    controls = {**vars(s.controls), "cut": "", "tokens": 0}
    found = plain.reading(SimpleNamespace(**controls), text)
    assert found is not None
    return found


def at(s: State) -> int:
    return s.controls.query % len(here(s).ids)


def row(s: State) -> np.ndarray:
    """How the chosen token shares out its look, in the chosen head."""
    return here(s).shares[s.controls.layer - 1, s.controls.head, at(s)]


def within(s: State) -> float:
    """The published weights are computed with in float32, the small ones in float64."""
    return 1e-9 if "tfx-claims" in s.controls.model else 2e-4


def quoted(text: str, name: str) -> None:
    """See that a sentence quotes a token, which may be shortened."""
    said = text.strip("“”")
    short = name.strip() or name.replace(" ", "␣")
    assert short.startswith(said.rstrip("…")), f"{text} of {name}"
    assert said.endswith("…") or said == short


def where(s: State, said: str) -> None:
    assert said.lower() == f"layer {s.controls.layer}, head {s.controls.head}"
