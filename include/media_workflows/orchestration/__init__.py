"""What Airflow runs: bundle, DAG builder, ingestion, sensor, operators, notify."""
