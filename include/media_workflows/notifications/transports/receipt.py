"""`DeliveryReceipt`: the receiver's answer to a delivered event."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER_LIMIT_BYTES = 2048


@dataclass(frozen=True)
class DeliveryReceipt:
    """The answer to a delivered event.

    `status` is the HTTP status, `latency_s` the seconds from sending to the end of the answer, `answer_excerpt`
    the first 2 kB of an HTTP answer or the message id of SQS or SNS.
    """

    status: int
    latency_s: float
    answer_excerpt: str
