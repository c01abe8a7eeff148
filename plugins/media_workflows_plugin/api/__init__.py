"""The HTTP API of Media Workflows, inside Airflow's api-server."""
