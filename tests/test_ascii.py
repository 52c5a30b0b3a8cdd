"""ASCII keeps the mathematics: no sign becomes a letter that means something else."""

import ast
import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.geometry import Size
from textual.pilot import Pilot

import tui_transformer
from tui_transformer.concepts import entries, load
from tui_transformer.link import link, words
from tui_transformer.progress import Progress
from tui_transformer.render.canvas import Lines
from tui_transformer.render.page import whole, working_lines
from tui_transformer.render.palette import PLAIN
from tui_transformer.render.spelling import drawn, marker, spell
from tui_transformer.session import Session
from tui_transformer.text import is_clean
from tui_transformer.ui.app import build
from tui_transformer.ui.commands import COMMANDS
from tui_transformer.ui.contents import connections, contents
from tui_transformer.ui.keymap import Keymap
from tui_transformer.ui.sheet import Sheet
from tui_transformer.ui.sheets import challenges, explanation, go_to, help_sheet, mathematics
from tui_transformer.ui.stage import Content

IDS = [entry.id for entry in entries()]
SIZES = [(80, 24), (120, 36)]
ASCII = dataclasses.replace(PLAIN, ascii=True)

# What is written on the left means what is written on the right.
MEANT = {
    "√dₖ": "sqrt(d_k)",
    "q·k/√d": "q*k/sqrt(d)",
    "the √d.": "the sqrt(d).",
    "√(σ² + ε)": "sqrt(sigma^2 + eps)",
    "m̂/(√v̂ + ε)": "m_hat/(sqrt(v_hat) + eps)",
    "p0 = e^(z0/T) / Σ e^(z/T)": "p0 = e^(z0/T) / sum e^(z/T)",
    "Σᵢ wᵢ·vᵢ": "sum_i w_i*v_i",
    "w ← w − η∇f(w)": "w <- w - eta grad f(w)",
    "1 − ηλ": "1 - eta lambda",
    "η < 2/λmax": "eta < 2/lambda_max",
    "λ1·u1² + λ2·u2²": "lambda1*u1^2 + lambda2*u2^2",
    "∂L/∂θ": "dL/dtheta",
    "Δy/Δθ": "Delta y/Delta theta",
    "‖x(l)‖": "||x(l)||",
    "½(1 + tanh u)": "1/2*(1 + tanh u)",
    "¼¹⁰": "(1/4)^10",
    "x − ⌊x + ½⌋": "x - floor(x + 1/2)",
    "⌈c/(a − 6·d)⌉": "ceil(c/(a - 6*d))",
    "(x₂ᵢ, x₂ᵢ₊₁)": "(x_2i, x_(2i+1))",
    "β₁ᵗ": "beta_1^t",
    "(g∘W)ᵀx̂": "(g.*W)^T x_hat",
    "10⁻³": "10^-3",
    "w₁x₁": "w_1 x_1",
    "logits₁": "logits_1",
    "queries₁,₂": "queries_1,2",
    "Φ′(x)": "Phi'(x)",
    "∫₀ˣ e^(−t²) dt": "int_0^x e^(-t^2) dt",
    "d×d": "d x d",
    "6×32": "6x32",
    "y = ×": "y = nan",
    "λ=10 ×−0.8 a step": "lambda=10 x(-0.8) a step",
    "−∞": "-inf",
    "≈0": "~=0",
    "≤ n − 1, ≥ 1, ≠ 0": "<= n - 1, >= 1, != 0",
    "[n] → [n]": "[n] -> [n]",
    "within 1°, as 90°": "within 1 deg, as 90 deg",
    "±√(3/d)": "+-sqrt(3/d)",
    "÷√4": "/sqrt(4)",
    "rows 0–15 of key–value": "rows 0..15 of key-value",
    "a = ·Wₒ": "a = *W_o",
    "“·the”": '"_the"',
    "löwe 🌱": "l\\xf6we \\U0001f331",
    "↑↓←→": "arrows",
}


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant_is_written(text: str) -> None:
    assert spell(text) == MEANT[text]
    assert drawn(text) in (spell(text), spell(text.translate({0x2212: "-", 0xD7: "x"})))


READ = frozenset("»،؛‚‛„‟⁄∕⋅❯➜")  # taken where they are typed or pasted, never written


@cache
def used() -> frozenset[str]:
    """Every character beyond ASCII in a string of the program, but for ranges of code points."""
    found: set[str] = set()
    for file in Path(tui_transformer.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {c for c in node.value if c > "~" and c.isprintable() and is_clean(c)}
    return frozenset(found - READ)


# Letters of words, and pictures: they are escaped, as what a person types.
ESCAPED = re.compile(
    r"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u2400\ufe0f\ufffd\u3000-\u9fff\U00010000-\U0010ffff]"
)
HAT = "\u0302"  # stands over a letter
LETTERS = {"×": "x", "∂": "d", "○": "o"}  # those that people read so anyway
# Drawn in one cell: lines, blocks, shades, halves and eighths.
DRAWN = re.compile(r"[\u2500-\u259f\u2800-\u28ff]")
# What means the same.
ALIKE = ("…⋯", "’‘′", "“”", "–−‑", "↑▲", "↓▼", "▸▶▷›", "◂◀", "⌉⌋", "•·")


def test_no_sign_becomes_a_letter_or_is_lost() -> None:
    for sign in sorted(used()):
        text = spell(f"a {sign} b")
        assert text.isascii(), sign
        if ESCAPED.match(sign) or sign == HAT:
            continue
        assert not re.search(r"\\[xuU][0-9a-f]", text), f"{sign!r} has no name"
        assert "?" not in text or sign == "◐", sign
        written = text[2:-2]
        if re.fullmatch("[A-Za-z]", written):
            assert LETTERS.get(sign) == written, f"{sign} becomes {written}"


def test_two_signs_are_never_written_alike() -> None:
    written: dict[str, str] = {}
    for sign in sorted(used()):
        if not ESCAPED.match(sign) and not DRAWN.match(sign):
            text = spell(f"a {sign} b")
            written[text] = written.get(text, "") + sign
    for text, signs in written.items():
        assert len(signs) == 1 or any(set(signs) <= set(alike) for alike in ALIKE), (text, signs)


def test_what_is_drawn_keeps_its_cell() -> None:
    for sign in sorted(used()):
        if DRAWN.match(sign):
            assert len(drawn(sign)) == 1, sign
        if sign in "●○◆◇★☆▲▼▸◂▾◷✗␣↵△■•·◐":
            assert len(marker(sign)) == 1 and marker(sign).isascii(), sign


def test_commands_keep_their_meaning() -> None:
    command = link("tokenizer", {"text": "löwe 🌱 it's", "sample": "a\x1bb"}, ascii=True)
    assert command.isascii()
    assert words(command) == ["tfx", "tokenizer", "text=löwe 🌱 it's", "sample=a\x1bb"]
    shell = subprocess.run(
        ["bash", "-c", f"printf '%s|' {command}"],
        capture_output=True,
        env={"LC_ALL": "C.UTF-8"},
        check=True,
    )
    assert shell.stdout.decode().split("|")[2] == "text=löwe 🌱 it's"


# ── everything that is shown ───────────────────────────────────────────────────────────


def screen(pilot: Pilot[None]) -> list[str]:
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def assert_plain(lines: list[str], size: tuple[int, int], where: str) -> None:
    assert len(lines) == size[1], where
    for line in lines:
        assert line.isascii(), f"{where}: {line}"
        assert len(line) == size[0], f"{where}: {line}"
        assert "?" * 3 not in line, f"{where}: {line}"


class Paper(Sheet):
    """A sheet without a screen around it: what it would show is kept."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self._paper, self.palette = Size(*size), ASCII

    @property
    def size(self) -> Size:
        return self._paper

    @property
    def screen(self) -> SimpleNamespace:  # which says what keys are called
        return SimpleNamespace(keymap=Keymap())

    def show(self, lines: Lines) -> None:
        self.drawn = ["".join(segment.text for segment in line) for line in lines]


def sheets(session: Session) -> Iterator[Content]:
    """Every sheet that a key opens over a concept."""
    pinned = session.pin_panel(1)
    yield explanation(session, ASCII)
    yield challenges(session)
    yield mathematics(session)
    yield mathematics(pinned)
    yield help_sheet(session, COMMANDS)
    yield connections(session.concept.id)
    yield contents(Progress(), session, COMMANDS)
    yield go_to(session, COMMANDS)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("concept", IDS)
def test_every_sheet_is_ascii_to_its_end(concept: str, size: tuple[int, int]) -> None:
    for content in sheets(Session.open(load(concept))):
        paper = Paper(size)
        paper.open(content)
        assert_plain(paper.drawn, size, f"{concept}: {content.title}")
        while paper.top + size[1] - 2 < len(paper.rows):
            paper.scroll(size[1] - 2)
            assert_plain(paper.drawn, size, f"{concept}: {content.title}")


@pytest.mark.parametrize("concept", IDS)
async def test_every_page_is_ascii(concept: str) -> None:
    """One program for both sizes; it begins with the one or the other."""
    sizes = SIZES if IDS.index(concept) % 2 else SIZES[::-1]
    async with build(f"tfx {concept}", "dark", True, None).run_test(size=sizes[0]) as pilot:
        for size in sizes:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert_plain(screen(pilot), size, concept)
            for _ in range(len(pilot.app.instrument.figure_view.pages)):
                await pilot.press("pagedown")
                assert_plain(screen(pilot), size, f"{concept} pages")
            for key in ("tab", "e", "enter"):
                await pilot.press(key)
                assert_plain(screen(pilot), size, f"{concept} {key}")
            await pilot.press("escape", "escape", "escape")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
async def test_every_key_for_a_sheet_shows_ascii(size: tuple[int, int]) -> None:
    async with build("tfx attention", "dark", True, None).run_test(size=size) as pilot:
        for key in ("tab", "e", "e", "E", "t", "m", "?", "c", "g", "ctrl+p"):
            await pilot.press(key)
            await pilot.pause()
            for _ in range(4):
                assert_plain(screen(pilot), size, key)
                if not pilot.app.instrument.sheet.display:
                    break
                await pilot.press("pagedown")
                await pilot.pause()
            if pilot.app.instrument.sheet.display:
                await pilot.press("escape")


@pytest.mark.parametrize("concept", IDS)
def test_every_preset_prints_in_ascii(concept: str) -> None:
    one = load(concept)
    for name in one.presets:
        figure = one.view(one.preset(name))
        lines = whole(one.title, figure, 80, 24, ASCII) + working_lines(figure.formula, 80, ASCII)
        text = ["".join(segment.text for segment in line) for line in lines]
        assert_plain(text, (80, len(text)), f"{concept} {name}")


@pytest.mark.parametrize(
    "arguments", [["list"], ["help", "descent"], ["help", "tokenizer"], ["softmax", "logits=1e9"]]
)
@pytest.mark.parametrize("asked", [True, False], ids=["asked", "by its locale"])
def test_the_command_line_is_ascii(arguments: list[str], asked: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_transformer", *arguments, *["--ascii"] * asked],
        capture_output=True,
        env=os.environ | {"LC_ALL": "C.UTF-8" if asked else "C"},
    )
    assert done.stdout + done.stderr
    assert (done.stdout + done.stderr).isascii()
