"""The result of a dry run: what would happen to an object, without doing it."""

from __future__ import annotations

from pydantic import Field, computed_field

from media_workflows.domain.availability import Unavailable
from media_workflows.domain.base import Model
from media_workflows.domain.candidates import RULE_MEANINGS, Rule
from media_workflows.domain.costs.own_cost import OwnCost
from media_workflows.domain.costs.vendor_bill import VendorBill
from media_workflows.domain.forecast import StepForecast
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import Role


class Verdict(Model):
    """Whether an upload of the object fires the workflow, and by which rule."""

    rule: Rule

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fires(self) -> bool:
        return self.rule == Rule.MATCHED

    @computed_field  # type: ignore[prop-decorator]
    @property
    def meaning(self) -> str:
        return RULE_MEANINGS[self.rule]


DEFAULT_RULE = "all_success"  # Airflow's own


class PlannedTask(Model):
    """A task of the workflow's DAG. `downstream` lists the ids of the tasks that follow it."""

    task_id: str
    operator: str
    pool: str
    queue: str
    downstream: tuple[str, ...]
    trigger_rule: str = DEFAULT_RULE


class PlannedOutput(Model):
    """An object that would be published, or a series whose key contains `{number}`."""

    bucket: str
    key: str
    role: Role
    count: int | None = Field(1, description="Objects of a series; None = known after the run only")
    conflict: str = Field("", description="Why the object cannot be written as things stand; empty = nothing known")


class PlannedItem(Model):
    """An item with its outputs, or the reason why it would fail."""

    definition: int
    outputs: tuple[PlannedOutput, ...] = ()
    notices: tuple[Notice, ...] = ()
    code: str = ""
    message: str = ""


class CpuEstimate(Model):
    """CPU time of a job, in seconds: from past runs of the workflow, or from a trial of its ffmpeg commands.

    `runs` is the number of past runs; 0 = a trial on `sample_s` seconds of the source. `wall_s` is how long the job
    takes; from a trial, if all cores of this machine work for it. `bytes_out` is known from past runs only.
    `cpu_s` None: no estimate, for the reason in `note`.
    """

    cpu_s: float | None
    wall_s: float | None = None
    bytes_out: int | None = None
    runs: int = 0
    sample_s: float = 0.0
    measured_cpu_s: float = Field(0.0, description="What the try itself took")
    note: str


class PlannedJob(Model):
    """One job task: its items and the commands that would make them. `source` and work files have no directories.

    `forecast` is whether it would run; None in workflows without steps.
    """

    step_id: str
    kind: str
    items: tuple[PlannedItem, ...]
    commands: tuple[str, ...]
    estimate: CpuEstimate | None = None
    forecast: StepForecast | None = None


class PlannedAction(Model):
    """A step that makes no media, and whether it would run."""

    step_id: str
    kind: str
    forecast: StepForecast


class DryRunCost(Model):
    """What a run would use and cost. `unknown` are steps without an estimate, which it leaves out; None = all are.

    `wall_s` is the time of all steps, one after the other. `runs` is the least number of past runs that an estimate is
    from; 0 = a trial. `own` has no parts that depend on `bytes_out` where that is unknown. `problems` are of price
    tables that are left out.
    """

    cpu_s: float | None
    wall_s: float | None
    bytes_in: int
    bytes_out: int | None
    runs: int
    unknown: tuple[str, ...]
    own: OwnCost | None
    services: tuple[VendorBill, ...]
    problems: tuple[str, ...]


class DryRun(Model):
    """The whole result. `source`, `jobs`, `actions` and `cost` are set if the source could be probed; otherwise
    `notes` say why not. `unavailable` is what the workflow requires and this machine lacks."""

    workflow: str
    bucket: str
    key: str
    verdict: Verdict
    tasks: tuple[PlannedTask, ...]
    unavailable: tuple[Unavailable, ...] = ()
    source: MediaInfo | None = None
    jobs: tuple[PlannedJob, ...] = ()
    actions: tuple[PlannedAction, ...] = ()
    cost: DryRunCost | None = None
    notes: tuple[str, ...] = ()
