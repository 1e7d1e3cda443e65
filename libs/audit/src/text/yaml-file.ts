import { parseAllDocuments, type YAMLError } from 'yaml';
import type { Place } from '../model.js';
import { withoutMarks } from './holes.js';
import { SourceFile } from './source-file.js';
import type { Tree } from './tree.js';
import { AliasTrouble, TreeMaker } from './yaml-tree.js';

/** What is wrong with a YAML file. */
export interface Defect {
  readonly place: Place;
  readonly message: string;
  /** The file says two things, or a parser of the platform reads it otherwise; everything else is no YAML. */
  readonly kind: 'ambiguous' | 'unreadable';
}

export interface YamlFile {
  readonly source: SourceFile;
  readonly documents: readonly Tree[];
  readonly defects: readonly Defect[];
}

// Deployment files have hundreds of lines. More is a mistake, or an attack on whoever reads them.
export const MOST_YAML_BYTES = 524_288;
// Go's and Ruby's parsers read these otherwise than JavaScript's, or one of them refuses them.
const AMBIGUOUS = ['DUPLICATE_KEY', 'TAB_AS_INDENT', 'BAD_ALIAS'];
const MOST_DEFECTS = 20;

/** Reads every document of a YAML text. Never throws. */
export function parseYaml(path: string, raw: string): YamlFile {
  const source = new SourceFile(path, withoutMarks(raw));
  const unreadable = (message: string): YamlFile => ({
    source,
    documents: [],
    defects: [{ place: source.placeAt(0), message, kind: 'unreadable' }],
  });
  if (Buffer.byteLength(source.text) > MOST_YAML_BYTES) {
    return unreadable(`the file has more than ${MOST_YAML_BYTES} bytes`);
  }
  try {
    return parsed(source);
  } catch (error) {
    // The parser calls itself for each level; thousands of them are more than the stack holds.
    if (error instanceof RangeError) return unreadable('the file is nested too deeply');
    if (error instanceof AliasTrouble) return unreadable(error.message);
    throw error;
  }
}

function parsed(source: SourceFile): YamlFile {
  const documents = parseAllDocuments(source.text, {
    // The parser compares each key with all before it; the tree's maker finds them as they come.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const list = 'empty' in documents ? [] : documents;
  const defects = list.flatMap(({ errors }) => errors.map((error) => defectOf(error, source)));
  const onDefect = (place: Place, message: string): void =>
    void defects.push({ place, message, kind: 'ambiguous' });
  const trees = list.flatMap(({ contents }) =>
    contents === null ? [] : [new TreeMaker(source, onDefect).tree(contents)],
  );
  return { source, documents: trees, defects: defects.slice(0, MOST_DEFECTS) };
}

function defectOf({ code, message, pos }: YAMLError, source: SourceFile): Defect {
  const kind = AMBIGUOUS.includes(code) ? 'ambiguous' : 'unreadable';
  // What the parser quotes may be a secret.
  const [said = ''] = message.replace(/: ".*/s, '').split('\n');
  return { place: source.placeAt(pos[0]), message: said, kind };
}
