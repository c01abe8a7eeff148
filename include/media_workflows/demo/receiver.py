"""The demo's event receiver: verifies signatures and appends each event to a file."""

from __future__ import annotations

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


class Receiver(BaseHTTPRequestHandler):
    """HTTP handler that accepts POST only; a wrong signature returns 401."""

    def do_POST(self) -> None:
        """Verify and store the event, return 204."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            Webhook(os.environ["MEDIA_WORKFLOWS_WEBHOOK_SECRET"]).verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            self.send_error(401, str(error))
            return
        line = json.dumps({"id": self.headers["webhook-id"], "event": json.loads(body)}, ensure_ascii=False)
        with Path(sys.argv[2]).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
