import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram } from './workspace-path.js';

/** A copy from one account to another of the same IMAP server. */
export interface PeerRun {
  host: string;
  port: number;
  from: { name: string; password: string };
  to: { name: string; password: string };
  /** For its configuration and state; another one for each run. */
  directory: string;
}

/** A tool to measure against; `run` resolves when it has copied everything. */
export interface Peer {
  name: string;
  run(run: PeerRun): Promise<void>;
}

/** isync's mbsync, from IMAP to IMAP, plain text on loopback. */
const mbsync: Peer = {
  name: 'mbsync',
  async run({ host, port, from, to, directory }) {
    const account = (name: string, user: { name: string; password: string }): string[] => [
      ...[
        `IMAPAccount ${name}`,
        `Host ${host}`,
        `Port ${port}`,
        `User ${user.name}`,
        `Pass ${user.password}`,
      ],
      ...['SSLType None', 'AuthMechs LOGIN', 'PipelineDepth 50', ''],
      ...[`IMAPStore ${name}`, `Account ${name}`, ''],
    ];
    const channel = ['Channel copy', 'Far :far:', 'Near :near:', 'Patterns *', 'Create Near', 'Sync Pull'];
    const state = `SyncState ${path.join(directory, 'state')}/`;
    const lines = [
      ...account('far', from),
      ...account('near', to),
      ...channel,
      'CopyArrivalDate yes',
      state,
      '',
    ];
    await mkdir(path.join(directory, 'state'), { recursive: true });
    const file = path.join(directory, 'mbsyncrc');
    await writeFile(file, lines.join('\n'), { mode: 0o600 });
    await execute('mbsync', ['-q', '-c', file, 'copy']);
  },
};

/** imapsync from PATH or from IMAPSYNC, as its author runs it between two servers. */
const imapsync = (program: string): Peer => ({
  name: 'imapsync',
  async run({ host, port, from, to, directory }) {
    await mkdir(directory, { recursive: true });
    const side = (number: 1 | 2, user: { name: string; password: string }): string[] => [
      ...[`--host${number}`, host, `--port${number}`, String(port), `--nossl${number}`, `--notls${number}`],
      ...[`--user${number}`, user.name, `--password${number}`, user.password],
    ];
    const options = [
      '--nolog',
      '--tmpdir',
      directory,
      '--noreleasecheck',
      '--nofoldersizes',
      '--nofoldersizesatend',
    ];
    await execute(program, [...side(1, from), ...side(2, to), ...options]);
  },
});

/** The peers that this machine has. */
export function findPeers(): Peer[] {
  const peers: Peer[] = [];
  if (findProgram('mbsync') !== null) peers.push(mbsync);
  const program = process.env['IMAPSYNC'] ?? findProgram('imapsync');
  if (program !== null) peers.push(imapsync(program));
  return peers;
}

function execute(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}: ${errors.slice(-1_000)}`));
    });
  });
}
