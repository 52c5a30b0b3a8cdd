"""A few rounds of every trial; `make torture` runs many."""

from pathlib import Path

import pytest

from tests.ssh_server import SSHD
from tests.torture.extremes import _ends
from tests.torture.rounds import Round
from tests.torture.trials import TRIALS, Trial
from tui_transformer.concepts import entries, load

MARKS = {"over ssh": pytest.mark.skipif(SSHD is None, reason="no sshd here (.ci/run gets one)")}
ROUNDS = [
    pytest.param(trial, seed, id=f"{trial.name}-{seed}", marks=MARKS.get(trial.name, ()))
    for trial in TRIALS
    for seed in range(trial.rounds)
]


@pytest.mark.parametrize(("trial", "seed"), ROUNDS)
def test_round(trial: Trial, seed: int, tmp_path: Path) -> None:
    trial.run(Round(seed, tmp_path))


def test_every_control_has_ends_to_be_tried() -> None:
    for entry in entries():
        model = load(entry.id).model()
        for name, control in model.controls().items():
            assert list(_ends(control, model)), f"{entry.id} {name}"
