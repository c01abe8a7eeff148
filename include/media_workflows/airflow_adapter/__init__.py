"""Airflow's metadata and connections for services and orchestration. Imports Airflow when used, not when imported."""
