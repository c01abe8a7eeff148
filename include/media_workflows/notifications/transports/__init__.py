"""Delivery of events to HTTP callbacks, SQS queues and SNS topics. Knows nothing of Airflow."""
