"""The only room that imports Airflow: bundle, DAG builder, ingestion, sensor, operators, notify."""
