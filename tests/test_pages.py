"""How a figure uses the screen: the main panel, what is on page 1, and what is never empty.

Laid out, not drawn: rules over all concepts and sizes, from 60×18 to 200×50.
"""

from itertools import product

import numpy as np
import pytest

from tests.pages.states import HOME, IDS, ODD, SIZES, STRIPS, figures, first, is_plane, room
from tests.ui.test_instrument import press
from tui_transformer.figure import Figure
from tui_transformer.render.layout import arrange, numbered
from tui_transformer.render.main_panels import is_square, least, main_height, main_strips
from tui_transformer.render.strips import TITLE, drawn, strips
from tui_transformer.ui.app import build

every_concept = pytest.mark.parametrize("concept", IDS, scope="module")

QUARTER = 0.25  # of the screen, for the main panel
EMPTY = 60  # cells at 80×24: a rectangle with more than this is a hole
REST = 1 / 8  # of the room elsewhere: cells of a matrix are whole, and a rest is left
SQUARE = (0.7, 1.45)  # width by height of a plane that is as wide as high

# What an aha names is told by these panels (CONCEPTS.md); titles as far as they do not change.
AHA = {
    "neuron": ("y over the plane", "Truth table"),
    "activations": ("f = relu", "its slope", "A correction through"),
    "depth": ("What the stack makes of x", "Pieces deep, or wide"),
    "xor": ("Inputs", "Hidden layer", "The four inputs"),
    "approximation": ("Target and fit", "Miss by hinges"),
    "mlp": ("Hinges and their sum", "Gradients at x₀"),
    "backprop": ("The graph", "out along"),
    "descent": ("bowl", "Slope x and height y", "Each step multiplies"),
    "softmax": ("From logits to probabilities", "A guess costs"),
    "logits": ("From score to share", "Odds: +0.693 is ×2", "p(cat) = σ", "How hard the right"),
    "sampling": ("From logits to the next token", "Shares, added up"),
    "tokenizer": ("The text in", "The sample, merged"),
    "embeddings": ("Map: ", "Nearest to", "One-hot · table"),
    "positions": ("Places down", "Score by distance k", "3 of 16 waves"),
    "dot-product": ("u, v, shadow", "Spread grows as √d"),
    "attention": ("One query asks every key", "Weights by divisor"),
    "library": ("Six books answer one query", "Dictionary … average"),
    "values": ("Values, hull, output", "Weights", "w·v, tip to tail"),
    "self-attention": ("Attention: query", "The sentence, shaded"),
    "heads": ("0 prev", "1 first", "2 same word", "3 nearby", "Heads: weight"),
    "recurrence": ("h as it walks", "Held of each word", "Steps that wait"),
    "receptive-field": ("The cone", "Layers until d meet"),
    "scaling": ("FLOPs of one block", "Share of a block's FLOPs"),
    "layer-norm": ("What enters, and what leaves", "Before ●", "After ◆"),
    "residual": ("A gradient of 1", "Length of the signal"),
    "feed-forward": ("x: one word", "hidden = act", "output = hidden"),
    "block": ("The path through the block", "Stream, word × channel"),
    "encoder-decoder": ("Source: where", "Cross: written"),
    "hyperparameters": ("The ledger", "One knob"),
    "search": ("Where was tried", "Score by learning rate", "Different values tried"),
    "sorter": ("Six letters in", "Attention: query"),
    "patches": ("The drawing", "edge-x sees 3×3", "B1 sees all 64", "Patches and n²"),
    "generation": ("The text, shaded", "What may come next"),
    "training": ("Loss in nats", "Head 1.0"),
    "real-model": ("The text in tokens", "Attention: query"),
    "rotary": ("Hand 0, turned", "q·k by distance", "Radians turned"),
    "grouped-heads": ("Heads look from 9 “sat”", "What 2,048 tokens keep"),
    "gated": ("What comes of a unit", "Four kinds, one size", "One unit"),
    "quantization": ("Sorted of 729 lines", "Weights on each level", "What is stored"),
}


# With a strip open 15 lines are left (16 in a lesson). Where what an aha names takes more of them
# at its least, these panels wait on the next page; and how many lines it would take.
UNDER_STRIPS = {}  # two curves, two tables; six words, thrice; ten words, four heads
for strip in ("explanation", "lesson"):
    UNDER_STRIPS["logits", strip] = (("How hard the right",), 17)
    UNDER_STRIPS["feed-forward", strip] = (("x: one word", "output = hidden"), 17)
    UNDER_STRIPS["heads", strip] = (("Heads: weight",), 17)


def main_area(figure: Figure, size: tuple[int, int]) -> int:
    """The cells that the main panels fill."""
    main = [box for box in first(figure, size) if box.panel.main]
    sizes = [drawn(box.panel, box.width, box.height) for box in main]
    return sum(wide * tall for wide, tall in sizes)


@every_concept
def test_every_state_has_a_main_panel(concept: str) -> None:
    for figure in figures(concept):
        main = [i for i, panel in enumerate(figure.panels) if panel.main]
        assert main, figure.says
        assert main == list(range(main[0], main[-1] + 1)), "those of one row stand together"


@every_concept
def test_the_main_panel_covers_a_quarter_of_every_screen(concept: str) -> None:
    for figure, size in product(figures(concept), SIZES + ODD):
        main = [box for box in first(figure, room(concept, size)) if box.panel.main]
        covered = sum(box.width * box.height for box in main) / (size[0] * size[1])
        assert covered >= QUARTER, (size, figure.says)


@every_concept
def test_the_main_panel_never_shrinks_where_the_screen_grows(concept: str) -> None:
    figure = figures(concept)[0]
    areas = [main_area(figure, room(concept, size)) for size in SIZES]
    assert areas == sorted(areas)


@every_concept
def test_a_plane_stays_square(concept: str) -> None:
    for size in SIZES:
        for box in first(figures(concept)[0], room(concept, size)):
            if box.panel.main and is_plane(box.panel):
                ratio = (box.width - 4) / (2 * (box.height - TITLE - 2))
                assert SQUARE[0] <= ratio <= SQUARE[1], (size, box.panel.title, ratio)


@every_concept
def test_page_1_has_no_hole_while_something_waits(concept: str) -> None:
    for size in SIZES:
        has_no_hole(concept, size)


def has_no_hole(concept: str, size: tuple[int, int]) -> None:
    width, height = room(concept, size)
    pages = arrange(figures(concept)[0], width, height)
    if len(pages) > 1:
        covered = np.zeros((height, width), bool)
        for box in pages[0]:
            down = drawn(box.panel, box.width, box.height)[1]
            covered[box.y : box.y + down, box.x : box.x + box.width + 2] = True
        blank = height - covered.any(axis=1).sum()
        assert blank <= (0 if size == HOME else REST * height), size
        assert hole(covered) <= (EMPTY if size == HOME else REST * covered.size), size


def hole(covered: np.ndarray) -> int:
    """The largest empty rectangle, in cells."""
    best = 0
    tall = np.zeros(covered.shape[1], int)
    for row in covered:
        tall = np.where(row, 0, tall + 1)
        for start in range(len(tall)):
            if tall[start] and (start == 0 or tall[start - 1] != tall[start]):
                least = tall[start]
                for end in range(start, len(tall)):
                    least = min(least, tall[end])
                    best = max(best, int(least) * (end - start + 1))
        # a rectangle that starts inside a run of equal heights is no larger
    return best


@every_concept
def test_the_insight_is_on_page_1(concept: str) -> None:
    """At 60×18 one of its panels: a quarter of the screen is 270 of the 363 cells that are left."""
    [least, *others] = SIZES
    shown = [box.panel.title for box in first(figures(concept)[0], room(concept, least))]
    assert any(title.startswith(AHA[concept]) for title in shown), shown
    for size in (*others, *STRIPS):
        waits, lines = UNDER_STRIPS.get((concept, *size[2:]), ((), 0))
        page = first(figures(concept)[0], room(concept, size))
        shown = [box.panel.title for box in page]
        missing = [t for t in AHA[concept] if not any(each.startswith(t) for each in shown)]
        assert sorted(missing) == sorted(waits), (size, shown)
        assert not waits or lines_needed(concept, size) == lines > room(concept, size)[1]


def lines_needed(concept: str, size: tuple[int, int, str]) -> int:
    """How many lines what an aha names takes at its least: the main panels with what stands
    beside them, and below these the others, side by side as the figure has them."""
    width, height = room(concept, size)
    rows = numbered(figures(concept)[0])
    named = [[each for each in row if each[1].title.startswith(AHA[concept])] for row in rows]
    mains = [each for row in named for each in row if each[1].main]
    others = [[each for each in row if not each[1].main] for row in named]
    if len(mains) == 1 and is_square(mains[0][1]):  # a plane, and a column beside it
        return sum(least(panel, width // 2, height) for row in others for _, panel in row)
    high = main_height(main_strips([mains], width, height), width, height)
    for group in (strip for row in others for strip in strips(row, width, height)):
        high += max(least(box.panel, box.width, height) for box in group.boxes)
    return high


@pytest.mark.parametrize("strip", STRIPS, ids=lambda size: size[2])
async def test_a_strip_takes_as_many_lines_as_is_counted_here(strip: tuple[int, int, str]) -> None:
    lesson = "softmax" if strip[2] == "lesson" else ""
    async with build("tfx softmax" * (not lesson), "dark", False, None, lesson).run_test(
        size=HOME
    ) as pilot:
        await press(pilot, *("e" * (not lesson)))
        high = pilot.app.instrument.figure_view.size.height
        assert high == room("softmax", strip)[1]
