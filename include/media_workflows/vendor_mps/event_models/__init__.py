"""The events of runs as types: what `docs/event.schema.json` is generated from, and what builders return. Pure.

A `TypedDict` keeps an event what it is, a dict in the order in which it was built: nothing is validated or copied when
one is made. mypy compares the builders with the types, and Pydantic reads them only when the schema is generated. Below
Python 3.12 it needs the `TypedDict` of typing_extensions.
"""
