"""API keys of users of FAB, the auth manager of docker-compose.yaml: what they may, and what ends them."""

from __future__ import annotations

import json
from contextlib import closing

import psycopg2
import pytest

from airflow_product import Product, eventually
from media_workflows.cluster.layout import ComposeLayout
from media_workflows.vendor_mps.ids import workflow_number
from product_sdk import Sdk

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def workflows(product: Product) -> tuple[str, str]:
    """The ids of two workflows that Airflow knows."""
    mine, other = product.create("of-the-key"), product.create("of-others")
    eventually(lambda: {product.airflow.get(f"/dags/{id_}").status_code for id_ in (mine, other)} == {200})
    return mine, other


def described(sdk: Sdk) -> set[str]:
    """The names of the workflows that a user sees."""
    return {one.WorkflowName for one in sdk("DescribeWorkflows", Limit=100).WorkflowInfoSet}


def test_a_viewers_key_reads_and_writes_nothing(product: Product, workflows: tuple[str, str]) -> None:
    viewer, number = Sdk(product, "viewer"), workflow_number(workflows[0])
    assert {"of-the-key", "of-others"} <= described(viewer)
    assert viewer("DescribeTranscodeTemplates").TotalCount > 60
    for action, parameters in (
        ("EnableWorkflow", {"WorkflowId": number}),
        ("DeleteWorkflow", {"WorkflowId": number}),
        ("CreateAIAnalysisTemplate", {"TagConfigure": {"Switch": "ON"}}),
        ("CreateWordSamples", {"Usages": ["All"], "Words": [{"Keyword": "x"}]}),
        ("ProcessMedia", {"InputInfo": {"Type": "COS"}}),
    ):
        assert viewer.refusal(action, **parameters) == "UnauthorizedOperation", action
    admin = Sdk(product)
    admin("EnableWorkflow", WorkflowId=number)
    admin("DisableWorkflow", WorkflowId=number)


def set_active(product: Product, user: str, active: bool) -> None:
    """As the page of FAB's users does it."""
    assert isinstance(product.layout, ComposeLayout)
    server = str(product.layout.database.socket_dir)
    with closing(psycopg2.connect(host=server, user="postgres", dbname="airflow")) as connection:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ab_user SET active = %s WHERE username = %s", [active, user])
        connection.commit()


def test_a_key_sees_the_workflows_of_its_user_until_the_user_is_gone(
    product: Product, workflows: tuple[str, str]
) -> None:
    """Its user may see and edit one workflow; the key is made on the command line."""
    mine, other = workflows
    fab = product.client("admin", "/auth/fab/v1")
    synced = product.shell("airflow", "sync-perm", "--include-dags")
    assert synced.returncode == 0, synced.stderr
    rights = [{"action": {"name": name}, "resource": {"name": f"DAG:{mine}"}} for name in ("can_read", "can_edit")]
    fab.post("/roles", json={"name": "one-workflow", "actions": rights}).raise_for_status()
    product.add_user("freelancer", "one-workflow")
    made = product.shell("media-workflows", "keys", "create", "shell", "--user", "freelancer", "--json")
    assert made.returncode == 0, made.stderr
    sdk = Sdk(product, "freelancer", json.loads(made.stdout))
    assert described(sdk) == {"of-the-key"}
    for action in ("EnableWorkflow", "DisableWorkflow"):
        sdk(action, WorkflowId=workflow_number(mine))
        assert sdk.refusal(action, WorkflowId=workflow_number(other)) == "UnauthorizedOperation"
    set_active(product, "freelancer", False)
    eventually(lambda: sdk.refusal("DescribeWorkflows") == "UnauthorizedOperation")
    set_active(product, "freelancer", True)
    eventually(lambda: described(sdk) == {"of-the-key"} if sdk.refusal("DescribeWorkflows") == "" else None)
    fab.delete("/users/freelancer").raise_for_status()
    eventually(lambda: sdk.refusal("DescribeWorkflows") == "UnauthorizedOperation")
