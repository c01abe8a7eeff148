"""`media-workflows uploads`: lists upload decisions."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from media_workflows.cli._console import print_table


def uploads(
    bucket: Annotated[str | None, typer.Option(help="Bucket of the source object")] = None,
    key: Annotated[str | None, typer.Option(help="Key of the source object")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List upload decisions, newest first: accepted (with the run) or refused (with the rule)."""
    from media_workflows.domain.candidates import RULE_MEANINGS
    from media_workflows.store.engine import transaction
    from media_workflows.store.uploads import list_decisions

    with transaction() as session:
        page = list_decisions(session, bucket, key, limit=limit)
    if as_json:
        print(json.dumps(page.model_dump(mode="json")["items"], ensure_ascii=False, indent=1))
        return
    print_table(
        ("decided", "object", "workflow", "outcome", "run or rule"),
        [
            (
                f"{d.decided_at:%m-%d %H:%M:%S}",
                f"{d.bucket}/{d.key}",
                d.workflow_id,
                d.outcome,
                d.run_id or f"{d.rule}: {RULE_MEANINGS[d.rule]}",
            )
            for d in page.items
        ],
    )
