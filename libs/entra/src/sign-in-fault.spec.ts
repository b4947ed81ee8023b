import { describe, expect, it } from 'vitest';
import { readSignInFault } from './sign-in-fault.js';

describe('a failed sign-in', () => {
  it.each([
    ['invalid_client', 'AADSTS7000215: Invalid client secret provided. Trace ID: 1', true, 'AADSTS7000215'],
    ['unauthorized_client', 'AADSTS700016: Application was not found', true, 'AADSTS700016'],
    ['invalid_resource', 'AADSTS500011: The resource principal was not found', true, 'AADSTS500011'],
    ['temporarily_unavailable', 'AADSTS90033: A transient error has occurred', false, 'AADSTS90033'],
    ['network_error', 'fetch failed', false, ''],
  ])('of %s, %s: final %s', (errorCode, errorMessage, isFinal, number) => {
    expect(readSignInFault(Object.assign(new Error('x'), { errorCode, errorMessage }))).toEqual({
      isFinal,
      code: errorCode,
      number,
    });
  });

  it('without an answer may pass', () => {
    expect(readSignInFault(new TypeError('fetch failed'))).toEqual({ isFinal: false, code: '', number: '' });
  });
});
