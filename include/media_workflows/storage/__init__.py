"""Object storage over S3: reading sources, caching them, publishing outputs. Independent of Airflow."""
