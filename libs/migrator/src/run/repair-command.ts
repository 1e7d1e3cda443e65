/** What a person types who looked at a migration without an end. Can be pasted. */
export function repairCommand(database: string, { number }: { number: string }): string {
  return `npx fp migrate repair ${database} --number ${number} --as applied --reason "why"`;
}
