// Makes a component of src/plugin.js; `tridem plugin build` runs it as `npm run build`.
import { writeFile } from 'node:fs/promises';
import { componentize } from '@bytecodealliance/componentize-js';

const [worldName] = process.argv.slice(2);
const { component } = await componentize({
  sourcePath: 'src/plugin.js',
  witPath: '.tridem/wit/1.0',
  worldName,
  // A plugin imports no code: no clock, no random numbers, no network, no output.
  disableFeatures: ['random', 'stdio', 'clocks', 'http', 'fetch-event'],
});
await writeFile('build/plugin.wasm', component);
