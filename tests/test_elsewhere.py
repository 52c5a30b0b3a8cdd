"""Where there is no termios, as on Windows: all but the screen, and one sentence for that."""

import subprocess
import sys

import pytest

# What is not there is taken away before the program is loaded.
WITHOUT = """
import os, signal, sys
for name in ("termios", "fcntl", "pty", "tty", "resource", "pwd", "grp", "readline", "syslog"):
    sys.modules[name] = None
for name in ("fork", "killpg", "setsid", "mkfifo", "openpty", "nice"):
    delattr(os, name)
for name in ("SIGHUP", "SIGQUIT", "SIGALRM", "SIGTSTP", "SIGCONT", "SIGCHLD", "SIGWINCH", "SIGSTOP",
             "SIGKILL", "SIGPIPE", "SIGVTALRM", "SIGPROF", "ITIMER_VIRTUAL",
             "pthread_sigmask", "alarm", "setitimer"):
    delattr(signal, name)
from tui_transformer.cli import main
sys.exit(main(sys.argv[1:]))
"""
PRINTED = (
    "list", "help", "help training", "explain softmax", "words", "softmax --json", "softmax --text",
    "softmax --why probabilities[0]", "learn softmax --json", "quiz --json", "--paths", "--version",
    "training --json", "--completions bash",
)  # fmt: skip


def run(arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, *arguments.split()]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", PRINTED)
def test_what_is_printed_is_printed(arguments: str) -> None:
    done = run(arguments)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout


def test_line_mode_works() -> None:
    done = run("softmax --lines", "temperature=2\nquit\n")
    assert (done.returncode, done.stderr) == (0, "") and "temperature = 2" in done.stdout


@pytest.mark.parametrize("arguments", ["", "softmax", "learn", "quiz"])
def test_the_screen_says_in_one_sentence_what_it_needs(arguments: str) -> None:
    done = run(arguments)
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.startswith("tfx: the screen needs Linux, macOS or WSL.")
    assert done.stderr.count("\n") == 1 and "--lines" in done.stderr


def test_a_kiosk_is_refused_in_one_sentence() -> None:
    done = run("--kiosk")
    assert done.returncode == 2 and done.stderr == "tfx: a kiosk needs Linux or macOS.\n"
