"""The mathematics, in NumPy: each function says what it does, its shapes and its source.

It reads as a course. Each module uses only what stands above it here.

One layer, and how it learns
    softmax                 from scores to probabilities, and what a wrong guess costs
    erf                     the error function, which NumPy does not have
    activations             the bends between the layers, and their slopes
    shallow                 a network with one hidden layer, its gradients written out by hand
    optimizers              how a gradient becomes the next weights

What such a network can draw
    geometry.lines          the line where a weighted sum of two inputs is zero
    geometry.hinges         any curve as a sum of ReLU hinges, and how far it misses
    geometry.piecewise      the straight pieces that a stack of ReLU layers makes
    geometry.hull           where a point lies to a triangle: all that shares of three can mix

From text to tokens, and from scores to the next one
    bpe.plain               byte-pair encoding as one would write it first
    bpe.alphabet            what a text is made of before anything is merged
    bpe.pairs               finding and counting neighbours, all at once
    bpe.learner             the merges of bpe.plain, made fast
    bpe.learned             a text after any number of its merges
    bpe.encode              writing new text with merges learned on another
    embeddings              from who stands near whom in a text to a vector for each word
    sampling                choosing the next token: temperature, top-k, top-p, a seeded draw

Attention
    positions               how attention, which sees a set, is told an order
    rotary                  queries and keys turned by their place, in longer texts more slowly
    attention               every query meets every key, and mixes the values
    grouped                 several heads share the keys that they ask
    recurrence              one state walks along a sentence; what of each word is left in it
    patches                 a picture cut into tokens, and a convolution beside attention
    reach                   which token can hear of which, through how many layers

Transformers
    norms                   bringing every vector to the same size
    residual_stack          what is left of a signal in a deep stack, with and without a residual
    transformer             a block, forwards and backwards
    decoder_block           a block of today: RMS norms, turned heads, shared keys, a gate, a cache
    gpt                     a decoder: tokens in, scores of the next one out, and all the way back
    encoder_decoder         one half reads, the other writes and looks at what was read
    cutting                 what breaks without a head, and who wrote a logit
    cutting_halves          the same where one half reads and the other writes
    kv_cache                writing on: only what is new goes through the model
    ledger                  parameters and operations, counted

Training one
    fast.parts              memory that is used again, and a stream on its side
    fast.gpt                the loss of gpt and its gradient, as fast as the machine allows
    training                how weights come about, one pure step after another
    fast.shallow            many small networks trained at once, each at its own rate

What to decide before training
    gaussian_process        what measurements say of the places between them, and how surely
    search                  which settings to try next: a grid, chance, or most to gain

What networks work on here, all of it made up
    made_up.surfaces        landscapes to descend on
    made_up.xor             the XOR task: 1 where exactly one of two inputs is
    made_up.words           from a sentence to words, and a vector for each
    made_up.sentences       short sentences about a few things: words that keep company
    made_up.designed        attention with weights chosen by hand: a pronoun finds its noun
    made_up.drawings        a smile, a frown, and a detector whose weights are a picture
    made_up.sorting         the sorting task: CBABBC in, ABBBCC out
    made_up.reversing       the reversing task: STRESSED in, DESSERTS out
    made_up.lessons         what a small GPT can be taught from nothing
    made_up.prose           the writing task: a text in tokens, and what comes next

Models that others have trained
    published.designs       the sizes of some, each with its source
    published.halves        numbers of 16 bits, widened and kept while there is room
    published.safetensors   files that hold numbers and nothing that runs
    published.shards        a model in several such files
    published.config        what is known of a model beside its numbers
    published.sources       where a block's weights lie in a file
    published.pretrained    a published model, whoever published it
    published.gpt2          GPT-2, by the names of its tensors
    published.bert          BERT, RoBERTa and DistilBERT, by theirs
    published.llama         Llama and those built like it: Mistral, Qwen, SmolLM
    published.neox          GPT-NeoX, and Pythia, which is one
    published.families      which of them a file holds
    published.cut           what is left of one without a head, a feed-forward, a block
    published.side_by_side  several short texts read as one
    published.contributions who wrote a token's logit, of one that writes
    published.byte_bpe      how GPT-2 cuts text into tokens
    published.bpe_file      how models of today do, where that is known exactly
    published.wordpiece     how BERT does

What changed since 2017
    quantization            numbers rounded to a few levels, and a scale for many
"""
