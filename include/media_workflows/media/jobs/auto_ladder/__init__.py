"""`auto_ladder`: chooses the streams of a ladder for a source, by probe encodes before the plan is built."""
