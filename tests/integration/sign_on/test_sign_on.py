"""Login with OpenID Connect in a browser, as docs/rights.md sets it up; a user's groups give roles and buckets."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from media_workflows.cluster.layout import free_port
from media_workflows.demo.layout import PORT_DEFAULTS, USER
from pages_in_browser import CHROMIUM, chromium
from sign_on_stack import TEAM_A, TEAM_B, SignOnLayout, SignOnStack

pytestmark = [
    pytest.mark.timeout(900),  # the start of Airflow is in a fixture, as of the running product
    pytest.mark.full,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the provider, which runs in a thread
]
ROOT = Path(__file__).parents[3]
GROUPS = {"alice": "media-team-a", "bob": "media-team-b", "otto": "media-operators", "root": "media-admins"}
_CALL = """async ([method, path, body]) => {
    const answer = await fetch('/media-workflows/api/v1' + path, {
        method, headers: {'content-type': 'application/json'}, body: body === null ? undefined : JSON.stringify(body),
    });
    return [answer.status, await answer.json()];
}"""
Call = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def layout() -> Iterator[SignOnLayout]:
    """The api-server, its provider and the buckets of two teams."""
    import oidc_provider_mock as provider

    data = Path(tempfile.mkdtemp(prefix="mw-sso-"))
    saved = dict(os.environ)
    os.environ.update({name: str(free_port()) for name in PORT_DEFAULTS})
    layout = SignOnLayout(ROOT, data)
    users = [
        provider.User(sub=name, claims={"preferred_username": name, "groups": [group], "email": f"{name}@b.example"})
        for name, group in GROUPS.items()
    ]
    stack = SignOnStack(layout, print)
    try:
        with provider.run_server_in_thread(port=layout.issuer_port, user_claims=users):
            stack.start()
            for bucket in (TEAM_A, TEAM_B):
                stack.clients.s3.create_bucket(Bucket=bucket)
            yield layout
    finally:
        os.environ.clear()
        os.environ.update(saved)
        stack.stop()
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="module")
def browser(layout: SignOnLayout) -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def log_in(layout: SignOnLayout, browser: Any) -> Iterator[Callable[[str], Call]]:
    """Logs a user in at the provider, in a browser profile of its own; then calls our API from the page."""
    contexts = []

    def is_inside(url: str) -> bool:
        """The address of Airflow itself, to which its login leads back."""
        return url.startswith(layout.airflow_url) and "/auth/" not in url

    def log_in(user: str) -> Call:
        context = browser.new_context()
        contexts.append(context)
        context.route("**/static/assets/**", lambda route: route.abort())  # Airflow's own pages, which take long
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{layout.airflow_url}/auth/login/")
        page.get_by_text("oidc").first.click()
        page.wait_for_url(f"{layout.issuer}/**")
        page.get_by_placeholder("sub").fill(user)
        page.get_by_role("button", name="Authorize").first.click()
        page.wait_for_url(is_inside, wait_until="commit")

        def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            status, answer = page.evaluate(_CALL, [method, path, body])
            return status, answer

        return call

    yield log_in
    for context in contexts:
        context.unroute_all(behavior="ignoreErrors")
        context.close()


def workflow(name: str, bucket: str) -> dict[str, Any]:
    return {
        "name": name,
        "trigger": {"bucket": bucket, "directory": "in/"},
        "output": {"bucket": bucket, "directory": "out/"},
        "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]},
    }


def test_a_password_gives_no_token_beside_the_provider(layout: SignOnLayout) -> None:
    """Not even the first administrator's, which `airflow-init` has set."""
    for path in ("token", "token/cli"):
        body = {"username": USER, "password": layout.secrets["password"]}
        assert httpx.post(f"{layout.airflow_url}/auth/{path}", json=body, timeout=60).status_code == 401


def test_groups_give_roles_and_buckets(log_in: Callable[[str], Call]) -> None:
    """Team A's editor, team B's viewer, an operator and an administrator, each by a login at the provider."""
    alice = log_in("alice")
    status, me = alice("GET", "/me")
    assert (status, me["name"], me["can_edit"]) == (200, "alice", True)
    assert alice("POST", "/workflows", workflow("of-a", TEAM_A))[0] == 201
    status, refused = alice("POST", "/workflows", workflow("moved", TEAM_B))
    assert (status, refused["code"]) == (403, "AuthFailure.UnauthorizedPlace")
    assert [one["name"] for one in alice("GET", "/buckets")[1]] == [TEAM_A]

    root = log_in("root")
    status, made = root("POST", "/workflows", workflow("of-b", TEAM_B))
    assert status == 201
    assert {one["definition"]["name"] for one in root("GET", "/workflows")[1]["items"]} == {"of-a", "of-b"}
    assert [one["definition"]["name"] for one in alice("GET", "/workflows")[1]["items"]] == ["of-a"]
    assert alice("GET", f"/workflows/{made['id']}")[0] == 404

    bob = log_in("bob")
    assert [one["definition"]["name"] for one in bob("GET", "/workflows")[1]["items"]] == ["of-b"]
    assert bob("POST", f"/workflows/{made['id']}/disable")[0] == 403

    otto = log_in("otto")
    own = otto("GET", "/workflows")[1]["items"]
    assert [one["definition"]["name"] for one in own] == ["of-a"]
    rights = otto("GET", f"/me?workflow={own[0]['id']}")[1]
    assert (rights["can_run"], rights["can_change_runs"], rights["can_edit"]) == (True, True, False)
    assert otto("POST", f"/workflows/{own[0]['id']}/enable")[0] == 403
    upload = {"name": "a.mp4", "size": 5}
    assert otto("POST", f"/workflows/{own[0]['id']}/upload", upload)[0] == 200


def test_a_user_without_a_group_has_no_rights(log_in: Callable[[str], Call]) -> None:
    stranger = log_in("stranger")
    assert stranger("GET", "/workflows")[0] == 403
