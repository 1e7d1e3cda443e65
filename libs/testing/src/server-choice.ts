import {
  DEFAULT_MAJOR_VERSION,
  MAJOR_VERSIONS,
  type MajorVersion,
} from '@fusion-prime/postgres-server';

/** On which PostgreSQL a test run takes place. */
export type ServerChoice =
  { kind: 'embedded'; majorVersion: MajorVersion } | { kind: 'container'; image: string };

export const CHOICE_VARIABLE = 'FP_TEST_POSTGRES';
const IMAGE_VARIABLE = 'FP_TEST_POSTGRES_IMAGE';
const DEFAULT_IMAGE = 'postgres:18-bookworm';

/**
 * Reads FP_TEST_POSTGRES: the embedded server of a major version, 18 when nothing is said, or `docker`, a
 * container of FP_TEST_POSTGRES_IMAGE.
 *
 * @throws {Error} for anything else: a run on another server than the one that was meant proves nothing
 */
export function serverChoice(vars: Readonly<Record<string, string | undefined>>): ServerChoice {
  const { [CHOICE_VARIABLE]: wanted, [IMAGE_VARIABLE]: image } = vars;
  if (wanted === 'docker') {
    return { kind: 'container', image: image ?? DEFAULT_IMAGE };
  }
  if (image !== undefined) {
    throw new Error(`${IMAGE_VARIABLE} is for ${CHOICE_VARIABLE}=docker, which is not set`);
  }
  if (wanted === undefined) return { kind: 'embedded', majorVersion: DEFAULT_MAJOR_VERSION };
  const majorVersion = MAJOR_VERSIONS.find((version) => String(version) === wanted);
  if (majorVersion !== undefined) return { kind: 'embedded', majorVersion };
  throw new Error(
    `${CHOICE_VARIABLE}=${wanted}: ${MAJOR_VERSIONS.join(', ')} (embedded) or docker (a container)`,
  );
}
