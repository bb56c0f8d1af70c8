"""Make the README's pictures from a result: ``python docs/make_pictures.py OUT DOC_ID FOLDER``.

Needs Playwright's Python package and a Chromium (``CLEANER_CHROMIUM`` or on the path).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI

from cleaner.report import write_report
from cleaner.show import show

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def terminal_page(out: Path, doc_id: str, rows: int = 44) -> str:
    """``cleaner show`` as a page, its first ``rows`` lines."""
    console = Console(
        record=True, width=118, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    show(out, doc_id, console)
    template = (
        "<body style='margin:0;background:{background}'><pre style='margin:1rem;font:14px/1.35 monospace;"
        "color:{foreground}'>{code}</pre>"
    )
    page = console.export_html(theme=MONOKAI, inline_styles=True, code_format=template)
    return "\n".join(page.split("\n")[:rows])


def main(out: Path, doc_id: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CLEANER_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 980})
        page.goto(write_report(out).resolve().as_uri())
        page.screenshot(path=str(folder / "report.png"))
        page.click(f"#list tr:has(small:text-is('{doc_id}')) a >> nth=0")
        page.locator("mark.c-dedup").nth(1).click(position={"x": 12, "y": 8})
        page.mouse.move(0, 0)
        page.screenshot(path=str(folder / "document.png"))
        page = browser.new_page(viewport={"width": 1010, "height": 860})
        page.set_content(terminal_page(out, doc_id))
        page.screenshot(path=str(folder / "terminal.png"))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
