"""The weights of the trained sorter for screens that borrow them, and the letters it knows."""

from functools import cache

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn.made_up.sorting import LETTERS, PLAN
from tui_transformer.nn.norms import layer_norm

D_MODEL, EXPANSION, BEND = PLAN.d_model, 4, PLAN.activation
LAYER = "block_0."
TABLES = ("embedding", "position")


@cache
def trained() -> dict[str, Array]:
    """Its weights by name, in double precision.

    Raises BadValue where the file is missing or damaged.
    """
    shapes = PLAN.shapes()
    return shipped.as_float64(shipped.load("sorter", shapes), shapes)


def matrices() -> dict[str, Array]:
    """w_1 [48, 192], b_1, w_2 [192, 48] and b_2 of the first layer."""
    return {name: trained()[f"{LAYER}feed_forward.{name}"] for name in ("w_1", "b_1", "w_2", "b_2")}


def letter(word: str) -> int | None:
    """Say which letter a word is, A is 0; None for any other word."""
    known = {name.casefold(): at for at, name in enumerate(LETTERS)}
    return known.get(word.casefold())


def read(known: int) -> Array:
    """A letter as this layer reads it without a place: its row of the table, normed, [48]."""
    w = trained()
    return layer_norm(
        w["embedding"][known], w[f"{LAYER}norm_2.gain"], w[f"{LAYER}norm_2.bias"], PLAN.epsilon
    ).y
