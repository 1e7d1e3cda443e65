# One image, six commands: the five services, and `fp`. Docker 20.10 and later can build it, with BuildKit or without.
#
#   docker build -t fusion-prime --build-arg FP_BUILD_SHA=$(git rev-parse HEAD) .
#   docker run --rm fusion-prime                                                 # what fp can do
#   docker run --rm --env-file FILE fusion-prime node apps/settlement/dist/main.js
#   docker run --rm --env-file FILE fusion-prime fp migrate status
ARG NODE_IMAGE=node:24-bookworm-slim

# The manifests alone: packages are installed anew when one of them changes, not for a line of code.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete \
 && find . -type d -empty -delete

FROM ${NODE_IMAGE} AS compiled
WORKDIR /app
COPY --from=manifests /app ./
# What is optional is a PostgreSQL server, or a binary of a test tool: the compiler needs neither.
RUN npm ci --ignore-scripts --omit=optional --no-audit --no-fund
COPY . .
RUN node_modules/.bin/tsc -b apps/*/tsconfig.build.json tools/fp/tsconfig.build.json \
 && find . -type d '(' -name node_modules -o -name src ')' -prune -exec rm -r {} + \
 && node tools/containers/image/trim.mjs \
 && rm -r libs/testing

FROM ${NODE_IMAGE} AS production
WORKDIR /app
COPY --from=manifests /app ./
COPY tools/containers/image tools/containers/image
RUN node tools/containers/image/production-manifests.mjs \
 && npm ci --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund --include-workspace-root=false \
      -w apps/settlement -w apps/compliance -w apps/risk-engine -w apps/alert -w apps/price-oracle -w tools/fp \
 && node tools/containers/image/trim.mjs \
 && rm -r package.json package-lock.json .npmrc libs/testing \
 && find tools -mindepth 1 -maxdepth 1 ! -name fp -exec rm -r {} +

FROM ${NODE_IMAGE}
# Nothing is installed in a running container, so what installs is not in it; nor does a program there take
# another user's rights, also where nobody forbids it from outside. The folders are where docker-compose.yml
# mounts a volume of secrets each: a new volume takes over their owner.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn* /opt/yarn* \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && for name in fp postgres settlement compliance risk-engine alert price-oracle; do \
      install -d -o node -g node "/run/fusion-prime/$name"; \
    done \
 && ln -s /app/tools/fp/bin/fp.mjs /usr/local/bin/fp
WORKDIR /app
COPY --from=production /app ./
COPY --from=compiled /app/apps ./apps
COPY --from=compiled /app/libs ./libs
COPY --from=compiled /app/migrations ./migrations
COPY --from=compiled /app/tools/fp ./tools/fp

# Cloud Run says which port to listen on; elsewhere it is this one, for every service.
ENV PORT=8080
EXPOSE 8080
USER node
ENTRYPOINT []
CMD ["fp", "--help"]
# Healthy means ready: the right database, migrated and writable. One-shot commands end before they are asked.
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Last, because each build has another: everything above stays cached.
ARG FP_BUILD_SHA=unknown
ENV FP_BUILD_SHA=${FP_BUILD_SHA}
LABEL org.opencontainers.image.title="fusion-prime" \
      org.opencontainers.image.description="Fusion Prime: five services and fp" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision=${FP_BUILD_SHA}
