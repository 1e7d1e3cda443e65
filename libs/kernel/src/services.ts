/** The five services, in no particular order. A database belongs to exactly one of them. */
export const SERVICE_NAMES = [
  'settlement',
  'compliance',
  'risk-engine',
  'alert',
  'price-oracle',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** `risk-engine` → `risk_engine`: how a service is spelled in roles and variables. */
export function snakeName(service: string): string {
  return service.replaceAll('-', '_');
}

/** `risk-engine`, `URL` → `RISK_ENGINE_URL`: a variable about a service, for everybody but the service. */
export function variableOf(service: string, what: string): string {
  return `${snakeName(service).toUpperCase()}_${what}`;
}
