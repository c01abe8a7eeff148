"""`target_vmaf`: finds the crf of a picture by short probe encodes, before the plan of its job is built."""
