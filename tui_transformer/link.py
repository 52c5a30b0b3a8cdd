"""A link: the command line that reopens a state, safe to paste into a shell, and read here.

`open_command` reads one as text (pasted, or what came behind `ssh host`), `open_words` one that
a shell has taken apart already. All that opens a state from outside goes through them; what they
cannot use is a BadValue with one sentence.
"""

import re
import shlex
from collections.abc import Mapping

from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load, opens
from tui_transformer.concepts.syllabus import COMMANDS, VIEWER
from tui_transformer.controls import BadValue
from tui_transformer.model import Model
from tui_transformer.text import UNSAFE, and_list, did_you_mean, is_clean, shorten, visible

PROGRAM = "tfx"
_PROMPTS = ("$", "%", "#", ">", "»", "❯", "➜", "λ")
_PAGE = re.compile(r"https?://[^\s?#]+\?([^#]*)")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_LEADING = 8  # words in which the program's name is looked for, after a prompt or `uv run`


# What a control stood at in the first version, where it opens otherwise since. A link always
# writes these, so that it says the same state to either.
FIRST_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "descent": {"steps": "10"},  # 2026-11-28: opens before the first step
    "xor": {"solution": "designed"},  # 2026-11-28: opens before it is solved
}


# ── writing ────────────────────────────────────────────────────────────────────────────


def link(concept: str, assignments: Mapping[str, str], ascii: bool = False) -> str:
    """Write the command that opens a state; `ascii` spells every other character out."""
    words = [PROGRAM, concept, *(f"{name}={text}" for name, text in assignments.items())]
    return " ".join(quote(word, ascii) for word in words)


def link_to(concept: str, model: Model, ascii: bool = False) -> str:
    """Write the command that opens a model's state, today and in the first version."""
    written, changed = model.assignments(), FIRST_DEFAULTS.get(concept, {})
    assignments = {
        name: control.format(getattr(model, name))
        for name, control in model.controls().items()
        if name in changed or name in written
    }
    return link(concept, assignments, ascii)


def quote(word: str, ascii: bool = False) -> str:
    """Quote a word for a shell; control characters are spelled out, never sent raw."""
    plain = str.isascii if ascii else bool
    if is_clean(word) and plain(word):
        return shlex.quote(word)
    escaped = UNSAFE.sub(_spelled, word.replace("\\", "\\\\").replace("'", "\\'"))
    return "$'" + (_FOREIGN.sub(_spelled, escaped) if ascii else escaped) + "'"


def _spelled(character: re.Match[str]) -> str:
    code = ord(character[0])
    return f"\\x{code:02x}" if code < 0x80 else f"\\U{code:08x}"


# ── opening ────────────────────────────────────────────────────────────────────────────


def open_command(text: str) -> tuple[Concept, Model]:
    """Open the state that a text describes, with or without a prompt and the program's name."""
    return open_words(command_words(text))


def open_words(words: list[str]) -> tuple[Concept, Model]:
    """Open the state that a concept's name and words such as `temperature=2` describe."""
    if not " ".join(words).strip():
        raise BadValue("A link names a concept first, as in: softmax temperature=2")
    first, *rest = [*words[0].split(), *words[1:]]  # at a space that no shell saw as one
    if first == VIEWER.id:
        rest = _named(rest)
    elif _is_option(first) or first in COMMANDS:
        raise BadValue(f"{_shown(first)} is for the command line; a link names a concept first.")
    if "=" in first:
        raise BadValue(f"{_shown(first)} comes after a concept, as in: softmax temperature=2")
    concept = concept_called(first)
    return concept, concept.model().parsed(assignments(concept, rest))


def _named(words: list[str]) -> list[str]:
    """Let words behind `view` that set nothing be the file and the one compared with it."""
    from tui_transformer.concepts._real_model_places import allowed

    if not allowed():
        raise BadValue("view opens files, and this account may not open any.")
    if any(_is_option(word) for word in words):
        return words
    plain = [word for word in words if not re.match(r"[a-z_]+=", word)]
    if len(plain) > 2:
        raise BadValue(f"view takes one file, or two; {_shown(plain[2])} is one too many.")
    found = dict(zip(plain, ("file", "other"), strict=False)) if len(set(plain)) > 1 else {}
    found = found or dict.fromkeys(plain, "file")
    return [f"{found[word]}={word}" if word in found else word for word in words]


def concept_called(name: str) -> Concept:
    """Load a concept by its id; BadValue, with what may have been meant, where there is none."""
    if opens(name) is None:
        guess = did_you_mean(name, [entry.id for entry in entries()])
        more = guess or " The map shows what there is, and so does tfx list."
        raise BadValue(f"There is nothing called {_shown(name)}.{more}")
    return load(name)


def assignments(concept: Concept, words: list[str]) -> dict[str, str]:
    """Split `name=value` words, of which each must name another control."""
    known = list(concept.model.controls())
    typed: dict[str, str] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if _is_option(word):
            raise BadValue(f"{_shown(word)} is for the command line; a link has name=value only.")
        if not sign:
            raise BadValue(f"{_shown(word)} sets nothing: give a control as name=value.")
        if name not in known:
            raise BadValue(
                f"{concept.id} has no control {_shown(name)}.{did_you_mean(name, known)}"
                f" It has {and_list(known)}."
            )
        if name in typed:
            raise BadValue(f"{name} is given twice: {_shown(typed[name])} and {_shown(text)}.")
        typed[name] = text
    return typed


def _is_option(word: str) -> bool:
    return re.match("[-–—]+[^\\W\\d]", word) is not None


def _shown(name: str) -> str:
    return visible(shorten(name.strip(), 30)) or "''"


# ── reading ────────────────────────────────────────────────────────────────────────────


def command_words(text: str) -> list[str]:
    """Split a link into words, without what stood before it: a prompt, the program's name.

    A page that `tfx host --web` serves has the link behind its question mark.
    """
    text = text.strip().strip("`")
    if page := _PAGE.match(text):
        from urllib.parse import unquote

        text = unquote(page[1])
    parts = words(text)
    while parts and parts[0] in _PROMPTS:
        parts = parts[1:]
    if parts and opens(parts[0]) is None:
        for place, word in enumerate(parts[:_LEADING]):
            if word == PROGRAM or word.endswith(f"/{PROGRAM}"):
                return parts[place + 1 :]
    return parts


# What a mail or a web page may put between letters that belong together.
_UNSEEN = "[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
# A line end inside a quotation is where a mail was wrapped: our own links spell theirs out.
_WRAPPED = re.compile(r"[ \t]*[\r\n]+[ \t]*")

# Curly quotation marks stand for straight ones around a word or its value; within a word they
# are letters, as in “it’s”.
# Compiled when a command is read: most starts have none to read.
_PIECE = r"""(?P<space>\s+ | (?<=\s)\#[^\r\n]*) | \\(?P<joined>\r?\n)
      | \$'(?P<spelled>(?:[^'\\]|\\.)*)' | '(?P<single>[^']*)' | "(?P<double>(?:[^"\\]|\\.)*)"
      | (?<![^\s=])\$[‘’](?P<curly_spelled>(?:[^‘’\\]|\\.)*)[‘’](?=\s|\Z)
      | (?<![^\s=])[‘‚’‛](?P<curly_single>.*?)[‘’](?=\s|\Z)
      | (?<![^\s=])[“„”‟](?P<curly_double>.*?)[“”](?=\s|\Z)
      | \\(?P<escaped>.|\Z)
      | (?P<plain>[^\s'"\\$‘‚’‛“„”‟]+ | \$(?!['‘’]) | (?<=[^\s=$])[‘‚’‛“„”‟])"""
_ESCAPE = (
    r"\\(?:x(?P<x>[\da-fA-F]{1,2})|u(?P<u>[\da-fA-F]{1,4})|U(?P<U>[\da-fA-F]{1,8})"
    r"|(?P<octal>[0-7]{1,3})|(?P<self>.))"
)
_NAMED = dict(zip("abeEfnrtv\\'\"?", "\a\b\x1b\x1b\f\n\r\t\v\\'\"?", strict=True))


def words(command: str) -> list[str]:
    """Split a command line as a shell does, `$'…'` included; the inverse of `quote`.

    Raises BadValue where a quotation is never closed.
    """
    result: list[str] = []
    current: list[str] | None = None
    position = 0
    pieces = re.compile(_PIECE, re.DOTALL | re.VERBOSE)
    while position < len(command):
        piece = pieces.match(command, position)
        if piece is None:
            mark = command[position:].lstrip("$")[0]
            raise BadValue(f"The quotation mark {mark} is never closed.")
        position = piece.end()
        if piece.lastgroup == "space":
            result += ["".join(current)] if current is not None else []
            current = None
        elif (meaning := _meaning(piece.lastgroup or "", piece)) is not None:
            current = [] if current is None else current
            current.append(meaning)
    return result + (["".join(current)] if current is not None else [])


def _meaning(kind: str, piece: re.Match[str]) -> str | None:
    """Say what a piece of a word stands for; None where it is as good as not there."""
    text = piece[kind]
    match kind:
        case "joined":
            return None
        case "plain":
            return re.sub(_UNSEEN, "", text) or None
        case "escaped":
            return text
    text = _WRAPPED.sub(" ", text)
    if kind.endswith("spelled"):
        return re.sub(_ESCAPE, _character, text, flags=re.DOTALL)
    if kind.endswith("double"):
        return re.sub(r'\\(["\\$`])', r"\1", text)
    return text


def _character(escape: re.Match[str]) -> str:
    """Take an escape as bash does."""
    digits, octal = escape["x"] or escape["u"] or escape["U"], escape["octal"]
    if digits is None and octal is None:
        return _NAMED.get(escape["self"], escape[0])
    code = int(digits, 16) if digits else int(octal, 8) & 0xFF
    return chr(code) if code <= 0x10FFFF else "\ufffd"
