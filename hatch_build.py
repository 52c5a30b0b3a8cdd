"""What the package index is told: the project's addresses, and a README whose links hold there.

The address stands in one place, ADDRESS below. While it is unset no address is given, pictures and
links into the checkout become their plain words, and `make publish` refuses.
"""

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

ADDRESS = ""
"""Where the project lives, as in https://host/owner/name; empty until that is decided."""

LINK = re.compile(r"(!?)\[([^\]]+)\]\((?!https?://|#)([^)]+)\)")


class Metadata(MetadataHookInterface):
    """The parts of the metadata that follow from the address."""

    def update(self, metadata: dict) -> None:
        """Add the addresses and the README as it is read far from the checkout."""
        readme = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": far_away(readme, ADDRESS)}
        if ADDRESS:
            metadata["urls"] = {
                "Source": ADDRESS,
                "Changelog": f"{ADDRESS}/blob/main/CHANGELOG.md",
                "Issues": f"{ADDRESS}/issues",
            }


def far_away(readme: str, address: str) -> str:
    """Make links into the checkout whole, or, without an address, words."""

    def whole(link: re.Match[str]) -> str:
        mark, words, path = link.groups()
        if not address:
            return f"*{words}*" if mark else words
        kind = "raw" if mark else "blob"
        return f"{mark}[{words}]({address}/{kind}/main/{path})"

    return LINK.sub(whole, readme)
