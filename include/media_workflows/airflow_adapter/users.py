"""Users of Airflow's auth manager outside a login: described when an API key is made, loaded when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from media_workflows.airflow_adapter.dag_state import airflow_session
from media_workflows.errors import AirflowStateError, NotFoundError, NotPermittedError

if TYPE_CHECKING:
    from airflow.api_fastapi.auth.managers.base_auth_manager import BaseAuthManager
    from airflow.api_fastapi.auth.managers.models.base_user import BaseUser


class AirflowUser(NamedTuple):
    """A user, and the claims by which the auth manager loads them, as in the token of a login."""

    id: str
    name: str
    claims: dict[str, Any]


def described(user: BaseUser) -> AirflowUser:
    """A user who is logged in."""
    from airflow.api_fastapi.app import get_auth_manager

    return _described(get_auth_manager(), user)


def roles_of(user: BaseUser) -> frozenset[str]:
    """The names of a user's Airflow roles and teams, with SimpleAuthManager and FAB; with other managers none."""
    if isinstance(role := getattr(user, "role", None), str):
        return frozenset({role, *getattr(user, "teams", ())})
    return frozenset(str(getattr(role, "name", role)) for role in getattr(user, "roles", None) or ())


def find_user(name: str) -> AirflowUser:
    """A user by name, for the command line. Raises NotFoundError, AirflowStateError."""
    from airflow.api_fastapi.app import create_auth_manager
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    manager: BaseAuthManager[Any] = create_auth_manager()
    if isinstance(manager, SimpleAuthManager):
        found = next((_described(manager, user) for user in manager.get_users() if user.get_name() == name), None)
    elif _is_fab(manager):
        found = _fab_user(manager, name)
    else:
        raise AirflowStateError(
            "{manager} cannot find a user by name: let that user create the key on the page API keys",
            manager=type(manager).__name__,
        )
    if found is None:
        raise NotFoundError("Airflow has no user '{name}'", name=name)
    return found


def load_user(claims: dict[str, Any]) -> BaseUser:
    """The user with these claims, with the present rights. Raises NotPermittedError when there is none any more.

    SimpleAuthManager alone believes the role in the claims, so its user is taken from the configuration.
    """
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
    from airflow.configuration import conf

    manager: BaseAuthManager[Any] = get_auth_manager()
    try:
        if isinstance(manager, SimpleAuthManager) and not conf.getboolean("core", "simple_auth_manager_all_admins"):
            return {user.get_id(): user for user in manager.get_users()}[claims["sub"]]
        user: BaseUser = manager.deserialize_user(claims)
        return user
    except (KeyError, ValueError):
        raise NotPermittedError(
            "the Airflow user of this API key does not exist any more, or is not active: use the key of another user"
        ) from None


def _described(manager: BaseAuthManager[Any], user: BaseUser) -> AirflowUser:
    return AirflowUser(str(user.get_id()), user.get_name(), manager.serialize_user(user))


def _is_fab(manager: object) -> bool:
    """Without an import of FAB, which takes seconds and may not be installed."""
    return any(base.__module__.startswith("airflow.providers.fab.") for base in type(manager).__mro__)


def _fab_user(manager: BaseAuthManager[Any], name: str) -> AirflowUser | None:
    from airflow.providers.fab.auth_manager.models import User
    from sqlalchemy import select

    with airflow_session() as session:
        user = session.scalar(select(User).where(User.username == name))
        return user and _described(manager, user)
