"""What a job is about to make: commands, files, and what each output must show and sound like."""
