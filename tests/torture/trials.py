"""Every kind of torture, with the share of a long run's time that it gets."""

from typing import NamedTuple

from tests.torture import (
    answers,
    damage,
    extremes,
    files,
    in_memory,
    in_terminal,
    leaving,
    shells,
    text,
)
from tests.torture.rounds import Run
from tui_transformer.concepts import entries


class Trial(NamedTuple):
    """One kind: its name, what it does, how many rounds the tests run, its share of the time."""

    name: str
    run: Run
    rounds: int
    share: int = 2


TRIALS = (
    Trial("inputs in memory", in_memory.random_inputs, 6, 40),
    Trial("inputs in a terminal", in_terminal.random_inputs, 3, 8),
    Trial("answers in memory", answers.in_memory, 2, 3),
    Trial("answers in a terminal", answers.in_terminal, 1),
    Trial("typed ahead", in_terminal.typed_ahead, 1),
    Trial("a slow reader", in_terminal.slow_reader, 1),
    Trial("terminals of every kind", in_terminal.places, len(in_terminal.ALL_PLACES), 3),
    Trial("leaving", leaving.leaving, len(leaving.ENDS), 8),
    Trial("the terminal is closed", leaving.hung_up, 2),
    Trial("the shell is killed", shells.killed_shell, 2),
    Trial("over ssh", shells.over_ssh, 1),
    Trial("no terminal", shells.no_terminal, 1),
    Trial("text on the screen", text.on_the_screen, len(text.text_controls()), 6),
    Trial("text on the command line", text.on_the_command_line, 4, 4),
    Trial("text from a shell", text.on_a_real_command_line, 2),
    Trial("state files", files.state_file, 1),
    Trial("started with state files", files.started_with_state, 4),
    Trial("nowhere to write", files.nowhere_to_write, 1),
    Trial("started without room", files.started_without_room, 1),
    Trial("several at once", files.at_once, 1),
    Trial("damaged weights", damage.damaged_weights, 1),
    Trial("started with damaged weights", damage.started_with_weights, 1),
    Trial("numbers", extremes.extremes, len(entries()), 10),
)
