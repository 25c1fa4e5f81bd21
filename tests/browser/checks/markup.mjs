// The checker of the Nu project, which the W3C's validator runs.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const package_json = createRequire(import.meta.url).resolve('vnu-jar/package.json');
const jar = path.join(path.dirname(package_json), 'build/dist/vnu.jar');

export const isValid = {
  name: 'the markup and the style are valid, without a warning',
  async find(_page, { file }) {
    const { messages } = JSON.parse(await checked([file]));
    return messages.map(({ subType, type, lastLine, message }) => `${subType ?? type}: line ${lastLine}: ${message}`);
  },
};

// The same for many files at once: starting the checker takes longer than checking a page.
export async function areValid(files) {
  const { messages } = JSON.parse(await checked(files));
  return messages.map(
    ({ url, subType, type, lastLine, message }) =>
      `${path.basename(url)}: ${subType ?? type}: line ${lastLine}: ${message}`,
  );
}

// The checker exits with 1 when it has something to say; that is an answer, and no answer is not.
function checked(files) {
  // The checker calls itself deeply, and lives too briefly for compiling it well to pay.
  const java = ['-Xss8m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const words = [...java, '-jar', jar, '--format', 'json', '--stdout', ...files];
  return new Promise((resolve, reject) => {
    execFile('java', words, { maxBuffer: 64 << 20, timeout: 120_000 }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(stdout);
      else reject(new Error(`the markup checker gave no answer: ${stderr || error}`));
    });
  });
}
