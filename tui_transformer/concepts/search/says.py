"""What a state of `search` comes to, in one sentence."""

from tui_transformer.concepts.search.model import Search
from tui_transformer.nn.search import sides
from tui_transformer.numbers import number

HOW = {"random": "drawn at random", "bayesian": "three drawn, then by forecast"}


def how(m: Search) -> str:
    """Say how the settings are chosen."""
    first, second = sides(m.budget)
    return HOW.get(m.method, f"a grid of {first} × {second}")


def says(m: Search) -> str:
    """Say what the last try reached, and what is the best so far."""
    if m.best is None:
        return f"No try yet, of {m.whole}: {how(m)}. Press space."
    rate, score = number(float(m.tried[-1, 0]), 3), number(float(m.scores[-1]), 3)
    at, best = number(m.best[0], 3), number(m.best[2], 3)
    full = f"{m.made} of {m.budget} tries fill the grid" if m.made < m.tries else ""
    return (
        f"{full or f'Try {m.made} of {m.whole}'}: η = {rate} scores {score}; "
        f"best so far {best}, at η = {at}."
    )
