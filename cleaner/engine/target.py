"""Where a run writes: the place of its result, and the local folder of its work until the result is complete."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cleaner.config import Config
from cleaner.errors import UsageError
from cleaner.io.atomic import WORK, OutputLock
from cleaner.io.places import Folder, Place, place_of

OUR_FILES = (
    "documents",
    "removed",
    "sentences",
    "rejected",
    "manifest.json",
    "run.json",
    "report.html",
    "export",
    WORK,
)


@dataclass(frozen=True)
class Target:
    """Of one run."""

    place: Place
    work: Path
    """Checkpoints and everything else that is of no use afterwards."""

    def __str__(self) -> str:
        return str(self.place)

    @property
    def folders(self) -> list[str | os.PathLike[str]]:
        """What is no input, also where it lies inside one."""
        return [self.place.at(""), self.work]

    def lock(self) -> OutputLock:
        """The right to write: in the folder itself, where it is one; for a URL, among the runs of this machine."""
        return OutputLock(str(self), self.place.path / WORK if isinstance(self.place, Folder) else self.work)

    def refuse_foreign(self) -> None:
        """A place with anything that is not ours is left alone. ``UsageError`` if so."""
        foreign = [n for n in self.place.names() or () if not _ours(n) or (n == WORK and self._leads_away())]
        if foreign:
            raise UsageError(
                f"{self} holds something else ({', '.join(foreign[:3])}); choose an empty or new folder for --out",
                code="output-exists",
            )

    def make_work(self) -> None:
        """``OutputError`` where the work folder cannot be made."""
        Folder(self.work).make()

    def _leads_away(self) -> bool:
        return isinstance(self.place, Folder) and (self.place.path / WORK).is_symlink()


def target_of(out: str | os.PathLike[str] | Place, config: Config) -> Target:
    """Where a run into ``out`` writes. Its work lies in ``OUT/.cleaner``; for a URL, or as ``config.work`` says, in a
    folder of its own below that folder or the user's cache, named by the address."""
    place = place_of(out)
    if isinstance(place, Folder) and not config.work:
        return Target(place, place.path / WORK)
    address = str(place.absolute())
    last = re.sub(r"[^\w.-]", "_", address.rstrip("/").rpartition("/")[2])[:40]
    name = f"{last}-{hashlib.sha256(address.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
    return Target(place, (Path(config.work).expanduser() if config.work else _cache()) / name)


def _cache() -> Path:
    """The user's cache by the XDG base directory specification."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".cache") / "cleaner"


def _ours(name: str) -> bool:
    stem = name.lstrip(".").split(".")[0].split("-")[0]
    return name in OUR_FILES or stem in OUR_FILES or name.endswith(".tmp") or name in (".gitignore", ".gitkeep")
