"""The captions of the text benchmark."""

from __future__ import annotations

from benchmarks.labelled_set import Caption, Scene

SIZE = 1920, 1080
SCENES = [Scene("noise", 10, 11), Scene("motion", 10, 12), Scene("flat", 5, 13), Scene("motion", 7, 14)]
CAPTIONS = [
    Caption("今天的会议将在三点开始", 0.5, 4.0, 56, (420, 920)),
    Caption("请所有参会人员准时到场", 4.0, 7.5, 56, (420, 920)),
    Caption("Please be on time, everybody", 7.8, 12.4, 48, (500, 920)),
    Caption("直播 LIVE 2026", 0.2, 9.0, 36, (1560, 60), colour="yellow"),
    Caption("Breaking news: markets rise 2.5%", 10.5, 14.5, 40, (120, 120)),
    Caption("会议结束后提供茶点", 12.6, 16.0, 64, (560, 880)),
    Caption("Scrolling headline moves along", 14.8, 19.0, 44, (100, 600), speed=(120, 0)),
    Caption("第三季度报告", 20.3, 24.5, 80, (600, 400), outline=0),
    Caption("Revenue 1,234,567 and costs 890", 20.3, 24.5, 28, (600, 560), outline=0),
    Caption("感谢观看", 25.5, 31.5, 72, (800, 300), speed=(0, 20)),
    Caption("The end", 28.0, 31.5, 60, (820, 700)),
]
