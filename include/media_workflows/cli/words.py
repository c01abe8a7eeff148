"""`media-workflows words`: the word library of review and recognition."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Annotated

import typer

from media_workflows.cli._console import AUTHOR, console, print_table, read_text, write
from media_workflows.domain.base import parsed
from media_workflows.domain.words import MAX_WORDS, NewWords, WordChange
from media_workflows.plural import counted

app = typer.Typer(no_args_is_help=True, help="The word library of review and recognition.")
Tags = Annotated[list[str], typer.Option("--tag", help="A label; of a review the category, such as prohibited")]
Usages = Annotated[list[str], typer.Option("--usage", help="Use in: all, review, recognition.asr, ...")]


@app.command("list")
def list_(
    search: Annotated[str, typer.Option(help="Part of the keyword")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag")] = "",
    usage: Annotated[str, typer.Option(help="Only with this usage")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List words by keyword."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.words import list_words

    with transaction() as session:
        if usage:
            parsed(WordChange, {"usages": [usage]})
        found = list_words(session, search, usage, tag, limit=1_000_000).items
    if as_json:
        write(json.dumps([word.model_dump(mode="json") for word in found], ensure_ascii=False, indent=1))
        return
    rows = [(word.keyword, ", ".join(word.usages), ", ".join(word.tags)) for word in found]
    print_table(("keyword", "usages", "tags"), rows)


@app.command()
def add(
    keywords: Annotated[list[str] | None, typer.Argument(help="Words")] = None,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A word on each line")] = None,
    tags: Tags = [],  # noqa: B006
    usages: Usages = ["all"],  # noqa: B006
) -> None:
    """Add words to the library, all or none."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.words import create_words

    lines = read_text(file).splitlines() if file else []
    asked = list(dict.fromkeys([*(keywords or []), *(line.strip() for line in lines if line.strip())]))
    calls = [
        parsed(NewWords, {"words": [{"keyword": word} for word in call], "tags": tags, "usages": usages})
        for call in (asked[at : at + MAX_WORDS] for at in range(0, len(asked), MAX_WORDS))
    ]
    with transaction() as session:
        for call in calls:
            create_words(session, call, AUTHOR)
    console.print(f"listed {counted(len(asked), 'word')}")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV with the columns keyword, usages, tags")
    ],
    encoding: Annotated[str, typer.Option(help="auto, utf-8, utf-16 or gb18030")] = "auto",
    existing: Annotated[str, typer.Option(help="Words listed already: refuse, replace or keep")] = "refuse",
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="Import the good rows of the file")] = False,
) -> None:
    """Add the words of a CSV file, all or none."""
    from media_workflows.domain.word_lists import WordListFile, read_word_list, require_size
    from media_workflows.services.word_lists import import_words

    require_size(file.stat().st_size)
    content = base64.b64encode(file.read_bytes()).decode()
    about = {"content": content, "encoding": encoding, "existing": existing, "skip_bad_rows": skip_bad_rows}
    asked = parsed(WordListFile, about)
    found = read_word_list(asked.data, asked.encoding)
    done = import_words(found, asked.existing, AUTHOR, skip_bad_rows=asked.skip_bad_rows)
    counts = f"added {done.added}, replaced {done.replaced}, kept {done.kept}, left out {done.bad_rows}"
    console.print(f"read {file} as {done.encoding.upper()}: {counts}")
    for problem in done.problems:
        console.print(f"left out: {problem}")


@app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; by default the terminal")] = None,
    search: Annotated[str, typer.Option(help="Part of the keyword")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag")] = "",
    usage: Annotated[str, typer.Option(help="Only with this usage")] = "",
) -> None:
    """Write the words as a CSV file that `words import` and Excel read."""
    from media_workflows.services.word_lists import export_words

    if usage:
        parsed(WordChange, {"usages": [usage]})
    text = export_words(search, usage, tag)
    if output:
        output.write_bytes(text.encode("utf-8-sig"))
    else:
        write(text, end="")


@app.command()
def change(keyword: str, tags: Tags = [], usages: Usages = ["all"]) -> None:  # noqa: B006
    """Replace a word's usages and tags."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.words import update_word

    with transaction() as session:
        update_word(session, keyword, parsed(WordChange, {"tags": tags, "usages": usages}), AUTHOR)
        console.print(f"changed {keyword}")


@app.command()
def delete(keywords: list[str]) -> None:
    """Remove words from the library, all or none."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.words import delete_words

    with transaction() as session:
        delete_words(session, keywords)
        console.print(f"removed {counted(len(keywords), 'word')} from the library")
