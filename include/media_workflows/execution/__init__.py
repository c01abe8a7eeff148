"""One job of one run: fetched, reused or encoded, published, recorded. No Airflow."""
