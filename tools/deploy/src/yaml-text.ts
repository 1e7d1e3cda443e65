import { Document, isScalar, visit } from 'yaml';

/** Plain values as YAML, under a head that says where they come from. */
export function yamlText(head: readonly string[], ...documents: readonly object[]): string {
  const comment = head.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('');
  return comment + documents.map(textOf).join('---\n');
}

function textOf(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  // Scripts as blocks, whatever is in them.
  visit(document, (_key, node) => {
    if (isScalar(node) && typeof node.value === 'string' && node.value.includes('\n')) {
      node.type = 'BLOCK_LITERAL';
    }
  });
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** What every generated file says first. */
export function generated(from: string): string[] {
  return [`Generated from ${from} and manifest.json by \`npm run deploy:files\`: change those.`];
}
