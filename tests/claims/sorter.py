"""What `sorter` claims: the shipped weights, in the plain transformer of these tests."""

from functools import cache
from itertools import product
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, read, shown
from tests.claims.plain_transformer import Plan, gpt, read_off, shares_of, without
from tui_transformer.weights import load

Array = np.ndarray
PLAN = Plan(heads=3)
sorter = Claims(
    "sorter",
    (
        "tfx sorter letters=BBAACC steps=6",
        "tfx sorter letters=CCBBAA steps=6 position=7 layer=1 head=0",
        "tfx sorter position=0 layer=3",
    ),
    random=15,
)
EVERY = ["".join(word) for word in product("ABC", repeat=6)]


@cache
def stored() -> dict[str, Array]:
    return dict(load("sorter", {}).tensors)


@cache
def weights(cut: str = "") -> dict[str, Array]:
    """The shipped weights, with heads and feed-forward networks cut."""
    w = {name: x.astype(float) for name, x in stored().items() if name != "held_out"}
    return without(w, cut, PLAN.heads)


@cache
def forward(line: str, cut: str = "") -> SimpleNamespace:
    """Read a line of letters: what came about in each block, and what each stream would say."""
    runs, logits = gpt(PLAN, weights(cut), ["ABC".index(letter) for letter in line])
    streams = [runs[0].stages["input"], *(run.output for run in runs)]
    lens = np.array([read_off(weights(cut), x) for x in streams])
    return SimpleNamespace(runs=runs, logits=logits, lens=lens, chances=shares_of(lens))


def given_out(c: SimpleNamespace) -> str:
    """The likeliest letter, again and again."""
    out = ""
    for _ in range(c.steps):
        out += "ABC"[int(np.argmax(forward(c.letters + out, c.cut).logits[-1]))]
    return out


def line(c: SimpleNamespace) -> str:
    """What is read: six letters, and those given out but for the last one."""
    return (c.letters + given_out(c))[:11]


def here(s: State) -> tuple[SimpleNamespace, str, int]:
    """The forward pass, the line, and the place that is looked at."""
    reads = line(s.controls)
    return forward(reads, s.controls.cut), reads, s.controls.position % len(reads)


def guesses(run: SimpleNamespace, at: int) -> str:
    """The likeliest next letter at a place, unread and after each layer."""
    return "".join("ABC"[int(np.argmax(row))] for row in run.lens[:, at])


def was_seen(letters: str) -> bool:
    """Whether training was shown it: half of the lines were drawn aside, by the file's list."""
    return not stored()["held_out"][EVERY.index(letters)]


# ── values ─────────────────────────────────────────────────────────────────────────────


@sorter.oracle("output")
def output(s: State) -> None:
    assert s.values.output == given_out(s.controls)
    if not s.controls.cut:
        assert s.values.output == "".join(sorted(s.controls.letters))[: s.controls.steps]


@sorter.oracle("attention", "logits", "lens", "residual")
def network(s: State) -> None:
    run, _, at = here(s)
    block = run.runs[s.controls.layer - 1]
    close(s.values.attention, block.shares, 1e-9)
    close(s.values.residual, block.output, 1e-9)
    close(s.values.logits, run.logits, 1e-9)
    close(s.values.lens, run.lens, 1e-9)
    close(np.sum(s.values.attention, axis=-1), np.ones(np.shape(s.values.attention)[:2]), 1e-12)
    assert not np.any(np.triu(s.values.attention, 1))
    row = block.shares[s.controls.head, at]
    table = s.table("What ▸ takes, by letter")
    close([r["share"] for r in table.values()], [
        sum(row[i] for i in range(at + 1) if line(s.controls)[i] == x) for x in "ABC"
    ], 1e-9)  # fmt: skip
    close([r["p"] for r in s.table("The next letter, at ▸").values()], run.chances[-1, at], 1e-9)
    close(sum(r["p"] for r in s.table("The next letter, at ▸").values()), 1, 1e-12)


@sorter.oracle("parameter_count")
def parameter_count(s: State) -> None:
    assert s.values.parameter_count == sum(x.size for x in weights().values()) == 85_584


@sorter.oracle("seen_in_training")
def seen_in_training(s: State) -> None:
    assert s.values.seen_in_training == was_seen(s.controls.letters)
    assert s.figure.data == (
        "trained, on this line too" if s.values.seen_in_training else "trained, never on this line"
    )


# ── sentences ──────────────────────────────────────────────────────────────────────────


@sorter.says("Place {at} was never asked in training: its {letter} ({p}) means nothing.")
def never_asked(s: State, at: str, letter: str, p: str) -> None:
    run, _, place = here(s)
    assert int(at) == place < 5
    says_at_the_end(run, place, letter, p)


def says_at_the_end(run: SimpleNamespace, at: int, letter: str, p: str) -> None:
    assert letter == guesses(run, at)[-1]
    shown(p, max(run.chances[-1, at]))


@sorter.says("{letters} → {out}: sorted.")
def is_sorted(s: State, letters: str, out: str) -> None:
    assert letters == s.controls.letters
    assert out == "".join(sorted(letters))
    assert was_seen(letters)


@sorter.says("{letters} → {out}: sorted; training never showed it this line.")
def sorted_unseen(s: State, letters: str, out: str) -> None:
    assert letters == s.controls.letters
    assert out == "".join(sorted(letters))
    assert not was_seen(letters)


@sorter.says("After {before} comes {letter} again ({p}): said before any layer.")
def again(s: State, before: str, letter: str, p: str) -> None:
    run, reads, at = here(s)
    assert before.replace("→", "") == reads[: at + 1]
    assert guesses(run, at) == letter * 4
    assert letter == reads[at]
    says_at_the_end(run, at, letter, p)


@sorter.says("After {before} comes {letter} ({p}); {other} until layer {layer} decides.")
def decides(s: State, before: str, letter: str, p: str, other: str, layer: str) -> None:
    run, reads, at = here(s)
    assert before.replace("→", "") == reads[: at + 1]
    assert guesses(run, at) == other * int(layer) + letter * (4 - int(layer))
    says_at_the_end(run, at, letter, p)


@sorter.says("{letters} → {out}: six passes, a letter each, and the least sure one was {p} likely.")
def six_passes(s: State, letters: str, out: str, p: str) -> None:
    run, _, _ = here(s)
    assert len(out) == 6 == len(run.lens[-1]) - 5
    assert out == "".join(sorted(letters))
    shown(p, min(max(row) for row in run.chances[-1, 5:]))


@sorter.says("Place {at} reads {letter} and {due} is due: unread, it says so with {p}.")
def is_due(s: State, at: str, letter: str, due: str, p: str) -> None:
    run, reads, place = here(s)
    assert int(at) == place >= 5
    assert letter == due == reads[place] == sorted(s.controls.letters)[place - 5]
    shown(p, run.chances[0, place]["ABC".index(due)])


@sorter.says("{letters}: {first} comes first, with {p} only.")
def less_sure(s: State, letters: str, first: str, p: str) -> None:
    run = forward(letters)
    assert first == min(letters) == guesses(run, 5)[-1]
    shown(p, max(run.chances[-1, 5]))
    assert read(p) < 0.9999


@sorter.says("Training showed it {letters}; here its {letter} is {p} likely.")
def shown_before(s: State, letters: str, letter: str, p: str) -> None:
    run, _, at = here(s)
    assert was_seen(letters)
    assert letters == s.controls.letters
    says_at_the_end(run, at, letter, p)


# ── the explanation ────────────────────────────────────────────────────────────────────


@cache
def all_lines() -> list[SimpleNamespace]:
    """Read every line with its answer but for the last letter: 11 letters, six of them asked."""
    return [forward(word + "".join(sorted(word))[:5]) for word in EVERY]


@sorter.tells(
    "embedding, positions, three [blocks](block), a head. This transformer has 85,584 numbers, "
    "and training found all of them. It reads six letters and gives them out in order"
)
@sorter.tells("85,584 trained numbers sort your six letters; every one of them can be seen.")
def sorts_everything() -> None:
    """All 729 lines, each of the six letters by itself, from the weights in the file."""
    assert len(forward("ABCABC").runs) == 3
    assert read("85,584") == sum(x.size for x in weights().values())
    for word, run in zip(EVERY, all_lines(), strict=True):
        said = "".join("ABC"[int(np.argmax(row))] for row in run.logits[5:])
        assert said == "".join(sorted(word))


@sorter.tells(
    "Unread, a place says its own letter again. Where another one is due, that is right in no "
    "case, after layer 1 in 8 %, after layer 2 in 97 %, after layer 3 always."
)
def when_it_knows() -> None:
    right: list[list[bool]] = [[], [], [], []]
    for word, run in zip(EVERY, all_lines(), strict=True):
        reads, due = (word + "".join(sorted(word)))[5:11], sorted(word)
        for place, (own, letter) in enumerate(zip(reads, due, strict=True)):
            said = guesses(run, place + 5)
            assert said[0] == own
            if own != letter:
                for layer in range(4):
                    right[layer].append(said[layer] == letter)
    shares = [sum(found) / len(found) for found in right]
    shown("8 %", shares[1])
    shown("97 %", shares[2])
    assert (shares[0], shares[3]) == (0, 1)


@sorter.tells(
    "In layer 1 equal letters get equal shares of [attention](attention), to a percent or two on "
    "average"
)
def equal_shares() -> None:
    off = []
    for word, run in zip(EVERY, all_lines(), strict=True):
        reads = word + "".join(sorted(word))[:5]
        for shares, place in product(run.runs[0].shares, range(5, 11)):
            for letter in set(reads[: place + 1]):
                mine = [shares[place, at] for at in range(place + 1) if reads[at] == letter]
                mean = sum(mine) / len(mine)
                off += [abs(w - mean) / mean for w in mine if len(mine) > 1]
    assert 0.005 < sum(off) / len(off) < 0.02


@cache
def right(*heads: tuple[int, int]) -> int:
    """How many lines come out sorted with heads (layer from 1, head) left out, letter by letter.

    Not by changing weights, as the program does: the pass itself adds one head after the other,
    and leaves some out. All lines are as long, and are read at once: [line, place, number].
    """
    w = weights()
    lines = np.array([["ABC".index(c) for c in word] for word in EVERY])
    answers = np.sort(lines, axis=1)
    reads = np.concatenate([lines, answers[:, :5]], axis=1)
    later = np.triu(np.ones((11, 11), bool), 1)
    x = w["embedding"][reads] + w["position"][:11]
    for layer in range(3):
        b = {n.removeprefix(f"block_{layer}."): v for n, v in w.items()}
        h = normed(x, b["norm_1.gain"], b["norm_1.bias"])
        q, k, v = (h @ b[f"attention.w_{c}"] + b[f"attention.b_{c}"] for c in "qkv")
        x = x + b["attention.b_o"]
        for head in range(3):
            if (layer + 1, head) in heads:
                continue
            mine = slice(16 * head, 16 * head + 16)
            z = q[..., mine] @ k[..., mine].swapaxes(1, 2) / 4
            e = np.exp(np.where(later, -np.inf, z - z.max(axis=-1, keepdims=True)))
            x = x + e / e.sum(axis=-1, keepdims=True) @ v[..., mine] @ b["attention.w_o"][mine]
        h = normed(x, b["norm_2.gain"], b["norm_2.bias"])
        a = h @ b["feed_forward.w_1"] + b["feed_forward.b_1"]
        a = a / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (a + 0.044715 * a * a * a)))
        x = x + a @ b["feed_forward.w_2"] + b["feed_forward.b_2"]
    said = np.argmax(normed(x, w["norm.gain"], w["norm.bias"])[:, 5:] @ w["embedding"].T, axis=-1)
    return int(np.all(said == answers, axis=1).sum())


def normed(x: Array, gain: Array, bias: Array) -> Array:
    mean = x.mean(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(((x - mean) ** 2).mean(axis=-1, keepdims=True) + 1e-5) * gain + bias


@sorter.tells(
    "Without any one of layer 1 only 407, 343 or 348 of the 729 lines come out sorted; any one of "
    "layers 2 and 3 costs nine lines at most."
)
def needed() -> None:
    assert [right((1, head)) for head in range(3)] == [407, 343, 348]


@sorter.tells(
    "Two may back each other up: heads 1 and 2 of layer 2 cost none and nine, 56 together."
)
def spared() -> None:
    alone = {(layer, head): 729 - right((layer, head)) for layer in (2, 3) for head in range(3)}
    assert max(alone.values()) == 9
    assert (alone[2, 1], alone[2, 2]) == (0, 9)
    assert 729 - right((2, 1), (2, 2)) == 56


@sorter.says("Without {wires} it sorts {count} of all 729 lines.")
def left_without(s: State, wires: str, count: str) -> None:
    assert wires == s.controls.cut
    assert int(count) == s.values.sorted_right


@sorter.says("{count} lines are lost without {a} and {b}; alone {of_a} and {of_b}.")
def backup(s: State, count: str, a: str, b: str, of_a: str, of_b: str) -> None:
    first, second = (tuple(map(int, wire.split("."))) for wire in (a, b))
    assert int(count) == 729 - right(first, second)
    assert (int(of_a), int(of_b)) == (729 - right(first), 729 - right(second))


@sorter.oracle("contributions")
def who_wrote_it(s: State) -> None:
    """They add up to the highest logit; and each is what the logit loses without it."""
    parts = dict(s.values.contributions)
    highest = float(np.max(s.values.logits[s.controls.position]))
    close(sum(parts.values()), highest, 1e-9)
    assert len(parts) == 2 + 3 * 4 + 1


@sorter.oracle("sorted_right")
def how_many(s: State) -> None:
    wires = [wire.split(".") for wire in s.controls.cut.split()]
    if all(len(wire) == 2 and wire[1].isdecimal() for wire in wires):
        assert s.values.sorted_right == right(*((int(a), int(b)) for a, b in sorted(wires)))


@sorter.tells(
    "Of the 729 lines 364 never came up in training, among them your first. All come out sorted."
)
@sorter.tells("Half of all lines are")
def half_of_all() -> None:
    assert len(EVERY) == 729 == 3**6
    assert sum(not was_seen(word) for word in EVERY) == 364
    assert not was_seen("CBABBC")
    assert opened("tfx sorter").controls.letters == "CBABBC"
    sorts_everything()


@sorter.tells("At the first five [positions](positions) nothing was asked")
def first_five() -> None:
    # Place 4 is said to mean nothing, place 5 is asked.
    assert "never asked" in opened("tfx sorter position=4").says[0]
    assert "comes" in opened("tfx sorter position=5").says[0]
