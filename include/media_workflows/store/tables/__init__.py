"""The tables. Times are UTC with zone; JSON columns hold models of `media_workflows.domain`."""

from media_workflows.domain.step_items import FIRST_TEMPLATE_ID
from media_workflows.store.tables.api_keys import ApiKeyRow, SeenSignatureRow
from media_workflows.store.tables.backfills import BackfillObjectRow, BackfillRow
from media_workflows.store.tables.base import Base, utcnow
from media_workflows.store.tables.early import EarlyObjectRow
from media_workflows.store.tables.events import DeliveryAttemptRow, DeliveryRow, EventRow, FunctionCallbackRow
from media_workflows.store.tables.libraries import PersonFaceRow, PersonRow, WordRow
from media_workflows.store.tables.processes import ProcessRow
from media_workflows.store.tables.retention import OldOutputsRow
from media_workflows.store.tables.reviews import FindingDecisionRow, RunReviewRow
from media_workflows.store.tables.runs import (
    ActionResultRow,
    CancelledRunRow,
    JobProgressRow,
    JobResultRow,
    MadeItemRow,
    OutputClaimRow,
    PendingUploadRow,
    RunRow,
    RunSearchRow,
    SourcePropertiesRow,
    StepDecisionRow,
    UnpublishedRow,
)
from media_workflows.store.tables.sidecars import SidecarPrefixRow, SidecarRow
from media_workflows.store.tables.splits import SplitChunkRow, SplitRow
from media_workflows.store.tables.uploads import (
    BucketRegionRow,
    DetectionSourceRow,
    KnownObjectRow,
    ListingPositionRow,
    ListingRootRow,
    UploadDecisionRow,
    WaitingRunRow,
)
from media_workflows.store.tables.workers import WorkerDiskRow
from media_workflows.store.tables.workflows import (
    DraftRow,
    ImportedDocumentRow,
    ImportRow,
    RevisionRow,
    TemplateRevisionRow,
    TemplateRow,
    WorkflowRow,
)

__all__ = [
    "FIRST_TEMPLATE_ID",
    "ActionResultRow",
    "ApiKeyRow",
    "BackfillObjectRow",
    "BackfillRow",
    "Base",
    "BucketRegionRow",
    "CancelledRunRow",
    "DeliveryAttemptRow",
    "DeliveryRow",
    "DetectionSourceRow",
    "DraftRow",
    "EarlyObjectRow",
    "EventRow",
    "FindingDecisionRow",
    "FunctionCallbackRow",
    "ImportRow",
    "ImportedDocumentRow",
    "JobProgressRow",
    "JobResultRow",
    "KnownObjectRow",
    "ListingPositionRow",
    "ListingRootRow",
    "MadeItemRow",
    "OldOutputsRow",
    "OutputClaimRow",
    "PendingUploadRow",
    "PersonFaceRow",
    "PersonRow",
    "ProcessRow",
    "RevisionRow",
    "RunReviewRow",
    "RunRow",
    "RunSearchRow",
    "SeenSignatureRow",
    "SidecarPrefixRow",
    "SidecarRow",
    "SourcePropertiesRow",
    "SplitChunkRow",
    "SplitRow",
    "StepDecisionRow",
    "TemplateRevisionRow",
    "TemplateRow",
    "UnpublishedRow",
    "UploadDecisionRow",
    "WaitingRunRow",
    "WordRow",
    "WorkerDiskRow",
    "WorkflowRow",
    "utcnow",
]
