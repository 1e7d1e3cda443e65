/**
 * What deployment files say, whatever they are written in: the one picture that every rule looks at.
 *
 *   gcloud run deploy ─┐
 *   Cloud Run YAML ────┤
 *   Kubernetes ────────┼─► Workload: variables, secrets, instances, probes, account …
 *   compose ───────────┘
 *   Cloud Build, GitHub ─► Pipeline: which step does what, and after which other
 *   Dockerfile ─► ImageFile        package.json ─► PackageFile
 */

/** Where something stands; both numbers from 1, as editors count. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A text of a deployment file as the platform will see it. Parts that no file tells are holes: see text/holes.ts. */
export interface Text {
  readonly value: string;
  readonly place: Place;
}

export type Platform = 'cloud-run' | 'kubernetes' | 'compose';

/** A secret of a secret store, and which version or key of it. */
export interface SecretRef {
  /** null where the file leaves it out. */
  readonly name: Text | null;
  /** A version on Cloud Run, a key on Kubernetes; null where the file leaves it out, or where there is none. */
  readonly key: Text | null;
  readonly optional: boolean;
  readonly place: Place;
}

export type VariableSource =
  | { readonly kind: 'literal'; readonly text: Text }
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** Set, by something that the files do not show. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /** It comes from an object that ought to be among the files. */
      readonly missing?: boolean;
    };

export interface Variable {
  readonly name: string;
  readonly place: Place;
  readonly source: VariableSource;
}

/** A secret that the container finds as a file. */
export interface SecretFile {
  /** `folder/*` for a file of each key. */
  readonly path: string;
  /** Without naming a key or version. */
  readonly whole: boolean;
  readonly secret: SecretRef;
  readonly place: Place;
}

/** A folder or file that something else than the image brings. */
export interface Mount {
  readonly kind: 'volume' | 'bind' | 'tmpfs' | 'anonymous';
  /** Name of the volume or path of the machine; '' where there is none. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
  readonly place: Place;
}

export interface Port {
  /** '' where it has none. */
  readonly name: string;
  readonly number: Text;
}

/** A proxy of Cloud SQL beside the container. */
export interface Proxy {
  readonly place: Place;
  /** It runs as long as the container does. */
  readonly beside: boolean;
  /** The folder of its sockets; null for TCP. */
  readonly folder: string | null;
  /** The container sees that folder. */
  readonly shared: boolean;
}

export interface Probe {
  readonly kind: 'http' | 'tcp' | 'exec' | 'grpc' | 'none';
  readonly place: Place;
  readonly path: Text | null;
  /** null where the platform takes the container's own. */
  readonly port: Text | null;
  readonly command: readonly Text[];
  /** Seconds and counts as written; a key that is not there has the platform's default. */
  readonly timing: ReadonlyMap<string, Text>;
}

export type ProbeName = 'startup' | 'liveness' | 'readiness';

/** What a container may do and use, where the platform asks for it. */
export interface Confinement {
  readonly place: Place;
  readonly nonRoot: boolean;
  readonly readOnlyRoot: boolean;
  readonly privileged: boolean;
  readonly limits: boolean;
}

/** A flag of gcloud that takes wiring away from what runs. */
export interface Removal {
  readonly flag: string;
  readonly names: readonly string[];
  readonly place: Place;
}

export interface Workload {
  readonly platform: Platform;
  readonly kind: 'service' | 'job';
  /** `change` is an update of something that runs: what it leaves out stays. */
  readonly how: 'whole' | 'change';
  /** Files that are deployed together; workloads of one target are compared with each other. */
  readonly target: string;
  readonly name: string;
  readonly place: Place;
  readonly region: Text | null;
  readonly image: Text | null;
  /** Entry point and arguments, as far as the file says them. */
  readonly command: readonly Text[];
  readonly variables: readonly Variable[];
  readonly secretFiles: readonly SecretFile[];
  readonly mounts: readonly Mount[];
  /** Ports that the container is said to listen on. */
  readonly ports: readonly Port[];
  /** Cloud SQL instances that are attached, or that a proxy beside the container connects to. */
  readonly instances: readonly Text[];
  readonly misplacedInstances: readonly Text[];
  readonly serviceAccount: Text | null;
  readonly probes: Readonly<Record<ProbeName, Probe | null>>;
  /** Most instances at once; null where the platform's default holds. */
  readonly maxInstances: Text | null;
  /** Of all versions together, while one takes over from the other. */
  readonly maxInstancesOfAll: Text | null;
  readonly minInstances: Text | null;
  readonly graceSeconds: Text | null;
  /** How long the platform waits before it tells the container to end. */
  readonly preStopSeconds: number;
  /** How many more there are while a new version comes: a number, or a percentage. */
  readonly surge: string;
  /** After that long a rollout counts as failed. */
  readonly progressSeconds: Text | null;
  readonly removals: readonly Removal[];
  readonly proxy: Proxy | null;
  /** Images of the containers beside it. */
  readonly sidecars: readonly string[];
  /** Commands of containers that run before it, in the same unit. */
  readonly initCommands: readonly (readonly Text[])[];
  readonly confinement: Confinement | null;
  /** How a new version gets its share of the requests. */
  readonly traffic: 'at-once' | 'held' | 'unknown';
  /** What is wrong with how the requests are shared, and where. */
  readonly trafficProblem: Text | null;
  /** By which the newest version can be called. */
  readonly tags: readonly string[];
  /** Most seconds and tries of a job. */
  readonly job: JobLimits | null;
}

export interface JobLimits {
  readonly retries: Text | null;
  readonly tasks: Text | null;
  readonly parallelism: Text | null;
  readonly timeoutSeconds: Text | null;
  /** `Never`, `OnFailure`; null where the platform has no such thing. */
  readonly restartPolicy: Text | null;
}

/**
 * What a step of a pipeline does, as far as wiring is concerned. What is `decisive` ends the pipeline when it
 * fails.
 */
export type Action =
  | {
      readonly kind: 'deploy';
      readonly place: Place;
      readonly workload: Workload;
      readonly decisive: boolean;
    }
  /** `gcloud run services replace FILE`: the file says what is deployed. */
  | {
      readonly kind: 'replace';
      readonly place: Place;
      readonly file: Text | null;
      readonly region: Text | null;
      readonly decisive: boolean;
      /** The files of this audit that it means. */
      readonly paths: readonly string[];
    }
  | {
      readonly kind: 'traffic';
      readonly place: Place;
      readonly service: Text | null;
      /** The tags that get requests; null where the newest version does. */
      readonly tags: readonly Text[] | null;
      readonly all: boolean;
      readonly decisive: boolean;
    }
  | {
      readonly kind: 'execute';
      readonly place: Place;
      readonly job: Text | null;
      readonly waits: boolean;
      readonly decisive: boolean;
    }
  /** A command about an instance: a backup, an import. */
  | {
      readonly kind: 'instance';
      readonly place: Place;
      readonly instance: Text;
      readonly does: string;
    }
  | {
      readonly kind: 'check';
      readonly place: Place;
      readonly what: Check;
      readonly decisive: boolean;
      /** `--env NAME` */
      readonly environment: Text | null;
    };

/** What must have gone well before a deployment goes on. */
export type Check = 'audit' | 'test' | 'verify' | 'migrate' | 'verify-export' | 'backup';

export interface Step {
  readonly id: string;
  readonly place: Place;
  /** Its failure ends the pipeline. */
  readonly stops: boolean;
  /** Indices of the steps that have ended before it begins. */
  readonly after: ReadonlySet<number>;
  readonly actions: readonly Action[];
}

export interface Pipeline {
  readonly platform: 'cloud-build' | 'github';
  readonly place: Place;
  readonly steps: readonly Step[];
  /** Substitutions of Cloud Build that nobody defines, and variables of the shell that it would replace. */
  readonly undefinedSubstitutions: readonly Text[];
  readonly shellVariables: readonly Text[];
  /** Who the pipeline is; undefined where the platform does not ask. */
  readonly serviceAccount: Text | null | undefined;
  /** Texts that may hold a credential: arguments and variables of its steps. */
  readonly settings: readonly Setting[];
}

/** A name that is given a text in a file: a build argument, a variable of a step. */
export interface Setting {
  readonly name: string;
  readonly text: Text;
  readonly what: 'build argument' | 'variable' | 'secret';
}

/** Objects of Kubernetes that are applied together. */
export interface Cluster {
  readonly target: string;
  readonly place: Place;
  /** Secrets that they bring, with their keys; null where the keys are not told. */
  readonly secrets: ReadonlyMap<string, ReadonlySet<string> | null>;
  /** Service accounts, with the account of Google Cloud that each speaks for. */
  readonly accounts: ReadonlyMap<string, Text | null>;
  /** Whether the objects are all of it: a kustomization, not a file beside others. */
  readonly whole: boolean;
}

/** A variable of the shell that compose puts into a text. */
export interface Interpolation {
  readonly name: string;
  /** '' or `:-`, `-`, `:?`, `?`, `:+`, `+` */
  readonly operator: string;
  readonly place: Place;
}

export interface Dependency {
  readonly name: string;
  /** null for the short form, which waits for nothing. */
  readonly condition: string | null;
  readonly place: Place;
}

export interface HealthCheck {
  readonly place: Place;
  /** Until it is unhealthy, from the start; null where a number cannot be read. */
  readonly patienceSeconds: number | null;
  readonly disabled: boolean;
  readonly command: readonly Text[];
}

export interface ComposeService {
  readonly workload: Workload;
  readonly place: Place;
  readonly healthCheck: HealthCheck | null;
  readonly dependsOn: readonly Dependency[];
  /** Published ports as written: `127.0.0.1:4001:8080`. */
  readonly published: readonly Text[];
  /** [] is the default network; null where it has none of its own. */
  readonly networks: readonly string[] | null;
  readonly names: readonly string[];
  /** Started by hand, not with the others: it has a profile. */
  readonly byHand: boolean;
  readonly privileged: boolean;
  readonly user: Text | null;
  readonly interpolations: readonly { readonly variable: string; readonly use: Interpolation }[];
  readonly secrets: readonly Text[];
}

/** A compose file with what is laid over it. */
export interface ComposeProject {
  readonly target: string;
  readonly place: Place;
  readonly services: readonly ComposeService[];
  readonly volumes: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

/** What a Dockerfile leaves in its last stage. */
export interface ImageFile {
  readonly place: Place;
  readonly base: Text | null;
  readonly user: Text | null;
  readonly variables: ReadonlyMap<string, Text>;
  readonly command: readonly Text[];
  readonly healthCheck: HealthCheck | null;
  /** Arguments and variables of every stage. */
  readonly settings: readonly Setting[];
  /** Base images of every stage that are named as such, with their tag. */
  readonly bases: readonly Text[];
}

/** A package that runs in production, with a file that says so. */
export interface PackageFile {
  readonly place: Place;
  readonly dependencies: readonly { readonly name: string; readonly place: Place }[];
}
