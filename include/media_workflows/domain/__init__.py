"""The domain models: workflows, templates, results, events. Pure: no I/O, no Airflow."""
