import { ConfigInvalid } from '@fusion-prime/kernel';
import { processVariables } from '../configuration/process.config.js';
import { readConfiguration } from '../configuration/read-configuration.js';
import type { Configuration } from '../configuration/read-configuration.js';
import { EXIT, writeFatal } from './exit.js';
import { withSmallNursery } from './nursery.js';
import type { ServiceDefinition } from './service-definition.js';

/**
 * The whole `main.ts` of an app. Never throws: what goes wrong ends the process with a code that says
 * whose turn it is (78 configuration, 77 rights, 69 a dependency, 70 a bug).
 *
 * Nest and TypeORM are loaded only after the configuration was found good: a mis-configured deployment is
 * told so in a tenth of a second.
 */
export async function startService<C>(definition: ServiceDefinition<C>): Promise<void> {
  try {
    const configuration = readOrExit(definition);
    await withSmallNursery(async () => {
      const { runService } = await import('./run-service.js');
      await runService(definition, configuration);
    });
  } catch (error) {
    const { describeError } = await import('../logging/redact.js');
    writeFatal(definition.name, 'service.failed', { err: describeError(error) });
    process.exit(EXIT.bug);
  }
}

function readOrExit<C>(definition: ServiceDefinition<C>): Configuration<C> {
  try {
    return readConfiguration(definition, processVariables());
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    writeFatal(definition.name, 'config.invalid', { problems: error.problems });
    process.exit(EXIT.configuration);
  }
}
