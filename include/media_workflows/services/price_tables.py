"""Price tables of cloud services: those of the package, and the owner's own, which win."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import media_workflows
from media_workflows.domain.base import parsed
from media_workflows.domain.costs.price_table import PriceTable
from media_workflows.domain.yaml_reader import read_documents
from media_workflows.errors import DefinitionError
from media_workflows.settings import Settings

PACKAGED = Path(media_workflows.__file__).parent / "prices"
MAX_TABLES = 50  # of the owner
MAX_BYTES = 1_000_000  # of one table


def price_tables(settings: Settings) -> tuple[list[PriceTable], list[str]]:
    """The tables by the names of their files, and what is wrong with those that are left out.

    A table of the owner replaces that of the package whose file has the same name.
    """
    files, problems = {file.stem: file for file in _files(PACKAGED)}, []
    if settings.price_tables_dir is not None:
        own = _files(settings.price_tables_dir.expanduser())
        if not own:
            problems.append(f"setting price_tables_dir: {settings.price_tables_dir} has no .yaml file")
        files |= {file.stem: file for file in own[:MAX_TABLES]}
        problems += [f"{file}: left out, as there are more than {MAX_TABLES} tables" for file in own[MAX_TABLES:]]
    tables = []
    for _, file in sorted(files.items()):
        try:
            stat = file.stat()
            tables.append(_table(file, stat.st_mtime_ns, stat.st_size))
        except (DefinitionError, OSError, UnicodeDecodeError) as error:
            problems.append(f"{file}: {error}")
    return tables, problems


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.yaml"))


@lru_cache(maxsize=2 * MAX_TABLES)
def _table(file: Path, _changed_ns: int, size_bytes: int) -> PriceTable:
    """A table; read again once its file has changed. Raises DefinitionError, OSError, UnicodeDecodeError."""
    if size_bytes > MAX_BYTES:
        raise OSError(f"the file is larger than {MAX_BYTES} bytes")
    documents = read_documents(file.read_text("utf-8"))
    return parsed(PriceTable, documents[0] if len(documents) == 1 else documents)
