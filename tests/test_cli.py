"""The command line as a shell sees it: what it prints, where, and how it ends."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tui_transformer.cli import main, options
from tui_transformer.cli.options import OPTIONS, Option
from tui_transformer.concepts import entries, find, load
from tui_transformer.concepts.edges import builds_on, leads_to
from tui_transformer.link import open_command

IDS = [entry.id for entry in entries()]


def tfx(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui_transformer", *arguments],
        text=True,
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        **options,
    )


def test_json_is_the_state_at_full_precision() -> None:
    done = tfx("softmax", "logits=16.917,0.772", "temperature=2", "--json")
    record = json.loads(done.stdout)
    assert done.returncode == 0
    assert record["concept"] == "softmax"
    assert record["controls"] == {
        "logits": [16.917, 0.772],
        "temperature": 2.0,
        "target": 0,
        "shift": 0.0,
    }
    # σ((16.917 − 0.772)/2), by another route than softmax
    assert record["values"]["probabilities"][1] == pytest.approx(3.11904e-04, rel=1e-5)


@pytest.mark.parametrize("concept", IDS)
def test_json_says_what_the_state_shows_and_what_there_is_to_do(
    concept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([concept, "--json"])
    record = json.loads(capsys.readouterr().out)
    here = load(concept)
    main([concept, "--text", "--size", "500x9"])
    assert record["sentence"] in " ".join(capsys.readouterr().out.split())
    assert [task["goal"] for task in record["tasks"]] == [one.goal for one in here.challenges]
    assert not any(task["solved"] for task in record["tasks"])  # nothing is met at the start
    assert [preset["name"] for preset in record["presets"]] == list(here.presets)
    for preset in record["presets"]:
        _, model = open_command(preset["command"])
        assert model.same(here.preset(preset["name"]))


def test_json_says_which_task_is_solved_in_this_state() -> None:
    # e^(1/3) of e^(2/3) + e^(1/3) + e^(0.1/3) is 0.319, which costs 1.143 nats: less than 1.2
    tasks = json.loads(tfx("softmax", "temperature=3", "target=1", "--json").stdout)["tasks"]
    assert [task["solved"] for task in tasks] == [True, False, False]


@pytest.mark.parametrize("concept", IDS)
def test_explain_has_the_prose_the_connections_and_the_tasks(
    concept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["explain", concept])
    printed = capsys.readouterr().out
    entry, here = find(concept), load(concept)
    assert printed.startswith(f"{entry.title}\n")
    plain = re.sub(r"\]\([^)]*\)|[\[\]*`]", "", here.prose)
    words, told = plain.split(), re.sub(r"[\[\]*`]", "", printed).split()
    found = iter(told)
    assert all(word in found for word in words[:-8])  # in this order
    for other, why in (builds_on(concept) | leads_to(concept)).items():
        assert f"{other}: {why}" in printed
    for one in here.challenges:
        assert one.goal[1:] in printed
    main(["explain", concept, "--ascii"])
    assert capsys.readouterr().out.isascii()
    main(["explain", concept, "--json"])
    record = json.loads(capsys.readouterr().out)
    assert record["title"] == entry.title and record["explanation"] == here.prose
    assert record["builds_on"] == builds_on(concept) and record["leads_to"] == leads_to(concept)
    assert record["tasks"] == [one.goal for one in here.challenges]
    assert all(f"  {word}: " in printed for word in record["words"])
    assert bool(record["words"]) == ("\nWords:\n" in printed)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["softmx"], "Did you mean softmax?"),
        (["softmax", "temprature=2"], "Did you mean temperature?"),
        (["softmax", "temperature=nan"], "nan is not one that can be used"),
        (["softmax", "logits=1e999,2"], "1e999 is not one"),
        (["softmax", "target=7"], "target goes from 0 to 2"),
        (["softmax", "logits="], "logits has 2 to 8 numbers"),
        (["softmax", "temperature"], "name=value"),
        (["softmax", "\x1b[31mred=1"], "␛[31mred"),
        (["--json"], "name a concept first"),
        (["softmax", "--json", "--text"], "not allowed with"),
        (["softmax", "--text", "--size", "9x9999999999"], "20x6 to 500x200"),
        (["softmax", "--text", "--size", "wide"], "--size is width x height"),
        (["softmax", "--svg", "/nowhere/at/all.svg"], "cannot be written"),
        (["help", "nothing"], "There is nothing called nothing."),
        (["help", "softmax", "neuron"], "neuron is one too many"),
        (["explain"], "explain takes one concept, as in: tfx explain softmax"),
        (["explain", "softmax", "--text"], "explain prints words"),
        (["explain", "softmx"], "Did you mean softmax?"),
        (["explain", "softmax", "neuron"], "neuron is one too many"),
        (["softmax", "--lines", "--json"], "not allowed with"),
        (["softmx", "--lines"], "Did you mean softmax?"),
        (["list", "softmax"], "list takes nothing after it"),
        (["softmax", "temp=3"], "no control temp. Did you mean temperature? It has logits, temp"),
        (["softmax", "temperature=1", "temperature=2"], "temperature is given twice: 1 and 2"),
        (["softmax\u00a0temp=3"], "no control temp. Did you mean temperature?"),
        (["softmax", "--", "--json"], "--json is for the command line"),
        (["temperature=2"], "comes after a concept"),
        ([""], "names a concept first"),
        (["softmax", "--size", "0x0"], "20x6 to 500x200"),
        (["softmax", "--json", "--size", "9999999x1"], "20x6 to 500x200"),
        (["softmax", "--text", "--size", "²x²"], "--size is width x height"),
        (["softmax", "--text", "--size=-5x9"], "--size is width x height"),
        (["softmax", "--text", "--size", ""], "--size is width x height"),
        (["softmax", "--svg", ""], "cannot be written"),
        (["softmax", "--theme", "pink"], "there is no theme called pink. Did you mean "),
        (["--completions", "csh"], "invalid choice"),
        (["--kiosk", "--idle", "abc"], "--idle is a number of minutes"),
        (["--kiosk", "--idle", "1e999"], "--idle is a number of minutes"),
        (["--kiosk", "--idle", "-1"], "--idle is a number of minutes"),
        (["softmax", "--json=1"], "--json"),
        (["--"], "terminal"),
        (["softmax", "--why", "entropy", "--svg", "x.svg"], "it has no picture"),
        (["softmax", "--why", "entropy", "--lines"], "no lines"),
        (["softmax", "--why", ""], "there is no number called"),
        (["softmax", "--json", "--all"], "--all go with --why only"),
        (["softmax", "--text", "--depth", "3"], "--depth and --all go with --why only"),
        (["help", "softmax", "--json"], "help prints text"),
        (["class", "--json"], "class prints text"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_2(arguments: list[str], says: str) -> None:
    done = tfx(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


COMMANDS = (
    "softmax",
    "list",
    "words",
    "check",
    "view",
    "learn",
    "class",
    "follow",
    "present",
    "host",
)


@pytest.mark.parametrize(
    "option", [option for option in OPTIONS if option.goes], ids=lambda o: o.name
)
def test_an_option_is_refused_where_it_would_do_nothing(
    option: Option, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (*COMMANDS, "progress"):
        if command not in option.goes:
            value = ["3"] if option.metavar and not option.usual else []
            assert main([command, f"--{option.name}", *value]) == 2
            assert f"--{option.name} goes with " in capsys.readouterr().err


@pytest.mark.parametrize("concept", IDS)
def test_text_draws_every_concept_without_colour_in_a_pipe(
    concept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = tfx(concept, "--text", "--size", "100x30")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    main([concept, "--text", "--color"])
    assert "\x1b[" in capsys.readouterr().out


def test_a_size_is_written_with_any_cross() -> None:
    sizes = [tfx("softmax", "--text", "--size", size).stdout for size in ("100x30", "100×30")]
    assert sizes[0] == sizes[1] != tfx("softmax", "--text").stdout


def test_ascii_means_ascii() -> None:
    assert tfx("softmax", "--text", "--ascii").stdout.isascii()


def test_svg_is_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "softmax.svg"
    assert tfx("softmax", "--svg", str(file)).returncode == 0
    assert file.read_text(encoding="utf-8").startswith("<svg")


def test_the_terminal_program_refuses_what_is_no_terminal() -> None:
    done = tfx("softmax")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_list_help_and_version() -> None:
    assert all(concept in tfx("list").stdout for concept in IDS)
    assert [item["id"] for item in json.loads(tfx("list", "--json").stdout)] == IDS
    assert "a number from 0.05 to 10" in " ".join(tfx("help", "softmax").stdout.lower().split())
    assert tfx("--version").stdout.startswith("tfx ")


def test_json_loads_neither_textual_nor_rich_nor_plotext() -> None:
    code = (
        "import sys; from tui_transformer.cli import main; main(['softmax', '--json']);"
        "print([m for m in ('textual', 'rich', 'plotext') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_the_map_is_painted_before_numpy_loads() -> None:
    code = """
import asyncio, sys
from tui_transformer.configuration import config_file, load
from tui_transformer.ui import app, run
from tui_transformer.ui.terminal import lifecycle

plain = app.TfxApp.reveal

def reveal(self, complete):
    if complete and not self.revealed:
        print([m for m in ("numpy", "plotext", "markdown_it") if m in sys.modules])
    plain(self, complete)

async def start():
    app.TfxApp.reveal = reveal
    shown = app.build("", None, False, None, configuration=load(config_file()))
    async with shown.run_test() as pilot:
        await pilot.pause()

asyncio.run(start())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


NUMBERS = random.Random(19)
WORDS = (
    *("softmax", "logits=1,2", "", "x=-1", "-1", "--", "-h", "--no-such", "--json=1", "--j"),
    *(f"--{option.name}" for option in (*options.FORMS, *options.OPTIONS)),
    *("bash", "100x30", "dark", "8000", "p[0]", "--theme", "--size", "--json", "--kiosk"),
)


def test_a_command_line_that_is_read_quickly_is_read_as_argparse_does() -> None:
    """What argparse refuses is not read quickly, and what it reads is read as the same."""
    read = 0
    for _ in range(20_000):
        line = NUMBERS.choices(WORDS, k=NUMBERS.randrange(5))
        quick = options._read(line)
        if quick is None:
            continue
        read += bool(line)
        slow = vars(options.parser().parse_intermixed_args(line))
        assert {name: value or None for name, value in vars(quick).items()} == {
            name: value or None for name, value in slow.items()
        }, line
    assert read > 2_000


def test_usual_command_lines_load_no_argparse() -> None:
    code = (
        "import sys; from tui_transformer.cli.options import read;"
        "read(['softmax', '--json']); read(['--kiosk', '--idle', '15']); read([]);"
        "read(['softmax', 'temperature=2', '--text', '--size', '100x30', '--theme', 'dark']);"
        "print('argparse' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "False", done.stderr
