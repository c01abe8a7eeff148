"""How people log in, with the FAB auth manager: by password, or by an OpenID Connect provider where OIDC_ISSUER is set.

docker-compose.yaml names this file in `[fab] config_file`. docs/rights.md explains the variables.
"""

from __future__ import annotations

import json
import os
from typing import Any

from flask_appbuilder.const import AUTH_DB, AUTH_OAUTH

ISSUER = os.environ.get("OIDC_ISSUER", "").rstrip("/")
PROVIDER = "oidc"  # in the address that the provider leads back to: /auth/oauth-authorized/oidc

WTF_CSRF_ENABLED = True  # as in Airflow's own file
WTF_CSRF_TIME_LIMIT = None
AUTH_TYPE = AUTH_OAUTH if ISSUER else AUTH_DB

if ISSUER:
    from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride

    GROUPS_CLAIM = os.environ.get("OIDC_GROUPS_CLAIM") or "groups"
    USERNAME_CLAIMS = ("preferred_username", "email", "sub")
    PASSWORD_USERS = frozenset((os.environ.get("OIDC_PASSWORD_USERS") or "").split())

    class OidcSecurityManager(FabAirflowSecurityManagerOverride):
        """Takes user and groups from the ID token, whose signature, issuer, audience and nonce Authlib has checked."""

        def get_oauth_user_info(self, provider: str, resp: dict[str, Any]) -> dict[str, Any]:
            """The claims by FAB's names. `role_keys` are what AUTH_ROLES_MAPPING maps to roles."""
            claims = resp.get("userinfo") or {}
            groups = claims.get(GROUPS_CLAIM) or []
            return {
                "username": next((claims[name] for name in USERNAME_CLAIMS if claims.get(name)), ""),
                "email": claims.get("email", ""),
                "first_name": claims.get("given_name", ""),
                "last_name": claims.get("family_name", ""),
                "role_keys": [groups] if isinstance(groups, str) else list(groups),
            }

        def auth_user_db(self, username: str, password: str, rotate_session_id: bool = True) -> Any:
            """Only the accounts of programs have passwords: without this, `POST /auth/token` takes any account's."""
            if username not in PASSWORD_USERS:
                return None
            return super().auth_user_db(username, password, rotate_session_id=rotate_session_id)

    SECURITY_MANAGER_CLASS = OidcSecurityManager
    OAUTH_PROVIDERS = [
        {
            "name": PROVIDER,
            "icon": "fa-sign-in",
            "token_key": "access_token",
            "remote_app": {
                "client_id": os.environ["OIDC_CLIENT_ID"],
                "client_secret": os.environ["OIDC_CLIENT_SECRET"],
                "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration",
                "client_kwargs": {
                    "scope": os.environ.get("OIDC_SCOPE") or "openid profile email",
                    "code_challenge_method": "S256",
                },
            },
        }
    ]
    # Each user whom the provider authenticates gets an account; its roles follow the groups at each login.
    AUTH_USER_REGISTRATION = True
    AUTH_USER_REGISTRATION_ROLE = "Public"
    AUTH_ROLES_SYNC_AT_LOGIN = True
    AUTH_ROLES_MAPPING: dict[str, list[str]] = json.loads(os.environ.get("OIDC_GROUP_ROLES") or "{}")
