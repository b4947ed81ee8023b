import { isUserChangeLegal, type UserStatus } from '@sterna/domain';

const between = ['Syncing', 'Stopping'] as const;

/**
 * The legal way from one status to another, at most over one in between: a pass may end before its reader has
 * said Syncing, and a stop is always a Stopping first. Empty when there is no way.
 */
export function statusSteps(from: UserStatus, to: UserStatus): UserStatus[] {
  if (isUserChangeLegal(from, to)) return [to];
  const middle = between.find((status) => isUserChangeLegal(from, status) && isUserChangeLegal(status, to));
  return middle === undefined ? [] : [middle, to];
}
