"""The HTTP statuses of errors: what lies in the source or the request is the client's, not the server's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from media_workflows.errors import EncodeError, MediaError, OutputRejectedError, SourceUrlError
from media_workflows_plugin.api.errors import STATUS

OF_THE_SERVER = (EncodeError, OutputRejectedError)  # ffmpeg does not do what it was asked


def kinds(of: type[MediaError]) -> Iterator[type[MediaError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


@pytest.mark.parametrize("kind", [*kinds(MediaError), SourceUrlError])
def test_a_source_that_cannot_be_used_is_no_error_of_the_server(kind: type[MediaError]) -> None:
    status = next(status for known, status in STATUS if issubclass(kind, known))
    assert status == (500 if issubclass(kind, OF_THE_SERVER) else 422)
