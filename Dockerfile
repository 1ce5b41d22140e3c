# syntax=docker/dockerfile:1

FROM debian:12 AS build
WORKDIR /src
# Only what setup reads, so that packages are installed again only when their list changes.
COPY ops/setup ops/common.sh ops/
RUN ops/setup && rm -rf /var/lib/apt/lists/*
COPY . .
RUN ops/build release callboard && strip build/release/callboard
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
COPY LICENSE /usr/share/doc/callboard/LICENSE

USER callboard
WORKDIR /var/lib/callboard
# Inside a container the public listener has to leave loopback. The operations listener does not: see compose.yaml.
ENV CALLBOARD_SERVER_HOST=0.0.0.0 \
    CALLBOARD_STORE_URL=sqlite:/var/lib/callboard/callboard.db
VOLUME /var/lib/callboard
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["callboard"]
CMD ["serve"]
