"""The smallest package that extends cleaner: one stage, one reader, one writer."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cleaner.model import Document, Removal
from cleaner.text.lines import line_spans


class Shouting:
    """Removes lines that are all capitals and end with three exclamation marks."""

    name = "shouting"
    needs: frozenset[str] = frozenset()

    def __init__(self, config: Any) -> None:
        pass

    def find(self, documents: Sequence[Document], facts: Sequence[Any]) -> list[list[Removal]]:
        return [[self._removal(s, e) for s, e in line_spans(d.text) if self._shouts(d.text[s:e])] for d in documents]

    def _shouts(self, line: str) -> bool:
        return line.isupper() and line.endswith("!!!")

    def _removal(self, start: int, end: int) -> Removal:
        return Removal(start, end, self.name, "shouting", 0.9, {"by": "rule", "rule": "shouting/capitals"})


def read_lines(path: str) -> Iterator[dict[str, str]]:
    """One record a line; ``|`` separates paragraphs."""
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines()):
        if line.startswith("#"):
            raise ValueError("a comment is no story")
        yield {"id": f"line-{number}", "text": line.replace("|", "\n\n")}


def write_words(results: Any, dest: Path) -> Path:
    """The number of words of the clean corpus."""
    dest.parent.mkdir(parents=True, exist_ok=True)
    dest.write_text(f"{sum(len(d['text'].split()) for d in results.documents())}\n")
    return dest
