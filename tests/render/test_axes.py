"""What stands around a plane."""

from tui_transformer.pieces import Axis
from tui_transformer.render.axes import lay_out
from tui_transformer.render.ruler import ruler


def test_where_height_means_nothing_no_number_stands_at_the_side() -> None:
    x, y = (ruler(Axis("x", 0, 2, blank=blank), 0, 2) for blank in (False, True))
    frame = lay_out(x, y, 40, 12, "x")
    assert frame.y_ticks == ()
    assert len(frame.x_ticks) >= 2
    assert lay_out(x, x, 40, 12, "x").columns < frame.columns
