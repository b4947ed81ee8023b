import { expect, it } from 'vitest';
import { readSecureUrl } from './secure-url.js';

it.each([
  ['https://login.microsoftonline.us', true],
  ['http://localhost:8080/token', true],
  ['http://127.0.0.1/token', true],
  ['http://login.microsoftonline.com', false],
  ['http://localhost.example.com', false],
  ['ftp://localhost', false],
  ['login.microsoftonline.com', false],
])('secrets may be sent to %s: %s', (text, isSecure) => {
  expect(readSecureUrl(text) !== null).toBe(isSecure);
});
