"""What is claimed of the published weights, claim by claim: skipped by name where they are not."""

import pytest

import tests.claims.real_model  # noqa: F401  (whose checks they are)
from tests.claims import plain_published

needs_the_weights = pytest.mark.skipif(
    plain_published.MINILM is None, reason="all-MiniLM-L6-v2 is not installed"
)


@needs_the_weights
@pytest.mark.parametrize("check", plain_published.PUBLISHED, ids=lambda check: check.__name__)
def test_published_claim(check) -> None:
    check()
