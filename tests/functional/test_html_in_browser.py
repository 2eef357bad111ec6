"""The page of HTML in a real browser: opened from disk, sorted, filtered, read; no error, no request."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jinja2", reason="the extra `html` is not installed")
webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not (CHROMIUM and DRIVER):
    pytest.skip("chromium and chromedriver are not installed", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "reports"))
import samples  # noqa: E402, the reports made by hand live beside the unit tests

from gradcheck.reports.html import render  # noqa: E402, needs the extra that is looked for above

STUDENTS = 2000
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1200,900",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless browser with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of pages on disk."""
    folder = tmp_path_factory.mktemp("pages")
    reports = {
        "class": samples.classroom(30),
        "big": samples.classroom(STUDENTS),
        "one": samples.report(samples.failed()),
        "hostile": samples.hostile(),
    }
    for name, report in reports.items():
        (folder / f"{name}.html").write_text(render(report), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in reports}


@pytest.fixture(autouse=True)
def quiet(browser: Any) -> Iterator[None]:
    """After every test: no message in the console, no request but for files."""
    yield
    messages = [entry["message"] for entry in browser.get_log("browser")]
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert messages == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "chrome:"))] == []


def rows(browser: Any) -> list[str]:
    """Names in the table, top to bottom, as far as shown."""
    script = "return [...document.querySelectorAll('#table tbody tr:not([hidden]) th')].map(e => e.textContent)"
    return list(browser.execute_script(script))


def find(browser: Any, selector: str) -> Any:
    """The first element that fits."""
    return browser.find_element("css selector", selector)


@pytest.mark.parametrize("page", ["class", "big"])
def test_sorting(browser: Any, pages: dict[str, str], page: str) -> None:
    """A click on a heading sorts, a second one the other way round, and assistive technology is told."""
    browser.get(pages[page])
    head = find(browser, "#table thead th")
    head.find_element("css selector", "button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    ascending = rows(browser)
    assert ascending[:2] == ["ann.py", "crash.py"]
    head.find_element("css selector", "button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert rows(browser) == ascending[::-1]
    seconds = find(browser, "#table thead th[data-numeric]")
    seconds.find_element("css selector", "button").click()
    assert rows(browser)[-1].startswith(("ann", "student"))


@pytest.mark.parametrize("page", ["class", "big"])
def test_filtering(browser: Any, pages: dict[str, str], page: str) -> None:
    """Search, outcome and mistake narrow the table; a mistake of the chart is a filter; clearing shows all."""
    browser.get(pages[page])
    everything = rows(browser)
    find(browser, "#search").send_keys("student-0001")
    assert rows(browser) == ["student-0001.py"]
    assert find(browser, "#shown").text == "1 shown"
    find(browser, "#search").send_keys("x")
    assert find(browser, "#none").is_displayed()
    find(browser, "#filters button[type=reset]").click()
    assert rows(browser) == everything
    find(browser, "[data-pick=unexplained]").click()
    assert rows(browser) == ["odd.py"]
    find(browser, "#filters button[type=reset]").click()
    find(browser, "#outcome option:nth-child(4)").click()
    assert rows(browser) == ["timeout.py"]


@pytest.mark.parametrize("page", ["class", "big"])
def test_opening_a_student(browser: Any, pages: dict[str, str], page: str) -> None:
    """A name opens its section with the marked line, the fix behind a click; closing returns to the name."""
    browser.get(pages[page])
    find(browser, "#table a[href='#s2']").click()
    section = find(browser, "#s2")
    assert section.find_element("css selector", "mark").text == "np.sum(dz1, axis=1, keepdims=True)"
    assert section.find_element("css selector", "svg.heat").is_displayed()
    assert not section.find_element("css selector", "ins").is_displayed()
    section.find_element("css selector", ".fix summary").click()
    assert section.find_element("css selector", "ins").text.startswith("+    db1 = np.sum(dz1, axis=0")
    section.find_element("css selector", "summary").click()
    assert not section.is_displayed()
    assert browser.switch_to.active_element.get_attribute("hash") == "#s2"
    browser.switch_to.active_element.click()
    assert section.is_displayed()


def test_by_keyboard_alone(browser: Any, pages: dict[str, str]) -> None:
    """Enter on a focused name opens its section and moves the focus there; it toggles by keyboard, too."""
    browser.get(pages["class"])
    link = find(browser, "#table a[href='#s3']")
    link.send_keys("\ue007")
    focused = browser.switch_to.active_element
    assert focused.tag_name == "summary"
    assert find(browser, "#s3").get_attribute("open")
    focused.send_keys("\ue007")
    assert not find(browser, "#s3").get_attribute("open")


def test_printing_shows_the_class_as_filtered(browser: Any, pages: dict[str, str]) -> None:
    """Before printing, the sections of the rows that are shown open; afterwards they close again."""
    browser.get(pages["class"])
    find(browser, "[data-pick=unexplained]").click()
    opened = "return [...document.querySelectorAll('details.student[open]')].map(e => e.id)"
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert browser.execute_script(opened) == ["s3"]
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.execute_script(opened) == []


def test_an_address_with_a_section_opens_it(browser: Any, pages: dict[str, str]) -> None:
    """A link to one student's section can be passed on."""
    browser.get("about:blank")
    browser.get(pages["big"] + "#s2")
    assert find(browser, "#s2 mark").is_displayed()


def test_one_submission_needs_no_click(browser: Any, pages: dict[str, str]) -> None:
    """A report of one submission is open, its marked line in sight."""
    browser.get(pages["one"])
    assert find(browser, "mark").is_displayed()


def test_hostile_names_are_harmless(browser: Any, pages: dict[str, str]) -> None:
    """Script in names and code is text; no alert, no error."""
    browser.get(pages["hostile"])
    assert len(browser.find_elements("css selector", "script")) == 1
    assert "<script>alert(1)</script>" in find(browser, "#table").text


def test_a_script_that_got_in_would_not_run(browser: Any, pages: dict[str, str], tmp_path: Path) -> None:
    """The page's policy refuses a script that isn't its own: escaping is not the only wall."""
    page = tmp_path / "spoilt.html"
    spoilt = render(samples.network()).replace("<main>", "<main><script>document.title = 'owned'</script>")
    page.write_text(spoilt, encoding="utf-8")
    browser.get(page.as_uri())
    assert browser.title != "owned"
    (complaint,) = browser.get_log("browser")  # read, and so gone before `quiet` looks
    assert "Content Security Policy" in complaint["message"]


def test_a_big_class_is_light(browser: Any, pages: dict[str, str]) -> None:
    """Of two thousand submissions only the table is built: sections stay text until opened."""
    browser.get(pages["big"])
    count = browser.execute_script("return document.querySelectorAll('details.student *').length")
    assert count < 8 * (STUDENTS + 8)
    assert len(rows(browser)) == STUDENTS + 8
