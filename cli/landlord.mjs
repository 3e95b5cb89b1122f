#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read it far enough to say what is wrong.
const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `landlord: needs Node ${NEEDED} or newer, this is ${process.versions.node}. ` +
      'Run "npx landlord" inside the checkout: it brings its own Node.\n',
  );
  process.exitCode = 1;
} else {
  await import('./main.ts');
}
