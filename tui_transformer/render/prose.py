"""Explanations: Markdown → wrapped lines, with the places of their links."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len

from tui_transformer.records import dataclass
from tui_transformer.text import visible


@dataclass(frozen=True)
class Span:
    """A run of text: plain, strong, emphasised, code or a link to a concept."""

    text: str
    kind: str = "plain"
    link: str = ""


Line = tuple[Span, ...]


def wrap(markdown: str, width: int, spell: Callable[[str], str] = str) -> list[Line]:
    """Break an explanation into lines of at most `width` cells, paragraphs set apart.

    `spell` writes what is left when the marks are read, before it is measured. What looks like
    HTML is text: <unk> is a token.
    """
    lines: list[Line] = []
    prefix = ""
    kind = "plain"
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        if token.type == "list_item_open":
            prefix = spell("· ")
        elif token.type == "heading_open":
            kind = "strong"
        elif token.type == "inline":
            if lines and not prefix:
                lines.append(())
            spans = _spans(token.children or [], kind)
            spelled = [Span(spell(span.text), span.kind, span.link) for span in spans]
            lines += _paragraph(spelled, width, prefix)
            prefix, kind = "", "plain"
        elif token.type in ("fence", "code_block"):
            lines += [
                (),
                *(
                    (Span(spell(visible(text)), "code"),)
                    for text in token.content.rstrip("\n").split("\n")
                ),
            ]
    return lines


def _spans(tokens: list[Token], kind: str) -> list[Span]:
    spans: list[Span] = []
    kinds, link = [kind], ""
    for token in tokens:
        match token.type:
            case "text":
                spans.append(Span(token.content, "link" if link else kinds[-1], link))
            case "code_inline":
                spans.append(Span(token.content, "code"))
            case "softbreak" | "hardbreak":
                spans.append(Span(" ", kinds[-1]))
            case "strong_open" | "em_open":
                kinds.append("strong" if token.type == "strong_open" else "emphasis")
            case "strong_close" | "em_close":
                kinds.pop()
            case "link_open":
                link = str(token.attrs.get("href", ""))
            case "link_close":
                link = ""
    return spans


def _words(spans: list[Span]) -> list[list[Span]]:
    """Cut spans at spaces; a word may change its kind in the middle, as in **bold**ness."""
    words: list[list[Span]] = [[]]
    for span in spans:
        for i, piece in enumerate(span.text.split(" ")):
            if i > 0 and words[-1]:
                words.append([])
            if piece:
                words[-1].append(Span(visible(piece), span.kind, span.link))
    return [word for word in words if word]


def _paragraph(spans: list[Span], width: int, prefix: str) -> list[Line]:
    """Fill lines word by word; a link that breaks is a link on both lines."""
    indent = " " * cell_len(prefix)
    lines: list[list[Span]] = [[Span(prefix)]]
    used = cell_len(prefix)
    for word in _words(spans):
        size = sum(cell_len(piece.text) for piece in word)
        if used > len(indent) and used + 1 + size > width:
            lines.append([Span(indent)])
            used = len(indent)
        elif used > len(indent):
            inside = lines[-1][-1].link and lines[-1][-1].link == word[0].link
            lines[-1].append(Span(" ", "link", word[0].link) if inside else Span(" "))
            used += 1
        lines[-1] += word
        used += size
    return [_joined(line) for line in lines]


def _joined(line: list[Span]) -> Line:
    """Make neighbours of one kind one run, so that a link is one thing to choose."""
    runs: list[Span] = []
    for span in line:
        if runs and (runs[-1].kind, runs[-1].link) == (span.kind, span.link):
            runs[-1] = Span(runs[-1].text + span.text, span.kind, span.link)
        elif span.text:
            runs.append(span)
    return tuple(runs)
