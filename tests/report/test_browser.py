"""The report in a real browser: it works, it says nothing on the console, it asks nobody for anything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from made_results import HOSTILE

from cleaner.config import load
from cleaner.report import write_report

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = os.environ.get("CLEANER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START = {"x": 12, "y": 8}
"""Of a passage: the middle of its box may lie outside its text."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(make_result: Callable[..., Path], hostile: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(make_result(tmp_path_factory.mktemp("page") / "out", hostile)).as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The report, open. At the end: no message, no request but for the file, and no script of the data has run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    yield page
    assert messages == []
    assert {url.split("#")[0] for url in requests} <= {address, "data:,"}
    assert page.evaluate("window.hacked") is None
    context.close()


def test_search_filter_and_sort(page: Any) -> None:
    rows = page.locator("#list tbody tr")
    assert rows.count() == 4
    page.fill("#search", "gamma")
    sync_api.expect(rows).to_have_count(2)
    assert page.inner_text("#found") == "2 of 4 documents"
    page.fill("#search", "shares fell")
    page.check("#in-texts")
    sync_api.expect(rows).to_have_count(1)
    page.fill("#search", "")
    sync_api.expect(rows).to_have_count(4)
    page.click("th[data-sort=size] button")
    assert page.get_attribute("th[data-sort=size]", "aria-sort") == "descending"
    assert HOSTILE in rows.first.inner_text()
    page.click("button[data-reason='offtopic/donation-plea']")
    assert rows.count() == 1


def test_a_removal_opens_its_evidence(page: Any) -> None:
    page.click(f"#list a:text-is('{HOSTILE}')")
    mark = page.locator("mark").first
    mark.hover(position=START)
    assert "comment-form/leave-reply" in page.inner_text("#tip")
    page.mouse.move(0, 0)
    assert page.is_hidden("#tip")
    mark.focus()
    assert "score 0.97" in page.inner_text("#tip")
    assert mark.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Escape")
    assert page.is_hidden("#tip"), "the first Escape hides the tip"
    page.keyboard.press("Enter")
    panel = page.inner_text("#panel")
    assert "Removed: comment-form" in panel
    assert "A form to comment" in panel
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0, "the next closes the document"
    assert page.evaluate("document.activeElement.textContent") == HOSTILE, "and the focus is back on its link"


def test_a_copy_leads_to_the_kept_one(page: Any) -> None:
    page.click("#list a:text-is('c/3.txt')")
    page.locator("mark.c-dedup").click()
    page.click("#panel a.kept-copy")
    page.wait_for_selector(".shared.target")
    assert page.inner_text("#viewer-title") == HOSTILE
    assert page.inner_text(".shared.target").startswith("The ministry said")
    assert "Gamma" in page.inner_text("#panel")


def test_the_map_leads_to_the_sentences(page: Any) -> None:
    page.click("button[aria-label='1 sentence of Alpha Post, also in Gamma']")
    assert "The ministry said nine companies" in page.inner_text("#pair")
    page.click("#pair a:text-is('c/3.txt')")
    sync_api.expect(page.locator("mark.target")).to_have_count(1)


def test_rules_can_be_copied_and_are_valid(page: Any, tmp_path: Path) -> None:
    page.click(f"#list a:text-is('{HOSTILE}')")
    page.locator("mark").first.click(position=START)
    keep = page.input_value("#panel textarea")
    page.click("#panel button.copy")
    sync_api.expect(page.locator("#panel [role=status]")).not_to_be_empty()
    page.locator(".n").first.click()
    remove = page.input_value("#panel textarea")
    page.keyboard.press("Escape")
    (tmp_path / "rules.toml").write_text(keep + remove, encoding="utf-8")
    first, second = load(tmp_path / "rules.toml").rule
    assert (first.line, first.outlet, first.action) == (f"Leave a reply {HOSTILE}", "Alpha Post", "keep")
    assert (second.line, second.action) == ("Nine firms listed", "remove")
    page.click("#list a:text-is('c/3.txt')")
    page.locator("mark.c-dedup").click()
    (tmp_path / "rules.toml").write_text(page.input_value("#panel textarea"), encoding="utf-8")
    (third,) = load(tmp_path / "rules.toml").rule
    assert (third.outlet, third.action) == ("Gamma", "keep")
    assert third.line.startswith("The ministry said")


def test_lines_can_be_reached_by_the_keyboard(page: Any) -> None:
    page.click(f"#list a:text-is('{HOSTILE}')")
    page.locator(".n").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Line 3, kept"
    page.keyboard.press("Enter")
    assert "Line 3: kept" in page.inner_text("#panel")


def test_steering_characters_are_written_out(page: Any) -> None:
    page.click("#list a:text-is('T\\\\u202eitle')")
    sync_api.expect(page.locator("#text")).to_contain_text("\u241b]0;owned\u2407")  # shown when the address has changed
    text = page.inner_text("#text")
    assert not set(text) & set("\x1b\x07\x00\u202e")


def test_a_link_to_a_place_opens_it(page: Any, address: str) -> None:
    page.click("#review a >> nth=0")
    sync_api.expect(page.locator("mark.target")).to_have_count(1)
    assert "Removed:" in page.inner_text("#panel")
    page.go_back()
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_wider_than_the_window(browser: Any, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(address + "#d0")
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= width
    page.close()


def test_the_rule_for_a_copy_keeps_it_in_the_next_run(
    browser: Any, cleaner: Callable[..., Any], corpus: Path, corpus_run: Any, output: Any, tmp_path: Path
) -> None:
    first = corpus_run[1]
    copy = next(r for r in first.read("removed") if r["stage"] == "dedup")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((first.path / "report.html").as_uri())
    place = page.evaluate(
        "id => JSON.parse(document.getElementById('index').textContent).rows.findIndex(r => r[0] === id)",
        copy["doc_id"],
    )
    page.click(f"#list a[href='#d{place}']")
    page.locator("mark.c-dedup").first.press("Enter")
    (tmp_path / "rules.toml").write_text(page.input_value("#panel textarea"), encoding="utf-8")
    done = cleaner("run", corpus, "--out", tmp_path / "out", "--config", tmp_path / "rules.toml")
    assert done.code == 0, done.err
    again = output(tmp_path / "out")
    assert copy["text"] not in first.documents()[copy["doc_id"]]["text"]
    assert copy["text"] in again.documents()[copy["doc_id"]]["text"]
    page.goto((again.path / "report.html").as_uri())
    page.click(f"#list a[href='#d{place}']")
    page.locator("mark.c-kept").first.press("Enter")
    assert "Kept by a rule of yours" in page.inner_text("#panel")
    assert "kept by rule 1" in page.inner_text("#panel")
    page.close()
