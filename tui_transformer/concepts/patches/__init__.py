"""
A picture can be read like a sentence, once it is a sequence. Cut it into squares, **patches**, and
write the pixels of each in one row. Times a matrix, that row is a vector, as a word gets its
[embedding](embeddings): a token like any other. All that was said of
[attention](self-attention) holds, unchanged.

Here the weights are designed: each patch asks for its own mirror image. In the smile B1, half of
the mouth, gives 0.907 of its attention to B2, the other half. A [convolution](receptive-field)
sees 9 pixels, 3×3 around each place; edge-x answers where paper turns to ink from left to right.
One output can have seen all 64 pixels after 4 such layers; after 1 of attention.

To paint, open `pixels` with enter: arrows walk, and a click or `+` turns a pixel over.

The detector is one [neuron](neuron) whose weights are a picture: 1 where only a
smile has ink, −1 where only a frown has. The smile scores 6, the frown −6, and a
[gate](activations), ReLU, lets the smile pass.

*Often misread:* that patches half as wide cost twice as much. There are four times as many, and
[n²](scaling) becomes 16 times as large, 256 for 16. So ViT-B/16, a published model, cuts 224×224
pixels into 196 patches of 16×16. With a token for every pixel each head would have 2.5 billion
scores.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.patches import tasks
from tui_transformer.concepts.patches.model import Patches, unpainted
from tui_transformer.concepts.patches.view import view

CONCEPT = Concept(
    Patches,
    view,
    presets={
        "a smile in 4 patches": {},
        "16 patches": {"patch": "2"},
        "every pixel a token": {"patch": "1", "query": 33},
        "one single patch": {"patch": "8"},
        "a frown": {"drawing": "frown"},
        "an upright edge": {"drawing": "edge"},
        "16×16 pixels": {"pixels": unpainted(16), "query": 8},
        "random weights": {"weights": "random"},
        "blank paper": {"drawing": "own"},
    },
    challenges=(
        Challenge(
            "on blank paper, paint a smile that the detector scores 4 or more",
            tasks.is_painted_smile,
            {
                "drawing": "own",
                "pixels": tasks.painted((4, 1), (4, 6), (6, 2), (6, 3), (6, 4), (6, 5)),
            },
            hint="Its weights are a picture; where are they 1?",
            seen=tasks.said_of_smile,
        ),
        Challenge(
            "cut into patches of 2, find one that gives over half to one other",
            tasks.finds_its_image,
            {"patch": "2", "query": 8},
            hint="Whose mirror image is to be found in one place alone?",
            seen=tasks.said_of_image,
        ),
        Challenge(
            "show edge-y ink to which it answers in the top and bottom row alone",
            tasks.answers_only_outside,
            {"drawing": "edge", "kernel": "edge-y"},
            hint="From top to bottom nothing may change.",
            seen=tasks.said_of_edge,
        ),
    ),
)
