"""`Walk`: all steps of a run one after the other in one process, by the code that runs each in a task of its own.

It decides as Airflow does by trigger rules which step runs, see `orchestration/dag_builder.py`. A later try keeps what
an earlier one has done.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.steps import GATE, NOTIFY, UPLOAD, Step, step_of_task, steps_before, steps_of
from media_workflows.domain.sub_tasks.verdict import verdict
from media_workflows.errors import JobCancelledError, JobFailedError, MediaWorkflowsError
from media_workflows.execution.action_step import run_action
from media_workflows.execution.run_step import run_step
from media_workflows.execution.running_step import Resources
from media_workflows.execution.turn import Turn
from media_workflows.execution.workflow_steps import TaskTry, quarantine_of, workflow_step
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.outage import is_outage
from media_workflows.store.runs import results_of_run

_FAILED = ("failed", "upstream_failed")


@dataclass
class Walk:
    """One try of all steps. `is_last`: there is no other try after an error that may pass.

    `states` are those that Airflow would give to the tasks of the steps; `kept` are steps done by an earlier try.
    """

    run: Run
    source: SourceObject
    task: TaskTry
    is_last: bool
    resources: Resources
    states: dict[str, str | None] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    causes: dict[str, str] = field(default_factory=dict)

    def take(self) -> None:
        """Take all steps. Raises JobFailedError when one failed that had to succeed, JobCancelledError.

        An error that may pass is raised at once, unless this is the last try: steps that read how others ended must
        not see it.
        """
        done = self._done()
        for step in steps_of(self.run.workflow):
            if step.id == UPLOAD:
                self.states[UPLOAD] = "success"
                self.kept.add(UPLOAD)
            elif step.id != NOTIFY:
                self.states[step.id] = self._state_of(step, done)
        if failed := [id_ for id_, state in self.states.items() if state == "failed"]:
            causes = "\n".join(f"  - {id_}: {self.causes[id_]}" for id_ in failed)
            raise JobFailedError("these steps failed:\n{causes}", causes=causes)

    def _done(self) -> set[str]:
        """The steps of earlier tries in which nothing failed."""
        with transaction() as session:
            jobs = results_of_run(session, self.run.workflow_id, self.run.run_id)
            actions = actions_of_run(session, self.run.workflow_id, self.run.run_id)
        whole = {job.step.step_id for job in jobs if all(item.status == "SUCCESS" for item in job.items)}
        return whole | {id_ for id_, action in actions.items() if not action.failed}

    def _state_of(self, step: Step, done: Collection[str]) -> str:
        is_free = self.kept.issuperset(step.after)  # nothing that it depends on was made again
        state = self._state_before(step)
        if state is None and is_free and step.id in done:
            self.resources.log(f"step {step.id} was done by an earlier try")
            self.kept.add(step.id)
            return "success"
        state = state or self._taken(step)
        if is_free and (state == "skipped" or step.kind == GATE):
            self.kept.add(step.id)
        return state

    def _state_before(self, step: Step) -> str | None:
        """Why the step does not run by the states of those directly before it; None = it is its turn."""
        before = [self.states[id_] for id_ in step.after]
        if step.after_failures:
            return None
        if any(state in _FAILED for state in before):
            return "upstream_failed"
        if step.may_skip:
            return None if "success" in before else "skipped"
        return "skipped" if "skipped" in before else None

    def _taken(self, step: Step) -> str:
        if step.kind == GATE:  # what waits for it reads the review
            return "success"
        definition = step_of_task(self.run.workflow, step.id)
        try:
            return self._work(step)
        except JobCancelledError:
            raise
        except Exception as error:
            is_final = isinstance(error, MediaWorkflowsError) and not error.retryable
            if is_outage(error) or not (is_final or self.is_last):
                raise
            self.resources.log(f"step {step.id} failed: {error}")
            self.causes[step.id] = str(error)
            return "success" if definition and definition.on_failure == "continue" else "failed"

    def _work(self, step: Step) -> str:
        self.resources.log(f"step {step.id}")
        definition = step_of_task(self.run.workflow, step.id)
        turn = None
        if definition is not None:
            before = steps_before(definition, self.run.workflow.steps)
            turn = Turn(definition, before, lambda: self.states, self.run.workflow.priority, is_manual=True)
        quarantine = quarantine_of(self.run.workflow, step.kind, passed=self._passed(step))
        request = workflow_step(self.run, step.id, self.source, self.task, turn, quarantine)
        is_job = request.kind in (*JOB_KINDS, FEATURES)
        result = run_step(request, self.resources) if is_job else run_action(request, self.resources)
        if isinstance(result, StepDecision):
            return "skipped"
        if isinstance(result, JobResult):
            _require_success(result)
        return "success"

    def _passed(self, step: Step) -> bool:
        """Whether the review passed that the step waits for; one that is not sure counts as not passed."""
        if GATE not in step.after:
            return True
        with transaction() as session:
            results = results_of_run(session, self.run.workflow_id, self.run.run_id)
        review = next(item for job in results if job.kind == "content_review" for item in job.items)
        return verdict(review.sub_tasks) == "pass"


def _require_success(result: JobResult) -> None:
    failed = [item.message for item in result.items if item.status == "FAIL"]
    if failed:
        raise JobFailedError(
            "{failed} of {count} items failed:\n{causes}",
            failed=len(failed),
            count=len(result.items),
            causes="\n".join(failed),
        )
