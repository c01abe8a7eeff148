"""The page's files as text: both languages say the same things, and what the page copies from the model still holds."""

import re
from pathlib import Path

import pytest

from media_workflows.model.jobs import JOB_KINDS, Jobs
from media_workflows.model.trigger import DEFAULT_FORMATS
from media_workflows.model.upload import RULE_MEANINGS

WWW = Path(__file__).parents[3] / "plugins" / "media_workflows_plugin" / "www"
MODULES = sorted(WWW.glob("*.js"))
_LINE = re.compile(r'  "([a-z0-9_.]+)": "(.+)",')
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _messages(language: str) -> list[tuple[str, str]]:
    """(key, text) of every line between `export const … = {` and `};`."""
    lines = (WWW / f"messages_{language}.js").read_text("utf-8").splitlines()
    first = lines.index(f"export const {language} = {{")
    assert lines[-1] == "};"
    matches = [(line, _LINE.fullmatch(line)) for line in lines[first + 1 : -1]]
    assert [line for line, match in matches if not match] == []
    return [(match[1], match[2]) for _, match in matches if match]


EN, ZH = _messages("en"), _messages("zh")


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert [key for key, _ in ZH] == [key for key, _ in EN]


@pytest.mark.parametrize("messages", [EN, ZH], ids=["en", "zh"])
def test_no_key_twice(messages: list[tuple[str, str]]) -> None:
    assert len(messages) == len(dict(messages))


def test_both_languages_fill_in_the_same_values() -> None:
    def placeholders(messages: list[tuple[str, str]]) -> dict[str, set[str]]:
        return {key: set(_PLACEHOLDER.findall(text)) for key, text in messages}

    assert placeholders(ZH) == placeholders(EN)


def test_every_message_the_page_asks_for_exists() -> None:
    asked = {key for module in MODULES for key in re.findall(r'\bt\("([a-z0-9_.]+)"', module.read_text("utf-8"))}
    assert len(asked) > 50
    assert asked - set(dict(EN)) == set()


def test_every_rule_and_job_kind_has_its_words() -> None:
    rules = {key.removeprefix("rule."): text for key, text in EN if key.startswith("rule.")}
    assert rules == {rule.value: meaning for rule, meaning in RULE_MEANINGS.items()}
    assert {f"job.{kind}" for kind in JOB_KINDS} <= set(dict(EN))


def test_default_formats_and_output_names_are_the_models() -> None:
    source = (WWW / "definition.js").read_text("utf-8")
    formats = re.search(r'DEFAULT_FORMATS =\s+"([^"]+)"\.split', source)
    assert formats is not None
    assert tuple(formats[1].split()) == DEFAULT_FORMATS
    kinds = re.search(r"KINDS = \{\n(.+?)\n\};", source, re.DOTALL)
    assert kinds is not None
    items = {kind: Jobs.model_fields[kind].annotation.__args__[0] for kind in JOB_KINDS}  # type: ignore[union-attr]
    assert re.findall(r'  (\w+): "([^"]+)",', kinds[1]) == [
        (kind, items[kind].default_output_path) for kind in JOB_KINDS
    ]


@pytest.mark.parametrize("file", [*MODULES, WWW / "index.html", WWW / "style.css"], ids=lambda file: file.name)
def test_nothing_from_outside_and_no_html_from_data(file: Path) -> None:
    text = file.read_text("utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text) == []
    assert re.findall(r"""["'(]\s*(?:https?:)?//\w""", text) == []
