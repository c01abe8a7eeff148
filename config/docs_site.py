"""What mkdocs.yml cannot say: the decisions in the navigation, and links to files of the repository outside docs/."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

# "mkdocs.": with --strict a warning of these loggers ends the build.
logger = logging.getLogger("mkdocs.hooks.docs_site")
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)#:\s]+)(?:#[^)]*)?\)")


def on_config(config: Any) -> Any:
    """Append a section with all decisions, in the order of their numbers."""
    docs = Path(config.docs_dir)
    found = sorted((docs / "decisions").glob("*.md"))
    config.nav.append({"Decisions": [path.relative_to(docs).as_posix() for path in found]})
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """Replace each link that leaves docs/ by its text and the file's path; warn of a file that does not exist."""
    docs = Path(config.docs_dir).resolve()
    folder = (docs / page.file.src_uri).parent

    def inside(link: re.Match[str]) -> str:
        target = (folder / link["target"]).resolve()
        if target.is_relative_to(docs) and not target.is_dir():
            return link[0]
        if not target.exists():
            logger.warning("%s links to %s, which does not exist", page.file.src_uri, link["target"])
            return link[0]
        path = target.relative_to(docs.parent).as_posix()
        return link["text"] if path in link["text"] else f"{link['text']} (`{path}`)"

    return LINK.sub(inside, markdown)
