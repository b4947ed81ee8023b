import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClient } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.close());

it("serves Microsoft's own SDKs over https with NODE_EXTRA_CA_CERTS", async () => {
  const { emulator } = client;
  const probe = fileURLToPath(new URL('sdk-probe.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [probe, JSON.stringify(emulator)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: emulator.caPath },
  });
  const answer: unknown = JSON.parse(stdout);
  expect(answer).toMatchObject({
    cached: true,
    isDraft: false,
    mimeIsDraft: true,
    duplicate: { status: 409, code: 'ErrorFolderExists' },
  });
  expect(answer).toHaveProperty('location', expect.stringContaining('/Attachments('));
  const [message] = await client.arrived();
  expect(message).toMatchObject({
    subject: 'from the SDK',
    attachments: [{ name: 'large.bin', size: 7 * 1024 * 1024 }],
  });
});
