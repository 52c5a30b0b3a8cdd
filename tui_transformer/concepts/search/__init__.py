"""
Hyperparameters are chosen before training, so they have to be tried. Here are two, for a network
that learns [XOR](xor): the [learning rate](descent) η, which decides nearly everything, and the
**weight decay** λ, which draws every weight a little towards 0 and hardly matters. You can pay
for 16 tries. Press space.

**Grid search** lays out all combinations: 4 × 4. Only four different learning rates are among
them; the other twelve tries ask again. **Random search** draws each setting by itself: 16 tries,
16 learning rates. With real runs (set `runs` to xor) and 100 seeds, its best beats the grid's 96
times.

**Bayesian search** forecasts. From what was tried, a **Gaussian process** says what to expect at
every place, and how far off that may be. The next try goes where most is to be gained over the
best so far: where the forecast is high, or still unsure. Of those 100 times it beats random
search 67.

*Often misread:* that random is always better. It is where few knobs matter; and a grid whose
column happens to stand on the ridge wins too: give the designed surface 25 tries and see. Nor is
a winner's score a promise: the best of many tries was partly lucky. Train its setting from 20
other starts, and the mean is lower, as a rule.

How large a model is was [the control panel's](hyperparameters) question.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.search.model import Search
from tui_transformer.concepts.search.view import view
from tui_transformer.nn.search import sides
from tui_transformer.numbers import number


def rival(m: Search) -> Search:
    """As many tries at random."""
    return m.replace(method="random")


def top(m: Search) -> float:
    """The best score so far; 0 before the first try."""
    return m.best[2] if m.best else 0.0


def gap(m: Search) -> float:
    """How much the winner scored above the mean of its setting's other starts."""
    return 0.0 if m.elsewhere_mean is None else top(m) - m.elsewhere_mean


CONCEPT = Concept(
    Search,
    view,
    clock="tries",
    presets={
        "a grid of 16": {},
        "the grid, spent": {"tries": 16},
        "16 at random": {"method": "random", "tries": 16},
        "16 by forecast": {"method": "bayesian", "tries": 16},
        "real runs, a grid": {"runs": "xor", "tries": 16},
        "real runs at random": {"runs": "xor", "method": "random", "tries": 16},
        "real runs, forecast": {"runs": "xor", "method": "bayesian", "tries": 16},
        "the forecast begins": {"runs": "xor", "method": "bayesian", "tries": 4},
    },
    challenges=(
        Challenge(
            "give a grid a budget, 16 or more, with which it beats as many random tries",
            lambda m: (
                m.method == "grid"
                and m.runs == "designed"
                and m.made == m.whole == m.budget >= 16
                and top(m) > top(rival(m))
            ),
            {"budget": 25, "tries": 25},
            hint="Where does a column have to stand?",
            seen=lambda m: (
                f"{sides(m.budget)[0]} learning rates, one of them on the ridge: "
                f"{number(top(m), 3)}, and {number(top(rival(m)), 3)} at random."
            ),
        ),
        Challenge(
            "real runs, at most 10 tries: reach a score of 0.96",
            lambda m: m.runs == "xor" and m.made <= 10 and top(m) >= 0.96,
            {"runs": "xor", "method": "bayesian", "seed": 2, "tries": 10},
            hint="Let it forecast, and try another seed.",
            seen=lambda m: (
                f"{number(top(m), 3)} after {m.made} tries; a grid of as many has "
                f"{number(top(m.replace(method='grid')), 3)}."
            ),
        ),
        Challenge(
            "real runs: find a winner 0.5 or more above the mean of its other starts",
            lambda m: gap(m) >= 0.5,
            {"runs": "xor", "method": "random", "seed": 1, "tries": 16},
            hint="Near the edge where training breaks down, starts differ most.",
            seen=lambda m: (
                f"It won with {number(top(m), 3)}; the same setting from 20 other starts has "
                f"{number(m.elsewhere_mean, 3)} on average."
            ),
        ),
    ),
)
