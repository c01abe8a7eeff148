"""Delivery of events to HTTP callbacks, SQS queues, SNS topics and Lambda. Independent of Airflow."""
