"""The command as fixtures; see ``trouble`` for what can be done to it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trouble import Ended, begin, end


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """``start("run", path, "--out", out, inject=..., limits={...})``: the process, not waited for."""

    def call(*args: object, **more: Any) -> subprocess.Popen[bytes]:
        return begin(*args, folder=tmp_path / "inject", **more)

    return call


@pytest.fixture
def command(start: Callable[..., subprocess.Popen[bytes]]) -> Callable[..., Ended]:
    """As ``start``, waited for."""
    return lambda *args, **more: end(start(*args, **more))
