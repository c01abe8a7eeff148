"""`TemplatedError`: the base of errors that clients can show in another language."""

from __future__ import annotations


class TemplatedError(Exception):
    """A message as a template with parameters.

    `template` holds a `{name}` for each of `parameters`, and no other format: values are formatted before. A template
    without parameters is not formatted, so that it may contain braces.
    """

    def __init__(self, template: str, **parameters: object) -> None:
        self.template = template
        self.parameters = {name: str(value) for name, value in parameters.items()}
        super().__init__(template.format(**self.parameters) if parameters else template)
