import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.mjs';

const reports = path.join(root, '.local', 'test-reports');

/** One step of `npm test`: its name and how to run it. */
function steps(run) {
  const nx = (target) => () => run('nx', ['run-many', '-t', target, '--outputStyle=static']);
  const vitest = (kind) => () =>
    run('vitest', [
      'run',
      '--config',
      `vitest.${kind}.config.ts`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${path.join(reports, `${kind}.json`)}`,
    ]);
  return [
    { name: 'format', work: () => run('prettier', ['--check', '--log-level=warn', '.']) },
    { name: 'build', work: nx('build') },
    { name: 'lint', work: nx('lint') },
    { name: 'unit', work: nx('test') },
    { name: 'integration', work: vitest('integration') },
    { name: 'end-to-end', work: vitest('e2e') },
  ].filter((step) => step.name !== 'end-to-end' || existsSync(path.join(root, 'vitest.e2e.config.ts')));
}

/** Counts the tests in the JSON reports of vitest, those of cached unit runs included. */
function countTests() {
  const unit = ['libs', 'apps', 'tools'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) =>
      path.join(root, folder, name, 'test-report', 'unit.json'),
    ),
  );
  const files = [...readdirSync(reports).map((name) => path.join(reports, name)), ...unit.filter(existsSync)];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests;
  }
  return total;
}

/** Runs all steps in order, names the first that fails, and closes with a line of counts. */
export async function runTests(run) {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const times = [];
  let failed = null;
  for (const step of steps(run)) {
    const started = Date.now();
    const code = await step.work();
    times.push(`${step.name} ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (code !== 0) {
      failed = { ...step, code };
      break;
    }
  }
  console.log(`\nSteps: ${times.join(', ')}`);
  if (failed !== null) console.log(`The step "${failed.name}" failed (exit code ${failed.code}).`);
  const { passed, failed: failedTests, skipped } = countTests();
  console.log(
    `Sterna: ${passed} passed, ${Math.max(failedTests, failed === null ? 0 : 1)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return failed?.code ?? 0;
}
