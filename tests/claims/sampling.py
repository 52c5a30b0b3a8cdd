"""What `sampling` claims: its sentences and its explanation."""

import math

from tests.claims.book import State, close, opened, shown
from tests.claims.sampling_values import drawn, filtered, order, sampling, shares

TOKENS = ("la", "di", "da", "dum", "hey", "oh")


def number_of(name: str) -> int:
    """Which token is called so."""
    return TOKENS.index(name) if name in TOKENS else int(name.removeprefix("token "))


# ── sentences ──────────────────────────────────────────────────────────────────────────


@sampling.says("Greedy: always {first}.")
def greedy(s: State, first: str) -> None:
    z = s.controls.logits
    assert s.controls.temperature == 0
    assert [i for i, x in enumerate(z) if x == max(z)] == [number_of(first)]
    assert set(drawn(s, 50)) == {number_of(first)}


@sampling.says("Greedy: of {count} equals the first, {first}, every time.")
def greedy_of_equals(s: State, count: str, first: str) -> None:
    z = s.controls.logits
    assert z.count(max(z)) == int(count) > 1
    assert z.index(max(z)) == number_of(first)
    assert set(drawn(s, 50)) == {number_of(first)}


@sampling.says("T = {t} leaves {none} of {k} tokens less than a float can hold.")
def underflow(s: State, t: str, none: str, k: str) -> None:
    shown(t, s.controls.temperature)
    z = s.controls.logits
    gaps = [(x - max(z)) / s.controls.temperature for x in z]
    assert sum(gap < -744 for gap in gaps) == int(none) > 0
    assert int(k) == len(z)


@sampling.says("{kept} of {k} tokens are left; together they had {share}.")
def some_are_left(s: State, kept: str, k: str, share: str) -> None:
    left = [i for i, q in enumerate(filtered(s)) if q]
    assert 1 < len(left) == int(kept) < int(k) == len(s.controls.logits)
    together(s, left, share)


@sampling.says("Only {i} of {k} tokens is left; it had {share}.")
def one_is_left(s: State, i: str, k: str, share: str) -> None:
    left = [j for j, q in enumerate(filtered(s)) if q]
    assert left == [number_of(i)]
    assert int(k) == len(s.controls.logits)
    together(s, left, share)


def together(s: State, left: list[int], share: str) -> None:
    """See that a share is that of the tokens that are left, and that no token passed another."""
    p = shares(s)
    lacking = share.startswith("1−")
    true = math.fsum(x for i, x in enumerate(p) if (i in left) != lacking)
    shown(share.removeprefix("1−"), true)
    z = s.controls.logits
    for t in (0.5, 5):
        there = s.changed(temperature=t)
        by_chance = sorted(range(len(z)), key=lambda i: (-there.values.probabilities[i], -z[i]))
        assert [z[i] for i in by_chance] == sorted(z, reverse=True)


@sampling.says("All {k} logits are equal: each token has 1/{n}.")
def all_equal(s: State, k: str, n: str) -> None:
    assert len(set(s.controls.logits)) == 1
    assert int(k) == int(n) == len(s.controls.logits)
    close(shares(s), [1 / int(n)] * int(n))


@sampling.says("T = {t}: all {k} tokens may come. {n} drawn: {song}.")
def all_may_come(s: State, t: str, k: str, n: str, song: str) -> None:
    shown(t, s.controls.temperature)
    z = s.controls.logits
    assert int(k) == len(s.values.kept) == len(z) == sum(q > 0 for q in filtered(s))
    assert int(n) == s.controls.draws == sum(s.values.counts)
    heard = [] if song == "none" else song.removeprefix("… ").split()
    names = [*TOKENS, *map(str, range(len(TOKENS), 12))]
    assert heard == [names[i] for i in drawn(s, int(n))[-6:]]
    assert song.startswith("…") == (int(n) > 6)
    assert order(shares(s)) == order(z)


@sampling.says("{i} has {p}, short of {top_p}; {j} crosses it, at {both}, and is kept.")
def crossing(s: State, i: str, p: str, top_p: str, j: str, both: str) -> None:
    q = shares(s)
    assert order(q)[:2] == [number_of(i), number_of(j)]
    shown(p, q[number_of(i)])
    shown(top_p, s.controls.top_p)
    shown(both, q[number_of(i)] + q[number_of(j)])
    assert q[number_of(i)] < s.controls.top_p <= q[number_of(i)] + q[number_of(j)] + 1e-12
    assert sorted(s.values.kept) == sorted((number_of(i), number_of(j)))


@sampling.says("At T = {t} the likeliest five have {five}: 0.9 takes all six.")
def all_six(s: State, t: str, five: str) -> None:
    shown(t, s.controls.temperature)
    p = sorted(shares(s))
    assert (len(p), s.controls.top_p) == (6, 0.9)
    shown(five, math.fsum(p[1:]))
    assert math.fsum(p[1:]) < 0.9


@sampling.says("After {n} draws of {kept} tokens the furthest count is {off} % off.")
def settled(s: State, n: str, kept: str, off: str) -> None:
    q = [x for x in filtered(s) if x]
    assert int(n) == s.controls.draws >= 500
    assert int(kept) == len(q) > 1
    counts = [drawn(s, int(n)).count(i) for i in range(len(s.controls.logits))]
    worst = max(abs(c / int(n) / x - 1) for c, x in zip(counts, filtered(s), strict=True) if x)
    shown(off, 100 * worst)
    assert worst <= 0.05


# ── the explanation ────────────────────────────────────────────────────────────────────


def favourite(t: float) -> float:
    return max(opened(f"tfx sampling temperature={t}").values.probabilities)


@sampling.tells("Always taking the highest (**greedy**, temperature 0) is safe")
def greedy_is_nought() -> None:
    assert opened("tfx sampling temperature=0 draws=30").values.counts == [30, 0, 0, 0, 0, 0]


@sampling.tells("The three controls here decide how far.")
def three_controls() -> None:
    tail = opened("tfx sampling").values.filtered_probabilities[-1]
    for setting in ("temperature=0.5", "top_k=3", "top_p=0.9"):
        assert opened(f"tfx sampling {setting}").values.filtered_probabilities[-1] < tail


@sampling.tells(
    "Below 1 the favourite gains, above 1 it loses; at 1 nothing changes. It never changes the "
    "*ranking*: turn it and see that no two bars swap places."
)
def the_favourite() -> None:
    gains = [favourite(t) for t in (0.3, 0.7, 1, 1.4, 3)]
    assert gains == sorted(gains, reverse=True)
    close(favourite(1), math.exp(3) / sum(map(math.exp, (3, 2.5, 2, 1, 0, -1))))
    for t in (0.3, 0.7, 1.4, 3):
        assert order(opened(f"tfx sampling temperature={t}").values.probabilities) == [*range(6)]


@sampling.tells("Open *top-p 0.9*, then turn the temperature, and watch how many stay.")
def how_many_stay() -> None:
    stay = [
        len(opened(f"tfx sampling top_p=0.9 temperature={t}").values.kept) for t in (0.2, 1, 2, 5)
    ]
    assert stay == sorted(set(stay))


@sampling.tells("then what is kept is stretched to add up to 1.")
def stretched() -> None:
    values = opened("tfx sampling top_k=4 top_p=0.8").values
    kept = [values.probabilities[i] for i in values.kept]
    assert math.fsum(kept) < 1
    close([p / math.fsum(kept) for p in kept], [q for q in values.filtered_probabilities if q])


@sampling.tells(
    "that temperature 0 divides by zero. Nothing is divided; it means the limit, all of the "
    "weight on the highest logit"
)
def the_limit() -> None:
    assert favourite(0) == 1
    assert favourite(0.02) > 1 - 1e-9
