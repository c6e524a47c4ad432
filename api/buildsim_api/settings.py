"""What the environment says of the service: each field as ``BUILDSIM_NAME``."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """Settings of server and workers; those of one database must be equal."""

    model_config = SettingsConfigDict(env_prefix="BUILDSIM_", extra="ignore", frozen=True)

    database: str = Field(
        default="sqlite:///buildsim.sqlite", description="SQLAlchemy URL: sqlite:///FILE or postgresql+psycopg://..."
    )
    workers: Annotated[int, Field(ge=0, le=256)] = Field(
        default_factory=_cores,
        description="Workers that the server starts, default one a core; 0 where they run by themselves.",
    )
    keys: Literal["auto", "required", "off"] = Field(
        default="auto", description="Whether a key is required; auto: unless the server listens on loopback alone."
    )
    engine: Literal["auto", "reference", "kernel"] = Field(
        default="auto", description="Engine of requests that name none."
    )

    max_body_bytes: Annotated[int, Field(ge=1_000)] = Field(default=4 * 1024**2, description="Of a request.")
    max_replications: Annotated[int, Field(ge=1)] = Field(
        default=10_000, description="Of a run, and of each play or point."
    )
    max_points: Annotated[int, Field(ge=1)] = Field(default=2_000, description="Of a sweep.")
    max_plans: Annotated[int, Field(ge=2)] = Field(default=8, description="Of a comparison.")
    max_horizon_years: Annotated[float, Field(gt=0)] = Field(
        default=60.0, description="From a scenario's start to its horizon."
    )
    max_activities: Annotated[int, Field(ge=1)] = Field(default=50_000, description="Of a compiled scenario.")
    max_running: Annotated[int, Field(ge=1)] = Field(
        default=4, description="Jobs of one key that run at a time; without keys there is no limit."
    )
    max_queued: Annotated[int, Field(ge=1)] = Field(
        default=100, description="Jobs that wait; more are answered with 429."
    )
    max_memory_mb: Annotated[int, Field(ge=64)] = Field(
        default=4_096,
        description="Of each process that checks a document or plays a job, where the system can limit it.",
    )
    max_seconds: Annotated[float, Field(gt=0)] = Field(default=1_800.0, description="Of one job.")
    attempts: Annotated[int, Field(ge=1)] = Field(
        default=3, description="How often a job may end its process before it has failed."
    )
    lease_seconds: Annotated[float, Field(ge=1.0)] = Field(
        default=12.0, description="How long a worker that is not heard of keeps its job."
    )

    def keys_required(self, host: str) -> bool:
        """Whether a request needs a key where the server listens on ``host``."""
        if self.keys != "auto":
            return self.keys == "required"
        try:
            return not ip_address(host).is_loopback
        except ValueError:
            return host != "localhost"
