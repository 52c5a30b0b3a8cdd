"""How far it is, told beside what is printed: after a while, to somebody who watches."""

import io

import pytest

from tui_transformer.cli import waiting
from tui_transformer.patience import far


class Watched(io.StringIO):
    encoding = "utf-8"

    def __init__(self, watched: bool) -> None:
        super().__init__()
        self.watched = watched

    def isatty(self) -> bool:
        return self.watched


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("after", [-1.0, 1000.0])
def test_it_is_told_where_somebody_waits_long_and_nothing_of_it_is_left(
    watched, after, monkeypatch
):
    stream = Watched(watched)
    monkeypatch.setattr(waiting.sys, "stderr", stream)
    monkeypatch.setattr(waiting, "AFTER", after)
    monkeypatch.setattr(waiting, "NEWS", -1.0)
    with pytest.raises(KeyError), waiting.told():
        far(1, 32, "layer")
        far(2, 32, "layer")
        raise KeyError
    far(3, 32, "layer")  # nobody hears it any more
    heard = stream.getvalue()
    if not watched or after > 0:
        assert heard == ""
        return
    plain = heard.replace("… computing", "... computing")
    assert plain == (
        "\r\x1b[K... computing, layer 1 of 32\r\r\x1b[K... computing, layer 2 of 32\r\x1b[K"
    )
