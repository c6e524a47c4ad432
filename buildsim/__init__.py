"""buildsim: a data-center buildout supply-chain bottleneck simulator."""

from __future__ import annotations
