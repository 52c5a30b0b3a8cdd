"""What `attention` claims."""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown, slope
from tests.claims.plain_attention import dot, entropy, is_share, log_shares, shares

HUGE = ("20," * 64).strip(",")
attention = Claims(
    "attention",
    examples=(
        "tfx attention query=0,0 keys=0,0;0,0 scaled=off",
        "tfx attention query=2,0,0,0",
        "tfx attention query=0,0,0,0,0 keys=1,2,3,4,5;0,0,0,0,0;1,1,1,1,1;2,2,2,2,2 scaled=off",
        "tfx attention query=1,1 keys=1,0;0,1;1,0;0,1;-1,0",
        "tfx attention query=1e-200,1 keys=1e-120,0;-1e-120,0",
        f"tfx attention query={HUGE} keys={HUGE};1{HUGE[1:]};{HUGE.replace('20', '-20')} scaled=0",
        f"tfx attention query={HUGE} keys={HUGE};{HUGE.replace('20', '19')} selected=1",
        "tfx attention source=random dimension=1 count=2",
        "tfx attention source=random dimension=512 count=16 scaled=off seed=3",
        "tfx attention source=random scaled=off seed=5",
        "tfx attention source=random scaled=off seed=5 dimension=64 count=16",
        "tfx attention scaled=off",
    ),
)


def vectors(s: State) -> tuple[list[float], list[list[float]]]:
    """The query and the keys of a state: as typed, or the first of the draw that is named."""
    c = s.controls
    if c.source == "hand":
        return c.query, c.keys
    drawn = np.random.default_rng(c.seed).standard_normal((17, 512))
    return drawn[0, : c.dimension].tolist(), drawn[1 : 1 + c.count, : c.dimension].tolist()


def both(s: State) -> tuple[list[float], list[float]]:
    """The scores, undivided and divided."""
    q, k = vectors(s)
    scores = [dot(q, key) for key in k]
    return scores, [x / math.sqrt(len(q)) for x in scores]


def counted(s: State) -> list[float]:
    """The scores that softmax gets."""
    return both(s)[s.controls.scaled]


def best(s: State) -> list[int]:
    """The keys with the largest score, but for rounding (a 1e-12th of the longest product)."""
    q, k = vectors(s)
    size = math.hypot(*q) * max(math.hypot(*key) for key in k)
    scores = both(s)[0]
    return [j for j, x in enumerate(scores) if max(scores) - x <= 1e-12 * size]


def column(s: State, name: str, divided: bool) -> float:
    """A number of the summary, for the divided or the undivided row."""
    row = s.table("What dividing changes")[name]
    content = [row[title] for title in row if title.endswith("÷1") != divided and title]
    return content[0]


# ── values ─────────────────────────────────────────────────────────────────────────────


@attention.oracle("scores", "scaled_scores")
def scores(s: State) -> None:
    q, k = vectors(s)
    size = math.hypot(*q) * max(math.hypot(*key) for key in k)
    for got, true, by in zip(
        (s.values.scores, s.values.scaled_scores), both(s), (1, len(q)), strict=True
    ):
        assert np.max(np.abs(np.subtract(got, true))) <= 1e-14 * size * len(q) / math.sqrt(by)
    (picture,) = (p for p in s.figure.panels if p.title.startswith("Query q above its keys"))
    close(picture.values, [q, *k], 0)
    if s.controls.source == "random":
        (walks,) = (p for p in s.figure.panels if p.title.startswith("Why √d"))
        close(walks.marks[-1].y, s.values.scores)


@attention.oracle("weights")
def weights(s: State) -> None:
    close(s.values.weights, shares(counted(s)))
    assert math.isclose(math.fsum(s.values.weights), 1, rel_tol=1e-12)
    (table,) = (p for p in s.figure.panels if p.title.startswith("One query asks every key"))
    marked = [c.title.startswith("●") for c in table.columns if c.bar]
    assert marked == [s.controls.scaled, not s.controls.scaled]
    (steps,) = (p for p in s.figure.panels if p.title == "From score to weight")
    powers = [row[-1].content for row in steps.rows]
    for at, z in ((1, both(s)[1]), (3, both(s)[0])):
        for j, row in enumerate(table.rows):
            assert math.isclose(row[at].content.value, shares(z)[j], rel_tol=1e-9)
            content = row[at + 1].content
            if isinstance(content, str):
                is_share(content, z, j)
            else:
                assert 1e-300 < content < 0.9999995
                assert math.isclose(content, shares(z)[j], rel_tol=1e-9)
    if not any(isinstance(power, str) for power in powers):
        close(powers / np.sum(powers), shares(counted(s)))


@attention.oracle("entropy", "max_entropy")
def summary(s: State) -> None:
    assert abs(s.values.entropy - entropy(shares(counted(s)))) < 1e-9
    assert math.isclose(s.values.max_entropy, entropy([1 / len(counted(s))] * len(counted(s))))
    for divided, z in enumerate(both(s)):
        top = int(np.argmax(both(s)[0]))
        assert abs(column(s, "entropy", bool(divided)) - entropy(shares(z))) < 1e-9
        assert column(s, "ln n", bool(divided)) == s.values.max_entropy
        close(column(s, "mean sq.", bool(divided)), np.mean(np.square(z)))

        def weight(x: float, z: list[float] = z, top: int = top) -> float:
            return shares([x if j == top else y for j, y in enumerate(z)])[top]

        numeric = slope(weight, z[top], 1e-2)
        assert abs(column(s, "slope", bool(divided)) - numeric) < 1e-7
        largest = column(s, "largest", bool(divided))
        if isinstance(largest, str):
            is_share(largest, z, top)
        else:
            close(largest, max(shares(z)))


@attention.tells(
    "A score is a sum of d products. If the parts are independent, with mean 0 and variance 1, "
    "each product has variance 1, so the sum has variance d: at d = 64 a score of ±8 is "
    "ordinary, and e^8 is 2,981."
)
def the_variance_is_d() -> None:
    shown("2,981", math.exp(8))
    rng = np.random.default_rng(0)
    for d in (1, 4, 64):
        # Not normal: even coins have mean 0 and variance 1.
        q, k = rng.choice([-1.0, 1.0], (2, 4_000, d))
        assert math.isclose(np.mean((q * k) ** 2), 1)
        products = np.array([dot(a, b) for a, b in zip(q.tolist(), k.tolist(), strict=True)])
        assert math.isclose(np.mean(products**2), d, rel_tol=0.1)
        assert abs(np.mean(products)) < 0.1 * math.sqrt(d)
    assert 0.25 < np.mean(np.abs(products) >= 8) < 0.4
    state = opened("tfx attention source=random")
    assert [column(state, "expected", divided) for divided in (False, True)] == [64, 1]


@attention.tells("Divided by √d, the variance is 1 at every d.")
def divided_it_is_1() -> None:
    for d in (4, 64, 512):
        drawn = [
            opened(f"tfx attention source=random count=16 dimension={d} seed={seed}").values
            for seed in range(40)
        ]
        assert math.isclose(np.mean(np.square([v.scaled_scores for v in drawn])), 1, rel_tol=0.2)
        assert math.isclose(np.mean(np.square([v.scores for v in drawn])), d, rel_tol=0.2)


@attention.tells("turns the scores of all keys into weights that add up to 1,")
@attention.tells(
    "that √d makes the weights add up to 1, or changes who wins. Softmax does the first in any "
    "case, and dividing never changes the order: √d is a temperature. It expects parts of "
    "variance 1; give the query larger ones and even the divided row collapses."
)
def what_the_root_does_not() -> None:
    for scaled in ("on", "off"):
        state = opened(f"tfx attention source=random scaled={scaled}")
        assert math.isclose(math.fsum(state.values.weights), 1, rel_tol=1e-14)
        assert np.array_equal(np.argsort(state.values.weights), np.argsort(both(state)[0]))
    # A temperature: T = √d over the undivided scores is what softmax of T·z' gives back.
    close(shares([x / 8 for x in both(state)[0]]), shares(both(state)[1]))
    larger = opened("tfx attention query=6,0,6,0")
    assert larger.controls.scaled
    assert max(larger.values.weights) > 0.95 > max(opened("tfx attention").values.weights)


@attention.tells("attic and court differ in two places; ask only for what both have.")
def two_places() -> None:
    k0, k1, *_ = opened("tfx attention").controls.keys
    assert sum(a != b for a, b in zip(k0, k1, strict=True)) == 2


# ── the status ─────────────────────────────────────────────────────────────────────────


def called(s: State) -> list[str]:
    """What the keys are called: flats, where four wishes are typed, or else by their number."""
    named = 4 if s.controls.source == "hand" and len(s.controls.query) == 4 else 0
    flats = ["attic", "court", "plaza", "club"][:named]
    return [*flats, *(f"k{j}" for j in range(named, 16))]


def about_the_best(s: State, d: str, name: str) -> int:
    """See that a sentence names d and the one key that scores best."""
    assert int(d) == len(vectors(s)[0])
    (top,) = best(s)
    assert name == called(s)[top]
    return top


@attention.says("Divided by √{d}, {name} gets {divided} of the weight.")
def spread(s: State, d: str, name: str, divided: str) -> None:
    top = about_the_best(s, d, name)
    assert s.controls.scaled
    is_share(divided, both(s)[1], top)


@attention.says("Not divided by √{d}, {name} gets {without} of the weight.")
def undivided(s: State, d: str, name: str, without: str) -> None:
    top = about_the_best(s, d, name)
    assert not s.controls.scaled
    is_share(without, both(s)[0], top)


@attention.says("All {count} keys score the same: each gets 1/{n}.")
def all_the_same(s: State, count: str, n: str) -> None:
    assert int(count) == int(n) == len(vectors(s)[1]) == len(best(s))
    close(s.values.weights, [1 / int(n)] * int(n))


@attention.says("{names} tie at the top: each gets {weight}.")
def tie(s: State, names: str, weight: str) -> None:
    top = best(s)
    spoken = names.replace(" and ", ", ").split(", ")
    assert spoken == [called(s)[j] for j in top] or names == f"{len(top)} keys"
    assert 1 < len(top) < len(vectors(s)[1])
    for j in top:
        is_share(weight, counted(s), j)


# ── the tasks ──────────────────────────────────────────────────────────────────────────


@attention.says(
    "By √64 these scores give {divided} nats, undivided {without}: {name} takes {weight}."
)
def kept(s: State, divided: str, without: str, name: str, weight: str) -> None:
    assert s.controls.source == "random" and not s.controls.scaled
    top = about_the_best(s, "64", name)
    shown(divided, entropy(shares(both(s)[1])))
    shown(without, entropy(shares(both(s)[0])))
    assert float(without) < 0.1 < 1 < float(divided)
    is_share(weight, both(s)[0], top)


@attention.says("plaza scores {lead} more than the next key, and gets {weight}.")
def k2_won(s: State, lead: str, weight: str) -> None:
    z = both(s)[0]
    shown(lead, z[2] - max(z[0], z[1], z[3]))
    is_share(weight, counted(s), 2)
    assert log_shares(counted(s))[2] > math.log(0.9)
    assert s.controls.keys == opened("tfx attention").controls.keys


@attention.says("{names} both score {score}: each gets {weight}.")
def shared(s: State, names: str, score: str, weight: str) -> None:
    first, second = best(s)
    assert names == f"{called(s)[first]} and {called(s)[second]}"
    for j in (first, second):
        shown(score, both(s)[0][j])
        is_share(weight, counted(s), j)
        assert shares(counted(s))[j] > 0.45
    assert s.controls.keys == opened("tfx attention").controls.keys
