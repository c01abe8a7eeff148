"""The table of metrics, the Grafana dashboard and the alert rules name the metrics that there are.

`python tests/unit/docs/test_docs_monitoring.py` prints the table.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from media_workflows.services.metrics import METRICS, PREFIX

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config" / "monitoring"
NAMES = {PREFIX + metric.name for metric in METRICS}
LABELS = {PREFIX + metric.name: set(metric.labels) for metric in METRICS}
DASHBOARD: dict[str, Any] = json.loads((CONFIG / "grafana-dashboard.json").read_text(encoding="utf-8"))
RULES = [
    rule for group in yaml.safe_load((CONFIG / "alert-rules.yaml").read_text())["groups"] for rule in group["rules"]
]
EXPRESSIONS = [
    *(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]),
    *(rule["expr"] for rule in RULES),
]


def rows() -> list[str]:
    return [
        f"| `{PREFIX}{metric.name}` | {', '.join(f'`{label}`' for label in metric.labels)} | {metric.help} |"
        for metric in METRICS
    ]


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_table_is_that_of_the_code(language: str) -> None:
    """The Chinese one has its own words: its names and labels are compared."""
    text = (ROOT / "docs" / language / "monitoring.md").read_text(encoding="utf-8")
    written = [line for line in text.splitlines() if line.startswith(f"| `{PREFIX}")]
    if language:
        assert [line.split("|")[1:3] for line in written] == [line.split("|")[1:3] for line in rows()]
    else:
        assert written == rows()


def test_metrics_are_named_as_prometheus_has_it() -> None:
    assert len(NAMES) == len(METRICS)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in NAMES)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_name_what_there_is(expression: str) -> None:
    named = set(re.findall(rf"{PREFIX}\w+", expression))
    assert named
    assert named <= NAMES
    labels = set(re.findall(r"(\w+)\s*=~?\s*\"", expression))
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        labels |= set(grouped.replace(",", " ").split())
    assert labels <= set().union(*(LABELS[name] for name in named))


def test_the_dashboard_has_grafana_s_shape() -> None:
    """Ids once, a place on the grid of 24 columns that no other panel has, and the data source by the variable."""
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} <= {"timeseries", "stat"}
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    places = [panel["gridPos"] for panel in panels]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert len({(place["x"], place["y"]) for place in places}) == len(places)
    for panel in panels:
        assert [target["refId"] for target in panel["targets"]] == ["A", "B"][: len(panel["targets"])]
    shown = set().union(*(re.findall(rf"{PREFIX}\w+", expression) for expression in EXPRESSIONS))
    missing = {name.removeprefix(PREFIX) for name in NAMES - shown}
    assert missing == {"workflow_enabled", "last_decision_age_seconds", "detection_source_age_seconds"}


def test_every_alert_is_tested_and_says_what_to_do() -> None:
    tests = yaml.safe_load((CONFIG / "alert-rules.test.yaml").read_text())["tests"]
    fired = {one["alertname"] for test in tests for one in test["alert_rule_test"] if one["exp_alerts"]}
    silent = {one["alertname"] for test in tests for one in test["alert_rule_test"] if not one["exp_alerts"]}
    assert fired == silent == {rule["alert"] for rule in RULES}
    assert all(rule["annotations"].keys() == {"summary", "description"} for rule in RULES)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (Debian package: prometheus)")
@pytest.mark.parametrize(
    "command",
    [
        ["check", "rules", "alert-rules.yaml"],
        ["test", "rules", "alert-rules.test.yaml"],
        ["check", "config", "--syntax-only", "prometheus.yaml"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_promtool_passes(command: list[str]) -> None:
    ended = subprocess.run(["promtool", *command], cwd=CONFIG, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


if __name__ == "__main__":
    print("\n".join(rows()))
