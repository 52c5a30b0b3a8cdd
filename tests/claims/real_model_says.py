"""What `real-model` says of a text that was read, and of none."""

import numpy as np

from tests.claims.book import State, shown
from tests.claims.plain_published import Reading
from tests.claims.real_model_states import at, here, published, quoted, row, uncut, where


@published.says("{place}: {token} looks most at {key} ({share}); nobody designed that.")
def looks(s: State, place: str, token: str, key: str, share: str) -> None:
    where(s, place)
    r, top = here(s), int(np.argmax(row(s)))
    quoted(token, r.names[at(s)])
    quoted(key, r.names[top])
    shown(share, row(s)[top])


@published.says("{token} looks one back, at {key} ({share}), in {place}.")
def looks_back(s: State, token: str, key: str, share: str, place: str) -> None:
    looks(s, place, token, key, share)
    assert int(np.argmax(row(s))) == at(s) - 1


@published.says("{place}: {token} parks {share} of its look on {ends}.")
def parks(s: State, place: str, token: str, share: str, ends: str) -> None:
    where(s, place)
    r = here(s)
    quoted(token, r.names[at(s)])
    places = [0, *(i for i, name in enumerate(r.names) if i and name in ("[CLS]", "[SEP]"))]
    assert ends.split(" and ") == [r.names[i] for i in places]
    shown(share, float(row(s)[places].sum()))
    assert row(s)[places].sum() > 0.5


def in_the_end(s: State, names: list[str]) -> None:
    """The best entries after the chosen layer, but for the token's own name."""
    r = here(s)
    z = r.scores(s.controls.layer, at(s))
    best = [r.name(int(i)) for i in np.argsort(-z, kind="stable")[:8]]
    best = [name for name in best if name != r.names[at(s)]][:3]
    for text, name in zip(names, best, strict=True):
        quoted(text, name)


@published.says("{token} means nothing; after layer {layer} it says {a}, {b}, {c}.")
def names_the_topic(s: State, token: str, layer: str, a: str, b: str, c: str) -> None:
    assert token == here(s).names[at(s)]
    assert token in ("[CLS]", "[SEP]")
    assert int(layer) == s.controls.layer
    in_the_end(s, [a, b, c])


@published.says("{token} after layer {layer}: {a}, {b} or {c}?")
def behind_the_mask(s: State, token: str, layer: str, a: str, b: str, c: str) -> None:
    assert token == here(s).names[at(s)]
    assert here(s).files.has_head
    assert int(layer) == s.controls.layer
    in_the_end(s, [a, b, c])


def comes_next(s: State, start: str, token: str, p: str, since: int) -> None:
    r = here(s)
    assert "".join(r.names[: at(s) + 1]).strip().endswith(start.strip("“”…"))
    first = [int(np.argmax(r.scores(layer, at(s)))) for layer in range(len(r.streams))]
    assert set(first[since:]) == {first[-1]}
    assert since == 0 or first[since - 1] != first[-1]
    if r.name(first[-1]).isascii():
        quoted(token, r.name(first[-1]))
    shown(p, float(r.chances(-1, at(s)).max()))


@published.says("After {start} comes {token} ({p}), so from layer {layer} on.")
def next_token(s: State, start: str, token: str, p: str, layer: str) -> None:
    comes_next(s, start, token, p, int(layer))


@published.says("After {start} comes {token} ({p}), even before layer 1.")
def at_once(s: State, start: str, token: str, p: str) -> None:
    comes_next(s, start, token, p, 0)


@published.says("It sees the future, which it never did in training: its guesses mean nothing.")
def sees_the_future(s: State) -> None:
    assert here(s).files.is_gpt2
    assert s.controls.causal == "full"
    assert np.any(np.triu(s.values.attention, 1))


@published.says("Blind to what follows, unlike in training: now text and other are {cosine} alike.")
def blind(s: State, cosine: str) -> None:
    assert not here(s).files.is_gpt2
    assert s.controls.causal == "causal"
    assert not np.any(np.triu(s.values.attention, 1))
    shown(cosine, s.values.similarity)


def likeliest(r: Reading, place: int, token: str, p: str) -> None:
    best = int(np.argmax(r.scores(-1, place)))
    if r.name(best).isascii():
        quoted(token, r.name(best))
    shown(p, float(r.chances(-1, place).max()))


def same_wires(s: State, wires: str) -> None:
    assert wires == s.controls.cut or s.controls.cut.startswith(wires.removesuffix("…"))


@published.says("Without {wires} it says {token} ({p}) next; whole, {other} ({q}).")
def next_without(s: State, wires: str, token: str, p: str, other: str, q: str) -> None:
    says_without(s, wires, token, p)
    likeliest(uncut(s), at(s), other, q)


@published.says("Without {wires} it says {token} ({p}) next.")
def says_without(s: State, wires: str, token: str, p: str) -> None:
    same_wires(s, wires)
    likeliest(here(s), at(s), token, p)


@published.says("Without {wires} text and other are {alike} alike; whole, {before}.")
def alike_without(s: State, wires: str, alike: str, before: str) -> None:
    same_wires(s, wires)
    shown(alike, s.values.similarity)
    shown(before, float(uncut(s).mean @ uncut(s, s.controls.other).mean))


@published.says("No published model is here yet; below is what to do, in one line.")
def none_here(s: State) -> None:
    assert s.controls.model == "auto"
    assert s.figure.panels[0].lines[0].startswith("pip install ")


@published.says("There is no {name} here: neither a package nor its files.")
def not_here(s: State, name: str) -> None:
    assert name == s.controls.model
    assert s.values.tokens == []


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@published.says("So it would be done; but no model is here, and nothing was read.")
def nothing_was_read(s: State) -> None:
    assert s.values.tokens == []


@published.says("“it” looks at “milk” with {milk} and at “cat” with {cat}, in {place}.")
def it_is_the_milk(s: State, milk: str, cat: str, place: str) -> None:
    where(s, place)
    names, layer = here(s).names, here(s).shares[s.controls.layer - 1, s.controls.head]
    it = layer[names.index("it")]
    shown(milk, it[names.index("milk")])
    shown(cat, it[names.index("cat")])
    assert it[names.index("milk")] > it[names.index("cat")]


@published.says("In {place} every token gives the one before it {least} of its look at least.")
def all_look_back(s: State, place: str, least: str) -> None:
    where(s, place)
    shares = here(s).shares[s.controls.layer - 1, s.controls.head]
    shown(least, min(np.diagonal(shares, -1)))


@published.says("{share} of every look lies on {ends}, in {place}.")
def all_parked(s: State, share: str, ends: str, place: str) -> None:
    where(s, place)
    shares = here(s).shares[s.controls.layer - 1, s.controls.head]
    assert ends == "[CLS] and [SEP]"
    shown(share, float(shares[:, [0, -1]].sum(axis=1).mean()))


@published.says("{cosine} alike, and not a word in common.")
def in_other_words(s: State, cosine: str) -> None:
    shown(cosine, s.values.similarity)
    words = [set(text.lower().rstrip(".").split()) for text in (s.controls.text, s.controls.other)]
    assert not words[0] & words[1]


@published.says("“{word}” looks most at “{other}” ({share}), in layer {layer}, head {head}.")
def looked_for(s: State, word: str, other: str, share: str, layer: str, head: str) -> None:
    """Said of a word of a task, whatever token is chosen."""
    names = here(s).names
    row = here(s).shares[int(layer) - 1, int(head), names.index(word)]
    assert (s.controls.layer, s.controls.head) == (int(layer), int(head))
    assert names[int(np.argmax(row))] == other
    shown(share, max(row))
