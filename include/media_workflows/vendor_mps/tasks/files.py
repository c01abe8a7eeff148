"""MediaInputInfo: files in a bucket of the definition, and images in a data: URL. Pure."""

from __future__ import annotations

import re
from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.vendor_mps.reading import SECRET, SECRETS, Field, Findings, Json, Table

_OTHER_BUCKET = invalid("must be the bucket of the source: copy the file into it")
NO_KEY = invalid("must be the key of an object in the bucket of the source")
FORMS = {
    "COS": ("CosInputInfo", Table(Field("Bucket", "bucket"), Field("Region", "region"), Field("Object", "key"))),
    "AWS-S3": (
        "S3InputInfo",
        Table(
            Field("S3Bucket", "bucket"),
            Field("S3Region", "region"),
            Field("S3Object", "key"),
            unsupported=dict.fromkeys(SECRETS, SECRET),
        ),
    ),
}
_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,(?P<content>.+)", re.DOTALL)
_IMAGE_FORM = "data:image/{type};base64,{content}"
_PNG = "iVBORw0KGgo"  # the start of each PNG file in base64


class File:
    """A file in the bucket of the source, which is its key here."""

    def read(self, data: Any, place: str, findings: Findings) -> str:
        form = data.get("Type") if isinstance(data, dict) else None
        if form not in FORMS:
            problem = invalid("must be an object whose Type is one of: {types}", types=", ".join(FORMS))
            findings.refuse(problem, f"{place}.Type", form)
            return ""
        name, table = FORMS[form]
        for other, value in data.items():
            if other not in ("Type", name):
                findings.note_kept(f"{place}.{other}", value)
        found = table.read(data.get(name) or {}, f"{place}.{name}", findings)
        if found.get("bucket", "") not in ("", findings.objects.bucket):
            findings.refuse(_OTHER_BUCKET, f"{place}.{name}.{table.place_of('bucket')}", found["bucket"])
        if (region := found.get("region") or "") != findings.objects.region:
            self._differs(region, f"{place}.{name}.{table.place_of('region')}", findings)
        if not isinstance(found.get("key"), str):
            place = f"{place}.{name}.{table.place_of('key')}"
            findings.refuse(NO_KEY, place, found.get("key"))
            return ""
        key: str = found["key"]
        return key.removeprefix("/") if form == "COS" else key

    def _differs(self, region: str, place: str, findings: Findings) -> None:
        """A bucket of this name in another region is another one; a region that only the file has is not used."""
        if region and findings.objects.region:
            findings.refuse(_OTHER_BUCKET, place, region)
        else:
            findings.note_kept(place, region)

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        bucket, region, form = findings.objects
        name, table = FORMS[form]
        key = f"/{data}" if form == "COS" else data
        return {"Type": form, name: table.write({"bucket": bucket, "region": region, "key": key}, place, findings)}


FILE = File()


class Image:
    """An image that is part of the definition, which the vendor would load from a URL."""

    def read(self, data: Any, place: str, findings: Findings) -> str:
        info = data.get("UrlInputInfo") if isinstance(data, dict) else None
        url = info.get("Url") if isinstance(info, dict) else None
        found = _IMAGE.fullmatch(url) if isinstance(url, str) else None
        if found is None:
            problem = invalid(
                "a definition holds the image itself: give it as {form} in UrlInputInfo.Url, or create a watermark "
                "template with it, and name that in Definition",
                form="data:image/png;base64,…",
            )
            findings.refuse(problem, place, url)
            return ""
        return found["content"]

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        findings.note(
            invalid("is written as a data: URL: for the commercial service, create a watermark template"),
            place,
            "image",
        )
        type_ = "png" if data.startswith(_PNG) else "jpeg"
        return {"Type": "URL", "UrlInputInfo": {"Url": _IMAGE_FORM.format(type=type_, content=data)}}


IMAGE = Image()
