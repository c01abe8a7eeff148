"""The health of an Airflow component on this machine, by its heartbeat in Airflow's database.

    python healthcheck.py TriggererJob

Airflow's own `airflow jobs check` says the same and imports all of Airflow for it: seconds of CPU at each check.
"""

from __future__ import annotations

import os
import socket
import sys

import psycopg2

MAX_AGE_S = 60
QUERY = """
    SELECT count(*) FROM job WHERE job_type = %s AND hostname IN (%s, %s) AND state = 'running'
    AND latest_heartbeat > now() - make_interval(secs => %s)
"""


def is_alive(job_type: str, url: str) -> bool:
    """Whether a component of this type has sent a heartbeat from this machine lately."""
    connection = psycopg2.connect(url.replace("+psycopg2", "", 1), connect_timeout=5)
    with connection, connection.cursor() as cursor:
        cursor.execute(QUERY, (job_type, socket.gethostname(), socket.getfqdn(), MAX_AGE_S))
        (count,) = cursor.fetchone()
    return bool(count)


if __name__ == "__main__":
    alive = is_alive(sys.argv[1], os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    sys.exit(0 if alive else f"no heartbeat of a {sys.argv[1]} on {socket.gethostname()} within {MAX_AGE_S} s")
