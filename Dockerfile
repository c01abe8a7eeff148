# The image of every Airflow component in docker-compose.yaml.
FROM apache/airflow:slim-3.3.2-python3.11

USER root
# libfribidi: text watermarks in scripts that run from right to left.
RUN apt-get update && apt-get install --yes --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/* \
    && install -d -o airflow -g 0 -m 0770 /var/lib/media-workflows
USER airflow

COPY --chown=airflow:0 requirements-compose.txt /opt/airflow/
RUN pip install --no-cache-dir --requirement /opt/airflow/requirements-compose.txt

COPY --chown=airflow:0 pyproject.toml README.md LICENSE /opt/airflow/source/
COPY --chown=airflow:0 include /opt/airflow/source/include
RUN pip install --no-cache-dir --no-deps --no-build-isolation /opt/airflow/source \
    && rm -r /opt/airflow/source

COPY --chown=airflow:0 config /opt/airflow/config
COPY --chown=airflow:0 dags /opt/airflow/dags
COPY --chown=airflow:0 plugins /opt/airflow/plugins
