"""The field's words: where each is explained, and what it means in one line.

Pure data. A word may stand on an earlier screen only where this line can be had beside it: the
explanation lists it below, the help too.
"""

import re
from functools import cache
from typing import NamedTuple

from tui_transformer.concepts import entries


class Word(NamedTuple):
    """A term with the concept that explains it; `pattern` finds it in a text."""

    name: str
    home: str
    gloss: str
    pattern: str = ""


WORDS: tuple[Word, ...] = (
    # Neurons
    Word("weight", "neuron", "a factor that a network learns; an input is multiplied by it"),
    Word("bias", "neuron", "a learned number that is added to the weighted sum", r"bias(es)?"),
    Word("pre-activation", "neuron", "z, the weighted sum before the bend", r"pre-activations?"),
    Word("boundary", "neuron", "where z = 0: on one side is class 1, on the other class 0"),
    Word("class", "neuron", "one of the answers to choose from", r"class(es)?"),
    Word(
        "norm", "neuron", "‖x‖: an arrow's length, the root of the sum of its squares", r"‖[^‖]+‖"
    ),
    Word(
        "activation",
        "activations",
        "a fixed curve behind a sum, which lets pass or stops it",
        r"activations?|activation functions?",
    ),
    Word("ReLU", "activations", "max(0, x): what is negative becomes 0", r"ReLUs?"),
    Word("sigmoid", "activations", "1/(1 + e^−x), between 0 and 1", r"sigmoids?"),
    Word("tanh", "activations", "an S like the sigmoid's, between −1 and 1"),
    Word("GELU", "activations", "x times how likely a normal draw is below x; BERT's and GPT-2's"),
    Word("SiLU", "activations", "x times its sigmoid; also called Swish", r"SiLU|Swish"),
    Word("slope", "activations", "how fast a curve rises at a point: rise by run", r"slopes?"),
    Word(
        "saturation",
        "activations",
        "where a curve is flat, and no gradient passes",
        r"saturat(ed|es|ion)",
    ),
    Word("layer", "depth", "units side by side that all read the same numbers", r"layers?"),
    Word("linear", "depth", "weighted sums and nothing else: no bend"),
    Word("matrix", "depth", "numbers in rows and columns; a layer's weights", r"matri(x|ces)"),
    Word("kink", "depth", "where a curve of straight pieces changes direction", r"kinks?"),
    Word("hidden layer", "xor", "units between input and output", r"hidden layers?"),
    Word("hinge", "approximation", "one ReLU of one input: flat, then a straight line", r"hinges?"),
    # Learning
    Word(
        "gradient", "mlp", "how fast the result rises with each number: their slopes", r"gradients?"
    ),
    Word(
        "finite difference",
        "mlp",
        "a slope measured by moving a number a little",
        r"finite differences?",
    ),
    Word("chain rule", "backprop", "slopes one after another multiply"),
    Word("backpropagation", "backprop", "every gradient in one walk back through the graph"),
    Word(
        "learning rate", "descent", "η: which part of the gradient a step goes", r"learning rates?"
    ),
    Word("loss", "descent", "one number for how wrong; learning makes it smaller", r"loss(es)?"),
    Word("curvature", "descent", "how fast a slope changes: λ, along each axis of a bowl"),
    Word("minimum", "descent", "a place from which every way leads up", r"minim(um|a)"),
    Word("saddle", "descent", "flat, but downhill in some directions", r"saddles?"),
    Word("momentum", "descent", "steps that keep some of the speed of those before"),
    Word("Adam", "descent", "steps scaled, for each weight, by its gradients so far"),
    Word("softmax", "softmax", "e to each score, over the sum of all: shares that add up to 1"),
    Word("logit", "softmax", "a raw score, before it becomes a probability", r"logits?"),
    Word("temperature", "softmax", "what scores are divided by: low is bold, high is even"),
    Word("cross-entropy", "softmax", "−ln p of what was right: the price of a guess"),
    Word("entropy", "softmax", "how undecided shares are: 0 for one sure, ln n for n even"),
    Word("nat", "softmax", "the unit of −ln p: 1 nat is paid for p = 1/e = 0.37", r"nats?"),
    Word("one-hot", "softmax", "a 1 where the right answer is, 0 elsewhere"),
    # Scores and choices
    Word("log-odds", "logits", "ln of p over 1 − p; the gap of two logits"),
    Word("odds", "logits", "p over 1 − p: 3 to 1 is p = 0.75"),
    Word("overflow", "logits", "a number too large for the computer's format", r"overflow(s|ed)?"),
    Word("float32", "logits", "numbers in 4 bytes: some 7 digits, up to 3.4e38"),
    Word("top-k", "sampling", "only the k likeliest may be drawn"),
    Word("top-p", "sampling", "only the fewest that hold a share p may be drawn"),
    Word(
        "seed", "sampling", "the number that chance starts from: same seed, same draws", r"seeds?"
    ),
    Word("token", "tokenizer", "a piece of text with a number: a word or a part", r"tokens?"),
    Word(
        "byte pair encoding",
        "tokenizer",
        "the commonest pair becomes one token, again and again",
        r"byte.pair encoding",
    ),
    Word("merge", "tokenizer", "two tokens that have become one", r"merges?"),
    Word("vocabulary", "tokenizer", "all tokens that there are"),
    Word("vector", "embeddings", "a list of numbers; an arrow", r"vectors?"),
    Word("embedding", "embeddings", "a token's vector: one row of a learned table", r"embeddings?"),
    Word("PPMI", "embeddings", "how much oftener than by chance two words meet: a logarithm"),
    Word("SVD", "embeddings", "finds the few directions that say most of a matrix"),
    Word(
        "positional encoding",
        "positions",
        "numbers that say where a word stands",
        r"positional encodings?",
    ),
    Word("rotary", "positions", "queries and keys turned by an angle that grows with the place"),
    # Attention
    Word(
        "dot product",
        "dot-product",
        "multiply number by number, then add: how alike",
        r"dot products?",
    ),
    Word(
        "cosine", "dot-product", "the dot product over both lengths: 1 is the same way", r"cosines?"
    ),
    Word("dimension", "dot-product", "how many numbers a vector has", r"dimensions?"),
    Word("query", "library", "what a word asks for, as numbers", r"quer(y|ies)"),
    Word("key", "library", "what a word offers to be found by, as numbers", r"keys?"),
    Word("value", "library", "what a word hands on once it is found, as numbers"),
    Word("attention", "attention", "a weighted average, the weights from queries and keys"),
    Word("score", "attention", "how well a key fits a query: their dot product", r"scores?"),
    Word("convex hull", "values", "the smallest shape with straight sides around all points"),
    Word("self-attention", "self-attention", "queries, keys and values from the same sentence"),
    Word("causal mask", "self-attention", "no word sees a later one", r"causal( mask)?"),
    Word("head", "heads", "one attention of several side by side", r"(attention )?heads?"),
    Word("W_O", "heads", "the matrix that mixes what the heads have found"),
    Word("recurrent", "recurrence", "handed on from word to word, one step each"),
    Word(
        "hidden state",
        "recurrence",
        "the numbers that a recurrent layer carries along",
        r"hidden states?",
    ),
    Word(
        "receptive field",
        "receptive-field",
        "every input that can reach an output",
        r"receptive fields?",
    ),
    Word("convolution", "receptive-field", "the same few weights at every place", r"convolutions?"),
    Word("FLOP", "scaling", "one addition or multiplication", r"FLOPs?"),
    Word("sparse", "scaling", "most scores left out, by a rule"),
    # The block
    Word(
        "layer norm",
        "layer-norm",
        "mean out, divided by the spread, then a learned size",
        r"layer norm(s|alisation)?",
    ),
    Word("variance", "layer-norm", "the mean square of what differs from the mean"),
    Word("standard deviation", "layer-norm", "the root of the variance: the spread"),
    Word("RMS norm", "layer-norm", "divided by the root mean square; the mean stays"),
    Word(
        "residual connection",
        "residual",
        "what a layer gives is added to what it got",
        r"residual connections?|residuals?",
    ),
    Word(
        "vanishing gradient",
        "residual",
        "multiplied by less than 1 in layer after layer",
        r"vanish(es|ing)?( gradients?)?",
    ),
    Word(
        "feed-forward network",
        "feed-forward",
        "widen, bend, narrow: each word by itself",
        r"feed-forward( networks?)?",
    ),
    Word(
        "block",
        "block",
        "attention and a feed-forward network, each added to the stream",
        r"blocks?",
    ),
    Word("stream", "block", "the vectors that run through all blocks, one a word"),
    Word("pre-LN", "block", "the norm reads a copy; the stream is left as it is"),
    Word("post-LN", "block", "the norm stands in the stream itself"),
    Word("encoder", "encoder-decoder", "the half that reads, all at once", r"encoders?"),
    Word(
        "decoder", "encoder-decoder", "the half that writes, one sign after another", r"decoders?"
    ),
    Word("cross-attention", "encoder-decoder", "queries of one text, keys and values of another"),
    Word(
        "hyperparameter",
        "hyperparameters",
        "decided before training and never learned",
        r"hyperparameters?",
    ),
    Word("parameter", "hyperparameters", "a number that training may change", r"parameters?"),
    Word(
        "KV cache",
        "hyperparameters",
        "keys and values kept from tokens already read",
        r"(KV )?cache",
    ),
    Word("batch", "hyperparameters", "the examples whose gradients make one step", r"batch(es)?"),
    Word("epoch", "hyperparameters", "once through all examples", r"epochs?"),
    Word("dropout", "hyperparameters", "a random share of the units is silent in each step"),
    Word("weight decay", "search", "every step draws weights a little towards 0", r"weight.decay"),
    Word("grid search", "search", "every combination of a few values of each knob"),
    Word("random search", "search", "each setting is drawn by itself"),
    Word(
        "Bayesian search",
        "search",
        "the next try goes where a forecast sees most to gain",
        r"bayesian( search)?",
    ),
    Word(
        "Gaussian process",
        "search",
        "a forecast between what was measured, and how sure it is",
        r"Gaussian process(es)?",
    ),
    # Working models
    Word("logit lens", "sorter", "the output head asked in the middle of the way"),
    Word("pixel", "patches", "one dot of a picture, as a number: ink 1, paper 0", r"pixels?"),
    Word(
        "patch", "patches", "a square of a picture, its pixels in one row: a token", r"patch(es)?"
    ),
    Word("prompt", "generation", "the text that a model goes on with", r"prompts?"),
    Word(
        "induction head",
        "training",
        "looks at what came after the same token before",
        r"induction heads?",
    ),
    # What changed since 2017
    Word(
        "grouped-query attention",
        "grouped-heads",
        "heads in groups, each with one set of keys",
        r"grouped-query attention|GQA",
    ),
    Word("multi-query", "grouped-heads", "all heads share one set of keys and values"),
    Word("SwiGLU", "gated", "a feed-forward network whose gate is bent by SiLU"),
    Word("GEGLU", "gated", "a feed-forward network whose gate is bent by GELU"),
    Word(
        "quantization",
        "quantization",
        "weights rounded to a few levels, to take fewer bits",
        r"quanti[sz](ation|ed|es?)",
    ),
    Word(
        "outlier", "quantization", "one number far larger than all others beside it", r"outliers?"
    ),
)


@cache
def _place(concept_id: str) -> int:
    ids = [entry.id for entry in entries()]
    return ids.index(concept_id) if concept_id in ids else len(ids)


@cache
def _finder(word: Word) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{word.pattern or re.escape(word.name)})(?![\w-])", re.I)


def not_before(concept_id: str, text: str) -> tuple[Word, ...]:
    """The words of the list that a text uses and that no earlier concept explains."""
    place = _place(concept_id)
    return tuple(w for w in WORDS if _place(w.home) >= place and _finder(w).search(text))


def ahead(concept_id: str, text: str) -> tuple[Word, ...]:
    """Those that only a later concept explains."""
    return tuple(word for word in not_before(concept_id, text) if word.home != concept_id)


def look_up(name: str) -> Word | None:
    """Find a word however it is written: its own name first."""
    exact = (word for word in WORDS if word.name.casefold() == name.casefold())
    return next(exact, None) or next((w for w in WORDS if _finder(w).fullmatch(name)), None)
