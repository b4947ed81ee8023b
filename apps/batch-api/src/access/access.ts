import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** On whose behalf a request is made; `actor` is what the audit records. */
export interface RequestAccess {
  tenantId: string;
  actor: string;
}

const accesses = new WeakMap<object, RequestAccess>();

/** Remembers the access that a guard has granted. */
export function grantAccess(request: object, access: RequestAccess): void {
  accesses.set(request, access);
}

/** The access of a request that passed a guard. */
export function accessOf(request: object): RequestAccess {
  const access = accesses.get(request);
  if (access === undefined) throw new Error('The route has no guard: no access was granted to this request.');
  return access;
}

/** Hands a handler the access of its request. */
export const Access = createParamDecorator((_: unknown, context: ExecutionContext) =>
  accessOf(context.switchToHttp().getRequest<Request>()),
);

/** The token of `Authorization: Bearer <token>`, or null. */
export function bearerOf(request: Request): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
