"""Media Workflows: uploads become verified media outputs, run by Apache Airflow."""

__version__ = "0.2.0"
