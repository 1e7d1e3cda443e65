import type { Manifest, VariableManifest } from '@fusion-prime/audit';

/** The manifest as JSON with a line for each variable: a change of one is a change of one line. */
export function manifestText({ services }: Manifest): string {
  const parts = services.map(({ name, port, variables }) => {
    const lines = variables.map((variable) => `        ${JSON.stringify(inOrder(variable))}`);
    return `    {
      "name": ${JSON.stringify(name)},
      "port": ${String(port)},
      "variables": [
${lines.join(',\n')}
      ]
    }`;
  });
  return `{\n  "services": [\n${parts.join(',\n')}\n  ]\n}\n`;
}

/** What every variable has comes first. */
function inOrder({ name, form, required, secret, ...rest }: VariableManifest): VariableManifest {
  return { name, form, required, secret, ...rest };
}
