# syntax=docker/dockerfile:1

# --- build: packages and what can be prepared once -------------------------------------------
FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt requirements-tracing.txt /src/
RUN pip install --requirement /src/requirements.txt --requirement /src/requirements-tracing.txt

WORKDIR /app
COPY . .
# Neither needs a database: names are hashed, and the kernel is compiled into its cache.
ENV NUMBA_CACHE_DIR=/app/.numba
RUN python manage.py collectstatic --no-input --verbosity 0 \
    && python -m simulations.engine

# --- run: no compiler, no package manager's cache, no root -----------------------------------
FROM python:3.13-slim-bookworm

# For `manage.py backup` and `restore`: pg_dump must be as new as the server. What Debian fixes
# in them is wanted at the next build, so no version is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin lineo \
    && install --directory --owner=10001 --mode=0700 /files
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CACHE_DIR=/app/.numba \
    LINEO_LOG_FORMAT=json
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=10001 /app/.numba /app/.numba
USER 10001
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-m", "lineo.healthcheck"]
CMD ["gunicorn", "--config", "python:lineo.gunicorn", "lineo.wsgi", "--bind", "0.0.0.0:8000", \
     "--access-logfile", "-"]
