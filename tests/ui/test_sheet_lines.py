"""The lines of a sheet are made when what they say may have changed, and not at every height."""

from collections.abc import Sequence

from tui_transformer.ui.app import build
from tui_transformer.ui.stage import Content, Row, Text


async def test_lines_are_broken_once_for_a_width_and_stay_right() -> None:
    asked: list[tuple[int, str]] = []

    def rows(width: int, typed: str) -> Sequence[Row]:
        asked.append((width, typed))
        return [(Text("word " * 30 + typed, action=lambda screen: None),)]

    async with build("", None, False, None).run_test(size=(80, 24)) as pilot:
        sheet = pilot.app.screen.query_one("#sheet")
        sheet.open(Content("one", rows, filterable=True))  # type: ignore[attr-defined]
        await pilot.pause()
        assert asked == [(76, "")]
        await pilot.resize_terminal(80, 30)
        await pilot.pause()
        assert asked == [(76, "")], "another height"
        await pilot.resize_terminal(70, 30)
        await pilot.pause()
        assert asked[1:] == [(66, "")]
        assert max(len(run.text) for row in sheet.rows for run in row) <= 66  # type: ignore[attr-defined]
        sheet.narrow("x")  # type: ignore[attr-defined]
        assert asked[2:] == [(66, "x")]
        sheet.open(Content("two", rows))  # type: ignore[attr-defined]
        assert asked[3:] == [(66, "")], "another content of the same width"
