"""The syllabus: chapters, and in each its concepts in the order in which they build up.

Pure data, without NumPy: the map is on the screen before the concepts are loaded.
"""

from tui_transformer.records import dataclass

# What the command line takes in place of a concept, and so no concept has as its id.
COMMANDS = (
    *("list", "help", "explain", "words", "learn", "quiz", "check", "record", "progress"),
    *("present", "follow", "class", "host", "view"),
)


@dataclass(frozen=True)
class Entry:
    """One line of the syllabus."""

    id: str
    title: str
    line: str

    @property
    def module(self) -> str:
        """The module that holds it."""
        return f"{__package__}.{self.id.replace('-', '_')}"


SYLLABUS: dict[str, tuple[Entry, ...]] = {
    "Neurons": (
        Entry(
            "neuron",
            "Linear unit & nonlinearity",
            "One weighted sum, one bend: what a single neuron can and cannot do.",
        ),
        Entry(
            "activations",
            "Activation functions, the gates",
            "Fixed curves that pass or stop a number, and a correction on its way back.",
        ),
        Entry(
            "depth",
            "Linear stack against nonlinear stack",
            "Linear layers collapse into one line; with ReLU between them they fold it.",
        ),
        Entry(
            "xor",
            "A hidden layer folds the plane",
            "No line parts XOR; move the points first, and a straight one does.",
        ),
        Entry(
            "approximation",
            "Universal approximation by hinges",
            "Every hinge buys one more kink; smooth targets are soon met, jumps never.",
        ),
    ),
    "Learning": (
        Entry(
            "mlp",
            "A tiny MLP (two ReLUs)",
            "Two hinges and their sum; a gradient is a switch, and you see it switch.",
        ),
        Entry(
            "backprop",
            "The graph, forwards and backwards",
            "Each node needs its own slope alone; slopes multiply along a way, and ways add.",
        ),
        Entry(
            "descent",
            "Gradient descent in a bowl",
            "Why one learning rate converges and a slightly larger one explodes.",
        ),
        Entry(
            "softmax",
            "Softmax & cross-entropy",
            "Scores become probabilities, and a wrong guess gets its price.",
        ),
        Entry(
            "logits",
            "Logits and uncertainty",
            "Raw evidence: its differences are log-odds, its digits need some care.",
        ),
        Entry(
            "sampling",
            "From logits to the next token",
            "Temperature, top-k and top-p: how far from the favourite a draw may go.",
        ),
    ),
    "From text to vectors": (
        Entry(
            "tokenizer",
            "A toy tokenizer (BPE)",
            "Pairs that occur together grow into tokens, one merge at a time.",
        ),
        Entry(
            "embeddings",
            "A token becomes a vector",
            "Looked up in a table: words that keep like company get like numbers.",
        ),
        Entry(
            "positions",
            "Positional encodings",
            "Waves tell attention, which sees a set, where each word stands.",
        ),
    ),
    "Attention": (
        Entry(
            "dot-product",
            "The dot product as similarity",
            "Direction and length both count; at random it spreads as √d.",
        ),
        Entry(
            "library",
            "Query, key, value: a soft dictionary",
            "A wish meets six catalogue cards; what you carry home is what is inside.",
        ),
        Entry(
            "attention",
            "Scaled dot-product attention",
            "A query meets every key; √d keeps the softmax from collapsing.",
        ),
        Entry(
            "values",
            "Attention: aggregating the values",
            "A weighted sum of values: it never leaves the shape they span.",
        ),
        Entry(
            "self-attention",
            "Self-attention on a sentence",
            "Every word asks every other; “it” finds its noun in two steps.",
        ),
        Entry(
            "heads",
            "Multi-head attention",
            "The same parameters, cut into several heads that each look their own way.",
        ),
        Entry(
            "recurrence",
            "A state that walks along the sentence",
            "One word after the other: what is left of the first is a long product.",
        ),
        Entry(
            "receptive-field",
            "Receptive fields",
            "How many layers two far tokens need to meet: attention takes one.",
        ),
        Entry(
            "scaling",
            "The quadratic cost, and sparse patterns",
            "n² scores overtake all else beyond n = 6d; sparse masks can reach as far.",
        ),
    ),
    "The block": (
        Entry(
            "layer-norm",
            "Layer normalisation",
            "Large or small, shifted or not: mean 0 and variance 1 go out.",
        ),
        Entry(
            "residual",
            "Residual connections and depth",
            "x + f(x): a highway on which the correction comes back through any depth.",
        ),
        Entry(
            "feed-forward",
            "Position-wise feed-forward network",
            "Every word by itself through the same weights: a memory of keys and values.",
        ),
        Entry(
            "block",
            "Putting it together: a transformer block",
            "Two parts add edits to a stream; without them it passes unchanged.",
        ),
        Entry(
            "encoder-decoder",
            "Encoder, decoder, cross-attention",
            "One half reads, the other writes and looks back at what was read.",
        ),
        Entry(
            "hyperparameters",
            "The control panel",
            "A handful of sizes, and every parameter of GPT-2 or BERT follows.",
        ),
        Entry(
            "search",
            "Looking for good hyperparameters",
            "The same number of tries on a grid, at random, or where a forecast sees most to gain.",
        ),
    ),
    "Working models": (
        Entry(
            "sorter",
            "A real transformer, small enough to own",
            "85,584 trained numbers sort your six letters; every one of them can be seen.",
        ),
        Entry(
            "patches",
            "A picture is a sequence too",
            "Cut a drawing into patches: tokens, each looks at all, and n² of scores.",
        ),
        Entry(
            "generation",
            "Next-token prediction",
            "A model says what may come next, chance draws one: a text, token by token.",
        ),
        Entry(
            "training",
            "Train one and watch",
            "From random numbers to a trick: the loss drops, and a stripe appears.",
        ),
        Entry(
            "real-model",
            "A published model, read by the same code",
            "Millions of numbers that others trained, and your sentence on its way through.",
        ),
    ),
    "What changed since 2017": (
        Entry(
            "rotary",
            "Positions as clock hands",
            "Queries and keys turn with their places; of both only the distance is left.",
        ),
        Entry(
            "grouped-heads",
            "Who shares whose keys",
            "Several heads ask the same keys: less is kept, and as many questions are asked.",
        ),
        Entry(
            "gated",
            "SwiGLU and its gate",
            "One half decides how much of the other passes, at the same number of parameters.",
        ),
        Entry(
            "quantization",
            "How few bits will do",
            "A weight rounded to a few levels: nothing is lost for long, and then everything.",
        ),
    ),
}

# What opens as a concept does, is on no map and builds on nothing: any file of the person's own.
VIEWER = Entry("view", "Look at any file", "Attention that another program saved, head by head.")
