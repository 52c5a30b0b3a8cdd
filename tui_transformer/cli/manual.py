"""The manual page, made from the command line's own table; `man tfx` finds it in the wheel."""

from argparse import Action

from tui_transformer.cli.options import COUNTING, EPILOG, LIMITS, parser

DESCRIPTION = (
    "Change a number with the keyboard and watch plots, heatmaps and tables move at once: one "
    "screen for each concept, from a single neuron to transformers that work. Every state of a "
    "screen is a command, every number can be asked how it came about, and lessons ask before "
    "they tell. Without a concept the map of all is opened."
)
VARIABLES = (
    (
        "TFX_THEME, TFX_START, TFX_MOUSE, TFX_ANIMATIONS, TFX_KEYS",
        "count more than the same words in the configuration file",
    ),
    ("TFX_CLASS_DIR", "the folder in which classes meet"),
    ("NO_COLOR", "draw without colours"),
    (
        "TFX_SUPERVISOR=0, TFX_CELL_DIFF=0",
        "leave out the process that puts the terminal right, or the sending of changed cells alone",
    ),
    ("TFX_DEBUG=1", "show where a fault of the program itself happened"),
)
STATUSES = (
    ("0", "done"),
    ("1", "a fault of the program"),
    ("2", "it cannot be carried out"),
    ("129, 143", "the terminal is gone, or somebody asked it to end"),
)


def page() -> str:
    """Write the page in the language of `man`."""
    lines = [
        '.TH TFX 1 "" "tfx" "User commands"',
        *(".SH NAME", r"tfx, tui\-transformer \- explore how transformers work, in a terminal"),
        *(".SH SYNOPSIS", r".B tfx", r"[\fIconcept\fR|\fIcommand\fR] [\fIname\fR=\fIvalue\fR ...]"),
        "[\\fIoptions\\fR]",
        *(".SH DESCRIPTION", _escaped(DESCRIPTION)),
        ".SH COMMANDS",
    ]
    for line in EPILOG.splitlines():
        command, _, says = line.partition("  ")
        lines += _item(command, says.strip())
    lines += [".SH PLACES", _escaped(" ".join(COUNTING.split()))]
    lines += [".SH LIMITS", _escaped(" ".join(LIMITS.split())), ".SH OPTIONS"]
    for action in parser()._actions:
        if action.option_strings:
            lines += _item(_option(action), action.help or "")
    for title, pairs in (("ENVIRONMENT", VARIABLES), ("EXIT STATUS", STATUSES)):
        lines.append(f".SH {title}")
        for name, says in pairs:
            lines += _item(name, says)
    lines += [".SH FILES", _escaped("tfx --paths names the files that are read or written.")]
    return "\n".join(lines) + "\n"


def _option(action: Action) -> str:
    """An option with what it takes."""
    takes = "|".join(action.choices) if action.choices else action.metavar
    return ", ".join(action.option_strings) + (f" {takes}" if takes else "")


def _item(name: str, says: str) -> list[str]:
    return [".TP", f"\\fB{_escaped(name)}\\fR", _escaped(says)]


def _escaped(text: str) -> str:
    """Keep what `man` takes for its own: backslashes, hyphens, and a dot that begins a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{text}" if text.startswith(".") else text
