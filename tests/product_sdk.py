"""The vendor's unmodified SDK as a client of the running product."""

from __future__ import annotations

from typing import Any

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from airflow_product import Product, eventually
from mps_caller import Pair, called, sdk_client
from mps_calls import as_json
from vendor_walker_events import problems_of_answer


class Sdk:
    """The SDK's client with a key of a user, made by the API unless one is given."""

    def __init__(self, product: Product, user: str = "admin", key: dict[str, Any] | None = None) -> None:
        if key is None:
            made = product.client(user, "/media-workflows/api/v1").post("/keys", json={"name": "sdk", "days": 1})
            assert made.status_code == 201, made.text
            key = made.json()
        endpoint = product.layout.airflow_url.removeprefix("http://") + "/media-workflows/mps"
        self._client = sdk_client(Pair(key["secret_id"], key["secret_key"]), endpoint)

    def __call__(self, action: str, **parameters: Any) -> Any:
        answer = called(self._client, action, **parameters)
        assert problems_of_answer(f"{action}Response", as_json(answer)) == []
        return answer

    def refusal(self, action: str, **parameters: Any) -> str:
        """The code of the refusal; '' = the call is answered."""
        try:
            self(action, **parameters)
        except TencentCloudSDKException as refused:
            return str(refused.get_code())
        return ""

    def detail(self, task_id: str, status: str = "FINISH") -> Any:
        """A task that has got this far."""

        def reached() -> Any:
            found = self("DescribeTaskDetail", TaskId=task_id)
            return found if found.Status == status else None

        return eventually(reached, timeout_s=600)
