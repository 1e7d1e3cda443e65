/** One step that runs a script and ends at the first line that fails. `$$` is the shell's own dollar. */
export function script(id: string, name: string, lines: readonly string[]): object {
  return {
    id,
    name,
    entrypoint: 'bash',
    args: ['-c', ['set -euo pipefail', ...lines, ''].join('\n')],
  };
}
