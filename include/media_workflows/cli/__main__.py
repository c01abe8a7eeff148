"""`python -m media_workflows.cli`."""

from media_workflows.cli import app

if __name__ == "__main__":
    app()
