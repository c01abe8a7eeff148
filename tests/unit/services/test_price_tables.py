"""Price tables of the package and of the owner."""

from __future__ import annotations

from pathlib import Path

from media_workflows.domain.costs.own_cost import own_prices
from media_workflows.services.price_tables import PACKAGED, price_tables
from media_workflows.settings import Settings


def own(directory: Path, name: str, text: str) -> None:
    (directory / name).write_text(text, "utf-8")


def test_tables_of_the_owner_win(tmp_path: Path) -> None:
    packaged, problems = price_tables(Settings())
    assert ([one.service for one in packaged], problems) == (
        ["Alibaba Cloud ApsaraVideo MPS", "AWS Elemental MediaConvert", "Tencent Cloud MPS"],
        [],
    )
    text = (PACKAGED / "tencent-mps.yaml").read_text("utf-8")
    own(tmp_path, "tencent-mps.yaml", text.replace('"0.016"', '"0.01"'))
    own(tmp_path, "other.yaml", text.replace("Tencent Cloud MPS", "Other"))
    found, problems = price_tables(Settings(price_tables_dir=tmp_path))
    assert problems == []
    tables = {one.service: one for one in found}
    assert len(found) == 4
    assert str(tables["Tencent Cloud MPS"].rules[0].per_minute) == "0.01"
    own(tmp_path, "tencent-mps.yaml", text.replace('"0.016"', '"0.0199"'))  # a changed file is read again
    found, _ = price_tables(Settings(price_tables_dir=tmp_path))
    assert "0.0199" in {str(rule.per_minute) for one in found for rule in one.rules}


def test_a_wrong_table_is_left_out_with_the_reason(tmp_path: Path) -> None:
    own(tmp_path, "a.yaml", "service: A\n")
    own(tmp_path, "b.yaml", "{")
    own(tmp_path, "c.yaml", "")
    (tmp_path / "d.yaml").write_bytes(b"\xff")
    found, problems = price_tables(Settings(price_tables_dir=tmp_path))
    assert len(found) == 3
    assert [problem.partition(":")[0] for problem in problems] == [str(tmp_path / f"{name}.yaml") for name in "abcd"]
    assert "source: got nothing" in problems[0]
    empty = tmp_path / "empty"
    _, problems = price_tables(Settings(price_tables_dir=empty))
    assert problems == [f"setting price_tables_dir: {empty} has no .yaml file"]


def test_own_prices_are_those_of_the_settings() -> None:
    assert not own_prices(Settings()).any
    assert own_prices(Settings(price_per_gb_stored=0.02)).any
