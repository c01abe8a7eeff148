import sys

sys.path.insert(0, "/tmp/w/q")
import run
from array import array
from statistics import median

r, o, w = run.run(sys.argv[1], ["mosaic"])
n = len([l for l in open(w / "item0_columns.txt") if l.startswith("frame")])
b = (w / "item0_columns.raw").read_bytes()
k = len(b) // n
print(n, k // 2)
for i in range(0, n, max(1, n // 4)):
    a = array("H", b[i * k : (i + 1) * k])
    print([round(x / 257, 2) for x in a[100:140]], "median", median(a) / 257, "mean", sum(a) / len(a) / 257)
