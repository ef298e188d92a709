"""The judging page in a real browser: silent, kept over a reload, usable by keyboard, and merged as it was judged."""

import json

import pytest
from axe_selenium_python import Axe
from click.testing import CliRunner
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from strategies.browser import started, traffic

import processtrace as pt
from processtrace.cli import cli
from processtrace.elicitation.judging_page import write_judging_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def driver():
    with started(1366, 768) as made:
        yield made


def _study(items=4):
    evidence = [
        pt.Evidence(f"i{k}", finding=f"Finding {k} </script><b>bold</b>.", status="unjudged", date="2005", tags=["secret_tag"])
        for k in range(items)
    ]
    return pt.Study(
        "Two & <three>",
        hypotheses={"a": {"label": "Alpha", "statement": "The first."}, "b": {"label": "Beta", "statement": "The second."}},
        cases=[pt.Case("one", label="Case one", evidence=evidence)],
        analysts={"ana": {"note": "SECRET"}},
    )


def test_the_page_holds_no_judgement_and_asks_for_nothing(tmp_path):
    values = {"a": 0.123456, "b": 0.654321}
    judged = [pt.Evidence("x", finding="X.", judgements={"ana": {"probability": values, "because": {"a": "A SECRET reason."}}})]
    study = pt.Study("One", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", evidence=judged)], analysts={"ana": {}})
    write_judging_page(study, tmp_path / "page.html", "ben", 1)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    for word in ("SECRET", "0.123456", "0.654321", "secret_tag", "ana"):
        assert f'"{word}"' not in text
        assert word == "ana" or word not in text
    assert "default-src 'none'" in text
    assert "http://" not in text
    assert "https://" not in text


def _next(driver):
    driver.find_element(By.CSS_SELECTOR, "button.main").click()


def _type(driver, block, low, high):
    for place, text in enumerate((low, high)):
        box = driver.find_elements(By.CSS_SELECTOR, "fieldset")[block].find_elements(By.CSS_SELECTOR, "input[type=text]")[place]
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text, Keys.TAB)


def _legend(driver, block):
    return driver.find_elements(By.CSS_SELECTOR, "fieldset")[block].find_element(By.TAG_NAME, "legend").text


def test_a_whole_coding(driver, tmp_path):
    (tmp_path / "models").mkdir()
    from processtrace.formats.registry import write

    home = tmp_path / "study"
    write(_study(), home)
    main = next((home / "models").glob("*.yaml"))
    page = tmp_path / "page.html"
    done = CliRunner().invoke(cli, ["ask", str(main), str(page), "--analyst", "ben", "--seed", "4", "--repeat", "1"])
    assert done.exit_code == 0, done.output
    traffic(driver)
    driver.get(page.as_uri())
    assert driver.find_element(By.TAG_NAME, "h1").text == "Two & <three>"
    driver.find_element(By.ID, "name").send_keys("B" * 50)  # a name is a label, and no longer than one
    assert driver.find_element(By.ID, "name").get_attribute("value") == "B" * 40
    driver.find_element(By.ID, "name").clear()
    driver.find_element(By.ID, "name").send_keys("Ben B.")
    Select(driver.find_element(By.ID, "kind")).select_by_visible_text("a person")
    _next(driver)
    assert "The second." in driver.find_element(By.ID, "page").text
    _next(driver)
    _type(driver, 2, "0.4", "60 %")  # roughly even
    _next(driver)

    # The doubt first; then the middle, and in words what the numbers mean together.
    first = {_legend(driver, k): k for k in (0, 1)}
    _type(driver, first["Alpha"], "0.2", "0,5")
    _type(driver, first["Beta"], ".1", "10%")
    said = driver.find_element(By.CSS_SELECTOR, ".said").text
    assert "about 3 times as probable if “Alpha” is right as if “Beta” is right" in said  # .333 against .1
    assert "middle: 0.33" in driver.find_element(By.ID, "page").text
    _type(driver, first["Beta"], "2", "0.3")
    assert "is more than 1; for a percentage write 2%" in driver.find_element(By.ID, "page").text
    assert not driver.find_element(By.CSS_SELECTOR, "button.main").is_enabled()
    driver.find_element(By.XPATH, "//button[.='Undo']").click()
    driver.find_element(By.XPATH, "//button[.='Undo']").click()
    assert driver.find_element(By.CSS_SELECTOR, "button.main").is_enabled()
    _type(driver, first["Beta"], "0.1", "0.1")
    driver.find_element(By.ID, "because").send_keys("It names the cost.", Keys.TAB)
    found = Axe(driver)
    found.inject()
    assert [part["id"] for part in found.run()["violations"]] == []

    # Kept over a reload.
    driver.refresh()
    assert driver.find_elements(By.CSS_SELECTOR, "input[type=text]")[2 * first["Alpha"]].get_attribute("value") == "0.2"
    finding = driver.find_element(By.CSS_SELECTOR, ".finding").text
    assert "</script><b>bold</b>" in finding
    _next(driver)

    # Words, by keyboard on the scale, and silence.
    for block in (0, 1):
        words = driver.find_elements(By.CSS_SELECTOR, "fieldset")[block].find_element(By.TAG_NAME, "select")
        Select(words).select_by_visible_text("roughly even" if _legend(driver, block) == "Alpha" else "likely")
    _next(driver)
    for block in (0, 1):
        for end in (0, 1):
            slide = driver.find_elements(By.CSS_SELECTOR, "fieldset")[block].find_elements(By.CSS_SELECTOR, "input[type=range]")[end]
            slide.send_keys(*([Keys.ARROW_RIGHT] * (20 + 20 * end)))
            driver.execute_script("document.activeElement.blur()")
    driver.find_elements(By.CSS_SELECTOR, "fieldset")[1].find_element(By.CSS_SELECTOR, "input[type=checkbox]").click()
    assert "equally probable" in driver.find_element(By.CSS_SELECTOR, ".said").text
    _next(driver)
    driver.find_element(By.XPATH, "//button[contains(.,'t judge this')]").click()
    _next(driver)
    _type(driver, 0, "0.3", "0.3")
    _type(driver, 1, "0.6", "0.6")
    _next(driver)

    driver.find_element(By.TAG_NAME, "summary").click()
    # A details element says that it was opened after the click has returned.
    raw = WebDriverWait(driver, 10).until(lambda page: page.execute_script("return document.getElementById('file').value"))
    saved = json.loads(raw)
    assert [kind for kind, _ in traffic(driver) if kind == "Network.requestWillBeSent"].__len__() == 2  # the page, and its reload
    assert not [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    (tmp_path / "back.json").write_text(raw, encoding="utf-8")
    merged = CliRunner().invoke(cli, ["merge", str(main), str(tmp_path / "back.json")])
    assert merged.exit_code == 0, merged.output
    study = pt.load_study(main)
    assert study.analysts["ben"].label == "Ben B."
    assert dict(study.analysts["ben"].words) == {"roughly even": (0.4, 0.6)}
    parts = {(item["key"], bool(item.get("repeat"))): item for item in saved["items"]}
    assert sum("values" in item for item in parts.values()) == 4
    assert all(item["seconds"] >= 0 and sorted(item["order"]) == ["a", "b"] for item in parts.values())
    judged = [item.judgements["ben"] for item in study.cases[0].evidence if item.judgements]
    assert {tuple(sorted(part.values.items())) for part in judged if part.scale == "words"} == {(("a", "roughly even"), ("b", "likely"))}
    assert any(dict(part.values) == {"a": (0.2, 0.5), "b": 0.1} and part.note == "It names the cost." for part in judged)


def test_a_phone(driver, tmp_path):
    write_judging_page(_study(), tmp_path / "page.html", "ben", 1)
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
    try:
        driver.get((tmp_path / "page.html").as_uri())
        for _ in range(4):
            assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
            found = Axe(driver)
            found.inject()
            assert [part["id"] for part in found.run()["violations"]] == []
            main = driver.find_element(By.CSS_SELECTOR, "button.main")
            if main.is_enabled():
                main.click()
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _open_anew(driver, page):
    """Open a page without what an earlier test left in the storage of the browser."""
    driver.get(page.as_uri())
    driver.execute_script("state = blank(); localStorage.clear()")  # a page that is left keeps its state once more
    driver.refresh()


def _focused(driver):
    return driver.execute_script("return document.activeElement.textContent")


def _press(driver, name):
    """Press a button by keyboard; where it stood, the focus stays, or on the page."""
    pressed = driver.find_element(By.XPATH, f"//button[.={json.dumps(name)}]")
    driver.execute_script("arguments[0].focus()", pressed)
    pressed.send_keys(Keys.ENTER)


def test_a_button_that_draws_the_page_again_keeps_the_focus(driver, tmp_path):
    write_judging_page(_study(), tmp_path / "page.html", "ben", 1)
    _open_anew(driver, tmp_path / "page.html")
    for _ in range(3):
        _next(driver)
    assert not driver.find_element(By.CSS_SELECTOR, "button.undo").is_enabled()
    _press(driver, "I can't judge this")
    assert _focused(driver) == "I can judge it after all"
    _press(driver, "I can judge it after all")
    assert _focused(driver) == "I can't judge this"
    _type(driver, 0, "0.2", "0.3")
    assert driver.find_element(By.CSS_SELECTOR, "button.undo").is_enabled()
    _press(driver, "Undo")
    assert _focused(driver) == "Undo"
    assert driver.find_elements(By.CSS_SELECTOR, "fieldset input[type=text]")[1].get_attribute("value") == ""


def test_a_scale_that_nobody_set_does_not_look_like_an_answer(driver, tmp_path):
    write_judging_page(_study(), tmp_path / "page.html", "ben", 1)
    _open_anew(driver, tmp_path / "page.html")
    for _ in range(3):
        _next(driver)

    def paleness():
        return [float(one.value_of_css_property("opacity")) for one in driver.find_elements(By.CSS_SELECTOR, "input[type=range]")]

    assert max(paleness()) < 0.5
    _type(driver, 0, "0.2", "0.3")
    assert paleness()[:2] == [1, 1]
    assert max(paleness()[2:]) < 0.5


def test_a_damaged_file_is_refused_and_changes_nothing(driver, tmp_path):
    write_judging_page(_study(), tmp_path / "page.html", "ben", 1)
    _open_anew(driver, tmp_path / "page.html")
    key = driver.execute_script("return study.page")
    driver.find_element(By.ID, "name").send_keys("Ben")
    for text in ("{", json.dumps({"state": {"page": key, "step": 3, "answers": None}})):
        (tmp_path / "damaged.json").write_text(text, encoding="utf-8")
        driver.find_element(By.ID, "resume").send_keys(str(tmp_path / "damaged.json"))
        said = WebDriverWait(driver, 10).until(lambda page: page.find_element(By.ID, "problem").text)
        assert said == "This file can't be read as one that was saved from this page."
        driver.refresh()
        assert driver.find_element(By.ID, "name").get_attribute("value") == "Ben"
    (tmp_path / "part.json").write_text(json.dumps({"state": {"page": key, "step": 3}}), encoding="utf-8")
    driver.find_element(By.ID, "resume").send_keys(str(tmp_path / "part.json"))
    WebDriverWait(driver, 10).until(lambda page: page.find_elements(By.CSS_SELECTOR, "h1.finding"))
    assert driver.execute_script("return document.activeElement.id") == "page"


def test_a_clue_of_a_graph_is_asked_by_value(driver, tmp_path):
    study = pt.load_study("models/democratisation.yaml")
    write_judging_page(study, tmp_path / "page.html", "ben", 3)
    _open_anew(driver, tmp_path / "page.html")
    _next(driver)
    text = driver.find_element(By.ID, "page").text
    assert "whichever explanation is right:\nPressure from abroad = 0\nPressure from abroad = 1\n" in text
    assert "Not an explanation" not in text
    for _ in range(2):
        _next(driver)
    while "An envoy" not in driver.find_element(By.CSS_SELECTOR, ".finding").text:
        assert len(driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox]")) == 2
        _press(driver, "I can't judge this")
        _next(driver)
    ones = {_legend(driver, k): k for k in (0, 1)}
    _type(driver, ones["Given Pressure from abroad = 0"], "0.2", "0.2")
    _type(driver, ones["Given Pressure from abroad = 1"], "0.8", "0.8")
    # A value of a node is not right or wrong, and is never silent.
    said = "about 4 times as probable given Pressure from abroad = 1 as given Pressure from abroad = 0."
    assert said in driver.find_element(By.CSS_SELECTOR, ".said").text
    assert not driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox]")


def test_a_second_round_says_what_it_shows(driver, tmp_path):
    judged = {who: {"probability": {"a": a, "b": 0.2}} for who, a in (("ana", 0.8), ("eve", 0.4))}
    study = pt.Study(
        "Rounds",
        hypotheses={"a": {"label": "Alpha"}, "b": {"label": "Beta"}},
        cases=[pt.Case("one", evidence=[pt.Evidence("i", finding="A finding.", judgements=judged)])],
        analysts={"ana": {}, "eve": {}},
    )
    write_judging_page(study, tmp_path / "page.html", "ana", 1, second_round=True)
    _open_anew(driver, tmp_path / "page.html")
    welcome = driver.find_element(By.ID, "page").text
    assert "You are asked about 1 finding, one at a time, as ana." in welcome
    assert "what all judges said in the first, without names" in welcome
    assert "how anybody else judged" not in welcome
    for _ in range(3):
        _next(driver)
    text = driver.find_element(By.ID, "page").text
    assert "Alpha: 0.4 to 0.8, middle 0.6 (2 judges)\nBeta: 0.2 to 0.2, middle 0.2 (2 judges)" in text


def _at_the_first_finding(driver, tmp_path):
    write_judging_page(_study(), tmp_path / "page.html", "ben", 1)
    _open_anew(driver, tmp_path / "page.html")
    for _ in range(3):
        _next(driver)


def _boxes(driver):
    return driver.find_elements(By.CSS_SELECTOR, "fieldset input[type=text]")


def _written(driver):
    return [box.get_attribute("value") for box in _boxes(driver)]


def test_all_steps_on_a_scale_are_undone_together(driver, tmp_path):
    _at_the_first_finding(driver, tmp_path)
    low, high = driver.find_elements(By.CSS_SELECTOR, "input[type=range]")[:2]
    low.send_keys(*[Keys.ARROW_LEFT] * 20)
    high.send_keys(*[Keys.ARROW_RIGHT] * 20)
    assert _written(driver)[:2] == ["0.27", "0.73"]  # a step is .05 in log-odds
    for left in (["0.27", ""], ["", ""]):
        _press(driver, "Undo")
        assert _written(driver)[:2] == left
    assert not driver.find_element(By.CSS_SELECTOR, "button.undo").is_enabled()


def test_undo_takes_no_time_back(driver, tmp_path):
    _at_the_first_finding(driver, tmp_path)
    _type(driver, 0, "0.2", "0.3")
    driver.execute_script("since -= 5000")
    _press(driver, "Undo")
    driver.execute_script("since -= 5000")
    _press(driver, "I can't judge this")
    assert 10 <= driver.execute_script("return state.answers['1'].seconds") < 60


def test_what_no_study_takes_is_not_an_answer(driver, tmp_path):
    """Silence under every explanation, zeros alone, and a range that ends at 0; each can be saved all the same, as open."""
    _at_the_first_finding(driver, tmp_path)

    def refused(said):
        assert not driver.find_element(By.CSS_SELECTOR, "button.main").is_enabled()
        assert said in driver.find_element(By.ID, "page").text
        assert "values" not in driver.execute_script("return returned()")["items"][0]

    silent = driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox]")
    for one in silent:
        one.click()
    refused("at least one needs numbers")
    assert "the mean of the others" not in driver.find_element(By.ID, "page").text
    for one in silent:
        one.click()
    for block in (0, 1):
        _type(driver, block, "0", "0")
    refused("one of them must be above 0")
    _type(driver, 0, "0", "0.3")
    refused("A range lies above 0 and below 1")
    for text, both in (("0.1-0.4", ["0.1", "0.4"]), ("10% - 0,3", ["0.1", "0.3"])):
        box = _boxes(driver)[0]
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text, Keys.TAB)
        assert _written(driver)[:2] == both
    assert driver.find_element(By.CSS_SELECTOR, "button.main").is_enabled()
    driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox]")[1].click()
    assert driver.execute_script("return returned()")["items"][0]["values"] == {"a": [0.1, 0.3], "b": [0.1, 0.3]}
    assert "the mean of the others: 0.18" in driver.find_element(By.ID, "page").text
    _type(driver, 0, "0.2", "0.2")  # what the other says follows at once
    assert "the mean of the others: 0.2" in driver.find_element(By.ID, "page").text


def test_a_practice_question_is_answered_whole_or_not_at_all(driver, tmp_path):
    write_judging_page(_study(), tmp_path / "page.html", "ben", 1)
    _open_anew(driver, tmp_path / "page.html")
    for _ in range(2):
        _next(driver)
    for low, high, said in (
        ("0.1", "", "Write both numbers, or none."),
        ("a little", "0.2", "is not a probability"),
        ("0.3", "0.2", "must not be larger"),
        ("0", "0.2", "Use numbers above 0"),
    ):
        _type(driver, 0, low, high)
        _next(driver)
        assert driver.find_element(By.TAG_NAME, "h1").text == "What words mean to you"
        assert said in driver.find_element(By.ID, "page").text
    _type(driver, 0, "0.02", "0.2")
    _next(driver)
    words = driver.find_element(By.CSS_SELECTOR, "fieldset select")
    Select(words).select_by_visible_text("almost no chance")
    assert _written(driver)[:2] == ["0.02", "0.2"]
    _press(driver, "Back")
    _type(driver, 0, "0.03", "0.1")
    _next(driver)
    assert _written(driver)[:2] == ["0.03", "0.1"]  # a word that was used already follows its new meaning


def test_how_to_judge_speaks_of_repeats_and_of_what_was_not_found(driver, tmp_path):
    write_judging_page(_study(6), tmp_path / "page.html", "ben", 1, repeat=2)
    _open_anew(driver, tmp_path / "page.html")
    _next(driver)
    text = driver.find_element(By.ID, "page").text
    assert "2 findings come up a second time." in text
    assert "looked for and not found" in text
