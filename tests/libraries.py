"""Libraries of others that some tests need."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def library(name: str) -> Any:
    """The module ``name``. Where it is missing the test is skipped, but fails in the environments made for such tests."""
    if os.environ.get("CLEANER_ECOSYSTEM"):
        return importlib.import_module(name)
    return pytest.importorskip(name)
