import type { DeploymentFacts } from '../facts.js';
import type { FleetName } from '../fleet-names.js';

export interface Owner {
  /** null for a secret that every service has. */
  readonly service: string | null;
  readonly kind: 'url' | 'migrate' | 'file';
}

/** Who a secret belongs to in an environment; nobody, when there is none of that name. */
export function ownersOf(facts: DeploymentFacts, secret: string): Owner[] {
  const shared = Object.values(facts.fileSecrets).includes(secret)
    ? [{ service: null, kind: 'file' as const }]
    : [];
  const own = Object.entries(facts.services).flatMap(([service, one]): Owner[] => [
    ...(one.databaseUrlSecret === secret ? [{ service, kind: 'url' as const }] : []),
    ...(one.migrateUrlSecret === secret ? [{ service, kind: 'migrate' as const }] : []),
    ...(Object.values(one.fileSecrets).includes(secret)
      ? [{ service, kind: 'file' as const }]
      : []),
  ]);
  return [...shared, ...own];
}

export function isSecretOf(facts: DeploymentFacts, secret: string, service: string): boolean {
  return ownersOf(facts, secret).some(
    (owner) => owner.service === null || owner.service === service,
  );
}

/**
 * The service that a name speaks of, when that is another than its own: `alert-db-url` in settlement. Where
 * no facts tell whose a secret is, its name does.
 */
export function strangerIn(
  text: string,
  own: FleetName,
  fleet: readonly FleetName[],
): string | undefined {
  if (namesOf(own).some((name) => speaksOf(text, name))) return undefined;
  return fleet.find((one) => one !== own && namesOf(one).some((name) => speaksOf(text, name)))
    ?.name;
}

function namesOf({ name, database }: FleetName): string[] {
  return [name, database, database.replace(/_db$/, '')];
}

/** A whole word of it, whatever stands between words. */
function speaksOf(text: string, name: string): boolean {
  const words = (value: string): string => `-${value.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-`;
  return words(text).includes(words(name));
}
