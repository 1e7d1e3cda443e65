import type { FieldError } from '@fusion-prime/kernel';
import type { z } from 'zod';
import { Problem } from '../problems/problem.js';

type Issue = z.core.$ZodIssue;

const STATED_CODE = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*): (.+)$/s;
const MAX_ERRORS = 50;

/** RFC 6901: `/a/0/b~1c`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** Turns a schema's complaints about a body into field errors, each with a JSON pointer. */
export function bodyErrors(issues: readonly Issue[]): FieldError[] {
  const all = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: jsonPointer([...issue.path, key]),
          code: 'unknown-field',
          detail: 'no such field',
        }))
      : [{ pointer: jsonPointer(issue.path), ...wordsOf(issue) }],
  );
  return all.slice(0, MAX_ERRORS);
}

/** The same for parameters: the pointer is the parameter's name. */
export function parameterErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: key,
          code: 'unknown-parameter',
          detail: 'no such parameter',
        }))
      : [{ pointer: issue.path.map(String).join('.'), ...wordsOf(issue) }],
  );
}

/** 422; its code is the one a rule stated for itself (`amount-not-string`), else a general one. */
export function invalidBody(issues: readonly Issue[]): Problem {
  const errors = bodyErrors(issues);
  return new Problem({
    status: 422,
    code: statedCode(issues) ?? 'validation-failed',
    detail: `the body breaks ${String(errors.length)} rule(s): see errors`,
    errors,
  });
}

/** 400 when a parameter is unknown or cannot be read, 422 when it was read and is out of range. */
export function invalidParameters(issues: readonly Issue[]): Problem {
  const errors = parameterErrors(issues);
  const readable = issues.every(({ code }) => !UNREADABLE.has(code));
  const names = [...new Set(errors.map((error) => error.pointer))].join(', ');
  return new Problem({
    status: readable ? 422 : 400,
    code: readable
      ? (statedCode(issues) ?? 'validation-failed')
      : (errors.find((e) => e.code === 'unknown-parameter')?.code ?? 'invalid-parameter'),
    detail: `check the parameter(s) ${names.slice(0, 200)}`,
    errors,
  });
}

const UNREADABLE = new Set([
  'unrecognized_keys',
  'invalid_type',
  'invalid_format',
  'invalid_value',
]);

/** The code that a rule stated for itself (`amount-not-string`), when one did. */
export function statedCode(issues: readonly Issue[]): string | undefined {
  const stated = issues.find((issue) => STATED_CODE.test(issue.message));
  return stated === undefined ? undefined : wordsOf(stated).code;
}

function wordsOf(issue: Issue): { code: string; detail: string } {
  const stated = STATED_CODE.exec(issue.message);
  if (stated !== null) return { code: stated[1] ?? '', detail: stated[2] ?? '' };
  const code = codeOf(issue);
  return { code, detail: code === 'required' ? 'is missing' : issue.message };
}

function codeOf(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return 'required';
  return issue.code.replaceAll('_', '-');
}
