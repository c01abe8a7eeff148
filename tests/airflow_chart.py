"""Keys of the official Airflow chart's values and their types: those that config/kubernetes/values.yaml sets.

Read from chart/values.schema.json of the chart 1.22.0 (apache/airflow, Apache License 2.0), which is on no package
registry. Here each object refuses other keys: the chart's own schema lets any key pass below `workers.celery` and in
its `sets`, so that a misspelt one would have no effect, silently.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CHART = "1.22.0"
TEXT, BOOLEAN, INTEGER = ({"type": name} for name in ("string", "boolean", "integer"))
TEXT_OR_NULL: Json = {"type": ["string", "null"]}
BOOLEAN_OR_NULL: Json = {"type": ["boolean", "null"]}
INTEGER_OR_NULL: Json = {"type": ["integer", "null"]}
TEXTS: Json = {"type": ["array", "null"], "items": TEXT}


def _keys(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _list_of(item: Json) -> Json:
    return {"type": "array", "items": item}


def _component(**further: Json) -> Json:
    """The scheduler, the triggerer or the DAG processor."""
    times = dict.fromkeys(("initialDelaySeconds", "timeoutSeconds", "failureThreshold", "periodSeconds"), INTEGER)
    return _keys(resources=RESOURCES, livenessProbe=_keys(command=TEXTS, **times), **further)


# Kubernetes' own parts, which test_kubernetes.py validates by its schema, in the objects that the chart makes of them.
_OF_KUBERNETES: Json = {"type": "object"}
RESOURCES = _keys(requests=_OF_KUBERNETES, limits=_OF_KUBERNETES)
_ENABLED = _keys(enabled=BOOLEAN)
# What a set may set: the keys of `workers.celery` that it overrides, and its own name.
_OF_WORKERS: Json = {
    "queue": TEXT,
    "replicas": INTEGER_OR_NULL,
    "args": TEXTS,
    "resources": RESOURCES,
    "terminationGracePeriodSeconds": INTEGER_OR_NULL,
    "livenessProbe": _keys(
        enabled=BOOLEAN_OR_NULL,
        initialDelaySeconds=INTEGER_OR_NULL,
        timeoutSeconds=INTEGER_OR_NULL,
        failureThreshold=INTEGER_OR_NULL,
        periodSeconds=INTEGER_OR_NULL,
        command=TEXTS,
    ),
    "keda": _keys(
        enabled=BOOLEAN_OR_NULL,
        pollingInterval=INTEGER_OR_NULL,
        cooldownPeriod=INTEGER_OR_NULL,
        minReplicaCount=INTEGER_OR_NULL,
        maxReplicaCount=INTEGER_OR_NULL,
    ),
    "persistence": _keys(enabled=BOOLEAN_OR_NULL, size=TEXT_OR_NULL),
    "volumeClaimTemplates": _list_of(_OF_KUBERNETES),
    "extraVolumeMounts": _list_of(_OF_KUBERNETES),
}
VALUES = _keys(
    airflowVersion=TEXT,
    images=_keys(airflow=_keys(repository=TEXT_OR_NULL, tag=TEXT_OR_NULL)),
    executor={"type": "string", "pattern": r"^(([a-zA-Z_][a-zA-Z0-9_]*.)*[A-Z][a-zA-Z0-9]+Executor)$"},
    config={
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": {"type": ["boolean", "integer", "number", "string"]},
        },
    },
    extraEnvFrom=TEXT_OR_NULL,
    data=_keys(metadataSecretName=TEXT_OR_NULL, resultBackendSecretName=TEXT_OR_NULL, brokerUrlSecretName=TEXT_OR_NULL),
    fernetKeySecretName=TEXT_OR_NULL,
    apiSecretKeySecretName=TEXT_OR_NULL,
    jwtSecretName=TEXT_OR_NULL,
    postgresql=_ENABLED,
    redis=_ENABLED,
    statsd=_ENABLED,
    migrateDatabaseJob=_ENABLED,
    createUserJob=_ENABLED,
    apiServer=_keys(resources=RESOURCES),
    scheduler=_component(),
    triggerer=_component(enabled=BOOLEAN),
    dagProcessor=_component(enabled=BOOLEAN_OR_NULL),
    workers=_keys(
        celery=_keys(enableDefault=BOOLEAN, sets=_list_of(_keys(name=TEXT, **_OF_WORKERS)), **_OF_WORKERS),
    ),
)
