"""What `search` computes: tries one after another, what they found, and what to try next."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.search import runs as work
from tui_transformer.concepts.search.runs import FINE, MOST, Foreseen, Tries
from tui_transformer.controls import choice, integer, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import search
from tui_transformer.nn.fast.shallow import Networks, forward
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS

METHODS = ("grid", "random", "bayesian")


@dataclass(frozen=True, eq=False)
class Search(Model):
    """A search for a learning rate and a weight decay, after some of its tries."""

    method: str = choice("grid", *METHODS, help="How the next setting is chosen.")
    budget: int = integer(16, 1, MOST, help="How many tries there may be.")
    runs: str = choice(
        "designed", "designed", "xor", help="A surface drawn by hand, or real training runs of XOR."
    )
    tries: int = integer(0, 0, lambda m: m.budget, help="How many settings have been tried.")
    seed: int = seed()

    def idle(self) -> Mapping[str, str]:
        """Before the first try nothing was drawn; of real runs the surface is there at once."""
        if self.tries or (self.runs == "xor" and self.method != "bayesian"):
            return {}
        return {"seed": "Nothing was drawn yet: space starts."}

    @value
    def tried(self) -> Array:
        """The learning rate and the weight decay of each try, [k, 2]."""
        return work.settings(self.spots)

    @value
    def scores(self) -> Array:
        """What each try reached, [k]: the height there, or e^−loss of the trained network."""
        return self.so_far.scores

    @value
    def best(self) -> list[float] | None:
        """Learning rate, weight decay and score of the best try; None before the first."""
        if not self.made:
            return None
        return [*map(float, self.tried[self.winner]), float(self.scores[self.winner])]

    @value
    def distinct(self) -> list[int]:
        """How many learning rates were tried, and how many weight decays."""
        return [int(column.sum()) for column in self.fresh.T]

    @value
    def acquisition(self) -> Array | None:
        """What each place of a 25 × 25 lattice is expected to gain over the best, [rate, decay].

        None before the first try, and for what makes no forecast: a grid, and chance.
        """
        return None if self.foreseen is None else self.foreseen.gain.reshape(FINE, FINE)

    @value
    def elsewhere(self) -> Array | None:
        """The scores of the best setting from 20 other starts, [20]; None where none is trained."""
        return None if self.others is None else work.reached(self.others)

    # ── the search ─────────────────────────────────────────────────────────────────────

    @derived
    def so_far(self) -> Tries:
        """The tries that were made."""
        budget = self.budget if self.method == "grid" else MOST
        return work.searched(self.method, budget, self.runs, self.seed).at(self.tries)

    @derived
    def made(self) -> int:
        """How many tries there were: fewer than asked for where a grid is full before."""
        return len(self.so_far.scores)

    @derived
    def whole(self) -> int:
        """How many tries the budget buys."""
        first, second = search.sides(self.budget)
        return first * second if self.method == "grid" else self.budget

    @derived
    def spots(self) -> Array:
        """Where each try lies between the ends of both knobs, in powers of ten, [k, 2], 0 to 1."""
        return self.so_far.spots

    @derived
    def winner(self) -> int:
        """The best try, from 0; of equals the first."""
        return int(np.argmax(self.scores))

    @derived
    def fresh(self) -> Array:
        """1 where a try has a value of a knob that none before it had, else 0, [k, 2]."""
        new = np.zeros(self.spots.shape, dtype=int)
        for column, spots in zip(new.T, self.spots.T, strict=True):
            column[np.unique(spots.round(12), return_index=True)[1]] = 1
        return new

    @derived
    def next(self) -> Array | None:
        """Where the next try will be, [2] of 0 to 1; None where there is none."""
        if self.made == self.whole:
            return None
        ahead = self.replace(tries=self.made + 1)
        return ahead.spots[self.made]

    @derived
    def surface(self) -> Array:
        """The score at every place of the lattice, which no search knows, [25, 25]."""
        return work.surface(self.runs, self.seed)

    # ── the forecast ───────────────────────────────────────────────────────────────────

    @derived
    def foreseen(self) -> Foreseen | None:
        """What the tries say of the lattice; None where nobody asks them."""
        if self.method != "bayesian" or not self.made:
            return None
        return work.foreseen(self.spots, self.scores)

    # Each of these is None where there is no forecast.

    @derived
    def average(self) -> float | None:
        """The mean of all scores so far: what is expected far from every try."""
        f = self.foreseen
        return None if f is None else f.known.mean

    @derived
    def expected(self) -> Array | None:
        """The score expected at each place of the lattice, μ, [25, 25]."""
        f = self.foreseen
        return None if f is None else f.forecast.mean.reshape(FINE, FINE)

    @derived
    def unsure(self) -> Array | None:
        """How far off that may be, σ, [25, 25]."""
        f = self.foreseen
        return None if f is None else f.forecast.spread.reshape(FINE, FINE)

    @derived
    def shadow(self) -> Array | None:
        """L⁻¹k: what each try has to say of each place of the lattice, [k, 25, 25]."""
        f = self.foreseen
        return None if f is None else f.forecast.shadow.reshape(-1, FINE, FINE)

    @derived
    def covariance(self) -> Array | None:
        """How much the scores of two tries are held to move together, [k, k]."""
        f = self.foreseen
        return None if f is None else f.known.covariance

    @derived
    def root(self) -> Array | None:
        """The Cholesky root L of the covariance: L·Lᵀ, [k, k]."""
        f = self.foreseen
        return None if f is None else f.known.root

    @derived
    def whitened(self) -> Array | None:
        """L⁻¹(scores − mean): what each try says that those before it did not, [k]."""
        f = self.foreseen
        return None if f is None else f.known.whitened

    # ── the networks ───────────────────────────────────────────────────────────────────

    @derived
    def nets(self) -> Networks | None:
        """The network that each try trained, all together; None on the designed surface."""
        return joined(self.so_far.nets)

    @derived
    def others(self) -> Networks | None:
        """The best setting's networks from other starts."""
        if self.nets is None:
            return None
        return work.elsewhere(*map(float, self.spots[self.winner]))

    @derived
    def answers(self) -> Array:
        """What each network says to 00, 01, 10 and 11, w·h + b, [k, 4]."""
        return answered(self.nets)

    @derived
    def costs(self) -> Array:
        """What each of those answers costs, −ln p of the right one, [k, 4]."""
        return priced(self.answers)

    @derived
    def losses(self) -> Array:
        """The mean of the four costs, [k]."""
        return np.asarray(self.costs.mean(axis=1))

    @derived
    def other_answers(self) -> Array:
        """The same answers from the other starts, [20, 4]."""
        return answered(self.others)

    @derived
    def other_costs(self) -> Array:
        """What those cost, [20, 4]."""
        return priced(self.other_answers)

    @derived
    def other_losses(self) -> Array:
        """The mean of the four, [20]."""
        return np.asarray(self.other_costs.mean(axis=1))

    @derived
    def elsewhere_mean(self) -> float | None:
        """The mean of the scores from other starts; None where none is trained."""
        return None if self.elsewhere is None else float(np.mean(self.elsewhere))

    def sources(self) -> Mapping[str, Array]:
        """The draws, and the trained weights of every network."""
        draws = {"draws": search.scattered(MOST, self.seed)}
        return draws | parts("", self.nets) | parts("other_", self.others)


def joined(nets: tuple[Networks, ...]) -> Networks | None:
    """Put networks together that were trained one after another."""
    if not nets:
        return None
    names = [field.name for field in fields(Networks)]
    return Networks(*(np.concatenate([getattr(net, name) for net in nets]) for name in names))


def parts(prefix: str, nets: Networks | None) -> dict[str, Array]:
    """Name the parameters of networks."""
    if nets is None:
        return {}
    return {prefix + field.name: getattr(nets, field.name) for field in fields(Networks)}


def answered(nets: Networks | None) -> Array:
    """What networks say to the four inputs, [k, 4]; none without networks."""
    return np.zeros((0, 4)) if nets is None else forward(nets, CORNERS).y


def priced(answers: Array) -> Array:
    """−ln p of the right answer, [k, 4] → [k, 4]."""
    sign = 1 - 2 * TARGETS
    return np.logaddexp(0, sign * answers)
