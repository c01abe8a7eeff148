"""The pages' texts against the model: what the pages say in words must still be what the product does."""

import json
import re
from pathlib import Path
from typing import get_args

from media_workflows.domain.candidates import RULE_MEANINGS
from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.persons import MAX_FACES, PersonUsage
from media_workflows.domain.words import MAX_WORDS, WordUsage

SRC = Path(__file__).parents[3] / "plugins" / "media_workflows_plugin" / "www" / "src"
I18N = SRC / "i18n"
EN, ZH = (json.loads((I18N / f"{language}.json").read_text("utf-8")) for language in ("en", "zh"))


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(ZH) == list(EN)


def test_every_rule_has_its_words() -> None:
    rules = {key.removeprefix("rule."): text for key, text in EN.items() if key.startswith("rule.")}
    assert rules == {rule.value: meaning for rule, meaning in RULE_MEANINGS.items()}


def test_every_job_kind_has_a_name() -> None:
    assert {f"job.{kind}" for kind in JOB_KINDS} <= set(EN)


def test_every_usage_of_the_libraries_has_words() -> None:
    usages = {key.removeprefix("usage.") for key in EN if key.startswith("usage.")}
    assert usages == {*get_args(WordUsage), *get_args(PersonUsage)}


def test_the_pages_know_the_limits_of_the_libraries() -> None:
    words, persons = ((SRC / "api" / f"{name}.ts").read_text("utf-8") for name in ("words", "persons"))
    assert f"MAX_WORDS = {MAX_WORDS};" in words
    assert f"MAX_FACES = {MAX_FACES};" in persons
    offered = re.search(r"WORD_USAGES = \[(.*)\]", words)
    assert offered
    assert set(re.findall(r'"([^"]+)"', offered[1])) == set(get_args(WordUsage))
