"""The keys that lead to a control, into the fold that it may be in."""

from tui_transformer.session import Session


def way_to(session: Session, name: str) -> list[str]:
    """Walk from what is held to the first knob of a control, and open its fold on the way."""
    at = [knob.control.name for knob in session.knobs].index(name)
    row = next(row for row in reversed(session.rows) if row.start <= at)
    steps = (session.rows.index(row) - session.rows.index(session.row)) % len(session.rows)
    inside = [] if row.kind == "one" else ["enter", *["down"] * row.place(at)[0]]
    return ["down"] * steps + inside
