"""The pages' texts against the model: what the pages say in words must still be what the product does."""

import json
from pathlib import Path

from media_workflows.model.jobs import JOB_KINDS
from media_workflows.model.upload import RULE_MEANINGS

I18N = Path(__file__).parents[3] / "plugins" / "media_workflows_plugin" / "www" / "src" / "i18n"
EN, ZH = (json.loads((I18N / f"{language}.json").read_text("utf-8")) for language in ("en", "zh"))


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(ZH) == list(EN)


def test_every_rule_has_its_words() -> None:
    rules = {key.removeprefix("rule."): text for key, text in EN.items() if key.startswith("rule.")}
    assert rules == {rule.value: meaning for rule, meaning in RULE_MEANINGS.items()}


def test_every_job_kind_has_a_name() -> None:
    assert {f"job.{kind}" for kind in JOB_KINDS} <= set(EN)
