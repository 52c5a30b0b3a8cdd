"""Torture the program for as long as there is time: python -m tests.torture --seconds 600

Prints the seed of whatever breaks, with the command that does it again; the last line has the
figures. The exit status is 1 if anything broke.
"""

import argparse
import gc
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from tests.torture.rounds import Broken, Round, Tally, resident
from tests.torture.trials import TRIALS, Trial


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seconds", type=float, help="how long (600, unless --inputs is given)")
    parser.add_argument("--inputs", type=int, help="until so many inputs were tried")
    parser.add_argument("--rounds", type=int, help="until so many rounds were run")
    parser.add_argument("--seed", type=int, help="the seed of the first round")
    parser.add_argument("--only", action="append", help="only this trial", metavar="NAME")
    parser.add_argument("--size", type=int, default=4, help="how long a round is (the tests: 1)")
    parser.add_argument("--patience", type=float, default=1.0, help="seconds an answer may take")
    parser.add_argument("--list", action="store_true", help="list the trials")
    options = parser.parse_args()
    if options.seconds is None and options.inputs is None and options.rounds is None:
        options.seconds = 600.0
    return options


class Torture:
    """A long run: shares the time among the trials, and counts."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.trials = [trial for trial in TRIALS if trial.name in (options.only or [trial.name])]
        self.seed = int(time.time()) if options.seed is None else options.seed
        self.tally = Tally()
        self.spent = dict.fromkeys(self.trials, 0.0)
        self.rounds = dict.fromkeys(self.trials, 0)
        self.broken: dict[str, int] = {}
        self.memory: list[tuple[int, int]] = []
        self.began = time.monotonic()

    @property
    def over(self) -> bool:
        """Whether it has been enough."""
        limits = (
            (self.options.seconds, time.monotonic() - self.began),
            (self.options.inputs, self.tally.inputs),
            (self.options.rounds, sum(self.rounds.values())),
        )
        return any(most is not None and here >= most for most, here in limits)

    def run(self) -> int:
        """Run round after round."""
        print(f"seeds from {self.seed}, {len(self.trials)} trials", flush=True)
        try:
            while not self.over:
                self.next(min(self.trials, key=lambda trial: self.spent[trial] / trial.share))
        except KeyboardInterrupt:
            print("interrupted")
        self.report()
        return 1 if self.broken else 0

    def next(self, trial: Trial) -> None:
        """Run one round of a trial."""
        seed = self.seed + self.rounds[trial]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            round_ = Round(seed, Path(folder), self.options.patience, self.options.size)
            try:
                trial.run(round_)
            except Exception as problem:
                self.tell(trial, seed, problem)
        self.spent[trial] += time.monotonic() - began
        self.rounds[trial] += 1
        self.tally.add(round_.tally)
        gc.collect()
        self.memory.append((self.tally.inputs, resident()))

    def tell(self, trial: Trial, seed: int, problem: Exception) -> None:
        """Say what broke, and how to see it again."""
        self.broken[trial.name] = self.broken.get(trial.name, 0) + 1
        plain = isinstance(problem, Broken | TimeoutError)
        told = str(problem) if plain else "".join(traceback.format_exception(problem))
        print(
            f"BROKEN: {trial.name}, seed {seed}\n{told}\nagain: python -m tests.torture "
            f"--only '{trial.name}' --seed {seed} --rounds 1 --size {self.options.size} "
            f"--patience {self.options.patience:g}\n",
            flush=True,
        )

    def report(self) -> None:
        """Print how much was tried, and the figures."""
        for trial in self.trials:
            broken = self.broken.get(trial.name, 0)
            print(
                f"{trial.name:30} {self.rounds[trial]:6,} rounds {self.spent[trial]:8,.0f} s"
                + (f"  {broken} broken" if broken else "")
            )
        half = self.memory[len(self.memory) // 2 :] or [(0, resident())]
        (inputs, before), (now, after) = half[0], half[-1]
        growth = (after - before) / 1e6 / max((now - inputs) / 1e4, 1)
        print(
            f"memory: {before / 1e6:,.0f} MB half-way, {after / 1e6:,.0f} MB at the end "
            f"({growth:+.2f} MB in 10,000 inputs)"
        )
        if growth > 5 and now > 100_000:
            self.broken["memory"] = 1
        print(
            f"torture: seeds {self.seed} to {self.seed + max(self.rounds.values())}, "
            f"{sum(self.rounds.values()):,} rounds in {time.monotonic() - self.began:,.0f} s: "
            f"{self.tally}, {sum(self.broken.values())} failures"
        )


def main() -> int:
    """Run what was asked for."""
    options = parsed()
    if options.list:
        print("\n".join(trial.name for trial in TRIALS))
        return 0
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=ResourceWarning)
    return Torture(options).run()


if __name__ == "__main__":
    sys.exit(main())
