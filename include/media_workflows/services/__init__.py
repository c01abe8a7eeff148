"""Use cases that the API, the command line and the pages call: workflows, templates, runs, files, dry runs."""
