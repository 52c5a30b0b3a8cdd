"""What several tests of concepts begin with."""

import pytest

from tui_transformer.concepts import _real_model_places as places


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """No published model is found by itself: neither a package nor a cache has one."""
    monkeypatch.setattr(places, "PACKAGE", "no_such_package_at_all")
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
