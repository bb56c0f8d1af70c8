"""What can go wrong, said once: codes, remedies and exit codes.

Every message a person sees has a code, says what happened and where, and what to do next.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_INTERNAL = 1
"""A fault of ours."""
EXIT_USAGE = 2
EXIT_REJECTED = 3
EXIT_INPUT = 4
EXIT_OUTPUT = 5
EXIT_INTERRUPTED = 130

EXIT_CODES: dict[int, str] = {
    EXIT_OK: "Complete.",
    EXIT_INTERNAL: "A fault of cleaner; please report it, with --log-level debug.",
    EXIT_USAGE: "The call or the configuration is wrong; nothing was written.",
    EXIT_REJECTED: "Complete, and some records were rejected: see rejected.jsonl.",
    EXIT_INPUT: "An input could not be read to its end; the rest of the result is there.",
    EXIT_OUTPUT: "Output could not be written, or (cleaner verify) does not hold.",
    EXIT_INTERRUPTED: "Interrupted; the same command goes on where it was.",
}

REJECT_CODES: dict[str, str] = {
    "bad-encoding": "The bytes are not text in the encoding that the file is in.",
    "bad-json": "The line is not a JSON object.",
    "bad-record": "The record cannot be read (a damaged WARC record or Parquet row).",
    "bad-text": "The record's text is missing or not a string.",
    "damaged": "The checksum over the record's bytes is wrong: it may have been altered.",
    "duplicate-id": "Another record of this corpus has the same id.",
    "empty-input": "The record holds no text at all.",
    "expansion-limit": "The input expands further than --max-expansion allows.",
    "language": "The document is in a language that --lang does not name.",
    "line-too-long": "One line of the input file is longer than --max-record-bytes.",
    "no-content": "No text was found in the page.",
    "not-html": "The file is named as HTML and is something else (a PDF, an image, an archive).",
    "reader-failed": "The reader failed on this record.",
    "stage-failed": "A stage failed on this document.",
    "surrogate": "The text or a field holds a lone surrogate, which Parquet cannot store.",
    "too-deep": "The page or record nests deeper than --max-depth.",
    "too-large": "The record is larger than --max-record-bytes.",
    "too-many-lines": "The document has more lines than --max-lines.",
    "too-many-tags": "The page has more tags than --max-tags.",
    "timeout": "The record took longer than --max-seconds.",
    "unreadable": "The file cannot be opened or read.",
    "unsupported": "The file is of a kind that cleaner does not read.",
    "worker-died": "The process that worked on this record died, alone with it.",
}


class CleanerError(Exception):
    """An error that ends a run: one line for people, with an exit code."""

    exit_code = EXIT_USAGE

    def __init__(self, message: str, *, code: str = "usage") -> None:
        super().__init__(message)
        self.code = code


class UsageError(CleanerError):
    """The call or the configuration is wrong: nothing was written."""

    exit_code = EXIT_USAGE


class InputError(CleanerError):
    """An input could not be read to its end."""

    exit_code = EXIT_INPUT


class OutputError(CleanerError):
    """A result could not be written."""

    exit_code = EXIT_OUTPUT


class RejectError(Exception):
    """This record cannot become a document; the run goes on. ``code`` is a key of ``REJECT_CODES``."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or REJECT_CODES[code])
        self.code = code
