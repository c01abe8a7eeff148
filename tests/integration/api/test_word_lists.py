"""Word lists as CSV by the API."""

from __future__ import annotations

import base64
from typing import Any

CHINESE = "关键词,标签\r\n蛇油,药\r\n=1+1x,\r\n"


def _file(text: str, encoding: str = "gb18030", **about: Any) -> dict[str, Any]:
    return {"content": base64.b64encode(text.encode(encoding)).decode(), **about}


def test_a_list_of_excel_is_imported_and_exported(admin: Any) -> None:
    done = admin.post("/api/v1/words/import", json=_file(CHINESE))
    assert (done.status_code, done.json()) == (
        200,
        {"encoding": "gb18030", "added": 2, "replaced": 0, "kept": 0, "bad_rows": 0, "problems": []},
    )
    exported = admin.get("/api/v1/words/export", params={"tag": "药"})
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert exported.headers["content-disposition"] == 'attachment; filename="words.csv"'
    assert exported.content == "\ufeffkeyword,usages,tags\r\n蛇油,all,药\r\n".encode()
    assert "'=1+1x,all," in admin.get("/api/v1/words/export", params={"search": "=1"}).text


def test_bad_rows_are_named_and_nothing_is_stored(admin: Any) -> None:
    text = f"keyword\ngood\n{'x' * 21}\n"
    refused = admin.post("/api/v1/words/import", json=_file(text))
    assert refused.status_code == 422
    (problem,) = refused.json()["problems"]
    assert problem["field"] == "lines[3].keyword"
    assert admin.get("/api/v1/words", params={"search": "good"}).json()["total"] == 0
    done = admin.post("/api/v1/words/import", json=_file(text, skip_bad_rows=True)).json()
    assert (done["added"], done["bad_rows"], done["problems"]) == (1, 1, [problem])
    again = admin.post("/api/v1/words/import", json=_file("keyword\ngood\n", skip_bad_rows=True))
    assert again.status_code == 422  # no row is good
    assert admin.get("/api/v1/words/export", params={"usage": "never"}).status_code == 422
