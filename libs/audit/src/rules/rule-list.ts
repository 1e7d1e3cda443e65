import { RULES, SECTIONS } from './rule-table.js';

/** The tables of RULES.md. */
export function ruleList(): string {
  return Object.entries(SECTIONS)
    .map(([group, title]) => {
      const rows = Object.entries(RULES)
        .filter(([id]) => id.startsWith(`FP-${group}-`))
        .map(
          ([id, { level, title: finds, why, mend }]) =>
            `| \`${id}\` | ${level} | ${finds} | ${why} | ${escaped(mend)} |`,
        );
      return [
        `### ${title}`,
        '',
        '| Rule | Level | Finds | Why | Mend |',
        '|-|-|-|-|-|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

/** Commands and names of files are not words of a sentence. */
function escaped(mend: string): string {
  return mend.replaceAll('|', '\\|').replace(/<([^>]*)>/g, '`<$1>`');
}
