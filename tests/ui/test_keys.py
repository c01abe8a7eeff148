"""API keys in the browser, by a user who may only read; the key calls the product as the SDK does."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.mps.v20190612 import models

from airflow_product import Product
from mps_caller import Pair, sdk_client
from pages_in_browser import OpenPage, Texts, serious


def refusal(product: Product, key: Pair) -> str:
    """The code with which an action is refused that this product has not."""
    endpoint = product.layout.airflow_url.removeprefix("http://") + "/media-workflows/mps"
    with pytest.raises(TencentCloudSDKException) as refused:
        sdk_client(key, endpoint).EditMedia(models.EditMediaRequest())
    return str(refused.value.get_code())


@pytest.mark.full
def test_a_key_is_created_used_and_revoked(product: Product, open_page: OpenPage, t: Texts) -> None:
    page = open_page("/plugin/media-workflows/keys", user="viewer", width=390)
    expect(page.get_by_text(t("keys.empty_text"))).to_be_visible()
    page.get_by_role("button", name=t("keys.create")).click()
    dialog: Any = page.get_by_role("dialog")
    dialog.get_by_role("button", name=t("keys.create")).click()
    expect(dialog.get_by_role("alert")).to_be_visible()  # it has no name
    dialog.get_by_label(t("field.name")).fill("migration")
    dialog.get_by_label(t("keys.days")).fill("7")
    dialog.get_by_role("button", name=t("keys.create")).click()
    expect(dialog).to_contain_text(t("keys.once"))
    assert serious(page, "[role=dialog]") == []
    key = Pair(*(dialog.get_by_label(name).input_value() for name in ("SecretId", "SecretKey")))
    dialog.get_by_role("button", name=t("app.close")).click()

    table = page.get_by_role("table", name=t("nav.keys"))
    expect(table).to_contain_text(t("keys.never"))
    assert refusal(product, key) == "UnsupportedOperation"
    page.reload()
    expect(table).to_contain_text("migration")
    expect(table).not_to_contain_text(t("keys.never"))
    table.get_by_role("button", name=t("action.named", action=t("keys.revoke"), name="migration")).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("keys.revoke")).click()
    expect(page.get_by_text(t("keys.empty_text"))).to_be_visible()
    assert refusal(product, key) == "AuthFailure.SecretIdNotFound"
