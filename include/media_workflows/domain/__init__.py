"""The pure domain: what a workflow, a template, a result and an event are. No I/O, no Airflow."""
