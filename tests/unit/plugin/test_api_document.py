"""The pages' types are made of the API as it is."""

from __future__ import annotations

from api_document import DOCUMENT, FORMS, api_models, form_schemas


def test_the_pages_have_the_models_of_the_api() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == api_models(), "models have changed: run `make pages-types`"


def test_the_pages_tests_have_the_schemas_of_the_forms() -> None:
    assert FORMS.read_text(encoding="utf-8") == form_schemas(), "fields have changed: run `make pages-types`"
