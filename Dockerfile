# syntax=docker/dockerfile:1

FROM debian:12 AS build
WORKDIR /src
# Only what setup reads, so that packages are installed again only when their lists change.
COPY ops/setup ops/common.sh ops/
COPY http/docs_ui/package.json http/docs_ui/package-lock.json http/docs_ui/
RUN ops/setup && rm -rf /var/lib/apt/lists/*
COPY . .
# Setup goes by the times of npm's lock files, and the copied one may be younger than the layer that was made from it.
RUN touch http/docs_ui/node_modules/.package-lock.json \
    && ops/build release callboard && strip build/release/callboard
# The packages that own the libraries the binary was linked with, so that a new library cannot be forgotten here. The
# star is for /usr: dpkg knows some of them by one path, ldd by the other.
RUN ldd build/release/callboard \
    | awk '$2 == "=>" { print "*" $3 }' \
    | xargs dpkg-query --search \
    | cut -d: -f1 | sort -u | grep -v -- '-dev$' > /runtime-packages

FROM debian:12-slim
COPY --from=build /runtime-packages /tmp/runtime-packages
RUN apt-get update \
    && xargs -a /tmp/runtime-packages apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/runtime-packages \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /var/lib/callboard callboard \
    && install -d -o callboard -g callboard -m 0750 /var/lib/callboard
COPY --from=build /src/build/release/callboard /usr/local/bin/callboard
COPY --from=build /src/ops/container-health /usr/local/bin/callboard-health
COPY ops/container.toml /etc/callboard/callboard.toml
COPY LICENSE /usr/share/doc/callboard/LICENSE

USER callboard
WORKDIR /var/lib/callboard
# The environment wins over a settings file, so it says only what the health check needs: where the addresses are.
ENV CALLBOARD_SERVER_READY_FILE=/var/lib/callboard/ready.json
VOLUME /var/lib/callboard
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["callboard-health"]
ENTRYPOINT ["callboard"]
CMD ["serve", "--config", "/etc/callboard/callboard.toml"]
