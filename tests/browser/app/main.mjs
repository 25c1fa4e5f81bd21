// Serves the cities, runs the named tests over them, and stops the servers, whatever became of the tests.
import { spawn } from 'node:child_process';

import { demoCity, emptyCity } from './city.mjs';

const tests = process.argv.slice(2);
const options = ['--test', '--test-concurrency=1', '--test-reporter=spec', '--test-reporter-destination=stdout'];

const servers = [];
let code = 1;
try {
  servers.push(await demoCity(), await emptyCity());
  const [full, empty] = servers;
  const env = { ...process.env, TRIDEM_URL: full.address, TRIDEM_EMPTY_URL: empty.address };
  const run = spawn(process.execPath, [...options, ...tests], { env, stdio: 'inherit' });
  code = await new Promise((resolve) => run.on('exit', (code) => resolve(code ?? 1)));
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
process.exitCode = code;
