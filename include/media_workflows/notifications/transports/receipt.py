"""`DeliveryReceipt`: what a receiver said to an event it took."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER_LIMIT_BYTES = 2048


@dataclass(frozen=True)
class DeliveryReceipt:
    """`status` is the HTTP status, `latency_s` the seconds from sending to the end of the answer.

    `answer_excerpt` holds the first 2 kB of an HTTP answer, or the message id SQS and SNS gave.
    """

    status: int
    latency_s: float
    answer_excerpt: str
