"""
A token is a number, and 17 is no more like 18 than like 700. So every token gets a **vector**,
a list of numbers of its own: an **embedding**. They are the rows of one table, and the token's
number says which row to take. That *lookup* is a product: a one-hot list, 1 at the word and 0
elsewhere, times the table is the row, exactly.

Where do the numbers come from? From company. Count who stands near whom, here in some short
sentences about kings, animals, food and banks. Weigh each count against chance (PPMI), and keep the
directions that say most (SVD). Words in like company get like rows: look up *king*, then *cat* or
*paris*. Type a `text` of your own, widen the `window`. Then look up *bank*: it has one row, which
lies between the river and the money, and cannot be right for both. After a few layers of
[attention](attention) it has another in each sentence.

*Often misread:* that king − man + woman is queen. Switch `exclude` off: with 16 numbers a row, 6 of
12 such questions land on one of the three words given, with 32 numbers 10. The famous answers strike
those out. And: that models look vectors up in a list made before. Word2Vec's were made apart and
kept; a transformer's table is trained with everything else, as in `prose-model`.

A row says nothing of where the [token](tokenizer) stands: that is [added](positions).
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.concepts.embeddings.view import view

CONCEPT = Concept(
    Embeddings,
    view,
    presets={
        "kings and queens": {},
        "a cat": {"word": "cat"},
        "bank, one row": {"word": "bank"},
        "none struck": {"exclude": False},
        "32 numbers, none struck": {"dimension": 32, "exclude": False},
    },
    challenges=(),
)
