"""Byte-pair encodings as `tokenizer.json` describes them: what is read here is read exactly.

    text → normalised → known tokens apart → pieces → bytes → merges → ids, between marks

Published models differ in how pieces are cut: GPT-2's way (`byte_bpe`), digits one by one before it
(SmolLM), or a pattern of their own (Llama 3, Qwen). What a file asks for beyond that is `NotExact`,
so that somebody else can read it. The format is that of https://github.com/huggingface/tokenizers.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from tui_transformer.nn.published import byte_bpe
from tui_transformer.nn.published.byte_bpe import ByteBpe, byte_letters
from tui_transformer.nn.published.safetensors import BadFile

Cut = Callable[[str], list[str]]
MOST_KNOWN = 5000  # tokens apart from the merges; no published model has as many


class NotExact(BadFile):
    """A tokenizer that is not read here as its own library would."""


# ── how pieces are cut ─────────────────────────────────────────────────────────────────

_CONTRACTION = re.compile("'(?:s|t|re|ve|m|ll|d)", re.IGNORECASE | re.ASCII)
_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_KINDS = r"[ SO]?L+|%s| ?O+R*|[ SR]*R+|[ SR]+(?![LNO])|[ SR]+"


def _by_pattern(numbers: str) -> Cut:
    """Cut as the patterns of Llama 3 and Qwen do, matched on a line of kinds."""
    pattern = re.compile(_KINDS % numbers)

    def cut(text: str) -> list[str]:
        kinds = "".join("R" if c in "\r\n" else byte_bpe.kind(c) for c in text)
        found, at = [], 0
        while at < len(text):
            match = _CONTRACTION.match(text, at) or pattern.match(kinds, at)
            end = match.end() if match else at + 1
            found.append(text[at:end])
            at = end
        return found

    return cut


def _digits_first(text: str) -> list[str]:
    """Cut every digit off by itself, and the rest as GPT-2 does."""
    found = []
    for number, letters in groupby(text, lambda c: byte_bpe.kind(c) == "N"):
        part = "".join(letters)
        found += list(part) if number else byte_bpe.pieces(part)
    return found


_PATTERNS = {
    _PATTERN % r"\p{N}{1,3}": _by_pattern("N{1,3}"),
    _PATTERN % r"\p{N}": _by_pattern("N"),
}


# ── tokens ─────────────────────────────────────────────────────────────────────────────


class MarkedBpe(ByteBpe):
    """A byte-pair encoding with its own way of cutting, and marks at both ends of a text.

    `known` are tokens that stand in a text as they are; `whole_first` takes a piece that is in
    the vocabulary as it is, whatever the merges say; `special` names stand for no text. Where
    a known token `takes_spaces`, those before it go with it.
    """

    def __init__(
        self,
        ids: Mapping[str, int],
        merges: Sequence[tuple[str, str]],
        cut: Cut = byte_bpe.pieces,
        form: str = "",
        known: Sequence[str] = (),
        ends: tuple[Sequence[int], Sequence[int]] = ((), ()),
        whole_first: bool = False,
        special: Sequence[str] = (),
        takes_spaces: bool = False,
    ) -> None:
        super().__init__(ids, merges)
        self.cut, self.form, self.whole_first = cut, form, whole_first
        self.before, self.after = (list(marks) for marks in ends)
        self.special = frozenset(special)
        self.known = frozenset(known)
        longest = sorted(map(re.escape, known), key=len, reverse=True)
        spaces = r"\s*" if takes_spaces else ""
        self._known = re.compile(f"{spaces}({'|'.join(longest)})") if longest else None

    def encode(self, text: str, most: int | None = None) -> list[int]:
        """Write a text in tokens between its marks, at most so many."""
        text = unicodedata.normalize(self.form, text) if self.form else text  # type: ignore[arg-type]
        inner: list[int] = []
        for part in self._known.split(text) if self._known else [text]:
            if part in self.known:
                inner.append(self.ids[part])
            else:
                inner += [i for piece in self.cut(part) for i in self._numbers(piece)]
        marks = len(self.before) + len(self.after)
        inner = inner if most is None else inner[: max(most - marks, 0)]
        return [*self.before, *inner, *self.after]

    def _numbers(self, piece: str) -> list[int]:
        letters = byte_letters()
        spelled = [letters[byte] for byte in piece.encode()]
        if self.whole_first and "".join(spelled) in self.ids:
            return [self.ids["".join(spelled)]]
        return [self.ids[token] for token in self.merged(spelled)]

    @property
    def start(self) -> int | None:
        """The token that stands for an empty text: a mark, or what stands between texts."""
        return self.before[0] if self.before else super().start

    def piece(self, token: int) -> bytes | None:
        """Say which bytes a token stands for; None for a mark, or one without a name."""
        name = self.names.get(token, "")
        if name in self.special:
            return None
        return name.encode() if name in self.known else super().piece(token)


# ── files ──────────────────────────────────────────────────────────────────────────────


def read(content: bytes) -> MarkedBpe:
    """Read a tokenizer.json; raises NotExact where it asks for what is not done here."""
    record = byte_bpe.from_json(content, "tokenizer.json")
    model = record.get("model") if isinstance(record, dict) else None
    if not isinstance(model, dict) or model.get("type", "BPE") != "BPE":
        raise NotExact("its tokenizer.json describes no byte-pair encoding")
    if model.get("byte_fallback") or model.get("dropout") or model.get("continuing_subword_prefix"):
        raise NotExact("its tokenizer.json describes a byte-pair encoding of another kind")
    merges = model.get("merges")
    if not isinstance(merges, list):
        raise BadFile("its tokenizer.json has no merges")
    ids = dict(byte_bpe.numbered(model.get("vocab"), "tokenizer.json"))
    known, special = _added(record.get("added_tokens") or [], ids)
    return MarkedBpe(
        ids,
        byte_bpe.pairs(merges),
        _cut(record.get("pre_tokenizer")),
        _form(record.get("normalizer")),
        known,
        _ends(record.get("post_processor")),
        bool(model.get("ignore_merges")),
        special,
    )


def _added(added: Any, ids: dict[str, int]) -> tuple[list[str], list[str]]:
    """Take what was added to the vocabulary: what may stand in a text, and what are marks."""
    if not isinstance(added, list) or len(added) > MOST_KNOWN:
        raise BadFile("the added_tokens of its tokenizer.json make no sense")
    known, special = [], []
    for token in added:
        name, number = (
            token.get(key) if isinstance(token, dict) else None for key in ("content", "id")
        )
        if not isinstance(name, str) or not name or type(number) is not int or number < 0:
            raise BadFile("the added_tokens of its tokenizer.json make no sense")
        ids[name] = number
        if token.get("special"):
            special.append(name)
            continue
        if any(token.get(flag) for flag in ("lstrip", "rstrip", "single_word")):
            raise NotExact("its tokenizer.json has tokens that take spaces along")
        known.append(name)
    return known, special


def _parts(record: Any, key: str) -> list[Mapping[str, Any]]:
    """List what is done one after the other."""
    if record is None:
        return []
    if not isinstance(record, dict):
        raise BadFile("its tokenizer.json makes no sense")
    parts = record.get(key) if record.get("type") == "Sequence" else [record]
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise BadFile("its tokenizer.json makes no sense")
    return parts


def _cut(record: Any) -> Cut:
    """Say how pieces are cut."""
    parts = _parts(record, "pretokenizers")
    kinds = [part.get("type") for part in parts]
    if not parts or kinds[-1] != "ByteLevel" or parts[-1].get("add_prefix_space"):
        raise NotExact("its tokenizer.json cuts text in a way that is not done here")
    whole = parts[-1].get("use_regex", True)
    if len(parts) == 1 and whole:
        return byte_bpe.pieces
    if kinds == ["Digits", "ByteLevel"] and whole and parts[0].get("individual_digits"):
        return _digits_first
    if kinds == ["Split", "ByteLevel"] and not whole:
        pattern = parts[0].get("pattern")
        written = pattern.get("Regex") if isinstance(pattern, dict) else None
        plain = parts[0].get("behavior") == "Isolated" and not parts[0].get("invert")
        if plain and isinstance(written, str) and written in _PATTERNS:
            return _PATTERNS[written]
    raise NotExact("its tokenizer.json cuts text in a way that is not done here")


def _form(record: Any) -> str:
    """Say which of Unicode's forms a text is brought into first."""
    forms = [part.get("type") for part in _parts(record, "normalizers")]
    if forms not in ([], ["NFC"]):
        raise NotExact("its tokenizer.json changes letters in a way that is not done here")
    return "NFC" if forms else ""


def _ends(record: Any) -> tuple[list[int], list[int]]:
    """Say which marks stand before and after a text."""
    before: list[int] = []
    after: list[int] = []
    for part in _parts(record, "processors"):
        kind = part.get("type")
        if kind == "ByteLevel":
            continue
        if kind != "TemplateProcessing" or not isinstance(part.get("single"), list):
            raise NotExact("its tokenizer.json ends texts in a way that is not done here")
        side = before
        for piece in part["single"]:
            if isinstance(piece, dict) and "Sequence" in piece:
                side = after
                continue
            side += _mark(part, piece)
    return before, after


def _mark(part: Mapping[str, Any], piece: Any) -> list[int]:
    """Find the numbers of a mark in a template."""
    try:
        numbers = part["special_tokens"][piece["SpecialToken"]["id"]]["ids"]
        if all(type(i) is int for i in numbers):
            return list(numbers)
    except (KeyError, TypeError):
        pass
    raise BadFile("the marks in its tokenizer.json make no sense")
