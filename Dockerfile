# Builds the native executable, with the dashboard inside, and puts it alone into a small image.
#   docker build -t spinel .
#   docker run -p 127.0.0.1:6379:6379 -v spinel:/data spinel
FROM node:22-bookworm-slim AS node

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
# The native compiler links with clang.
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
# npm builds the dashboard's pages, with a Node.js that is newer than the distribution's.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /source
COPY . .
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
    && dotnet publish src/Spinel.Server --configuration Release --runtime "$rid" --output /published \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
COPY --from=build /published/spinel-server /usr/local/bin/spinel-server
COPY deploy/healthcheck.sh /usr/local/bin/spinel-healthcheck
# The user that the base image brings; a volume that is mounted here for the first time takes over the owner.
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
USER $APP_UID
WORKDIR /data
VOLUME /data
EXPOSE 6379 8080
# The engine stops on SIGTERM, and saves first when save points or the log ask for it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s CMD ["/bin/bash", "/usr/local/bin/spinel-healthcheck"]
ENTRYPOINT ["/usr/local/bin/spinel-server"]
# Inside a container the bridge is the boundary: what may reach the port is decided by what is published.
CMD ["--bind", "*", "--protected-mode", "no", "--dir", "/data"]
