import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { Probe, ProbeName, Text, Workload } from '../model.js';
import { literalOf, type Subject } from '../subject.js';
import { isKnown } from '../text/holes.js';
import type { Judge } from './judge.js';
import { secondsOf } from './migration-rules.js';

/** Probes tell the truth, and leave the service the time that it needs. */
export const judgeProbes: Judge = ({ subjects }, context) =>
  subjects.flatMap((subject) => {
    const { workload, role } = subject;
    if (role !== 'service' || workload.platform === 'compose') return grace(subject);
    if (workload.how === 'change') return [];
    return [
      ...startup(workload, context),
      ...liveness(workload, context),
      ...readiness(workload, context),
      ...ports(workload),
      ...otherPort(subject),
      ...timing(workload),
      ...grace(subject),
    ];
  });

/** What every service of libs/service answers; other organisations have other paths. */
const PATHS = { startup: '/health/startup', liveness: '/health/live', readiness: '/health/ready' };

function otherPath(probe: Probe, name: ProbeName, { manifest }: AuditContext): string | null {
  const path = probe.path?.value ?? '';
  if (manifest === null || path === PATHS[name] || !isKnown(path)) return null;
  return `asks ${path === '' ? 'no path' : path}, and only ${PATHS[name]} answers that`;
}

function startup(workload: Workload, context: AuditContext): Finding[] {
  const { name, place } = workload;
  const probe = workload.probes.startup;
  if (probe === null) {
    return [
      finding(
        'FP-PRB-001',
        place,
        `${name} has no startup probe over HTTP: an open port counts as started`,
      ),
    ];
  }
  if (probe.kind !== 'http') {
    return [finding('FP-PRB-001', probe.place, `the startup probe of ${name} is not over HTTP`)];
  }
  const other = otherPath(probe, 'startup', context);
  if (other === null) return [];
  return [
    finding(
      'FP-PRB-001',
      probe.path?.place ?? probe.place,
      `the startup probe of ${name} ${other}`,
    ),
  ];
}

const TOUCHES = /ready|startup|db|database|deep|full|^\/health\/?$|pg_isready|psql/;

function liveness(workload: Workload, context: AuditContext): Finding[] {
  const { name, place } = workload;
  const probe = workload.probes.liveness;
  if (probe === null) {
    if (context.manifest === null) return [];
    return [finding('FP-PRB-002', place, `${name} has no liveness probe: a hung process stays`)];
  }
  const at = probe.path?.place ?? probe.place;
  if (probe.kind !== 'http' && context.manifest !== null) {
    return [finding('FP-PRB-002', at, `the liveness probe of ${name} is not over HTTP`)];
  }
  const other = probe.kind === 'http' ? otherPath(probe, 'liveness', context) : null;
  if (other !== null) return [finding('FP-PRB-002', at, `the liveness probe of ${name} ${other}`)];
  const asks =
    `${probe.path?.value ?? ''} ${probe.command.map(({ value }) => value).join(' ')}`.trim();
  if (!TOUCHES.test(asks)) return [];
  return [
    finding('FP-PRB-002', at, `the liveness probe of ${name} asks for more than the process`),
  ];
}

function readiness(workload: Workload, context: AuditContext): Finding[] {
  // Cloud Run sends requests to whatever has started.
  if (workload.platform !== 'kubernetes') return [];
  const { name, place } = workload;
  const probe = workload.probes.readiness;
  if (probe === null) return [finding('FP-PRB-003', place, `${name} has no readiness probe`)];
  if (probe.kind !== 'http') {
    return [finding('FP-PRB-003', probe.place, `the readiness probe of ${name} is not over HTTP`)];
  }
  const other = otherPath(probe, 'readiness', context);
  if (other === null) return [];
  return [
    finding(
      'FP-PRB-003',
      probe.path?.place ?? probe.place,
      `the readiness probe of ${name} ${other}`,
    ),
  ];
}

const RULE_OF = { startup: 'FP-PRB-001', liveness: 'FP-PRB-002', readiness: 'FP-PRB-003' } as const;

/** A probe at a port where nobody listens fails for ever. */
function ports(workload: Workload): Finding[] {
  const { name, probes, ports: listening, platform } = workload;
  if (listening.length === 0) return [];
  const known = listening.flatMap((port) => [port.name, port.number.value]);
  return (Object.keys(RULE_OF) as ProbeName[]).flatMap((which) => {
    const probe = probes[which];
    const port = probe?.port ?? null;
    if (probe?.kind === 'http' && port === null && platform === 'kubernetes') {
      return [finding(RULE_OF[which], probe.place, `the ${which} probe of ${name} names no port`)];
    }
    if (port === null || known.includes(port.value) || !isKnown(port.value)) return [];
    const message = `the ${which} probe of ${name} asks port ${port.value}, where nothing listens`;
    return [finding(RULE_OF[which], port.place, message)];
  });
}

/** Cloud Run says which port; elsewhere it is PORT, or the service's own. */
function otherPort({ workload, manifest }: Subject): Finding[] {
  const { platform, name, ports: declared, place } = workload;
  if (platform !== 'kubernetes' || manifest === null || declared.length === 0) return [];
  const text = literalOf(workload, 'PORT');
  const listens = text?.value ?? String(manifest.port);
  if (!isKnown(listens) || declared.some(({ number }) => number.value === listens)) return [];
  const message = `${name} listens on ${listens}, and its container is said to listen elsewhere`;
  return [finding('FP-PRB-001', text?.place ?? place, message)];
}

// A service gives up on its database after a minute, and says why; the probe must still be waiting.
const STARTUP_SECONDS = 60;
// Cloud Run takes no longer window.
const CLOUD_RUN_SECONDS = 240;
const DEFAULTS: Readonly<Record<string, number>> = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
};

function timing(workload: Workload): Finding[] {
  return (Object.keys(RULE_OF) as ProbeName[]).flatMap((which) => {
    const probe = workload.probes[which];
    return probe === null ? [] : timingOf(which, probe, workload);
  });
}

function timingOf(which: ProbeName, probe: Probe, workload: Workload): Finding[] {
  const { name } = workload;
  const wrong = (key: string, why: string): Finding =>
    finding(
      'FP-PRB-004',
      probe.timing.get(key)?.place ?? probe.place,
      `the ${which} probe of ${name}: ${why}`,
    );
  const odd = [...probe.timing].find(
    ([key, { value }]) => key in DEFAULTS && isKnown(value) && !/^\d{1,5}$/.test(value),
  );
  if (odd !== undefined) return [wrong(odd[0], `${odd[0]} is no whole number`)];
  if ([...probe.timing.values()].some(({ value }) => !isKnown(value))) return [];
  const of = (key: string): number => Number(probe.timing.get(key)?.value ?? DEFAULTS[key] ?? 0);
  const [delay, period, timeout, failures] = Object.keys(DEFAULTS).map(of) as [
    number,
    number,
    number,
    number,
  ];
  const found: Finding[] = [];
  if (period < 1) found.push(wrong('periodSeconds', 'it is asked all the time'));
  if (timeout < 1) found.push(wrong('timeoutSeconds', 'no answer is fast enough'));
  if (failures < 1) found.push(wrong('failureThreshold', 'it fails before it is asked'));
  if (timeout > period)
    found.push(wrong('timeoutSeconds', `waits ${timeout} s and is asked every ${period} s`));
  const window = delay + period * failures;
  if (which === 'startup') found.push(...startupWindow(window, workload, wrong));
  // One pause of the garbage collector is no reason to end a process.
  if (which === 'liveness' && failures < 2)
    found.push(wrong('failureThreshold', 'one slow answer ends the process'));
  if (which !== 'startup' && window > SLOWEST_SECONDS) {
    found.push(wrong('periodSeconds', `what is wrong is noticed after ${window} s`));
  }
  return found;
}

// Longer, and people notice before the platform does.
const SLOWEST_SECONDS = 120;

function startupWindow(
  window: number,
  { platform, progressSeconds }: Workload,
  wrong: (key: string, why: string) => Finding,
): Finding[] {
  if (window < STARTUP_SECONDS) {
    const why = `gives up after ${window} s, and the service waits ${STARTUP_SECONDS} s for its database`;
    return [wrong('failureThreshold', why)];
  }
  const progress = Number(progressSeconds?.value ?? 600);
  const most = platform === 'cloud-run' ? CLOUD_RUN_SECONDS : progress;
  if (window <= most) return [];
  const who = platform === 'cloud-run' ? 'Cloud Run allows' : 'the rollout has failed after';
  return [wrong('failureThreshold', `waits ${window} s, and ${who} ${most} s`)];
}

// Of Cloud Run, whatever anybody says.
const CLOUD_RUN_GRACE_SECONDS = 10;
const DEFAULT_GRACE = {
  kubernetes: '30',
  compose: '10',
  'cloud-run': `${CLOUD_RUN_GRACE_SECONDS}`,
};

/** From the signal to the end of the process: it must be shorter than what the platform waits. */
function grace({ workload, role, manifest }: Subject): Finding[] {
  const { platform, graceSeconds, name, place, preStopSeconds, how } = workload;
  if (role !== 'service' || how === 'change' || manifest === null) return [];
  const said = literalOf(workload, 'SHUTDOWN_GRACE_MS');
  const own = manifest.variables.find((one) => one.name === 'SHUTDOWN_GRACE_MS')?.default;
  const text = said?.value ?? own;
  if (text === undefined || !/^\d{1,9}$/.test(text)) return [];
  const seconds = secondsOf(graceSeconds?.value ?? DEFAULT_GRACE[platform]);
  if (seconds === null) return [];
  const drain = Number(text) / 1_000 + preStopSeconds;
  // Where both are equal, the kill comes while the last line is written.
  if (drain < seconds) return [];
  const at: Text['place'] = graceSeconds?.place ?? said?.place ?? place;
  const message = `${name} drains for ${drain} s and is killed after ${seconds} s`;
  const mend =
    platform === 'cloud-run'
      ? 'SHUTDOWN_GRACE_MS below 10000'
      : 'A longer grace period, or a shorter SHUTDOWN_GRACE_MS.';
  return [finding('FP-PRB-005', at, message, mend)];
}
