"""All configuration of the product.

Each setting is read from the environment (`MEDIA_WORKFLOWS_<NAME>`), else from Airflow's own
configuration: `AIRFLOW__MEDIA_WORKFLOWS__<NAME>` or the section `[media_workflows]` of airflow.cfg.
Airflow itself is not imported, so the command line and tests do not require it.
"""

from __future__ import annotations

import configparser
import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, field_validator, with_config
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from typing_extensions import TypedDict

AIRFLOW_SECTION = "media_workflows"
_PLACE = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9](?:/(?:[^/\0]+/)*)?")  # a bucket, or a directory of it
_MAX_DAYS = 36_500  # a hundred years: some centuries more would be before the first date that there is
_ROLE_PLACE = re.compile(rf"{_PLACE.pattern}|(?:[a-z0-9][a-z0-9.\-]{{0,61}})?\*")

# As Kubernetes writes an amount of a resource: "500m", "4", "8Gi".
Quantity = Annotated[str, BeforeValidator(str), Field(pattern=r"^\d+(\.\d+)?(m|k|[MGTPE]|[KMGTPE]i)?$")]


@with_config(ConfigDict(extra="forbid"))
class PodResources(TypedDict, total=False):
    """The `resources` of a container, as in a manifest of Kubernetes."""

    requests: dict[str, Quantity]
    limits: dict[str, Quantity]


class Settings(BaseSettings):
    """All settings. `docs/settings.md` is checked against this class by a test."""

    model_config = SettingsConfigDict(env_prefix="MEDIA_WORKFLOWS_", extra="ignore", frozen=True, allow_inf_nan=False)

    data_dir: Path = Field(
        Path.home() / ".media-workflows",
        description="Where the embedded database and the source cache live.",
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy URL of the product's PostgreSQL database. Empty: an embedded server below data_dir.",
    )
    aws_conn_id: str = Field(
        "",
        description="Airflow connection for S3, SQS and SNS. Empty: the AWS_* environment and s3_endpoint_url.",
    )
    s3_endpoint_url: str = Field(
        "", description="Endpoint of an S3-compatible server, when no Airflow connection names one."
    )
    s3_public_endpoint_url: str = Field(
        "", description="Endpoint of the same S3 server for browsers. Empty: the one that runs use."
    )
    sqs_endpoint_url: str = Field("", description="Endpoint of SQS and SNS. Empty: s3_endpoint_url's value.")
    aws_region: str = Field("us-east-1", description="Region used when neither connection nor environment names one.")
    upload_queue_urls: list[str] = Field(
        default_factory=list,
        description="SQS queues that receive S3 event notifications (JSON list). Empty: polling only.",
    )
    upload_poll_interval_s: float = Field(
        5.0, ge=0, description="Seconds between two listings of a trigger bucket; 0 turns polling off."
    )
    allowed_places: list[str] = Field(
        default_factory=list,
        description="Buckets and directories that workflows may read and write (JSON list of `bucket` or "
        "`bucket/directory/`). Empty: all that the credentials can access.",
    )
    role_places: dict[str, list[str]] | None = Field(
        None,
        description="Buckets and directories that users of each Airflow role may see and use (JSON object: role to "
        "list of `bucket`, `bucket/directory/`, `begin-of-bucket*`, or `*` for all). A role that is missing has none. "
        "Empty: all users have all.",
    )
    operator_roles: list[str] = Field(
        default_factory=list,
        description="Airflow roles (JSON list) whose users may start and change runs, upload and answer, but neither "
        "edit nor delete workflows, templates, words and persons, whatever else these roles allow.",
    )
    api_max_body_bytes: int = Field(
        8 * 1024**2,
        ge=1024,
        description="Largest JSON body of an API call, in bytes; that of a person with pictures may be larger.",
    )
    api_key_calls_per_s: int = Field(
        100,
        ge=1,
        description="Calls per second of the vendor's API that one API key may make to one api-server process.",
    )
    upload_max_bytes: int = Field(100 * 1024**3, ge=1, description="Largest file for a browser upload, in bytes.")
    require_available: bool = Field(
        True,
        description="Refuse to enable a workflow of which every run would fail, as an engine, a model or an encoder is "
        "missing on the api-server. False: only warn, where the workers have more installed than the api-server.",
    )
    ffmpeg_path: str = Field("", description="ffmpeg to run. Empty: the one in the imageio-ffmpeg wheel.")
    packager_path: str = Field(
        "", description="Shaka Packager, which encrypts by cenc and cbcs. Empty: the one of the extra `drm`."
    )
    ffmpeg_threads: int = Field(0, ge=0, description="Threads per ffmpeg process; 0 lets ffmpeg choose.")
    ffmpeg_stall_s: float = Field(
        300.0,
        gt=0,
        description="Seconds after which an ffmpeg without progress is ended: nothing written, nothing read, and as "
        "much processor time used, or none.",
    )
    ffmpeg_wall_base_s: float = Field(
        1800.0, gt=0, description="Seconds that one ffmpeg may run, plus ffmpeg_wall_per_media_s."
    )
    ffmpeg_wall_per_media_s: float = Field(
        60.0, ge=0, description="Further seconds that one ffmpeg may run, for each second of its source."
    )
    ffmpeg_memory_bytes: int = Field(
        8 * 1024**3,
        gt=0,
        description="Memory of one ffmpeg, in bytes; never more than three quarters of the machine's or container's.",
    )
    ffmpeg_grace_s: float = Field(
        5.0, ge=0, description="Seconds between SIGTERM and SIGKILL for an ffmpeg that ran too long."
    )
    probe_timeout_s: float = Field(
        120.0, gt=0, description="Seconds for one reading of a file's headers or packets, plus one for each 10 MB."
    )
    probe_memory_bytes: int = Field(
        2 * 1024**3, gt=0, description="Memory for one reading of a file's headers or packets, in bytes."
    )
    max_frame_pixels: int = Field(
        100_000_000, gt=0, description="Largest frame of a source or an output, in pixels (width times height)."
    )
    source_max_duration_s: float = Field(
        172_800.0, gt=0, description="Longest source, in seconds (48 hours); longer ones are refused."
    )
    job_timeout_s: float = Field(
        86_400.0,
        gt=0,
        description="Airflow's execution timeout of a job task, in seconds (24 hours); a workflow may have its own.",
    )
    watermark_font: str = Field(
        "",
        description="Font file for text watermarks and burned-in subtitles, searched before the bundled ones "
        "(Latin, Chinese, emoji).",
    )
    extra_fonts: list[str] = Field(
        default_factory=list,
        description="Additional font files (JSON list) for missing characters, such as Arabic, Hindi or Thai.",
    )
    source_cache_max_bytes: int = Field(
        20 * 1024**3, gt=0, description="Size limit of the per-worker source cache, in bytes."
    )
    source_cache_reserve_bytes: int = Field(
        1024**3,
        ge=0,
        description="Bytes of the disk that the source cache leaves free while it can, for work files: unused sources "
        "go first.",
    )
    dry_run_max_bytes: int = Field(
        2 * 1024**3,
        ge=0,
        description="Largest source that a dry run fetches, in bytes; larger ones get no commands or estimate.",
    )
    sample_timeout_s: float = Field(
        50, gt=0, description="Longest time to make a sample of one output in the form, in seconds, with its quality."
    )
    sample_max_bytes: int = Field(
        32 * 1024**2,
        ge=0,
        description="Largest file of a sample that is shown, in bytes; a larger one has figures only.",
    )
    process_max_objects: int = Field(
        1000, ge=1, le=1000, description="Most objects of one request for ad-hoc processing."
    )
    url_max_bytes: int = Field(
        20 * 1024**3, ge=1, description="Largest file that ad-hoc processing fetches from a URL, in bytes."
    )
    url_timeout_s: float = Field(3600.0, gt=0, description="Seconds in which such a file must be fetched.")
    url_allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Private host names (`*` allowed), addresses and networks from which files may be fetched (JSON "
        "list).",
    )
    encode_pool: str = Field("default_pool", description="Airflow pool of the tasks that encode.")
    light_pool: str = Field("default_pool", description="Airflow pool of the tasks that decode no whole video.")
    control_queue: str = Field(
        "default",
        description="Airflow queue of the short tasks on which all others wait: the upload watcher, the sender of "
        "events, the task of backfills, upload sensors, gates and notify.",
    )
    light_queue: str = Field("default", description="Airflow queue of the tasks in light_pool.")
    encode_queue: str = Field("default", description="Airflow queue of the tasks in encode_pool.")
    encode_tasks_per_workflow: int = Field(
        0,
        ge=0,
        description="Most tasks of one encoding step of a workflow that run at the same time, over all its runs, so "
        "that it leaves slots of encode_pool to other workflows; 0: no limit.",
    )
    long_encodes: int = Field(
        0,
        ge=0,
        le=1000,
        description="Most encodes of long sources that run at the same time, in all workflows. The others wait without "
        "a slot of encode_pool, which short sources take meanwhile; 0: no limit.",
    )
    long_source_bytes: int = Field(
        2 * 1024**3, ge=1, description="A source of at least so many bytes is a long one, for long_encodes."
    )
    split_threshold_s: float = Field(
        300.0,
        ge=0,
        description="Seconds that one worker would encode a rendition, from which on `split: auto` has several workers "
        "encode it in chunks.",
    )
    split_chunk_s: float = Field(60.0, ge=1, description="Length of such a chunk, in seconds of the source.")
    split_max_chunks: int = Field(
        300, ge=2, le=300, description="Most chunks of a rendition; they are longer where there would be more."
    )
    split_helpers: int = Field(
        3,
        ge=0,
        le=100,
        description="Most tasks that help a step to encode the chunks of a rendition, each in a slot of encode_pool; "
        "0: `split: auto` splits nothing, for one machine.",
    )
    intelligence_threads: int = Field(
        1,
        ge=0,
        description="Threads of each recognition engine; 0 lets it choose, which is faster and uses more CPU in total.",
    )
    asr_engine: Literal["auto", "faster_whisper", "sherpa_onnx"] = Field(
        "auto",
        description="Speech recognition engine; `auto`: by the files of asr_model_path, else faster-whisper with the "
        "packaged model.",
    )
    asr_model_path: str = Field(
        "",
        description="Directory of a faster-whisper (CTranslate2) or sherpa-onnx model. Empty: the packaged Whisper "
        "base of the extra speech-model.",
    )
    chinese_script: Literal["simplified", "traditional", "unchanged"] = Field(
        "simplified", description="Characters of Chinese transcripts; `unchanged`: as the model writes them."
    )
    image_moderation_engine: Literal["auto", "opennsfw", "onnx", "nudenet"] = Field(
        "auto",
        description="Image moderation engine: the packaged open_nsfw (extra image-moderation), your own ONNX model, or "
        "NudeNet (an extra; its weights are AGPL-3.0). `auto`: onnx with image_moderation_model_path, else opennsfw.",
    )
    image_moderation_model_path: str = Field(
        "", description="ONNX image classifier or detector, with a JSON file beside it. Empty: none."
    )
    label_model_path: str = Field("", description="Directory of a CLIP model as ONNX, for image labels. Empty: none.")
    picture_url_s: int = Field(
        604_800,
        ge=0,
        le=604_800,
        description="Seconds that the URLs of a review's pictures are valid; 0: events hold their keys instead.",
    )
    hardware_queue: str = Field(
        "",
        description="Airflow queue of the transcode tasks that require a hardware encoder. Empty: encode_queue.",
    )
    pod_resources: dict[str, PodResources] = Field(
        default_factory=dict,
        description="Resources of the pods in which KubernetesExecutor runs tasks (JSON object: lane or kind to "
        "`requests` and `limits`), in place of the [defaults](kubernetes.md#kubernetesexecutor).",
    )
    access_denied_wait_s: float = Field(
        120.0,
        ge=0,
        description="Seconds for which a task repeats storage requests that are refused for their credentials or "
        "permissions, before it fails and is retried; 0: it fails at once.",
    )
    job_retries: int = Field(2, ge=0, description="Retries of a job task after a transient failure.")
    job_retry_delay_s: float = Field(10.0, ge=0, description="Seconds before such a retry.")
    lost_tries: int = Field(
        5,
        ge=0,
        description="Further tries of a task, for those that ended without an error of their own: the worker was "
        "killed, its heartbeat was lost, a scheduler reset the task, or the database did not answer.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Standard Webhooks secret (`whsec_` + base64) that signs HTTP callbacks; two, separated by a "
        "space, while it is replaced. Empty: unsigned.",
    )
    notify_key: SecretStr = Field(
        SecretStr(""),
        description="NotifyKey of the commercial service's `Sign`, for bodies in its shape. Empty: no `Sign`.",
    )
    function_callback: dict[str, Any] | None = Field(
        None,
        description="The function that receives the events of all workflows (JSON, see docs/events.md), "
        "unless one is set in the store.",
    )
    callback_allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Private host names (`*` allowed), addresses and networks that callbacks may reach (JSON list).",
    )
    lambda_endpoint_url: str = Field("", description="Endpoint of Lambda. Empty: sqs_endpoint_url's value.")
    notify_timeout_s: float = Field(10.0, gt=0, description="Timeout of one delivery attempt, in seconds.")
    notify_first_wait_s: float = Field(
        5.0, gt=0, description="Seconds before the second delivery attempt; each further wait doubles."
    )
    notify_longest_wait_s: float = Field(
        3600.0, gt=0, description="Longest wait between two delivery attempts, in seconds."
    )
    notify_give_up_after_s: float = Field(
        24 * 3600.0, gt=0, description="Seconds after which an undelivered event becomes a dead letter."
    )
    notify_concurrency: int = Field(128, ge=1, description="Concurrent deliveries to all receivers.")
    notify_concurrency_per_receiver: int = Field(8, ge=1, description="Concurrent deliveries to one receiver.")
    keep_events_days: float = Field(
        30.0,
        gt=0,
        le=_MAX_DAYS,
        description="Days after which events are deleted with their deliveries, unless one is still due.",
    )
    keep_uploads_days: float = Field(
        365.0,
        ge=15,
        le=_MAX_DAYS,
        description="Days after which decisions about uploads are deleted, and objects that are gone are forgotten; "
        "what prevents a second run of an existing object is kept. At least 15: a queue keeps messages for 14.",
    )
    keep_runs_days: float = Field(
        365.0,
        gt=0,
        le=_MAX_DAYS,
        description="Days after which the results of ended runs, and ended backfills, are deleted, but for workflows "
        "with `retention.reports_days`. The runs' outputs stay, and are not reused.",
    )
    price_currency: str = Field(
        "", max_length=8, description="Currency of the price_per_* settings, as shown with amounts: EUR, for example."
    )
    price_per_cpu_hour: float | None = Field(
        None, ge=0, description="Own price of an hour of one processor core. Empty: costs have no such part."
    )
    price_per_gb_stored: float | None = Field(
        None, ge=0, description="Own price of a GB (10^9 bytes) of outputs stored for a month. Empty: no such part."
    )
    price_per_gb_transferred: float | None = Field(
        None,
        ge=0,
        description="Own price of a GB (10^9 bytes) read from or written to the storage. Empty: no such part.",
    )
    price_tables_dir: Path | None = Field(
        None,
        description="Directory of own price tables of cloud services (*.yaml); one with the name of a packaged table "
        "replaces it.",
    )
    notify_retries: int = Field(4, ge=0, description="Retries of the notify task when the store is unreachable.")

    @field_validator("data_dir")
    @classmethod
    def _expanded(cls, directory: Path) -> Path:
        """`~` is the home directory, for all that lies below: nothing else expands it."""
        try:
            return directory.expanduser()
        except RuntimeError:
            raise ValueError(f"{str(directory)!r} names a home directory that does not exist: write it out") from None

    @field_validator("allowed_places")
    @classmethod
    def _places(cls, places: list[str]) -> list[str]:
        """A place that is misspelt would allow more, or nothing."""
        for place in places:
            if not _PLACE.fullmatch(place):
                raise ValueError(f"{place!r} is neither `bucket` nor `bucket/directory/`")
        return places

    @field_validator("role_places", mode="before")
    @classmethod
    def _no_roles(cls, given: Any) -> Any:
        """Empty, as docker-compose.yaml passes it where it is not set, is none."""
        return None if given == "" else given

    @field_validator("role_places")
    @classmethod
    def _places_of_roles(cls, roles: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
        for place in (place for places in (roles or {}).values() for place in places):
            if not _ROLE_PLACE.fullmatch(place):
                raise ValueError(f"{place!r} is none of `bucket`, `bucket/directory/`, `begin-of-bucket*` and `*`")
        return roles

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        airflow_env = EnvSettingsSource(settings_cls, env_prefix=f"AIRFLOW__{AIRFLOW_SECTION.upper()}__")
        airflow_cfg = InitSettingsSource(settings_cls, init_kwargs=_airflow_cfg_section())
        return init_settings, env_settings, airflow_env, airflow_cfg


def _airflow_cfg_section() -> dict[str, Any]:
    """The `[media_workflows]` section of airflow.cfg; {} when there is none."""
    home = os.environ.get("AIRFLOW_HOME", "~/airflow")
    path = Path(os.environ.get("AIRFLOW_CONFIG", Path(home) / "airflow.cfg")).expanduser()
    parser = configparser.ConfigParser()  # %% is a per cent sign, as Airflow reads it
    parser.read(path, encoding="utf-8")
    if not parser.has_section(AIRFLOW_SECTION):
        return {}
    values: dict[str, Any] = dict(parser.items(AIRFLOW_SECTION))
    for name in values.keys() & {
        *("upload_queue_urls", "allowed_places", "callback_allowed_hosts", "extra_fonts", "url_allowed_hosts"),
        "operator_roles",
    }:
        values[name] = [
            entry.strip() for entry in values[name].strip("[]").replace('"', "").split(",") if entry.strip()
        ]
    for name in values.keys() & {"function_callback", "role_places"}:
        values[name] = _json(name, values[name] or "null")
    if "pod_resources" in values:
        values["pod_resources"] = _json("pod_resources", values["pod_resources"] or "{}")
    return values


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise SettingsError(f'error parsing value for field "{name}" from airflow.cfg: {error}') from None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read once. Tests call `get_settings.cache_clear()`."""
    return Settings()
