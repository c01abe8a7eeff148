"""The kinds of templates: the parameters of Create… and Modify…, read; the items of Describe…, written. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from media_workflows.domain.jobs.containers import VIDEO_CODECS
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.templates import Template, TemplateDefinition, merged, parse_template
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.vendor_mps.event_shapes import shown_time
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.request_table import RequestTable
from media_workflows.vendor_mps.template_ids import template_number
from media_workflows.vendor_mps.templates import intelligence, pictures, quality, transcode, watermark

# Presets are part of the product: there is no moment at which one was made.
_NO_MOMENT = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class TemplateKind:
    """A kind of templates. `vendor` is its name in the vendor's actions, as in CreateTranscodeTemplate."""

    kind: str
    vendor: str
    table: RequestTable

    def read(self, request: Json, base: Template | None = None) -> TemplateDefinition:
        """The template of a request, or `base` with what the request changes.

        Raises DefinitionError; its problems are at the places of the request.
        """
        refuse_unusable(request)
        findings = Findings()
        now = None if base is None else base.parameters.model_dump(mode="json")
        given = {name: value for name, value in request.items() if name not in ("Name", "Comment")}
        changes = self.table.change(given, "", findings, now)
        if findings.problems:
            raise DefinitionError(findings.problems)
        head = {"name": base.name, "comment": base.comment} if base else {}
        for name in ("Name", "Comment"):
            if request.get(name) is not None:
                head[name.lower()] = request[name]
        parameters = merged(now or {}, changes)
        try:
            return parse_template({"kind": self.kind, **head, "parameters": parameters})
        except DefinitionError as error:
            raise DefinitionError([self._placed(problem, parameters) for problem in error.problems]) from None

    def _placed(self, problem: FieldProblem, parameters: Json) -> FieldProblem:
        """A problem of our definition at its place in the request."""
        head, _, path = problem.field.partition(".")
        if head in ("name", "comment"):
            return replace(problem, field=head.capitalize())
        if self.kind == "watermark":  # a mark is the object of its type
            path = path.replace("mark", parameters["mark"]["type"], 1)
        return replace(problem, field=self.table.place_of(path) or f"{self.vendor}Template")

    def write(self, template: Template, created_at: datetime = _NO_MOMENT, updated_at: datetime = _NO_MOMENT) -> Json:
        """The template as Describe… lists it. What the vendor has no form for is null, or missing."""
        described = self.table.write(template.parameters.model_dump(mode="json"), "", Findings())
        number = template_number(template.id)
        if self.kind == "transcode":
            is_video = template.parameters.container in VIDEO_CODECS
            described |= {"ContainerType": "Video" if is_video else "PureAudio"}
        if self.kind == "watermark":
            described = watermark.with_image_url(described)
        else:
            described |= {"Type": "Preset" if template.preset else "Custom"}
        return {
            "Definition": str(number) if self.kind == "transcode" else number,
            "Name": template.name,
            "Comment": template.comment,
            **described,
            "CreateTime": shown_time(created_at),
            "UpdateTime": shown_time(updated_at),
        }


KINDS = (
    TemplateKind("transcode", "Transcode", transcode.TRANSCODE),
    TemplateKind("snapshot_by_time_offset", "SnapshotByTimeOffset", pictures.SNAPSHOT_BY_TIME_OFFSET),
    TemplateKind("sample_snapshot", "SampleSnapshot", pictures.SAMPLE_SNAPSHOT),
    TemplateKind("image_sprite", "ImageSprite", pictures.IMAGE_SPRITE),
    TemplateKind("animated_graphic", "AnimatedGraphics", pictures.ANIMATED_GRAPHICS),
    TemplateKind("adaptive_dynamic_streaming", "AdaptiveDynamicStreaming", transcode.ADAPTIVE_DYNAMIC_STREAMING),
    TemplateKind("watermark", "Watermark", watermark.WATERMARK),
    TemplateKind("content_review", "ContentReview", intelligence.CONTENT_REVIEW),
    TemplateKind("analysis", "AIAnalysis", intelligence.AI_ANALYSIS),
    TemplateKind("recognition", "AIRecognition", intelligence.AI_RECOGNITION),
    TemplateKind("quality_control", "QualityControl", quality.QUALITY_CONTROL),
)
