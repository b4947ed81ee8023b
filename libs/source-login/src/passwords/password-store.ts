import { MigrationError } from '@sterna/domain';
import { passingFault, type PassingFaultOptions } from '../passing-fault.js';
import { z } from 'zod';

/** What a command or a store is asked; it must refuse a reference that is not of this tenant. */
export interface PasswordRequest {
  tenantId: string;
  /** Name of the endpoint. */
  endpoint: string;
  emailAddress: string;
  userName: string;
  /** The Password cell of the row; may be ''. */
  reference: string;
}

/** Passwords that are kept outside of Sterna. A password is asked for at each login and kept nowhere. */
export interface PasswordStore {
  /** @throws MigrationError sourcePasswordMissing, sourcePasswordUnavailable */
  find(request: PasswordRequest, signal?: AbortSignal): Promise<string>;
}

/** An answer that is longer is no password. */
export const maxAnswerBytes = 64 * 1024;

const answerSchema = z.object({ password: z.string().nullish() });

/**
 * Reads `{"password": "…"}`; null says that there is none. Nothing of an answer is repeated in an error.
 * @throws MigrationError sourcePasswordMissing, sourcePasswordUnavailable
 */
export function readAnswer(text: string, who: string): string {
  const { success, data } = answerSchema.safeParse(parseJson(text));
  if (!success) throw passwordUnavailable(`${who} answered what is not {"password": "…"}`);
  if (data.password === undefined || data.password === null || data.password === '') {
    throw passwordMissing(
      `${who} has no password for this mailbox; check the reference in the Password column`,
    );
  }
  return data.password;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function passwordMissing(message: string): MigrationError {
  return new MigrationError({
    code: 'sourcePasswordMissing',
    scope: 'account',
    retry: { kind: 'never' },
    message,
  });
}

export function passwordUnavailable(message: string, options?: PassingFaultOptions): MigrationError {
  return passingFault('sourcePasswordUnavailable', message, options);
}
