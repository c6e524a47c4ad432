# buildsim with its kernel compiled. Build: docker build -t buildsim .   Run: docker run --rm buildsim run quickstart
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/buildsim && /opt/buildsim/bin/pip install --no-cache-dir -c constraints.txt ".[all,serve]"

FROM python:3.13-slim
# Code for any processor of this kind, not only for the one that builds the image.
ENV PATH=/opt/buildsim/bin:$PATH NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR=/var/cache/numba
COPY --from=build /opt/buildsim /opt/buildsim
RUN useradd --create-home --uid 1000 buildsim && install -d -o buildsim "$NUMBA_CACHE_DIR"
USER buildsim
WORKDIR /home/buildsim
# Whoever runs it later, by whatever number, can read what this leaves.
RUN buildsim run quickstart -n 1 --engine kernel
ENTRYPOINT ["buildsim"]
CMD ["--help"]
