import type {
  Cluster,
  ComposeProject,
  ImageFile,
  PackageFile,
  Pipeline,
  Place,
  Setting,
  Workload,
} from '../model.js';

import { redacted } from '../redact.js';

/** Something that the audit could not look at, said aloud: nothing is skipped silently. */
export interface Note {
  readonly place: Place;
  readonly message: string;
}

/** What the files of an audit say; readers add to it. */
export class Draft {
  readonly workloads: Workload[] = [];
  readonly pipelines: Pipeline[] = [];
  readonly clusters: Cluster[] = [];
  readonly projects: ComposeProject[] = [];
  readonly images: ImageFile[] = [];
  readonly packages: PackageFile[] = [];
  readonly settings: Setting[] = [];
  /** What YAML's parsers read in different ways. */
  readonly ambiguities: Note[] = [];
  readonly notes: Note[] = [];
  readonly unreadable: Note[] = [];

  /** Packages alone deploy nothing. */
  get deploys(): boolean {
    const { workloads, pipelines, clusters, projects, images } = this;
    return [workloads, pipelines, clusters, projects, images].some((found) => found.length > 0);
  }

  /** Left out, and nothing depends on it. */
  note(place: Place, message: string): void {
    this.notes.push({ place, message: redacted(message) });
  }

  /** Nobody knows what is deployed there: the audit ends with 2. */
  cannotRead(place: Place, message: string): void {
    this.unreadable.push({ place, message: redacted(message) });
  }
}
