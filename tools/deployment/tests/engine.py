"""A real engine for the account's part: ministack, on a port of its own, for as long as a test class runs."""

import json
import os
import secrets
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from typing import Any

import boto3

from .project import REGION, ROOT, RealProjectTest

READY_SECONDS = 20.0
ATTEMPTS = 3
# They open nothing; where the engine checks credentials, they are those of its root user.
ROOT_USER = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class EngineTest(RealProjectTest):
    """Starts an engine of its own and ends it by its process; each test sees what the class's earlier ones left."""

    settings: dict[str, str] = {}
    """What the engine is started with beside its address."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        python = ROOT / ".tools/engine/bin/python"
        if not python.exists():
            raise unittest.SkipTest("there is no engine in .tools: make setup")
        cls.endpoint = cls._start(str(python))

    def setUp(self) -> None:
        super().setUp()
        os.environ |= {"AWS_ENDPOINT_URL": self.endpoint, **ROOT_USER}

    def client(self, service: str) -> Any:
        return boto3.Session(
            region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        ).client(service, endpoint_url=self.endpoint)

    @classmethod
    def _start(cls, python: str) -> str:
        for _ in range(ATTEMPTS):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            mark = f"deployment-{secrets.token_hex(8)}"
            process = cls._process(python, port, mark)
            endpoint = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + READY_SECONDS
            # Somebody else may have taken the port meanwhile; then it ends, or another one answers.
            while process.poll() is None and time.monotonic() < deadline:
                if _mark_of(endpoint) == mark:
                    return endpoint
                time.sleep(0.05)
        raise AssertionError("the engine does not start")

    @classmethod
    def _process(cls, python: str, port: int, mark: str) -> subprocess.Popen:
        scratch = cls.enterClassContext(tempfile.TemporaryDirectory())
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_EDITION": mark,
            "TMPDIR": scratch,
            "S3_DATA_DIR": f"{scratch}/s3",
            "STATE_DIR": f"{scratch}/state",
        }
        process = subprocess.Popen(
            [python, "-m", "ministack"],
            cwd=scratch,
            env=passed_on | settings | ROOT_USER | cls.settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        cls.addClassCleanup(_stop, process)
        return process


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _mark_of(endpoint: str) -> str | None:
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as answer:
            return json.load(answer).get("edition")
    except (OSError, ValueError):
        return None
