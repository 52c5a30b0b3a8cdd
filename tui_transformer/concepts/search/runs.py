"""What a try gives: a height of a designed surface, or what a real training run reaches."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import search
from tui_transformer.nn.fast import shallow
from tui_transformer.nn.fast.shallow import Networks
from tui_transformer.nn.gaussian_process import Forecast, Known, Prior, forecast, learn
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS, drawn
from tui_transformer.timeline import Timeline

MOST = 36  # tries
HIDDEN, STEPS = 4, 30  # tanh units of each network, and steps of each run
FINE = 25  # values of each knob between which the forecast chooses
OTHERS = 20  # further starts of the winner
FIRST_OTHER = 10_000  # beyond every seed that the control has
DRAWN_FIRST = 3  # tries at random before there is anything to forecast from
PRIOR = Prior(length=0.1, height=0.25, noise=0.01)

# Powers of ten between which each knob lies.
RATE, DECAY = (-3, 1), (-6, -3)
# The designed surface: how high it is everywhere, at most more, and how far from where half the
# way down it is, for each knob.
GROUND = 0.5
PEAKS = ((0.45, 0.75, 0.07), (0.02, 0.3, 0.3))

LATTICE = search.grid(FINE, FINE)


def settings(spots: Array) -> Array:
    """Turn places in the unit square into learning rates and weight decays, [n, 2] → [n, 2]."""
    low = np.array([RATE[0], DECAY[0]])
    high = np.array([RATE[1], DECAY[1]])
    return 10.0 ** (low + (high - low) * spots)


def designed(spots: Array) -> Array:
    """The height of the designed surface, [n, 2] → [n]: a narrow ridge, and a hint of a slope."""
    heights = np.full(len(spots), GROUND)
    for (more, at, width), place in zip(PEAKS, spots.T, strict=True):
        heights = heights + more * np.exp(-(((place - at) / width) ** 2))
    return heights


def trained(spots: Array, starts: list[int]) -> Networks:
    """Train an XOR network from each start with the settings of each place, [n, 2]."""
    rates, decays = settings(spots).T
    nets = {start: drawn(HIDDEN, start) for start in set(starts)}
    first = shallow.stacked([nets[start] for start in starts])
    return shallow.train(first, CORNERS, TARGETS, rates, decays, STEPS)


def reached(nets: Networks) -> Array:
    """The score of trained networks: e^−loss, the mean probability of the right answer, [n].

    The mean is the geometric one; who guesses evenly has 0.5.
    """
    y = shallow.forward(nets, CORNERS).y
    return np.exp(-shallow.losses(y, TARGETS))


@dataclass(frozen=True, eq=False, slots=True)
class Tries:
    """What has been tried: places in the unit square [k, 2], scores [k], and trained networks."""

    spots: Array
    scores: Array
    nets: tuple[Networks, ...] = ()


@lru_cache(maxsize=32)
def searched(method: str, budget: int, runs: str, seed: int) -> Timeline[Tries]:
    """A search from its first try on; what was tried is kept, and going back costs nothing.

    Only a grid depends on its budget. It ends where nothing is left to try.
    """
    planned = search.scattered(MOST, seed)
    if method == "grid":
        planned = search.grid(*search.sides(budget))

    def advance(before: Tries) -> Tries | None:
        at = len(before.scores)
        if at == len(planned):
            return None
        spot = planned[at]
        if method == "bayesian" and at >= DRAWN_FIRST:
            spot = LATTICE[promising(before.spots, foreseen(before.spots, before.scores).gain)]
        nets = (*before.nets, trained(spot[None], [seed])) if runs == "xor" else ()
        score = reached(nets[-1]) if nets else designed(spot[None])
        return Tries(
            np.concatenate([before.spots, spot[None]]),
            np.concatenate([before.scores, score]),
            nets,
        )

    return Timeline(Tries(np.zeros((0, 2)), np.zeros(0)), advance)


@dataclass(frozen=True, eq=False, slots=True)
class Foreseen:
    """What tries settle, what they say of the lattice, and what each place there is to gain."""

    known: Known
    forecast: Forecast
    gain: Array


def foreseen(spots: Array, scores: Array) -> Foreseen:
    """What one try or more say of every place of the lattice, [k, 2], [k]."""
    known = learn(PRIOR, spots, scores)
    expected = forecast(PRIOR, known, LATTICE)
    return Foreseen(known, expected, search.expected_improvement(expected, float(np.max(scores))))


def promising(spots: Array, gain: Array) -> int:
    """The place of the lattice with most to gain that was not tried; of equals the first."""
    tried = np.any(np.all(np.isclose(LATTICE[:, None], spots[None]), axis=2), axis=1)
    return int(np.argmax(np.where(tried, -1.0, gain)))


@lru_cache(maxsize=8)
def surface(runs: str, seed: int) -> Array:
    """The score at every place of the lattice, which no search knows, [FINE, FINE]."""
    if runs == "designed":
        return designed(LATTICE).reshape(FINE, FINE)
    return reached(trained(LATTICE, [seed] * len(LATTICE))).reshape(FINE, FINE)


@lru_cache(maxsize=64)
def elsewhere(rate_spot: float, decay_spot: float) -> Networks:
    """Networks trained with one setting from other starts, which no seed of the screen draws."""
    spots = np.tile([rate_spot, decay_spot], (OTHERS, 1))
    return trained(spots, [FIRST_OTHER + i for i in range(OTHERS)])
