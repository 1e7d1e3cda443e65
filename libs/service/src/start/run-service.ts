import { classifyDatabaseError, DatabaseConnector, DatabaseFault } from '@fusion-prime/database';
import type { Configuration } from '../configuration/read-configuration.js';
import { createLogger } from '../logging/logger.js';
import type { Logger } from '../logging/logger.js';
import { describeError } from '../logging/redact.js';
import { buildService } from './create-service.js';
import type { BuiltService } from './create-service.js';
import { EXIT, writeFatal } from './exit.js';
import type { ExitCode } from './exit.js';
import type { ServiceDefinition } from './service-definition.js';
import { shutDown } from './shut-down.js';

/** Why a port may not open, for the one line that is left to say. */
const LISTEN_FAILURES: Record<string, { code: ExitCode; event: string; reason: string }> = {
  EADDRINUSE: {
    code: EXIT.unavailable,
    event: 'port.in-use',
    reason: 'another process listens there',
  },
  EACCES: {
    code: EXIT.configuration,
    event: 'port.refused',
    reason: 'ports below 1024 need a privilege',
  },
  EADDRNOTAVAIL: {
    code: EXIT.configuration,
    event: 'port.refused',
    reason: 'HOST is no address of this machine',
  },
};

/** Runs a service whose configuration is good, until a signal or something fatal ends the process. */
export async function runService<C>(
  definition: ServiceDefinition<C>,
  configuration: Configuration<C>,
): Promise<void> {
  const { service, logLevel, host, port } = configuration.service;
  const logger = createLogger({ service, level: logLevel });
  const end = ender(logger, service);
  dieOfBugs(end, logger);
  reportConfiguration(configuration, logger);
  const built = await buildService(definition, configuration, logger);
  endOnSignals(built, configuration, logger);
  try {
    await built.app.listen(port, host);
  } catch (error) {
    const failure = LISTEN_FAILURES[(error as { code?: string }).code ?? ''];
    if (failure !== undefined)
      end(failure.code, failure.event, { host, port, reason: failure.reason });
    throw error;
  }
  logger.info(
    { event: 'service.listening', host, port, bootMs: Math.round(performance.now()) },
    'service listening',
  );
  built.app
    .get(DatabaseConnector)
    .start()
    .catch((error: unknown) => endForDatabase(error, end));
}

type End = (code: ExitCode, event: string, facts: Record<string, unknown>) => never;

/** Ends the process with one fatal line; log lines still in memory are written first. */
function ender(logger: Logger, service: string): End {
  return (code, event, facts) => {
    logger.flush();
    writeFatal(service, event, facts);
    process.exit(code);
  };
}

function endForDatabase(error: unknown, end: End): never {
  if (error instanceof DatabaseFault) {
    end(error.exitCode ?? EXIT.unavailable, 'database.unusable', {
      code: error.reason,
      reason: error.message,
    });
  }
  end(EXIT.bug, 'service.failed', { err: describeError(error) });
}

/** A bug leaves the process in a state nobody thought of: end it. A database fault is not a bug. */
function dieOfBugs(end: End, logger: Logger): void {
  const onFault = (error: unknown): void => {
    const isDatabase = error instanceof DatabaseFault || classifyDatabaseError(error) !== null;
    if (!isDatabase) end(EXIT.bug, 'service.crashed', { err: describeError(error) });
    logger.error(
      { event: 'database.fault-unhandled', err: error },
      'a database fault that nobody handled',
    );
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
}

function endOnSignals<C>(built: BuiltService, { service }: Configuration<C>, logger: Logger): void {
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) return;
    ending = true;
    logger.info({ event: 'service.signal', signal }, `received ${signal}`);
    void shutDown(built, service, logger).finally(() => {
      logger.flush();
      process.exit(EXIT.ok);
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function reportConfiguration<C>({ service, warnings }: Configuration<C>, logger: Logger): void {
  for (const warning of warnings)
    logger.warn({ event: 'config.warning', ...warning }, 'configuration warning');
  const { production, environment, requestTimeoutMs, shutdownGraceMs, reported } = service;
  logger.info(
    { event: 'config.read', production, environment, requestTimeoutMs, shutdownGraceMs, reported },
    'configuration read',
  );
}
