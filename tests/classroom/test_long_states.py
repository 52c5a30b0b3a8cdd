"""States that take long to compute are followed by computing ahead, while keys are heard."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.classroom.hosted import follower
from tests.classroom.screens import TFX
from tests.hosting.lodging import alone
from tests.pty_terminal import Terminal
from tui_transformer.classroom.beside import Beside
from tui_transformer.classroom.messages import State
from tui_transformer.classroom.place import Door

END = 20_000


@pytest.fixture(params=["a program of one's own", "a host's session"])
def ada(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Beside, Terminal]]:
    """Somebody who follows a class to which states are sent by hand."""
    place = {"TFX_CLASS_DIR": str(tmp_path / "classes"), "XDG_STATE_HOME": str(tmp_path)}
    monkeypatch.setenv("TFX_CLASS_DIR", place["TFX_CLASS_DIR"])
    with ExitStack() as stack:
        beside = Beside(Door("physics"))
        stack.callback(beside.close)
        beside.send(State("softmax"))
        if "host" in request.param:
            socket = tmp_path / "host.sock"
            house = stack.enter_context(alone(socket, "--class", "physics", env=place))
            tfx = stack.enter_context(follower(house, (80, 24)))
        else:
            tfx = stack.enter_context(Terminal([*TFX, "follow", "physics"], env=place))
        tfx.wait_for("0.659001")
        yield beside, tfx


def steps(tfx: Terminal) -> int:
    found = re.search(r"steps◷? +(\d+)", "\n".join(line[:40] for line in tfx.text()))
    return int(found[1]) if found else -1


def hears_keys(tfx: Terminal) -> bool:
    """Whether help comes and goes."""
    tfx.key("?")
    tfx.wait_for("Controls of")
    tfx.key("escape")
    tfx.wait_for(lambda screen: "Controls of" not in "\n".join(screen.text()))
    return True


def test_a_training_is_followed_while_it_is_computed(ada: tuple[Beside, Terminal]) -> None:
    """One of a seed that nobody has kept: on the way to its end, back to a place, and elsewhere."""
    beside, tfx = ada
    beside.send(State(f"training seed=7 steps={END}"))
    tfx.wait_for(lambda _: 40 < steps(tfx) < END)
    assert hears_keys(tfx)
    assert steps(tfx) < END
    beside.send(State("training seed=7 steps=40"))
    tfx.wait_for(lambda _: steps(tfx) == 40)
    beside.send(State(f"training seed=7 steps={END}"))
    tfx.wait_for(lambda _: 40 < steps(tfx) < END)
    beside.send(State("softmax temperature=2"))  # nobody waits for what is not shown any more
    tfx.wait_for("0.501688")


def test_a_long_text_is_followed_while_it_is_computed(ada: tuple[Beside, Terminal]) -> None:
    beside, tfx = ada
    beside.send(State("generation tokens=200 temperature=1.5 seed=11"))
    tfx.wait_for("Next-token")
    assert hears_keys(tfx)
    beside.send(State("softmax temperature=2"))
    tfx.wait_for("0.501688")
