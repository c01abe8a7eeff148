-- Runs once, on an empty data directory: the second database beside Airflow's own.
CREATE DATABASE media;
