import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.mjs';
import { runBuffered, signalExitCode } from './process.mjs';

const reports = path.join(root, '.local', `test-reports-${process.pid}`);

/** Each runs after those of the line before, and beside those of its own line; nx caches build, lint and unit. */
const steps = [
  [
    { name: 'openapi', command: ['redocly', 'lint', 'docs/openapi.json'] },
    { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
    { name: 'build', command: nx('build'), isNeededByAll: true },
  ],
  [
    { name: 'lint', command: nx('lint') },
    { name: 'unit', command: nx('test') },
  ],
  [{ name: 'integration', command: vitest('integration') }],
  [{ name: 'end-to-end', command: vitest('e2e') }],
];

function nx(target) {
  return ['nx', 'run-many', '-t', target, '--outputStyle=static', '--parallel=2'];
}

function vitest(kind) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile(kind)}`];
  return ['vitest', 'run', '--config', `vitest.${kind}.config.ts`, ...reporters];
}

function reportFile(kind) {
  return path.join(reports, `${kind}.json`);
}

/** Where the cached target `test` of each project leaves its report: see nx.json. */
function unitReports() {
  return ['libs', 'apps', 'tools']
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => path.join(root, folder, name)))
    .map((project) => path.join(project, 'test-report', 'unit.json'));
}

/** Counts the tests in vitest's JSON reports, those of cached runs included. */
function countTests() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const files = [...unitReports(), ...readdirSync(reports).map((name) => path.join(reports, name))];
  for (const file of files.filter((candidate) => existsSync(candidate))) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
  }
  return total;
}

async function runStep(step) {
  const started = Date.now();
  const [program, ...args] = step.command;
  const code = await runBuffered(program, args);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`Sterna: ${step.name}: ${code === 0 ? 'passed' : `failed (exit code ${code})`}, ${seconds} s`);
  return { ...step, code, seconds };
}

/**
 * Runs all steps, the later ones also after a failure unless the build failed or this process was asked to end; names
 * those that failed and closes with a line of counts. A step that fails without a failed test counts as one.
 */
export async function runTests() {
  mkdirSync(reports, { recursive: true });
  for (const file of unitReports()) rmSync(file, { force: true });
  const done = [];
  for (const line of steps) {
    if (signalExitCode() !== null || done.some((step) => step.isNeededByAll && step.code !== 0)) break;
    console.log(`Sterna: running ${line.map((step) => step.name).join(' and ')}`);
    done.push(...(await Promise.all(line.map(runStep))));
  }
  const { passed, failed, skipped } = countTests();
  rmSync(reports, { recursive: true, force: true });
  const failedSteps = done.filter((step) => step.code !== 0);
  const leftOut = steps.flat().slice(done.length);
  console.log(`\nSterna: ${done.map((step) => `${step.name} ${step.seconds} s`).join(', ')}`);
  for (const step of failedSteps) console.log(`Sterna: the step "${step.name}" failed`);
  if (leftOut.length > 0) console.log(`Sterna: not run: ${leftOut.map((step) => step.name).join(', ')}`);
  if (skipped > 0) console.log(`Sterna: ${skipped} skipped`);
  console.log(`Sterna: ${passed} passed, ${Math.max(failed, failedSteps.length)} failed`);
  return signalExitCode() ?? (failedSteps.length === 0 ? 0 : 1);
}
