"""What a stage is: a pure function from documents and corpus facts to removals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from cleaner.model import Document, LineFacts, Removal


@runtime_checkable
class Stage(Protocol):
    """Finds what does not belong into the clean text of documents.

    A stage is made once in each process by ``factory(config)``, see ``cleaner.stages.registry``. ``find`` is pure: the
    removals of a document depend on it and its facts alone, not on its neighbours in the batch. A stage that does not look
    at the facts may say so by an attribute ``alone = True``: when the corpus grows, it is not asked again.
    """

    name: str
    """Unique; the ``stage`` of its removals unless they say otherwise."""
    needs: frozenset[str]
    """Names of stages that must run before this one."""

    def find(self, documents: Sequence[Document], facts: Sequence[LineFacts]) -> list[list[Removal]]:
        """One list of removals for each document; spans may overlap those of other stages."""
