import {
  type Arg,
  DockerfileParser,
  type Env,
  type Healthcheck,
  type Instruction,
} from 'dockerfile-ast';
import type { HealthCheck, ImageFile, Place, Setting, Text } from '../model.js';
import { wordsOf } from '../shell/script.js';
import { hole, withoutMarks } from '../text/holes.js';
import { SourceFile } from '../text/source-file.js';
import { pinned } from '../text/traced.js';
import type { Draft } from './draft.js';

const MOST_BYTES = 262_144;
// Bounded, so that a line of thousands of open braces is not read to its end for each of them.
const VARIABLE = /\$\{([A-Za-z_]\w{0,99})(?!\w)(?::-([^}]{0,300})|[^}]{0,300})\}|\$([A-Za-z_]\w*)/g;

interface Stage {
  base: Text | null;
  user: Text | null;
  variables: Map<string, Text>;
  command: Text[];
  entrypoint: Text[];
  healthCheck: HealthCheck | null;
}

/** Reads a Dockerfile: what its last stage is when it starts, and what any stage says of credentials. */
export function readDockerfile(path: string, raw: string, draft: Draft): boolean {
  const source = new SourceFile(path, withoutMarks(raw));
  const cannot = (message: string): false => {
    draft.cannotRead(source.placeAt(0), message);
    return false;
  };
  if (Buffer.byteLength(raw) > MOST_BYTES)
    return cannot(`the file has more than ${MOST_BYTES} bytes`);
  const reader = new DockerfileReader(path);
  for (const instruction of DockerfileParser.parse(source.text).getInstructions()) {
    reader.read(instruction);
  }
  const image = reader.image();
  if (image === null) return cannot('the Dockerfile has no FROM');
  draft.images.push(image);
  return true;
}

class DockerfileReader {
  private readonly stages = new Map<string, Stage>();
  private readonly defaults = new Map<string, string>();
  private readonly settings: Setting[] = [];
  private readonly bases: Text[] = [];
  private last: Stage | null = null;

  constructor(private readonly path: string) {}

  image(): ImageFile | null {
    if (this.last === null) return null;
    const { base, user, variables, command, entrypoint, healthCheck } = this.last;
    const place = { file: this.path, line: 1, column: 1 };
    return {
      place: base?.place ?? place,
      base,
      user,
      variables,
      command: [...entrypoint, ...command],
      healthCheck,
      settings: this.settings,
      bases: this.bases,
    };
  }

  read(instruction: Instruction): void {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') return this.from(instruction);
    if (keyword === 'ARG') return this.argument(instruction as Arg);
    const stage = this.last;
    if (stage === null) return;
    if (keyword === 'USER') stage.user = this.text(instruction, 0);
    if (keyword === 'CMD') stage.command = this.words(instruction);
    if (keyword === 'ENTRYPOINT') stage.entrypoint = this.words(instruction);
    if (keyword === 'HEALTHCHECK') stage.healthCheck = this.healthCheck(instruction as Healthcheck);
    if (keyword === 'ENV') this.environment(instruction as Env, stage);
  }

  private from(instruction: Instruction): void {
    const [image, as, name] = instruction
      .getArguments()
      .filter((one) => !one.getValue().startsWith('--'));
    const base: Text = {
      value: this.filled(image?.getValue() ?? ''),
      place: this.placeOf(image ?? instruction),
    };
    const parent = this.stages.get(base.value);
    if (parent === undefined) this.bases.push(base);
    this.last =
      parent === undefined
        ? { base, user: null, variables: new Map(), command: [], entrypoint: [], healthCheck: null }
        : { ...parent, variables: new Map(parent.variables) };
    if (as?.getValue().toLowerCase() === 'as' && name !== undefined) {
      this.stages.set(name.getValue(), this.last);
    }
  }

  private argument(instruction: Arg): void {
    const property = instruction.getProperty();
    if (property == null) return;
    // Whoever builds gives what it does not say.
    const value = property.getValue() ?? hole(property.getName());
    if (property.getValue() !== null && this.last === null)
      this.defaults.set(property.getName(), value);
    this.settings.push({
      name: property.getName(),
      text: { value: this.filled(value), place: this.placeOf(property) },
      what: 'build argument',
    });
  }

  private environment(instruction: Env, { variables }: Stage): void {
    for (const property of instruction.getProperties()) {
      const text = {
        value: this.filled(property.getValue() ?? ''),
        place: this.placeOf(property),
      };
      variables.set(property.getName(), text);
      this.settings.push({ name: property.getName(), text, what: 'variable' });
    }
  }

  private healthCheck(instruction: Healthcheck): HealthCheck {
    const place = this.placeOf(instruction);
    const subcommand = instruction.getSubcommand();
    if (subcommand?.getValue().toUpperCase() !== 'CMD') {
      return { place, patienceSeconds: null, disabled: true, command: [] };
    }
    const from = subcommand.getRange().end;
    const after = instruction.getArguments().filter((one) => one.isAfter(from));
    const line = after.map((one) => one.getValue()).join(' ');
    return { place, patienceSeconds: null, disabled: false, command: commandOf(line, place) };
  }

  private words(instruction: Instruction): Text[] {
    return commandOf(instruction.getRawArgumentsContent() ?? '', this.placeOf(instruction));
  }

  private text(instruction: Instruction, index: number): Text | null {
    const argument = instruction.getArguments()[index];
    if (argument === undefined) return null;
    return { value: this.filled(argument.getValue()), place: this.placeOf(argument) };
  }

  /** With the defaults of the arguments before the first FROM; everything else is a hole. */
  private filled(value: string): string {
    return value.replace(VARIABLE, (_, braced?: string, said?: string, bare?: string) => {
      const name = braced ?? bare ?? '';
      return this.defaults.get(name) ?? said ?? hole(name);
    });
  }

  private placeOf(node: { getRange(): { start: { line: number; character: number } } }): Place {
    const { line, character } = node.getRange().start;
    return { file: this.path, line: line + 1, column: character + 1 };
  }
}

/** A list in JSON is the words; anything else is a line for the shell. */
function commandOf(line: string, place: Place): Text[] {
  const pin = (value: string): Text => ({ value, place });
  if (line.trimStart().startsWith('[')) {
    try {
      const words = JSON.parse(line) as unknown;
      if (Array.isArray(words)) return words.map((word) => pin(String(word)));
    } catch {
      // Docker takes it for a line of the shell as well.
    }
  }
  return wordsOf(pinned(line, place));
}
