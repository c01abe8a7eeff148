"""The notices of a crf that was found for a `target_vmaf`."""

from __future__ import annotations

from media_workflows.domain.notice import Notice
from media_workflows.media.jobs.target_vmaf.search import Found, Rendition

NOT_TRIED, TOOK_TOO_LONG, FAILED = "not_tried", "took_too_long", "probe_failed"
_WHY = {NOT_TRIED: "a dry run without trials makes none", TOOK_TOO_LONG: "they took too long"}


def why_unprobed(problem: str) -> tuple[str, str, str]:
    """The reason of a choice without probes as a code, the cause of a failure ('' = none), and both in words."""
    if problem in _WHY:
        return problem, "", _WHY[problem]
    return FAILED, problem, f"they failed: {problem}"


def notice_of(rendition: Rendition, number: int | None, found: Found) -> Notice:
    """The crf with the probes that it is from. `number` is that of a ladder's sub-stream."""
    label = rendition.codec if number is None else f"{rendition.codec} #{number}"
    choice, target = found.choice, rendition.target
    parameters: dict[str, str | int | float] = {"rendition": label, "crf": choice.crf, "target": target}
    if not found.probes:
        reason, cause, why = why_unprobed(found.problem)
        parameters |= {"reason": reason, "cause": cause}
        return Notice(
            code="CrfNotProbed",
            message=f"{label}: crf {choice.crf} for VMAF {target:g} is not from probe encodes: {why}",
            parameters=parameters,
        )
    probes = ", ".join(f"{probe.crf} = {probe.vmaf:.1f}" for probe in found.probes)
    parameters |= {"expected": choice.vmaf, "probes": probes}
    of = f"(probes: crf {probes})"
    if found.problem:
        chosen = f"{label}: crf {choice.crf} for VMAF {target:g}, expected {choice.vmaf} {of}"
        return Notice(
            code="ProbesCutOff",
            message=f"{chosen}; a further probe failed, so the crf may be another one next time: {found.problem}",
            parameters=parameters | {"cause": found.problem},
        )
    if choice.misses(target, found.probes):
        message = (
            f"{label}: no usual crf gives VMAF {target:g}; crf {choice.crf} is expected to have {choice.vmaf} {of}"
        )
        return Notice(code="TargetVmafMissed", message=message, parameters=parameters)
    message = f"{label}: crf {choice.crf} for VMAF {target:g}, expected {choice.vmaf} {of}"
    return Notice(code="CrfChosen", message=message, parameters=parameters)
