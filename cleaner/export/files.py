"""Folders and files of exports."""

from __future__ import annotations

from pathlib import Path

from cleaner.errors import OutputError


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it. ``OutputError`` where the system refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}); choose another --dest") from error
