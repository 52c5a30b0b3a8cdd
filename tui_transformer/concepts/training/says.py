"""What a training run shows at a step, in one sentence."""

from functools import lru_cache

import numpy as np

from tui_transformer.concepts.training.model import Training
from tui_transformer.nn.gpt import UNASKED
from tui_transformer.nn.made_up.lessons import Lesson, letters_alone
from tui_transformer.numbers import count, fixed, probability

FOUND = 0.5  # the share of attention from which a head has found where answers stand
FORMING = 0.15  # the share from which it is on its way there
FOUND_RULE = 0.5  # the share of unseen sums from which it is no list any more
PARTED = 0.5  # nats between the two losses that call for a word
RECENT = 25  # batches whose mean loss is compared with validation
FINITE = ("modular-addition", "own-text")  # tasks whose batches come again: a list would do


def says(m: Training) -> str:
    """Say where the run stands, and what that means."""
    loss, chance = fixed(m.validation_loss, 2), fixed(m.lesson.chance, 2)
    if not m.steps and not m.cut:
        return f"Random weights: loss {loss}; guessing evenly costs {chance}. Space trains."
    if note := m.kept.note(m.steps):
        return note
    step = f"Step {count(m.steps)}: loss {loss}"
    right, asked = unseen(m)
    if m.cut:
        whole = fixed(m.checks[-1].loss, 2)
        return f"{step} without {m.cut} (whole {whole}); {right} of {asked} right."
    if m.task == "modular-addition" and m.accuracy > FOUND_RULE:
        return f"{step}; {right} of {asked} unseen sums right: a rule, not a list."
    if m.task in FINITE and (list_of := _by_heart(m)):
        return f"{step} on the unseen, {list_of}"
    if m.validation_loss > 1.1 * m.lesson.chance:
        return f"{step}: worse than guessing evenly ({chance}); {right} of {asked} right."
    trick = _trick(m)
    return step + (trick or f" (guessing {chance}); {right} of {asked} right.")


def _by_heart(m: Training) -> str:
    """Say so where batches cost less than guessing, and far less than what was never shown."""
    here = float(np.mean(m.loss[-RECENT:]))
    if m.validation_loss - here <= PARTED or here >= m.lesson.chance:
        return ""
    learnt = "learnt" if here < 0.5 * m.lesson.chance else "learning"
    return f"{fixed(here, 2)} on batches: {learnt} by heart."


def _trick(m: Training) -> str:
    """Say how far the head is that finds the answers, where one could; else nothing."""
    if m.task == "modular-addition" or not np.any(m.lesson.aims):
        return ""
    share = float(np.max(m.stripe))
    layer, head = (int(i) for i in np.unravel_index(np.argmax(m.stripe), m.stripe.shape))
    where = f"layer {layer + 1} head {head}"
    if share > FOUND:
        return f"; {where}: {probability(share, 2)} of its attention on the answers."
    if m.task != "induction":
        return ""
    alone = _plateau(m.lesson)
    if m.validation_loss >= alone:
        plateau = m.validation_loss < 0.95 * m.lesson.chance
        return ". It knows which letters there are, not which is next." * plateau
    drop = f". The drop: a stripe forms in {where} ({probability(share, 2)} so far)."
    return drop if share > FORMING else ""


@lru_cache(maxsize=8)
def _plateau(lesson: Lesson) -> float:
    """What the unseen costs who knows which letters there are: the same at every step."""
    return letters_alone(lesson.check)


def unseen(m: Training) -> tuple[str, str]:
    """Count the right answers among those that training never shows, and all of them."""
    asked = int(np.sum(m.lesson.check[1] != UNASKED))
    return count(round(m.accuracy * asked)), count(asked)
