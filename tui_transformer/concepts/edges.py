"""What builds on what, and why: for each concept the earlier ones, each with one sentence.

The sentence is the later concept's: what of the earlier one it uses. Every link in an explanation
to an earlier concept is such an edge.
"""

EDGES: dict[str, dict[str, str]] = {
    "activations": {
        "neuron": "A gate is the bend that a neuron puts behind its weighted sum.",
    },
    "depth": {
        "activations": "Its layers have a gate between them; without one they collapse.",
    },
    "xor": {
        "neuron": "One neuron draws one straight line, and no line parts XOR.",
        "activations": "The gates of the hidden layer are what folds the plane.",
    },
    "approximation": {
        "neuron": "A hinge is a neuron with one input, and a neuron adds them up.",
        "activations": "A hinge is a ReLU, moved and stretched.",
        "depth": "Depth makes pieces by folding; width makes them here, one a hinge.",
    },
    "mlp": {
        "neuron": "Each hinge is a neuron: a weight, a bias and a bend.",
        "activations": "A ReLU's slope is 0 or 1: that switches a gradient off or on.",
        "xor": "The same kind of network, one hidden layer and a sum, and its slopes.",
        "approximation": "A few of those hinges, and now they learn from what they miss.",
    },
    "backprop": {
        "mlp": "There the slopes came from formulas; a graph finds them for any sum.",
    },
    "descent": {
        "mlp": "What its weights did in one step is done here over and over.",
        "backprop": "The gradient to walk against is what goes down through the graph.",
    },
    "softmax": {
        "neuron": "Every score that goes in is a neuron's weighted sum, before any bend.",
    },
    "logits": {
        "softmax": "With two classes softmax is one curve, and only their gap counts.",
    },
    "sampling": {
        "softmax": "The shares that are drawn from are a softmax at a temperature.",
        "logits": "It starts from such scores, of which only the gaps count.",
    },
    "embeddings": {
        "softmax": "One-hot was the right answer there; here it picks a row.",
        "tokenizer": "Each token's number says which row of the table is its vector.",
    },
    "positions": {
        "tokenizer": "A place is a place among tokens: the first, the second, and so on.",
        "embeddings": "A word's row is the same at every place; this tells places apart.",
    },
    "dot-product": {
        "neuron": "The weighted sum of a neuron is a dot product: weights with inputs.",
        "embeddings": "How near two rows lie is their dot product over both lengths.",
    },
    "library": {
        "softmax": "A low temperature makes a dictionary of it, a high one an average.",
        "dot-product": "How well a card fits what is asked for is their dot product.",
    },
    "attention": {
        "softmax": "The weights are a softmax of the scores, one query at a time.",
        "dot-product": "A score is the dot product of query and key, divided by √d.",
        "library": "The same steps with lists of numbers for books: score, share, add.",
    },
    "values": {
        "library": "What was carried home was such a mixture: here it is a point.",
        "attention": "The weights come from there; here they mix the values.",
    },
    "self-attention": {
        "embeddings": "The vectors that it mixes are such rows, one a word.",
        "positions": "No places are given here: words that are alike are found alike.",
        "attention": "Each word of the sentence is a query, and a key, of that kind.",
        "values": "What a word takes in is such a mixture of the values of all.",
    },
    "heads": {
        "positions": "The head that looks one word back finds it by its place.",
        "attention": "Each head attends so by itself, with columns of its own.",
        "self-attention": "One such square for every head, all over the same sentence.",
    },
    "recurrence": {
        "activations": "Each step ends in a gate, whose slope is one factor of many.",
        "backprop": "What is left of a word is slopes multiplied along the way.",
        "attention": "It looks at each word directly, and at all of them at once.",
    },
    "receptive-field": {
        "attention": "All tokens in one layer: the shortest way that there is.",
        "self-attention": "A field says what can arrive; the weights say what does.",
        "recurrence": "One of its kinds is such a walk: a step for every token between.",
    },
    "scaling": {
        "attention": "Every query meets every key: n² scores of d products each.",
        "receptive-field": "What a sparse pattern leaves out takes several hops to arrive.",
    },
    "layer-norm": {
        "neuron": "It ends as a neuron begins: a learned factor and a learned shift.",
    },
    "residual": {
        "activations": "Each layer ends in a gate, whose slope the gradient has to pass.",
        "recurrence": "There it faded from word to word, here from layer to layer.",
        "layer-norm": "It keeps in bounds what the additions make larger.",
    },
    "feed-forward": {
        "activations": "A gate between its two matrices says how strongly a key answers.",
        "attention": "It works on what each word has found there, word by word.",
        "residual": "Its output is added to what was there, as there.",
    },
    "block": {
        "positions": "Places are added to the words before the first block.",
        "attention": "The part in which words look at each other.",
        "heads": "Its attention has several heads, which are added up.",
        "layer-norm": "Each part reads a normed copy, or is normed after its addition.",
        "residual": "Each part adds to a stream that nothing else changes.",
        "feed-forward": "The part in which each word is worked on by itself.",
    },
    "encoder-decoder": {
        "attention": "Here in three kinds: over the source, the answer, and across.",
        "block": "Each half is a stack of blocks; the decoder's have one part more.",
    },
    "hyperparameters": {
        "descent": "The learning rate decided before training is the step of the bowl.",
        "embeddings": "The table has a row of d numbers for each token of the vocabulary.",
        "scaling": "What a token costs is counted as there, attention's part included.",
        "block": "Nearly all that is counted lies in its blocks, 12·d² in each.",
    },
    "search": {
        "xor": "What is trained in a try is such a network, from random weights.",
        "descent": "There one rate converged and another exploded; here the rate is sought.",
        "hyperparameters": "The knobs decided before training; here good ones are looked for.",
    },
    "sorter": {
        "positions": "A letter comes in as its own vector plus that of its place.",
        "attention": "Equal letters get equal shares, and so they are counted.",
        "block": "Three of them, one upon the other, with weights that were trained.",
    },
    "patches": {
        "neuron": "The detector is one neuron, and its weights are a picture.",
        "activations": "A gate behind it lets a smile pass, and stops a frown.",
        "embeddings": "There a token looked its vector up; here a matrix makes it of pixels.",
        "self-attention": "The same square of who looks at whom, with patches for words.",
        "receptive-field": "A convolution of 3×3 sees 9 pixels, and layers widen it.",
        "scaling": "Smaller patches are more tokens, and n² is what they cost.",
    },
    "generation": {
        "sampling": "Every token is drawn so: temperature, top-k, top-p, then chance.",
        "tokenizer": "It reads and writes these tokens, 256 of them.",
        "embeddings": "Its first step is a lookup, and its last the same table again.",
        "positions": "Its places are learned, so a token that moves has another key.",
        "recurrence": "Writing is sequential again: each token waits for the one before.",
        "sorter": "The same blocks in the same code, with a text to go on with.",
        "patches": "There a drawing was cut into tokens; here a text is, and it goes on.",
    },
    "training": {
        "descent": "Each step walks against the gradient, with thousands of weights.",
        "softmax": "Every guess is priced by cross-entropy, in nats.",
        "attention": "The stripe that appears is made of such weights, one row a letter.",
        "block": "What learns is a stack of these, small enough to watch.",
        "hyperparameters": "The knobs decided before training, and now what they do.",
        "search": "Learning rate and weight decay are two of its knobs, in one run of many.",
        "sorter": "Such a network was trained before; here you see it happen.",
    },
    "real-model": {
        "self-attention": "There the links were designed; here training found them.",
        "block": "The same arithmetic in the same code, with weights that were published.",
        "encoder-decoder": "BERT is an encoder alone, GPT-2 a decoder without the encoder.",
        "sorter": "Read off in the same way, layer by layer, with others' weights.",
        "generation": "GPT-2 says what comes next, as there.",
    },
    "rotary": {
        "positions": "There places were added to words; here they turn queries and keys.",
        "dot-product": "Two hands score their lengths times the cosine between them.",
        "attention": "The score is the one that is made there, with both sides turned.",
        "patches": "There nothing said where a patch was cut; a turn could say it.",
        "training": "Its networks learn a vector for each place; here nothing is learned.",
        "real-model": "Models of today that open there turn their queries and keys so.",
    },
    "grouped-heads": {
        "heads": "There each head had keys and values of its own; here several share them.",
        "hyperparameters": "Its kv_heads and its cache bytes, seen from inside.",
        "real-model": "A Llama that opens there shares its keys by the same code.",
        "rotary": "The keys that are kept were turned so, each by its place.",
    },
    "gated": {
        "activations": "The curves that bend a gate, and a plain unit, are those.",
        "layer-norm": "What comes in is normed as there, mostly without the mean.",
        "feed-forward": "Widen, bend, narrow, as there; new is a second sum for each unit.",
        "hyperparameters": "Its gated networks and RMS norms were counted there; here they work.",
        "real-model": "Models of today that open there run these lines of code.",
    },
    "quantization": {
        "hyperparameters": "The bytes for each weight were a knob there; here they are earned.",
        "sorter": "Its trained weights are rounded here, and its lines are counted.",
        "training": "What is rounded was found so, step by step, in float32.",
        "real-model": "Such models are often handed on with fewer bits, to fit a memory.",
    },
}


def builds_on(concept_id: str) -> dict[str, str]:
    """The earlier concepts that one uses, each with what for."""
    return EDGES.get(concept_id, {})


def leads_to(concept_id: str) -> dict[str, str]:
    """The later concepts that use one, each with what for."""
    return {later: uses[concept_id] for later, uses in EDGES.items() if concept_id in uses}
