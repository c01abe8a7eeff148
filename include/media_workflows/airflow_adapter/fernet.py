"""Encryption of stored secrets with Airflow's Fernet key, as Airflow encrypts those of its connections."""

from __future__ import annotations

from contextlib import suppress

from media_workflows.errors import AirflowStateError


def seal(text: str) -> str:
    """The text, encrypted. Raises AirflowStateError when Airflow has no key."""
    from airflow.models.crypto import get_fernet

    fernet = get_fernet()
    if not fernet.is_encrypted:
        raise AirflowStateError(
            "secrets cannot be stored, as Airflow has no Fernet key: set AIRFLOW__CORE__FERNET_KEY on all its services"
        )
    return fernet.encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text of `seal`. Raises AirflowStateError when Airflow no longer has the key."""
    from airflow.models.crypto import get_fernet
    from cryptography.fernet import InvalidToken

    fernet = get_fernet()
    with suppress(InvalidToken):
        if fernet.is_encrypted:
            return fernet.decrypt(sealed.encode()).decode()
    raise AirflowStateError(
        "a stored secret cannot be decrypted with Airflow's Fernet key, which was removed or replaced: list the former "
        "key, too, in AIRFLOW__CORE__FERNET_KEY, or create the secret again"
    )
