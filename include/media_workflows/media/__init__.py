"""Media work: probe a source, plan its outputs, run ffmpeg, verify what came out. No Airflow, no storage."""
