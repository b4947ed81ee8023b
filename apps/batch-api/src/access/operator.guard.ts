import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ProblemError } from '../problems/problem.js';
import { bearerOf } from './access.js';
import { OperatorKey } from './operator-key.js';

/** Lets only the operator of the installation in. */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly operatorKey: OperatorKey;

  constructor(@Inject(OperatorKey) operatorKey: OperatorKey) {
    this.operatorKey = operatorKey;
  }

  canActivate(context: ExecutionContext): boolean {
    const token = bearerOf(context.switchToHttp().getRequest<Request>());
    if (token !== null && this.operatorKey.matches(token)) return true;
    throw new ProblemError('notAuthenticated', {
      what: 'This route is for the operator of the installation.',
      where: 'Authorization',
      expected: 'Authorization: Bearer <STERNA_OPERATOR_KEY of batch-api>',
    });
  }
}
