import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { StateStore } from '@sterna/state';
import type { Request } from 'express';
import { notFound, ProblemError } from '../problems/problem.js';
import { bearerOf, grantAccess } from './access.js';
import { OperatorKey } from './operator-key.js';

/**
 * Lets an API key into its own tenant only; another tenant is absent for it. The operator, who can make a key
 * for any tenant, may enter each that exists.
 */
@Injectable()
export class TenantGuard implements CanActivate {
  private readonly store: StateStore;
  private readonly operatorKey: OperatorKey;

  constructor(@Inject(StateStore) store: StateStore, @Inject(OperatorKey) operatorKey: OperatorKey) {
    this.store = store;
    this.operatorKey = operatorKey;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const tenantId = String(request.params['tenantId']);
    const token = bearerOf(request);
    if (token !== null && this.operatorKey.matches(token)) {
      if ((await this.store.tenants.find(tenantId)) === null) throw absent(tenantId);
      grantAccess(request, { tenantId, actor: 'operator' });
      return true;
    }
    const key = token === null ? null : await this.store.apiKeys.find(token);
    if (key === null) {
      throw new ProblemError('notAuthenticated', {
        what: token === null ? 'The request carries no API key.' : 'The API key is not known.',
        where: 'Authorization',
        expected: 'Authorization: Bearer <API key of the tenant>',
      });
    }
    if (key.tenantId !== tenantId) throw absent(tenantId);
    grantAccess(request, { tenantId, actor: `apiKey:${key.keyId}` });
    return true;
  }
}

function absent(tenantId: string): ProblemError {
  return notFound(`The tenant "${tenantId}" couldn't be found.`, 'tenantId');
}
