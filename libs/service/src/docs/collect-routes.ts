import { RequestMethod } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { rulesOf } from '../routes/route-rules.js';
import type { RouteRules } from '../routes/route-rules.js';

export interface DescribedRoute {
  method: string;
  /** OpenAPI's form: `/canary/{id}`. */
  path: string;
  /** Controller's first path segment: what Swagger UI groups by. */
  tag: string;
  operationId: string;
  rules: RouteRules;
}

type ModuleLike = Type | DynamicModule;

/** Reads the routes off the classes themselves: nothing is instantiated, so no database is needed. */
export function collectRoutes(modules: readonly ModuleLike[]): DescribedRoute[] {
  const controllers = new Set<Type>();
  const seen = new Set<unknown>();
  const visit = (module: ModuleLike): void => {
    if (seen.has(module)) return;
    seen.add(module);
    const dynamic = 'module' in module ? module : undefined;
    const type = dynamic?.module ?? (module as Type);
    for (const controller of listOf<Type>(type, 'controllers', dynamic?.controllers))
      controllers.add(controller);
    for (const inner of listOf<ModuleLike>(type, 'imports', dynamic?.imports)) visit(inner);
  };
  modules.forEach(visit);
  return [...controllers].flatMap(routesOf);
}

function listOf<T>(type: Type, key: string, more: readonly unknown[] | undefined): T[] {
  const own = (Reflect.getMetadata(key, type) as T[] | undefined) ?? [];
  return [...own, ...((more ?? []) as T[])];
}

function routesOf(controller: Type): DescribedRoute[] {
  const base = String(Reflect.getMetadata('path', controller) ?? '');
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function' || name === 'constructor') return [];
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const own = String(Reflect.getMetadata('path', handler) ?? '');
    const segments = `${base}/${own}`.split('/').filter((segment) => segment !== '');
    return [
      {
        method: RequestMethod[method].toLowerCase(),
        path: `/${segments.map((s) => s.replace(/^:(.+)$/, '{$1}')).join('/')}`,
        tag: segments[0] ?? '',
        operationId: `${controller.name.replace(/Controller$/, '')}.${name}`,
        rules: rulesOf(handler),
      },
    ];
  });
}
