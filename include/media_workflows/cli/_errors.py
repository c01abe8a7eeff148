"""Messages for errors that the user of the command line can correct; all others are bugs and keep their traceback."""

from __future__ import annotations

import configparser
import errno

from media_workflows.errors import MediaWorkflowsError

_REMEDIES = {
    errno.ENOENT: "check the name, and create the directory first",
    errno.EACCES: "choose a place that this user may read and write",
    errno.EPERM: "choose a place that this user may read and write",
    errno.EROFS: "choose a place that is not read-only",
    errno.ENOSPC: "free some space, or choose another disk",
    errno.EDQUOT: "free some space, or choose another disk",
    errno.EFBIG: "raise the limit of the size of a file, or choose another disk",
    errno.EISDIR: "name a file, not a directory",
    errno.ENOTDIR: "name a directory, not a file",
    errno.EILSEQ: "save it as UTF-8",
    errno.ENAMETOOLONG: "use a shorter name",
}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # errors of writing, which name no file
_NO_SCHEMA = ("42P01", "42703")  # PostgreSQL: undefined table, undefined column


def explained(error: Exception) -> str | None:
    """What failed, on what, why and what to do; None for an error that the user cannot correct."""
    if isinstance(error, MediaWorkflowsError):
        return str(error)
    if isinstance(error, OSError):
        return _of_file(error)
    if isinstance(error, UnicodeDecodeError):
        return f"a file is not {error.encoding} (byte {error.start + 1}: {error.reason}): save it as UTF-8"
    if isinstance(error, ValueError) and "NUL (0x00)" in str(error):  # psycopg2's own
        return "the database cannot store the character NUL: remove it from names and texts"
    return _of_settings(error) or _of_database(error)


def _of_file(error: OSError) -> str | None:
    if error.filename is None:
        if error.errno not in _FULL:
            return None
        return f"a file cannot be written ({error.strerror}): {_REMEDIES[error.errno]}"
    remedy = _REMEDIES.get(error.errno or 0, "check the name and its permissions")
    return f"{error.filename} cannot be used ({error.strerror}): {remedy}"


def _of_settings(error: Exception) -> str | None:
    """Values are left out: they may be secrets."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    if isinstance(error, ValidationError) and error.title == "Settings":
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return f"invalid settings ({problems}): correct MEDIA_WORKFLOWS_… in the environment, or airflow.cfg"
    if isinstance(error, SettingsError):
        return f"invalid settings ({error}): lists and objects must be JSON"
    if isinstance(error, configparser.Error):
        return f"airflow.cfg cannot be read ({' '.join(str(error).split())}): correct it"
    return None


def _of_database(error: Exception) -> str | None:
    from sqlalchemy.exc import DBAPIError, OperationalError

    if not isinstance(error, DBAPIError):
        return None
    if getattr(error.orig, "pgcode", None) in _NO_SCHEMA:
        return "the database of setting database_url has no tables of this version: run `media-workflows init`"
    if isinstance(error, OperationalError):
        cause = " ".join(str(error.orig).split())
        return f"the database cannot be used ({cause}): check that it runs, and setting database_url"
    return None
