"""`signals`: the internal job that extracts features once per run. It is derived from the jobs that need them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from media_workflows.domain.base import Model
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.features import VISUAL, FeatureName
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.intelligence import IntelligenceItem

FEATURES = "signals"  # the stored name of earlier versions


class FeaturesParameters(Model):
    """The features to extract, and how."""

    needs: tuple[FeatureName, ...]
    options: FeatureOptions = FeatureOptions()

    @property
    def decodes_video(self) -> bool:
        """Whether any of them is one of the picture."""
        return not VISUAL.isdisjoint(self.needs)


class FeaturesItem(JobItem[FeaturesParameters]):
    """Feature extraction. Its files are the reports: `{signal}` is the name of a feature, or of the head."""

    kind: ClassVar[str] = FEATURES
    task_name: ClassVar[str] = "Features"
    encodes: ClassVar[bool] = True
    default_output_path: ClassVar[str] = "{inputName}_{inputFormat}_signals/{signal}.{format}"

    @property
    def least_variables(self) -> dict[str, str]:
        """The longest name of a feature."""
        return {"signal": max((FEATURES, *self.resolved_parameters.needs), key=len), "format": "json"}


def features_item(items: Iterable[JobItem[Any]]) -> FeaturesItem | None:
    """The feature extraction for all these resolved items; None = they need no features."""
    settings = [item.resolved_parameters for item in items if isinstance(item, IntelligenceItem)]
    if not settings:
        return None
    needs = {feature for one in settings for task in one.sub_tasks for feature in task.needs | task.uses}
    languages = [one.language for one in settings if one.language != "auto"]
    labels = dict.fromkeys(label for one in settings for label in one.image_labels)
    hot_words = dict.fromkeys(word for one in settings for word in one.hot_words) if "transcript" in needs else ()
    language = next(iter(languages), "auto")
    options = FeatureOptions(language=language, labels=tuple(labels), hot_words=tuple(hot_words))
    return FeaturesItem(parameters=FeaturesParameters(needs=tuple(sorted(needs)), options=options))
