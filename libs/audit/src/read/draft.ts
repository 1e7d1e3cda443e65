import type { Pipeline, Place, Workload } from '../model.js';

/** Something that the audit could not look at, said aloud: nothing is skipped silently. */
export interface Note {
  readonly place: Place;
  readonly message: string;
}

/** What the files of an audit say; readers add to it. */
export class Draft {
  readonly workloads: Workload[] = [];
  readonly pipelines: Pipeline[] = [];
  readonly notes: Note[] = [];

  note(place: Place, message: string): void {
    this.notes.push({ place, message });
  }
}
