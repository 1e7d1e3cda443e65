/**
 * Where a use-case learns the time. Passed in, so that rules can be tested at any instant; an abstract
 * class rather than an interface, so that it can be asked for by name where dependencies are injected.
 */
export abstract class Clock {
  abstract now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
