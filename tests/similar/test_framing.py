"""The quote and its frame."""

from __future__ import annotations

import pytest

from cleaner.similar.framing import framing

CASES = [
    ("“We have never seen a harvest like this,” said the farmer.", "“We have never seen a harvest like this,”", True),
    ("Ana Ruiz told the paper: \"We have never seen a harvest like this\".", "\"We have never seen a harvest like this\".", True),
    ("LYON (Agency) - The theatre will open its doors again in the autumn.", "The theatre will open its doors again in the autumn.", False),
    ("The minister said that the theatre would open its doors again in the autumn.", "that the theatre would open its doors again in the autumn.", False),
    ("The theatre will open its doors again in the autumn, the minister said.", "The theatre will open its doors again in the autumn,", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "core", "quoted"), CASES)
def test_core(text: str, core: str, quoted: bool) -> None:
    found = framing(text)
    assert text[slice(*found.core)].removeprefix("that ") == core.removeprefix("that ")
    assert found.quoted is quoted and found.frame


@pytest.mark.parametrize(
    "text",
    [
        "Critics spoke of a dam “built in haste” and of corruption in the valley.",
        "The theatre will open its doors again in the autumn.",
        "In the United States, the theatre will open its doors again.",
        "",
        "Yes.",
    ],
)
def test_no_frame(text: str) -> None:
    found = framing(text)
    assert found.frame == () and text[slice(*found.core)] == text.strip()
