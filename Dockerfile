# syntax=docker/dockerfile:1
# The scoring service. Build: docker build -t escalation . ; run: see compose.yaml.

FROM python:3.12-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app
WORKDIR /src
# Dependencies first: they change less often than our code.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY LICENSE README.md ./
COPY models models
COPY training training
COPY service service
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim-bookworm
RUN groupadd --system --gid 10001 escalation \
    && useradd --system --uid 10001 --gid escalation --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin escalation \
    && python -m pip uninstall --yes --no-cache-dir pip
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ESCALATION_HOST=0.0.0.0
USER 10001:10001
EXPOSE 8000
# A process that answers but has no usable model is unhealthy.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('ESCALATION_PORT', '8000') + '/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["escalation"]
CMD ["serve"]
