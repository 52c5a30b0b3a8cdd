"""The program, which notes in a file whenever it works out what a change asked about leads to:
`python -m tests.lessons.watched FILE learn …`.

Nothing of this is in the program itself: it is put into it from here, in the process that draws.
"""

import sys
from pathlib import Path
from typing import Any


def main() -> int:
    """Watch, once the child process runs, and start."""
    from tui_transformer import cli
    from tui_transformer.cli import screen
    from tui_transformer.lessons import asking

    file, *arguments = sys.argv[1:]
    start, apply = screen.start, asking.apply

    def noted(*given: Any) -> Any:
        with Path(file).open("a") as log:
            log.write("x")
        return apply(*given)

    def watched(options: Any) -> int:
        asking.apply = noted
        return start(options)

    screen.start = watched
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
