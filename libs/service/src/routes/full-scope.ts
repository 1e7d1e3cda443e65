/** `:admin` → `settlement:admin`: routes that every service has do not know its name. */
export function fullScope(service: string, scope: string): string {
  return scope.startsWith(':') ? `${service}${scope}` : scope;
}
