"""docs/conformance.md lists the rules that the tests check. Run as a script, it prints the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from streaming_rules import CMAF_RULES, DASH_RULES, HLS_RULES, Rule

DOCS = Path(__file__).parents[3] / "docs"


def table(rules: tuple[Rule, ...]) -> str:
    """A table with a row for each rule."""
    rows = [f"| {one.rule} | {one.source} | {one.level} |" for one in rules]
    return "\n".join(["| rule | source | level |", "|---|---|---|", *rows])


@pytest.mark.parametrize("rules", [HLS_RULES, DASH_RULES, CMAF_RULES])
def test_the_document_lists_the_rules(rules: tuple[Rule, ...]) -> None:
    assert table(rules) in (DOCS / "conformance.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    print("\n\n".join(map(table, (HLS_RULES, DASH_RULES, CMAF_RULES))))
