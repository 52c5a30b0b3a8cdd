"""The Textual app that tfx is compared with: one label, which changes with every key."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Label


class Baseline(App[None]):
    """Counts the keys pressed; `q` quits."""

    keys = 0

    def compose(self) -> ComposeResult:
        """The label."""
        yield Label("label 0")

    def on_key(self, event: events.Key) -> None:
        """Count the key, or quit."""
        if event.key == "q":
            self.exit()
        self.keys += 1
        self.query_one(Label).update(f"label {self.keys}")


if __name__ == "__main__":
    Baseline().run()
