"""A headless Chromium for tests: where it is found, how it is started, and what it asked for over the network."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --force-color-profile=srgb"
)


def need() -> tuple[str, str]:
    """The paths of Chromium and its driver; skips the test by name where one is missing, fails it where that is not allowed."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        missing = "no Chromium with its driver was found (Debian: apt-get install chromium chromium-driver)"
        if os.environ.get("PROCESSTRACE_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return browser, driver


@contextmanager
def started(width: int = 1200, height: int = 900) -> Iterator:
    """A driver of a new browser that logs what it loads and where it goes."""
    from selenium import webdriver

    browser, driver = need()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS.split(), f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    try:
        yield made
    finally:
        made.quit()


def traffic(driver) -> list[tuple[str, str]]:
    """Requests and navigations since the last call, as (kind, address)."""
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        kind, told = message["method"], message["params"]
        if kind == "Network.requestWillBeSent" and not told["request"]["url"].startswith("data:"):
            found.append((kind, told["request"]["url"]))
        elif kind in ("Page.frameNavigated", "Page.navigatedWithinDocument", "Page.frameStartedLoading", "Page.frameRequestedNavigation"):
            found.append((kind, str(told.get("url", ""))))
    return found
