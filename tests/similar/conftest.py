"""Everything here holds for the compiled loops and for numpy."""

from __future__ import annotations

import pytest

from cleaner.similar import kernels


@pytest.fixture(autouse=True, params=["compiled", "numpy"])
def loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with each; compiled ones only where they were built."""
    if request.param == "numpy":
        monkeypatch.setattr(kernels, "compiled", None)
    elif kernels.compiled is None:
        pytest.skip("the loops were not compiled here")
    return request.param
