"""One step of one run: its source fetched, its outputs reused or made, published, recorded. No Airflow."""
