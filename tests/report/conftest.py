"""Output folders made by hand, see ``made_results``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_results import hostile_documents, write_result

from cleaner.model import Document, Removal


@pytest.fixture(scope="session")
def make_result() -> Callable[..., Path]:
    return write_result


@pytest.fixture(scope="session")
def hostile() -> list[tuple[Document, list[Removal]]]:
    return hostile_documents()


@pytest.fixture(scope="session")
def hostile_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(tmp_path_factory.mktemp("hostile") / "out", hostile_documents())
