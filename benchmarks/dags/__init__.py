"""DAG files of the baselines. They are copied into a temporary dags folder and never imported here."""
