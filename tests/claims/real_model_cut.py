"""What `real-model` tells of the loss of a head: every head of the published model left out."""

from functools import cache

import numpy as np

from tests.claims import plain_published as plain
from tests.claims.book import opened, shown
from tests.claims.real_model_states import CAT, published

SWAPPED = "The milk drank the cat because it was thirsty."


def alike(cut: str) -> float:
    """How alike the two sentences are without what is cut of both."""
    assert plain.MINILM is not None
    first, second = (
        plain.read(plain.MINILM, text, "as-trained", cut=cut, first=CAT) for text in (CAT, SWAPPED)
    )
    return float(first.mean @ second.mean)


@cache
def every_loss() -> np.ndarray:
    """What the loss of each head does to that: layers down, heads across."""
    whole = alike("")
    return np.array([[alike(f"{layer}.{head}") - whole for head in range(12)]
                     for layer in range(1, 7)])  # fmt: skip


@published.tells("*The milk drank the cat* is 0.99 alike.")
@plain.published
def nearly_the_same() -> None:
    shown("0.99", alike(""))
    assert opened("tfx real-model").controls.other == SWAPPED


@published.tells(
    "`worth` tries all 72: the two grow most alike without that of layer 3, then of layer 4; that "
    "of layer 1 is sixth."
)
@plain.published
def what_they_are_worth() -> None:
    """Of head 8 of layer 3, head 1 of layer 4, head 2 of layer 1, as the paragraph above has it."""
    order = [(i // 12 + 1, i % 12) for i in np.argsort(-every_loss(), axis=None).tolist()]
    assert (order[0], order[1], order[5]) == ((3, 8), (4, 1), (1, 2))
    assert len(order) == 72
    for cut in ("3.8", "4.1", "1.2"):
        layer, _, head = cut.partition(".")
        seen = opened(f"tfx real-model cut={cut}").values.similarity
        assert abs(seen - alike("") - every_loss()[int(layer) - 1, int(head)]) < 1e-4 < seen


@published.tells("Head 7 of layer 3, which parks most, is below the middle.")
@plain.published
def parked_and_missed_little() -> None:
    assert plain.MINILM is not None
    shares = plain.read(plain.MINILM, CAT, "as-trained").shares
    parked = shares[..., [0, -1]].sum(-1).mean(-1)
    assert np.unravel_index(int(np.argmax(parked)), parked.shape) == (2, 7)
    sizes = np.abs(every_loss())
    assert sizes[2, 7] < np.median(sizes)
