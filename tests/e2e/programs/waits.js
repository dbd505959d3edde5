// SPDX-License-Identifier: GPL-2.0-only OR MIT
// waits.js FD: burns at the end of one call chain and waits for a byte of FD at the end of another.
'use strict';
const fs = require('fs');

let sink = 1;

function burnInner(rounds) {
  for (let i = 0; i < rounds; i++) sink = (Math.imul(sink, 1103515245) + 12345) | 0;
}

function burnMiddle(rounds) {
  burnInner(rounds * 2);
  sink++;
}

function burnOuter() {
  burnMiddle(100000);
  sink++;
}

function waitMiddle(fd, buffer) {
  const count = fs.readSync(fd, buffer);
  if (count === 0) process.exit(0);
  sink += count;
}

function waitOuter(fd, buffer) {
  waitMiddle(fd, buffer);
  sink++;
}

function turn(fd, buffer) {
  burnOuter();
  waitOuter(fd, buffer);
}

const buffer = Buffer.alloc(1);
for (;;) turn(Number(process.argv[2]), buffer);
