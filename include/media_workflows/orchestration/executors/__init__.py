"""What Airflow's executors lack for this product; named in `[core] executor`."""
