#!/usr/bin/env python3
"""Runs the tests of `tests/suite/mcp_servers.rs` against real MCP servers.

The servers are those of the official packages: `mcp` from PyPI (in three modes) and
`@modelcontextprotocol/server-everything` from npm. Both are installed below `target/`. What cannot be
installed is skipped.

    python3 tests/mcp_servers.py
"""

import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ROOT / "target" / "mcp-servers"
PYTHON = INSTALLED / "venv" / "bin" / "python"
EVERYTHING = INSTALLED / "node_modules" / "@modelcontextprotocol" / "server-everything" / "dist" / "index.js"

# The path of the connector "docs" at the gateway.
PATH = "/v1/connectors-gateway/docs/mcp"

MODES = {
    "stateful": {},
    "stateless": {"stateless_http": True},
    "json": {"json_response": True},
}


def serve(mode, port):
    """Serves MCP with the package from PyPI."""
    import urllib.request

    from anyio import to_thread
    from mcp import types
    from mcp.server.mcpserver import Context, MCPServer
    from mcp.shared.message import ServerMessageMetadata
    from pydantic import BaseModel

    server = MCPServer("docs", instructions="Search first.")

    @server.tool()
    def echo(text: str) -> str:
        return text

    @server.tool()
    def repeat(text: str, times: int) -> str:
        return text * times

    @server.tool()
    def fail() -> str:
        raise ValueError("this tool always fails")

    @server.tool()
    async def ask(ctx: Context) -> str:
        """Asks the client twice, and says what it answered."""
        session = ctx.request_context.session
        metadata = ServerMessageMetadata(related_request_id=ctx.request_id)
        await session.send_request(types.PingRequest(), types.EmptyResult, metadata=metadata)

        class Wanted(BaseModel):
            name: str

        try:
            await ctx.elicit("Who are you?", Wanted)
            return "answered"
        except Exception as error:
            return f"pong, and {error}"

    @server.tool()
    async def end_session(ctx: Context) -> str:
        """Ends the session of its own call, as if it had expired."""
        headers = {"Mcp-Session-Id": ctx.headers["mcp-session-id"]}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", headers=headers, method="DELETE")
        await to_thread.run_sync(urllib.request.urlopen, request)
        return "ended"

    server.run("streamable-http", port=port, streamable_http_path=PATH, **MODES[mode])


class Rewriting(socketserver.BaseRequestHandler):
    """Passes everything on to a server that has another path."""

    def handle(self):
        with socket.create_connection(("127.0.0.1", self.server.target)) as target:
            back = threading.Thread(target=self.copy, args=(target, self.request, lambda data: data))
            back.start()
            wrong, right = f" {PATH} HTTP".encode(), b" /mcp HTTP"
            self.copy(self.request, target, lambda data: data.replace(wrong, right))
            back.join()

    @staticmethod
    def copy(source, target, change):
        try:
            while data := source.recv(65536):
                target.sendall(change(data))
            target.shutdown(socket.SHUT_WR)
        except OSError:
            # One of them is gone, and the other has to know.
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


class Front(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def front(target):
    """The port of a server that passes everything on."""
    server = Front(("127.0.0.1", 0), Rewriting)
    server.target = target
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit(f"a server did not start: {process.args}")


def succeeds(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0


def install_python():
    try:
        if not PYTHON.exists():
            venv.create(INSTALLED / "venv", with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return succeeds(PYTHON, "-m", "pip", "install", "--quiet", "mcp>=2.3,<3")


def install_npm():
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    package = "@modelcontextprotocol/server-everything@2026.8.31"
    return succeeds("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", INSTALLED, package)


def main():
    INSTALLED.mkdir(parents=True, exist_ok=True)
    started, servers = [], []

    def start(name, environment, command):
        port = free_port()
        command = [str(port) if word == "PORT" else str(word) for word in command]
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment, "PORT": str(port)},
        )
        started.append(process)
        wait_for(port, process)
        own = front(port) if name == "typescript" else port
        servers.append(f"{name}=http://127.0.0.1:{own}")

    try:
        if install_python():
            for mode in MODES:
                start(mode, {}, [PYTHON, __file__, "serve", mode, "PORT"])
        else:
            print("skipped: `pip install mcp` does not work here")
        if install_npm():
            start("typescript", {}, ["node", EVERYTHING, "streamableHttp"])
        else:
            print("skipped: `npm install @modelcontextprotocol/server-everything` does not work here")
        if not servers:
            return 0
        test = ["cargo", "test", "--locked", "--all-features", "--test", "suite", "mcp_servers::", "--", "--ignored"]
        print("servers:", ", ".join(servers), flush=True)
        environment = {**os.environ, "MCP_SERVERS": " ".join(servers)}
        return subprocess.run(test, cwd=ROOT, env=environment).returncode
    finally:
        for process in started:
            process.kill()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main())
