"""Make small tokenizers of each kind with the library that defines them, and what they make.

    uv run --only-group reference python tests/reference/make_tokenizers.py

Each file in `tokenizers/` has a tokenizer.json and some texts with their tokens.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, trainers
from tokenizers import pre_tokenizers as pre
from tokenizers import processors as post

HERE = Path(__file__).parent / "tokenizers"
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LEARNED = ["the cat drank the milk because it was thirsty", "the dog's milk isn't the cat's",
           "low lower lowest 1234 12 1999 2024 in 3.14", "newest widest"] * 5  # fmt: skip
TEXTS = [
    "", " ", "the cat", "The cat's milk, it isn't.", "  two  spaces   and\ttabs\n\nlines \n end ",
    "1234567 x12 3.14 ٣٤٥ ½ ⅷ", "IT'S DON'T we'Ll 'quoted' '", "naïve café cafe\u0301 Ångström",
    "日本語 text 한국어", "🙂🙃 a🙂b", "<think>milk</think> <|end|>", "a\u00a0b\u2003c\u200bd\x85e",
    "x=1;\r\ny_2 = [3,4]\r\n\r\n", "...!!?\n\n\nnext", "    indented        more", "\x00\x1f\x7f",
    "²³ x² ①", "e\u0301\u0301 \u1e9b\u0323", "\n", " \n ", "a\n b", "trailing   ",
]  # fmt: skip


def level(regex: bool) -> pre.ByteLevel:
    return pre.ByteLevel(add_prefix_space=False, use_regex=regex)


def split(numbers: str) -> pre.Sequence:
    return pre.Sequence([pre.Split(Regex(PATTERN % numbers), "isolated"), level(False)])


def made(cut: pre.PreTokenizer, form: bool, added: list[AddedToken], **model: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer, tokenizer.decoder = cut, decoders.ByteLevel()
    if form:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.post_processor = post.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre.ByteLevel.alphabet(), special_tokens=["<|begin|>"]
    )
    tokenizer.train_from_iterator(LEARNED, trainer)
    tokenizer.add_tokens(added)
    return tokenizer


def kinds() -> dict[str, Tokenizer]:
    think = [AddedToken(word, normalized=False) for word in ("<think>", "</think>")]
    spaces = [AddedToken(" " * i, normalized=True) for i in range(8, 1, -1)]
    llama3 = made(split(r"\p{N}{1,3}"), False, [], ignore_merges=True)
    llama3.post_processor = post.Sequence([
        post.ByteLevel(trim_offsets=False),
        post.TemplateProcessing(
            single="<|begin|> $A", pair="$A $B", special_tokens=[("<|begin|>", 0)]
        ),
    ])  # fmt: skip
    digits = pre.Sequence([pre.Digits(individual_digits=True), level(True)])
    return {
        "gpt2": made(level(True), False, []),
        "llama3": llama3,
        "qwen": made(split(r"\p{N}"), True, think),
        "smollm": made(digits, False, []),
        "pythia": made(level(True), True, spaces),
    }


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name, tokenizer in kinds().items():
        texts = [[text, tokenizer.encode(text).ids] for text in TEXTS]
        record = {"tokenizer": json.loads(tokenizer.to_str()), "texts": texts}
        (HERE / f"{name}.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
