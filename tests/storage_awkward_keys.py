"""Keys that break careless code: Chinese, spaces, signs that URLs and metadata treat specially."""

AWKWARD_KEYS = [
    "上传/我的 视频.mp4",
    "in/100% sure+maybe?.mp4",
    "in/a%20b&c=d#e.mp4",
    "in/quote'\"<xml>.mp4",
    "in/😀 {inputName}.mp4",
    " in/spaces around .mp4 ",
    "in/" + "长" * 330 + ".mp4",
]
