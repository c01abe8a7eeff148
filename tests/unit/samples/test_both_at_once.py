"""The function of docs/functions.md that does what both samples do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from event_examples import body, event, failures, message

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("document", ["functions.md", "zh/functions.md"])
def test_both_get_the_event(document: str) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", (DOCS / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    got: list[Any] = []
    names["back_up"] = names["forward"] = lambda *given: got.append(given)
    names["handler"](json.loads(message(body(failures()), "cloud_event").body), None)
    assert got == [(event(body(failures())).id, body(failures()))] * 2
