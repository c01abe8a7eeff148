import sys; sys.path.insert(0,'/tmp/w/q')
import run
for s in (['blur'],['noise'],['jitter'],['low_lighting'],['qr_code']):
    r,o,w=run.run('/tmp/w/q/pf/problems.mp4',['black_white_edge',*s]); print(s,r['black_white_edge']['hit'],r['black_white_edge']['value'])
