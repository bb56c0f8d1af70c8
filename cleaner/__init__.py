"""cleaner: scraped news in, a clean corpus out, every sentence traceable to its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cleaner.api import LineJudge, Result, clean, clean_corpus, open
    from cleaner.config import Config, UserRule
    from cleaner.model import Document, Rejected, Removal
    from cleaner.similar.api import SentenceDeduplicator, similarity

_HOMES = {
    "Config": "cleaner.config", "LineJudge": "cleaner.api", "SentenceDeduplicator": "cleaner.similar.api",
    "similarity": "cleaner.similar.api", "Document": "cleaner.model", "Rejected": "cleaner.model", "Removal": "cleaner.model",
    "Result": "cleaner.api", "UserRule": "cleaner.config", "clean": "cleaner.api", "clean_corpus": "cleaner.api",
    "open": "cleaner.api",
}  # fmt: skip

__all__ = [
    "Config", "Document", "LineJudge", "Rejected", "Removal", "Result", "SentenceDeduplicator", "UserRule", "clean",
    "clean_corpus", "open", "similarity",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Public names are imported when first used, so that ``import cleaner`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
