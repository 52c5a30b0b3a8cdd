"""What Textual does again and again at a start, done once.

It reads its style sheets three times and applies them twice, lays the same screen out five times,
and paints each of these although nothing is shown before the first picture is complete.
"""

from typing import Any, Final, Protocol, cast

from textual.app import App, ReturnType
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.geometry import Size
from textual.screen import Screen

_PARSED: Final[LRUCache[tuple[object, ...], list[RuleSet]]] = LRUCache(256)
"""The rules of each source, with the variables in force: kept for every app, and every fork."""


_VARIABLES: Final[dict[str, dict[str, str]]] = {}  # by the name of a theme


class Styles(Stylesheet):
    """A style sheet that parses no text again that was ever parsed with the same variables."""

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        variables = tuple(self._variables.items())
        key = css, read_from, is_default_rules, tie_breaker, scope, variables
        found = _PARSED.get(key)
        if found is None:
            found = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
            _PARSED[key] = found
        return found


class OnceApp(App[ReturnType]):
    """An app without notifications, whose styles are applied when they are others."""

    revealed = False
    """Whether the first picture is complete, and so shown."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.stylesheet = Styles(variables=self.get_css_variables())
        self._disable_notifications = True  # a rack for them would be styled, and given bars

    def get_css_variables(self) -> dict[str, str]:
        """Mix the colours of a theme once."""
        name = self.current_theme.name
        if name not in _VARIABLES:
            _VARIABLES[name] = super().get_css_variables()
        self.theme_variables = _VARIABLES[name]
        return self.theme_variables

    def refresh_css(self, animate: bool = True) -> None:
        """Apply the styles of another theme; Textual asks for that when it starts, too."""
        if self.stylesheet._variables != self.get_css_variables() or self.revealed:
            super().refresh_css(animate)


class _Shown(Protocol):
    revealed: bool


class OnceScreen(Screen[None]):
    """A screen that is laid out for each size once, and painted when it is shown."""

    def _screen_resized(self, size: Size) -> None:
        if size != self._compositor.size:
            super()._screen_resized(size)

    def _compositor_refresh(self) -> None:
        if cast("_Shown", self.app).revealed:
            super()._compositor_refresh()
        else:
            self._dirty_widgets.clear()
            self._compositor._dirty_regions.clear()
