"""What `generation` claims: every text is written again without a cache, by `plain_prose`."""

import math
import re

import numpy as np

from tests.claims import plain_prose as plain
from tests.claims.book import Claims, State, close, shown
from tests.claims.book import opened as look_at

generation = Claims(
    "generation",
    (
        "tfx generation prompt='What does a key do?' tokens=3 layer=1 head=2",
        "tfx generation prompt='' temperature=1.5 seed=4 tokens=2",
        "tfx generation prompt='The loss' temperature=1 top_k=5 seed=3 tokens=9",
        "tfx generation prompt='1 1 1' temperature=0.3 tokens=28",
    ),
    random=5,
)


def top(s: State) -> int:
    """The likeliest next token."""
    return int(np.argmax(plain.written(s.controls).logits[-1]))


def named(s: State, token: int) -> str:
    """A token as a sentence quotes it."""
    spelled = plain.spell(token, plain.written(s.controls).ids[-1])
    short = spelled.strip(" ")
    return f"“{short if len(spelled) <= 12 else spelled[:11].strip(' ') + '…'}”" if short else (
        "“(space)”"
    )  # fmt: skip


def next_one(s: State) -> int:
    return plain.coming(plain.written(s.controls), plain.rule_of(s.controls), s.controls.tokens)


# ── values ─────────────────────────────────────────────────────────────────────────────


@generation.oracle("token_strings", "text")
def text(s: State) -> None:
    ids = plain.written(s.controls).ids
    spelled = [plain.spell(t, ids[i - 1] if i else None) for i, t in enumerate(ids)]
    assert s.values.token_strings == spelled
    assert " ¶ " + s.values.text == "".join(spelled) or " ¶" + s.values.text == "".join(spelled)


@generation.oracle("top_tokens", "entropy")
def top_tokens(s: State) -> None:
    state = plain.written(s.controls)
    z, p = state.logits[-1].tolist(), state.p
    assert math.isclose(math.fsum(p), 1, rel_tol=1e-12)
    best = sorted(range(256), key=lambda i: -z[i])[:10]
    for (spelled, logit, chance), i in zip(s.values.top_tokens, best, strict=True):
        assert spelled == plain.spell(i, state.ids[-1])
        assert math.isclose(logit, z[i], rel_tol=1e-9)
        assert math.isclose(chance, p[i], rel_tol=1e-9)
    assert abs(s.values.entropy + math.fsum(x * math.log(x) for x in p if x)) < 1e-9


@generation.oracle("next_token", "kept")
def next_token(s: State) -> None:
    q = plain.drawn_with(s.controls)
    assert math.isclose(math.fsum(q), 1, rel_tol=1e-12)
    assert s.values.kept == sum(x > 0 for x in q)
    assert s.values.next_token == plain.spell(next_one(s), plain.written(s.controls).ids[-1])
    rows = list(s.table("What may come next").values())
    drawn, cold = [row[""] for row in rows], [row["p, T = 1"] for row in rows]
    order = sorted(range(256), key=lambda i: -plain.written(s.controls).logits[-1][i])[:7]
    close(drawn[:7], [q[i] for i in order], 1e-9)
    close(cold[:7], [plain.written(s.controls).p[i] for i in order], 1e-9)
    if s.values.kept > 1:
        u = np.random.default_rng(s.controls.seed).random(s.controls.tokens + 1)[-1]
        assert s.table("How open it is")["u of this draw"][""] == u
        assert math.fsum(q[: next_one(s)]) <= u < math.fsum(q[: next_one(s) + 1])


@generation.oracle("contributions")
def contributions(s: State) -> None:
    """They add up to the highest logit; a head that is cut adds nothing."""
    parts = dict(s.values.contributions)
    close(sum(parts.values()), max(plain.written(s.controls).logits[-1]), 1e-9)
    assert all(parts[wire] == 0 for wire in s.controls.cut.split())


@generation.oracle("attention")
def attention(s: State) -> None:
    run = plain.written(s.controls).runs[s.controls.layer - 1]
    close(s.values.attention, run.shares, 1e-9)
    close(np.sum(s.values.attention, axis=-1), np.ones(np.shape(s.values.attention)[:2]), 1e-12)


@generation.oracle("log_probabilities")
def log_probabilities(s: State) -> None:
    prices = plain.written(s.controls).prices
    assert [x is None for x in s.values.log_probabilities] == [x is None for x in prices]
    asked = [x for x in prices if x is not None]
    close([-x for x in s.values.log_probabilities if x is not None], asked, 1e-9)
    if asked:
        mean = s.table("How open it is")["this text, nats"][""]
        assert math.isclose(mean, math.fsum(asked) / len(asked), rel_tol=1e-9)


@generation.oracle("dropped_tokens", "kv_cache_bytes", "multiply_adds")
def cache(s: State) -> None:
    state = plain.written(s.controls)
    places = len(state.ids) - state.start
    assert s.values.dropped_tokens == state.start
    assert places <= 64
    layers, d = len(state.runs), state.runs[0].output.shape[1]
    # A key and a value in every layer for every place, of float64.
    assert s.values.kv_cache_bytes == sum(
        np.zeros(d).nbytes for _ in range(places) for _ in range(layers) for _ in ("k", "v")
    )

    def products(read: int) -> int:
        matrices = 4 * d * d + 2 * d * 4 * d  # q, k, v, o and the two of the feed-forward network
        seen = sum(range(places - read + 1, places + 1))
        return layers * (read * matrices + seen * (d + d)) + d * 256

    assert s.values.multiply_adds == [products(state.read), products(places)]


# ── sentences ──────────────────────────────────────────────────────────────────────────


@generation.says("Of {all} tokens {first} is the likeliest ({p}), and the draw takes it.")
def takes_the_likeliest(s: State, all: str, first: str, p: str) -> None:
    state = plain.written(s.controls)
    assert int(all) == len(state.p)
    assert first == named(s, top(s))
    assert next_one(s) == top(s)
    shown(p, max(state.p))


@generation.says("Likeliest of {all} is {first} ({p}); the draw takes {other} ({mine}).")
def takes_another(s: State, all: str, first: str, p: str, other: str, mine: str) -> None:
    state, token = plain.written(s.controls), next_one(s)
    assert int(all) == len(state.p)
    assert token != top(s)
    assert (first, other) == (named(s, top(s)), named(s, token))
    shown(p, max(state.p))
    shown(mine, state.p[token])


@generation.says("No chance left: of {all} tokens only {first} may come, the likeliest ({p}).")
def no_chance(s: State, all: str, first: str, p: str) -> None:
    state = plain.written(s.controls)
    assert int(all) == len(state.p)
    assert [i for i, q in enumerate(plain.drawn_with(s.controls)) if q] == [top(s)]
    assert first == named(s, top(s))
    shown(p, max(state.p))


@generation.says("A loop: {what} three times; {again} would begin a fourth ({p}).")
def a_loop(s: State, what: str, again: str, p: str) -> None:
    state = plain.written(s.controls)
    words = what.removeprefix("the same ").split()
    long = 1 if words == ["token"] else int(words[0])
    came_three_times(s, long)
    first = state.ids[-long]
    assert again == named(s, first)
    shown(p, state.p[first])


def came_three_times(s: State, long: int) -> None:
    mine = plain.written(s.controls).ids[-s.controls.tokens :]
    assert mine[-long:] == mine[-2 * long : -long] == mine[-3 * long : -2 * long]
    assert len(mine) >= 3 * long


@generation.says(
    "The last {many} tokens are {long}, three times over; they begin again with p = {p}."
)
def loop_task(s: State, many: str, long: str, p: str) -> None:
    assert int(many) == 3 * int(long)
    came_three_times(s, int(long))
    state = plain.written(s.controls)
    shown(p, state.p[state.ids[-int(long)]])
    assert s.controls.temperature > 0


@generation.says("{open} nats are open: {first} is {p} likely, though all {every} may be drawn.")
def little_is_open(s: State, open: str, first: str, p: str, every: str) -> None:
    state = plain.written(s.controls)
    nats = -math.fsum(x * math.log(x) for x in state.p if x)
    shown(open, nats)
    assert nats < 0.05
    assert first == named(s, top(s))
    shown(p, max(state.p))
    assert int(every) == 256 == sum(q > 0 for q in plain.drawn_with(s.controls))


@generation.says("{token} comes, although the model gave it {p} only: rare is not never.")
def rare(s: State, token: str, p: str) -> None:
    assert token == named(s, next_one(s))
    chance = plain.written(s.controls).p[next_one(s)]
    shown(p, chance)
    assert chance < 0.002


@generation.says(
    "{gone} tokens are forgotten, all {places} places full: the next token makes {half} more fall "
    "out."
)
def full_again(s: State, gone: str, places: str, half: str) -> None:
    state = plain.written(s.controls)
    assert int(gone) == state.start
    assert int(places) == len(state.ids) - state.start == 64
    assert plain.window(len(state.ids) + 1) - state.start == int(half)


# ── the explanation ────────────────────────────────────────────────────────────────────


@generation.tells("gives every one of its 256 [tokens](tokenizer) a probability for coming next")
def every_one_of_256() -> None:
    p = plain.written(look_at("tfx generation").controls).p
    assert len(p) == len(plain.pieces()) == 256
    assert min(p) > 0
    assert math.isclose(math.fsum(p), 1)


@generation.tells("Set `temperature` to 0, and after a hundred tokens it repeats itself")
def repeats_itself() -> None:
    for tokens in (111, 150):
        s = look_at(f"tfx generation temperature=0 tokens={tokens}")
        long = re.search(r"the same (\d+) tokens", s.says[0])
        assert long is not None
        came_three_times(s, int(long[1]))


@generation.tells("Set it to 2 and the words fall apart.")
def fall_apart() -> None:
    prices = [
        np.mean(plain.written(look_at(f"tfx generation temperature={t} tokens=60").controls)
                .prices[5:]) for t in (0.5, 1, 2)
    ]  # fmt: skip
    assert prices == sorted(prices)
    assert prices[2] > prices[1] + 1


@generation.tells(
    "A new token costs one place instead of all. But 64 places are all there are. When they are "
    "full, the oldest 32 tokens fall out, and the rest must be read again"
)
@generation.tells("There are 64 places.")
def sixty_four_places() -> None:
    assert plain.weights()["position"].shape[0] == 64
    for tokens, gone, read in ((59, 0, 1), (60, 0, 1), (61, 32, 33)):
        s = look_at(f"tfx generation tokens={tokens}")
        state = plain.written(s.controls)
        assert (state.start, state.read) == (gone, read)
        assert s.values.dropped_tokens == gone
        assert s.table("What the cache saves")["tokens read"]["cached"] == read
