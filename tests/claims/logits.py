"""What `logits` claims: its sentences and its explanation."""

import math

from tests.claims.book import State, close, opened, read, shown, slope
from tests.claims.logits_values import exact, held, logits, plainly, raw, scores

# ── sentences ──────────────────────────────────────────────────────────────────────────


def likely(s: State, name: str, text: str) -> None:
    """See that a probability is the one of that class, and of the less likely one."""
    i = ("cat", "dog").index(name)
    assert s.values.probabilities[i] == min(s.values.probabilities)
    chance(s, i, text)


def chance(s: State, i: int, text: str) -> None:
    """See that a text is a probability, or 1 minus the other one."""
    lacking = text.startswith("1−")
    true = float(exact(s)[1 - i if lacking else i])
    text = text.removeprefix("1−")
    try:
        shown(text, true)
    except AssertionError:
        close(read(text), true, 2e-6)  # all the digits of a float32
        assert s.controls.precision == "float32"


@logits.says("After ReLU: log-odds {before} became {now}, p({name}) {p}.")
def relu(s: State, before: str, now: str, name: str, p: str) -> None:
    a, b = raw(s)
    assert s.controls.relu_first
    assert min(a, b) < 0
    shown(before, held(s, a - b))
    shown(now, max(a, 0) - max(b, 0))
    assert abs(a - b) > abs(max(a, 0) - max(b, 0))
    likely(s, name, p)


@logits.says("ReLU made both scores 0; they were equal before, and are.")
def relu_of_equals(s: State) -> None:
    a, b = raw(s)
    assert a == b < 0
    assert scores(s) == [0, 0]


@logits.says("After ReLU: no score was below 0, p({name}) is {p}.")
def relu_of_positives(s: State, name: str, p: str) -> None:
    assert s.controls.relu_first
    assert min(raw(s)) >= 0
    likely(s, name, p)


@logits.says("Plain, both e^z are 0: 0/0; p({name}) is {p}.")
def nought_by_nought(s: State, name: str, p: str) -> None:
    assert [held(s, math.exp(z)) for z in scores(s)] == [0, 0]
    likely(s, name, p)


@logits.says("e^{z} overflows {precision}; p({name}) is {p}.")
def overflow(s: State, z: str, precision: str, name: str, p: str) -> None:
    shown(z, max(scores(s)))
    assert max(scores(s)) > {"float32": 88.7228, "float64": 709.7827}[precision]
    assert precision == s.controls.precision
    likely(s, name, p)


@logits.says("Σ e^z overflows {precision}; p({name}) is {p}.")
def sum_overflows(s: State, precision: str, name: str, p: str) -> None:
    powers = [held(s, math.exp(z)) for z in scores(s)]
    assert max(powers) < math.inf == held(s, sum(powers))
    assert precision == s.controls.precision
    likely(s, name, p)


@logits.says("The plain form ran out of digits: p({name}) {plain}; it is {p}.")
def out_of_digits(s: State, name: str, plain: str, p: str) -> None:
    shown(plain, (plainly(s) or [])[("cat", "dog").index(name)])
    assert abs(read(plain) / read(p) - 1) > 1e-5
    likely(s, name, p)


@logits.says("{precision} rounds z_cat to {z}: the gap is {gap}, p({name}) {p}.")
def rounding(s: State, precision: str, z: str, gap: str, name: str, p: str) -> None:
    a, b = raw(s)
    assert precision == s.controls.precision
    shown(z, a)
    shown(gap, held(s, a - b))
    assert held(s, a - b) != s.controls.cat - s.controls.dog
    likely(s, name, p)


@logits.says("{offset} added to both: log-odds {gap}, p({name}) {p}.")
def still(s: State, offset: str, gap: str, name: str, p: str) -> None:
    shown(offset, s.controls.offset)
    shown(gap, s.controls.cat - s.controls.dog)
    likely(s, name, p)
    odds = math.exp(s.controls.dog - s.controls.cat)
    shown(p, 1 / (1 + (odds if name == "cat" else 1 / odds)))


@logits.says("Wrong: p({name}) is only {p}, which costs −ln p = {cost} nats.")
def wrong(s: State, name: str, p: str, cost: str) -> None:
    assert name == s.controls.label
    likely(s, name, p)
    shown(cost, float(-min(exact(s)).ln()))


@logits.says("cat {z}, dog {other}: p(cat) {cat}, p(dog) {dog}.")
def verdict(s: State, z: str, other: str, cat: str, dog: str) -> None:
    shown(z, s.controls.cat)
    shown(other, s.controls.dog)
    chance(s, 0, cat)
    chance(s, 1, dog)


@logits.says(
    "With {offset} added, e^z has no answer; p(dog) is still {p}: only the difference counts."
)
def broken(s: State, offset: str, p: str) -> None:
    shown(offset, s.controls.offset)
    assert plainly(s) is None
    chance(s, 1, p)
    close(read(p), float(exact(s.changed(offset=0))[1]), 2e-3)


@logits.says("The log-odds are {gap}, −ln 3 = −1.0986: dog is {times} times as likely.")
def three_to_one(s: State, gap: str, times: str) -> None:
    shown(gap, s.values.log_odds)
    shown("−1.0986", -math.log(3))
    shown(times, float(exact(s)[1] / exact(s)[0]))


@logits.says(
    "Log-odds of {before} became 0: both scores were below 0, and what set them apart is gone."
)
def gone(s: State, before: str) -> None:
    a, b = raw(s)
    shown(before, a - b)
    assert max(a, b) <= 0
    assert abs(a - b) > math.log(99)
    assert [float(p) for p in exact(s)] == [0.5, 0.5]


# ── the explanation ────────────────────────────────────────────────────────────────────


@logits.tells("With two classes the score has a plain meaning.")
def two_classes() -> None:
    assert len(opened("tfx logits").values.probabilities) == 2


@logits.tells("Near 0 the network is torn, far from 0 it is sure.")
def torn_or_sure() -> None:
    gaps = (-15, -6, -2, 0, 2, 6, 15)
    entropies = [opened(f"tfx logits cat={z} dog=0").values.entropy for z in gaps]
    assert entropies[:4] == sorted(entropies[:4])
    close(entropies[3], math.log(2))
    close(entropies[::-1], entropies)
    assert max(opened("tfx logits cat=15 dog=0").values.probabilities) > 0.999


@logits.tells(
    "Far enough up e^z is too large for a float (beyond e^88.7 in float32, e^709.8 in float64); "
    "far enough down both are 0, and 0/0 is no number. Subtract the larger logit first: the "
    "answer is the same, and e^0 = 1 never overflows."
)
def where_floats_end() -> None:
    shown("88.7", math.log((2 - 2**-23) * 2.0**127))
    shown("709.8", math.log((2 - 2**-52) * 2.0**1023))
    sure = opened("tfx logits").values.probabilities
    for offset, precision in ((700, "float64"), (-800, "float64"), (90, "float32")):
        values = opened(f"tfx logits offset={offset} precision={precision}").values
        assert values.naive_probabilities is None
        close(values.probabilities, sure, 1e-4)
    assert math.exp(0) == 1


@logits.tells(
    "p(dog) ≈ 0.0001 for the scores 16.917 and 0.772. It is 9.73e-08, a thousand times less: "
    "0.0001 needs a gap of only 9.21."
)
def a_thousand_times_less() -> None:
    s = opened("tfx logits")
    assert (s.controls.cat, s.controls.dog) == (16.917, 0.772)
    shown("9.73e-08", float(exact(s)[1]))
    assert 950 < 1e-4 / exact(s)[1].__float__() < 1050
    shown("9.21", math.log(9999))


@logits.tells(
    "Switch `relu_first` on and choose `both-negative`: both scores become 0, and a clear "
    "verdict becomes 50 : 50."
)
def a_clear_verdict() -> None:
    before = opened("tfx logits cat=-1.5 dog=-6")
    after = opened("tfx logits cat=-1.5 dog=-6 relu_first=on")
    assert max(before.values.probabilities) > 0.98
    assert after.values.probabilities == [0.5, 0.5]


@logits.tells("float32 keeps some seven digits: from a gap of about 17 on its p(cat) is simply 1.")
def seven_digits() -> None:
    assert 7 <= 24 * math.log10(2) < 7.5
    gap = next(z / 100 for z in range(1000, 2000) if held(s32(), 1 + math.exp(-z / 100)) == 1)
    shown("17", gap)
    for z, one in ((15, False), (18, True)):
        p = opened(f"tfx logits precision=float32 cat={z} dog=0").values.probabilities[0]
        assert (p == 1) == one


@logits.tells("each +0.693, which is ln 2, doubles the odds")
def doubled() -> None:
    shown("0.693", math.log(2))
    for gap in (-3, 0, 5):
        odds = [opened(f"tfx logits cat={gap + i * math.log(2)} dog=0").values.odds for i in (0, 1)]
        close(odds[1], 2 * odds[0], 1e-12)


@logits.tells(
    "With the right class 10 behind (`wrong by 10`), −ln p pulls its score with a gradient of "
    "0.99995; half the squared error, ½(1 − p)², with 4.5e-5."
)
def harsh() -> None:
    def p(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    shown("0.99995", abs(slope(lambda z: -math.log(p(z)), -10)))
    shown("4.5e-5", abs(slope(lambda z: 0.5 * (1 - p(z)) ** 2, -10)))
    pulls = opened("tfx logits cat=0 dog=10").table("How hard the right score is pulled")
    shown("0.99995", -pulls["−ln p"]["gradient"])
    shown("4.5e-5", -pulls["½(1 − p)²"]["gradient"])


def s32() -> State:
    """Any state in float32."""
    return opened("tfx logits precision=float32")


@logits.tells("float64 ends at e^709.8.")
def the_end_of_float64() -> None:
    assert math.exp(709.78) < math.inf
    shown("709.8", math.log(1.7976931348623157e308))


@logits.tells("Odds of 3 : 1 are log-odds of ln 3.")
def odds_of_three() -> None:
    odds = opened(f"tfx logits cat={math.log(3)} dog=0").values.probabilities
    close(odds[0] / odds[1], 3)


@logits.tells("ReLU only cuts what is below 0.")
def only_below_nought() -> None:
    assert scores(opened("tfx logits cat=2 dog=1 relu_first=on")) == [2, 1]
    kept = opened("tfx logits cat=2 dog=1 relu_first=on").values.probabilities
    assert kept == opened("tfx logits cat=2 dog=1").values.probabilities
