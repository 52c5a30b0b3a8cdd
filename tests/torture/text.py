"""Hostile text by every way in: shown, never obeyed."""

import asyncio
import base64
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from unittest.mock import patch

from tests.bench.input import key_sequence
from tests.torture.hostile import JUNK, LONG, TEXTS
from tests.torture.inputs import Input
from tests.torture.memory import Program, started
from tests.torture.rounds import Broken, Round, within
from tests.torture.scanner import strangers
from tests.torture.starting import ROOT
from tests.walking import way_to
from tui_transformer import cli
from tui_transformer.concepts import entries, load
from tui_transformer.link import open_command, quote
from tui_transformer.session import Session
from tui_transformer.text import is_clean

MEGABYTE = 1_000_000
COPIED = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def text_controls() -> list[tuple[str, str]]:
    """Every control that takes text, with its concept."""
    return [
        (entry.id, name)
        for entry in entries()
        for name, control in load(entry.id).model.controls().items()
        if control.kind == "text"
    ]


def on_the_screen(round_: Round) -> None:
    """Bring texts into a control by link, entry, list and paste, and look at every sheet."""
    concept, name = round_.pick(text_controls())
    # A little: three of them, dealt out, so that rounds in a row come to all.
    dealt = [JUNK[(3 * round_.seed + i) % len(JUNK)] for i in range(3)]
    texts = JUNK if round_.size > 1 else dealt
    text = ""
    try:
        for text in [*texts, *[huge(round_)] * (round_.seed % 8 == 0)]:
            with within(60):
                asyncio.run(_shown(round_, concept, name, text))
    except (Exception, Broken) as problem:
        raise Broken(f"{concept} {name}={text[:200]!r}: {type(problem).__name__} {problem}") from (
            problem
        )


def huge(round_: Round) -> str:
    """A megabyte of something."""
    one = round_.random.choice((*JUNK[: len(TEXTS)], "a ", "日")) or "x"
    return (one * (MEGABYTE // len(one) + 1))[:MEGABYTE]


async def _shown(round_: Round, concept: str, name: str, text: str) -> None:
    """Bring one text in by every way, with something else in between."""
    plain = quote(f"{name}={text}")
    typed = f"\x1b[200~{text}\x1b[201~"
    link = f"tfx {concept} {plain}"
    pasted = f"\x1b[200~{link}\x1b[201~"
    way = way_to(Session.open(load(concept)), name)
    huge = len(text) >= MEGABYTE
    async with started(f"tfx {concept}" if huge else link) as program:
        round_.tally.faults += 4
        await look(round_, program, "y")
        await look(round_, program, "b", "tab", "*", "escape")
        await look(round_, program, "r", *way, "enter")
        await look(round_, program, typed, "home", "end", "enter", "y")
        await look(round_, program, "ctrl+p", typed, "backspace", "enter", "escape", "escape")
        if not huge:
            await look(round_, program, "ctrl+p", pasted, "enter", "y")
        await look(round_, program, "e", "escape", "t", "escape")
        await look(round_, program, "m", "escape", "?", "escape", "c", "escape")
        if program.app._exception is not None:
            raise program.app._exception


async def look(round_: Round, program: Program, *keys: str) -> None:
    """Press keys, and look at everything that was sent to the terminal."""
    for key in keys:
        program.send(Input(key, key if key.startswith("\x1b[200~") else key_sequence(key)))
        round_.tally.inputs += 1
    await program.rest()
    program.driver.pause()
    await asyncio.sleep(0.02)  # for a frame
    await program.rest()
    sent = program.driver.take()
    round_.tally.scanned += len(sent)
    if odd := strangers(sent.replace("\ufe0f", "")):
        raise Broken(f"sent to the terminal: {odd}")
    for copied in COPIED.findall(sent):
        command = base64.b64decode(copied).decode()
        if not is_clean(command):
            raise Broken(f"copied: {command[:200]!r}")
        session = program.app.instrument.session
        reopened = open_command(command)[1]
        if keys[-1] == "y" and not reopened.same(session.model):
            raise Broken("the copied link opens another state")


# ── the command line ───────────────────────────────────────────────────────────────────


def on_the_command_line(round_: Round) -> None:
    """Give texts to everything that a command line takes; the answer is text and no more."""
    raw = "\udc9b31m\udc9d0;owned\udc9c\udcff"  # bytes that are not UTF-8, as Python reads them
    texts = [*TEXTS, raw, *LONG, "\x1b[31m" * 9000]
    concept, name = round_.random.choice(text_controls())
    for text in texts if round_.size > 1 else round_.random.sample(texts, 10):
        if not possible(text):
            continue
        given = f"{name}={text}"
        picture = round_.folder / "picture.svg"
        mistakes = [
            [text], ["help", text], ["list", text], ["softmax", text, "--json"],
            ["softmax", f"{text}=1", "--json"], ["softmax", f"temperature={text}", "--json"],
            ["softmax", f"logits={text}", "--text"], ["neuron", f"activation={text}", "--text"],
            ["sorter", f"letters={text}", "--json"], ["softmax", "--text", "--size", text],
            ["softmax", "--text", "--theme", text], [f"--{text}"], [f"--completions={text}"],
            ["softmax", "--svg", f"{round_.folder}/no/{text}"[:4000]],
            [concept, given + "x" * MEGABYTE, "--json"], ["softmax", f"logits={text}"],
        ]  # fmt: skip
        for arguments in mistakes:
            said = run(round_, arguments, wanted=2)
            if said[0] or said[1].count("\n") != 1:
                raise Broken(f"{short(arguments)} should say one sentence and says {said}")
        run(round_, [concept, given, "--text", "--size", "100x30"])
        run(round_, [concept, given, "--text", "--color"], coloured=True)
        printed, said = run(round_, [concept, given, "--json"])
        if not printed:  # it takes letters only, and has said so
            continue
        record = json.loads(printed)
        if record["controls"][name] != load(concept).model(**{name: text}).state(name)[0]:
            raise Broken(f"{short([concept, given])}: JSON has another text")
        run(round_, [concept, given, "--svg", str(picture)])
        checked_picture(picture)


def possible(argument: str) -> bool:
    """Say whether a system can hand a text over as an argument."""
    with contextlib.suppress(UnicodeError):
        return b"\0" not in os.fsencode(argument)
    return False


def short(arguments: list[str]) -> str:
    return repr([argument[:80] for argument in arguments])


def checked_picture(file: Path) -> None:
    """Make sure that a picture is one, with nothing unseen in it, and refers to nothing."""
    text = file.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    if not is_clean(text.replace("\n", "")) or re.search("<script|javascript:| on[a-z]+=", text):
        raise Broken("the picture holds what nobody meant to put there")


def run(
    round_: Round, arguments: list[str], *, wanted: int | None = None, coloured: bool = False
) -> tuple[str, str]:
    """Carry out a command line; return what was printed, after looking at every character."""
    round_.tally.faults += 1
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    try:
        with (
            within(60),
            patch.object(sys, "stdin", io.StringIO()),  # line mode reads it to its end
            contextlib.redirect_stdout(streams[0]),
            contextlib.redirect_stderr(streams[1]),
        ):
            status = cli.main(arguments)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except Exception as problem:
        raise Broken(f"{short(arguments)}: {type(problem).__name__}: {problem}") from problem
    said = []
    for stream in streams:
        stream.flush()
        data = stream.buffer.getvalue()  # type: ignore[attr-defined]
        said.append(data.decode())
        round_.tally.scanned += len(data)
    colours = re.sub(r"\x1b\[[\d;]*m", "", said[0]) if coloured else said[0]
    rest = (colours + said[1]).replace("\n", "").replace("\ufe0f", "")
    if not is_clean(rest):
        where = next(i for i, character in enumerate(rest) if not is_clean(character))
        raise Broken(f"{short(arguments)} prints {rest[max(where - 20, 0) : where + 20]!r}")
    if wanted is not None and status != wanted:
        raise Broken(f"{short(arguments)}: exit status {status}, {said}")
    return said[0], said[1]


def on_a_real_command_line(round_: Round) -> None:
    """The same for a few, as a shell gives them, with streams of some encoding."""
    encoding = round_.pick(("C", "C.UTF-8", "POSIX", "xx"))
    texts = b"\xff\x9b31m", "\u202eabc\x9b5n".encode(), b"\x1b]0;owned\x07"
    for number, text in enumerate(texts):
        given = b"text=" + text
        ways = ([b"tokenizer", given, b"--text"], [b"tokenizer", given, b"--json"],
                [text], [b"help", text], [b"--" + text])  # fmt: skip
        # A little: each way with one text, the next one in the next round.
        turn = [way for at, way in enumerate(ways) if (at + number + round_.seed) % 3 == 0]
        for arguments in ways if round_.size > 1 else turn:
            command = [sys.executable.encode(), b"-m", b"tui_transformer", *arguments]
            env = {"LC_ALL": encoding, "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, capture_output=True, env=env, timeout=60)
            round_.tally.faults += 1
            data = done.stdout + done.stderr
            round_.tally.scanned += len(data)
            shown = data.decode(errors="surrogateescape").replace("\n", "")
            if not is_clean(shown) or b"Traceback" in data or done.returncode not in (0, 2):
                raise Broken(f"LC_ALL={encoding} {command[2:]}: {done}"[:1500])
