"""Access to Airflow's metadata and connections. Airflow is imported on first use, not with the package."""
