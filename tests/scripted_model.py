"""A service that speaks OpenAI's language and answers what a test has written for it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What the model says to a prompt; a number is an HTTP status in place of an answer.
Script = Callable[[str], "dict[str, Any] | str | int"]


@dataclass
class ScriptedModel:
    """The service. `script` may be changed while it runs."""

    url: str = ""
    script: Script = lambda _prompt: 500
    prompts: list[str] = field(default_factory=list)
    delay: float = 0.0


@contextmanager
def scripted(port: int = 0) -> Iterator[ScriptedModel]:
    model = ScriptedModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prompt = _text(asked["messages"][-1]["content"])
            model.prompts.append(prompt)
            time.sleep(model.delay)
            said = model.script(prompt)
            if isinstance(said, int):
                self._send(said, {"error": {"message": "no"}})
                return
            content = said if isinstance(said, str) else json.dumps(said)
            choice = {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content},
            }
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "scripted"}
            self._send(200, answer | {"choices": [choice], "usage": usage})

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
