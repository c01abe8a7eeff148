"""Languages of tracks, by BCP 47."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from media_workflows.domain.jobs.add_ons import AddOnAudio
from media_workflows.domain.jobs.streams import AudioParameters


@pytest.mark.parametrize("tag", ["", "en", "EN", "deu", "ger", "yue", "zh-Hans", "pt-BR", "es-419", "qaa", "und"])
def test_taken(tag: str) -> None:
    assert (AudioParameters(language=tag).language, AddOnAudio(key="a", language=tag).language) == (tag, tag)


@pytest.mark.parametrize("tag", ["english", "e", "en_US", "en-", " en", "en\n"])
@pytest.mark.parametrize("field", ["language", "source_language"])
def test_refused(tag: str, field: str) -> None:
    with pytest.raises(ValidationError, match="a BCP 47 tag, such as en"):
        AudioParameters.model_validate({field: tag})
