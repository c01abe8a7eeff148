"""Object storage: reading sources, caching them, publishing outputs. Speaks S3; knows nothing of Airflow."""
